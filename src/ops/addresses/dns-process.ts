/**
 * `lockstep dns`: writes the address of the leader, and those of gateways that are ready, to a name server while the
 * replica of this machine leads, by `nsupdate` of BIND. A name server that fails is tried again, and holds nothing up.
 */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { MachineClock } from '../../io/system/clock.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { standardTimes } from '../address-times.ts';
import { Breakers, RestingError } from '../breakers.ts';
import { SideReporter } from '../clients/side-reporter.ts';
import { replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { DnsSettings } from '../configuration/dns-keys.ts';
import type { Loaded } from '../configuration/load.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { breakerConditions, type SideReport } from '../notify/side-report.ts';
import { endRequested } from '../processes/end-signals.ts';
import { serviceManager } from '../processes/service-manager.ts';
import { sideServer, statusPages } from '../processes/side-server.ts';
import { type DnsStanding, dnsAlarms, dnsMetrics } from './dns-metrics.ts';
import {
  isLater,
  isOvertaken,
  type NameAddresses,
  ReadyGateways,
  readWriter,
  updateProblem,
  updateScript,
  type WriterTerm,
} from './dns-records.ts';
import { nsupdate, serverProblem, updateMsMax } from './dns-server.ts';
import { LeadershipWatch } from './leadership.ts';
import { Questions } from './questions.ts';

const lookMs = 100;
const gatewaysEveryMs = 1_000;
/** What is there is looked at again so often, though nothing has changed here. */
const againMs = 30_000;
const retryMsMin = 1_000;
const retryMsMax = 60_000;
const breakerName = 'the name server';

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runDns(loaded: Loaded, id: number): Promise<void> {
  const { configuration } = loaded;
  const own = replicaOf(configuration, id);
  const { dns, clusterId } = configuration;
  const address = dns.address ?? own.host;
  checkSettings(dns, address);
  const log = pino({ base: { component: 'dns' }, timestamp: pino.stdTimeFunctions.isoTime });
  const clock = new MachineClock();
  const questions = new Questions(configuration);
  let led: { readonly term: number; readonly asOfMs: number } | undefined;
  const watch = new LeadershipWatch(
    { configuration, questions },
    own,
    {
      confirmed: (term, asOfMs) => {
        led = { term, asOfMs };
      },
      deposed: () => {
        led = undefined;
      },
      members: () => undefined,
    },
    () => clock.bootMs(),
  );
  const ready = new ReadyGateways(dns.gateways.map((each) => each.address));
  const looking = setInterval(() => {
    if (led !== undefined) lookAtGateways(configuration, questions, ready);
  }, gatewaysEveryMs);
  const leads = (): WriterTerm | undefined =>
    led !== undefined && watch.epoch !== 0 && clock.bootMs() - led.asOfMs <= standardTimes.confirmedMsMax
      ? { epoch: watch.epoch, term: led.term }
      : undefined;
  const names = (): NameAddresses[] => [
    ...(dns.leader === undefined ? [] : [{ name: dns.leader, addresses: [address] }]),
    ...(dns.exchange === undefined ? [] : [{ name: dns.exchange, addresses: ready.addresses }]),
  ];
  const ending = new AbortController();
  const writer = new NameWriter(dns, log);
  const standing = (): DnsStanding => ({
    replicaId: id,
    writes: leads() !== undefined,
    ...(led !== undefined && { confirmedAgeMs: clock.bootMs() - led.asOfMs }),
    ...writer.standing(names().map(({ name }) => name)),
  });
  const server = await sideServer({
    ...{ what: 'The process of "lockstep dns"', keys: 'the key dns.metricsPort', port: dns.metricsPort },
    registry: dnsMetrics(clusterId, standing),
    pages: statusPages(standing, () => dnsAlarms(standing())),
  });
  watch.start();
  const party = { kind: PartyKind.replica, id };
  const sides = new SideReporter(
    loaded,
    party,
    () => reportOf(dns, standing()),
    (text) => log.warn(text),
  );
  const problem = await serverProblem(dns);
  if (problem !== undefined)
    log.error({ server: dns.server, zone: dns.zone }, `the name server would take no update: ${problem}`);
  const writing = keepWriting(writer, leads, names, ending.signal);
  const manager = await serviceManager();
  manager.ready(() => true);
  log.info({ server: dns.server, zone: dns.zone }, 'waits until the replica of this machine leads');
  const reason = await endRequested();
  manager.stopping();
  ending.abort();
  clearInterval(looking);
  watch.stop();
  sides.end();
  questions.close();
  await writing;
  server.close();
  server.closeAllConnections();
  log.info({ reason }, 'writes to the name server no more');
}

function lookAtGateways(
  { dns, gateway }: ConfigurationFile,
  questions: Questions,
  ready: ReadyGateways,
): void {
  const scheme = gateway.tls === undefined ? 'http' : 'https';
  for (const each of dns.gateways)
    questions.once(`gateway ${each.address}`, async () => {
      const url = `${scheme}://${each.address}:${each.port}/health/ready`;
      const status = await questions.ofGateway(url, gatewaysEveryMs).then(
        (answer) => answer.status,
        () => 0,
      );
      ready.found(each.address, status === 200);
    });
}

function checkSettings(dns: DnsSettings, address: string): void {
  if (dns.server === undefined)
    throw usageFailure('dns.server is missing: name the name server that takes updates.');
  if (dns.zone === undefined) throw usageFailure('dns.zone is missing: name the zone of the names.');
  if (dns.leader === undefined && dns.exchange === undefined)
    throw usageFailure('dns.leader and dns.exchange are missing: name at least one of the two.');
  if (dns.leader !== undefined && isIP(address) === 0)
    throw usageFailure(`dns.address is missing: ${address} is no IP address that could be written.`);
}

function reportOf({ server = '' }: DnsSettings, { breaker, error }: DnsStanding): SideReport {
  return {
    program: 'dns',
    breaker,
    conditions: breakerConditions(breaker, `The name server ${server}`, error),
  };
}

async function keepWriting(
  writer: NameWriter,
  leads: () => WriterTerm | undefined,
  names: () => NameAddresses[],
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const by = leads();
    let waitMs = lookMs;
    if (by !== undefined) for (const each of names()) waitMs = Math.max(waitMs, await writer.write(each, by));
    await sleep(waitMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

interface Written {
  /** Addresses, epoch and term. */
  readonly text: string;
  readonly addresses: readonly string[];
  readonly atMs: number;
  readonly wallMs: number;
}

class NameWriter {
  readonly #dns: DnsSettings;
  readonly #log: Logger;
  readonly #breakers = new Breakers([breakerName]);
  readonly #resolver = new Resolver({ timeout: updateMsMax / 2, tries: 2 });
  readonly #written = new Map<string, Written>();
  /** Of each name, why it is not written. */
  readonly #errors = new Map<string, string>();
  #failuresInRow = 0;
  #failures = 0;

  constructor(dns: DnsSettings, log: Logger) {
    this.#dns = dns;
    this.#log = log;
    const { server = '', port } = dns;
    this.#resolver.setServers([isIP(server) === 6 ? `[${server}]:${port}` : `${server}:${port}`]);
  }

  standing(names: readonly string[]): Pick<DnsStanding, 'names' | 'breaker' | 'failures' | 'error'> {
    return {
      names: names.map((name) => {
        const { addresses = [], wallMs: writtenMs = 0 } = this.#written.get(name) ?? {};
        return { name, addresses, writtenMs };
      }),
      breaker: this.#breakers.stateOf(breakerName),
      failures: this.#failures,
      error: [...this.#errors.values()][0] ?? '',
    };
  }

  /** Writes the addresses where they are not written already; gives how long to wait before the next look. */
  async write(wanted: NameAddresses, by: WriterTerm): Promise<number> {
    const text = `${wanted.addresses.join(' ')} ${by.epoch} ${by.term}`;
    const last = this.#written.get(wanted.name);
    if (last?.text === text && performance.now() - last.atMs < againMs) return lookMs;
    try {
      const isWritten = await this.#breakers.run(breakerName, 2 * updateMsMax, (signal) =>
        this.#replace(wanted, by, signal),
      );
      if (isWritten)
        this.#written.set(wanted.name, {
          ...{ text, atMs: performance.now(), wallMs: Date.now(), addresses: wanted.addresses },
        });
      if (isWritten && last?.text !== text)
        this.#log.info({ term: by.term }, `${wanted.name} is ${wanted.addresses.join(', ')}`);
      this.#failuresInRow = 0;
      this.#errors.delete(wanted.name);
      return lookMs;
    } catch (error) {
      this.#failures++;
      if (!(error instanceof RestingError)) this.#tell(wanted.name, messageOf(error));
      // Longer each time, and not for all at one moment.
      const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** this.#failuresInRow++);
      return waitMs * (0.5 + Math.random() / 2);
    }
  }

  /** False where another leader has written in between, or a later one has. */
  async #replace({ name, addresses }: NameAddresses, by: WriterTerm, signal: AbortSignal): Promise<boolean> {
    const { server = '', port, zone = '', keyFile, ttlSeconds } = this.#dns;
    const before = await this.#before(name);
    const writer = before === undefined ? undefined : readWriter(before);
    if (before !== undefined && writer === undefined)
      throw new Failure(
        `it has a TXT record that is not of this program ("${before}"): remove it, or choose another name`,
      );
    if (writer !== undefined && isLater(writer, by)) return false;
    const script = updateScript({ name, addresses, server, port, zone, ttlSeconds, by, before });
    const { code, said } = await nsupdate(keyFile, script, signal);
    if (code === 0) return true;
    if (isOvertaken(said)) return false;
    throw new Failure(updateProblem(said));
  }

  async #before(name: string): Promise<string | undefined> {
    try {
      return (await this.#resolver.resolveTxt(name))[0]?.join('');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA' || code === 'ENOTFOUND') return undefined;
      throw new Failure(`the name server at ${this.#dns.server} does not answer (${code})`);
    }
  }

  /** Once for each fault. */
  #tell(name: string, why: string): void {
    const text = `${name} is not written: ${why}`;
    if (text !== this.#errors.get(name)) this.#log.error(text);
    this.#errors.set(name, text);
  }
}
