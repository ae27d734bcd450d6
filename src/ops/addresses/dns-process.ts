/**
 * `lockstep dns`: writes the address of the leader, and those of gateways that are ready, to a name server while the
 * replica of this machine leads, by `nsupdate` of BIND. Each name is written by itself.
 */
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MachineClock } from '../../io/system/clock.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { standardTimes } from '../address-times.ts';
import { SideReporter } from '../clients/side-reporter.ts';
import { replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { DnsSettings } from '../configuration/dns-keys.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import { usageFailure } from '../failure.ts';
import { breakerConditions, type SideReport } from '../notify/side-report.ts';
import { endRequested } from '../processes/end-signals.ts';
import { processLog } from '../processes/process-log.ts';
import { serviceManager } from '../processes/service-manager.ts';
import { sideServer, statusPages } from '../processes/side-server.ts';
import { type DnsStanding, dnsAlarms, dnsMetrics } from './dns-metrics.ts';
import type { WriterTerm } from './dns-records.ts';
import { NameServer, serverProblem } from './dns-server.ts';
import { GatewayLooks, gatewaysEveryMs } from './gateway-looks.ts';
import { LeadershipWatch } from './leadership.ts';
import { NameWriter } from './name-writer.ts';
import { Questions } from './questions.ts';

const lookMs = 100;

/** A name, and its addresses as they should be; undefined while that is not known. */
interface Wanted {
  readonly name: string;
  addresses(): readonly string[] | undefined;
}

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runDns(loaded: Loaded, id: number): Promise<void> {
  const log = processLog({ component: 'dns' });
  const { configuration } = loaded;
  const own = replicaOf(configuration, id);
  checkSettings(configuration.dns, addressOf(configuration.dns, own));
  const sides = new SideReporter(loaded, { kind: PartyKind.replica, id }, 'dns', (text) => log.warn(text));
  await sides.over(() => serve(configuration, own, sides, log));
}

async function serve(
  configuration: ConfigurationFile,
  own: ReplicaAddress,
  sides: SideReporter,
  log: Logger,
): Promise<void> {
  const { dns, clusterId } = configuration;
  const address = addressOf(dns, own);
  const questions = new Questions(configuration);
  const gateways = new GatewayLooks(configuration, questions, log);
  const leadership = new DnsLeadership(configuration, questions, own, gateways);
  const leads = (): WriterTerm | undefined => leadership.writes;
  const wanted = wantedNames(dns, address, gateways);
  const ending = new AbortController();
  const names = wanted.map(({ name }) => name);
  const server = new NameServer(dns);
  const writer = new NameWriter(names, (...update) => server.replace(...update), log);
  const standing = (): DnsStanding => ({
    replicaId: own.id,
    writes: leads() !== undefined,
    ...(leadership.ageMs !== undefined && { confirmedAgeMs: leadership.ageMs }),
    gatewayProblem: dns.exchange === undefined ? '' : gateways.problem,
    ...writer.standing(),
  });
  const port = await sideServer({
    ...{ what: 'The process of "lockstep dns"', keys: 'the key dns.metricsPort', port: dns.metricsPort },
    registry: dnsMetrics(clusterId, standing),
    pages: statusPages(standing, () => dnsAlarms(standing())),
  });
  leadership.start();
  sides.begin(() => reportOf(dns, standing()));
  const problem = await serverProblem(dns);
  if (problem !== undefined)
    log.error({ server: dns.server, zone: dns.zone }, `the name server would take no update: ${problem}`);
  const writing = Promise.all(wanted.map((each) => keepWriting(writer, each, leads, ending.signal)));
  const manager = await serviceManager();
  manager.ready(() => true);
  log.info({ server: dns.server, zone: dns.zone }, 'waits until the replica of this machine leads');
  const reason = await endRequested();
  manager.stopping();
  ending.abort();
  leadership.stop();
  sides.end();
  questions.close();
  await writing;
  port.close();
  port.closeAllConnections();
  log.info({ reason }, 'writes to the name server no more');
}

/** Whether the replica of this machine leads, and meanwhile which gateways are ready. */
class DnsLeadership {
  readonly #watch: LeadershipWatch;
  readonly #clock = new MachineClock();
  readonly #look: () => void;
  #led: { readonly term: number; readonly asOfMs: number } | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(
    configuration: ConfigurationFile,
    questions: Questions,
    own: ReplicaAddress,
    gateways: GatewayLooks,
  ) {
    this.#look = () => gateways.look();
    const listener = {
      confirmed: (term: number, asOfMs: number) => {
        if (this.#led === undefined) this.#look();
        this.#led = { term, asOfMs };
      },
      deposed: () => {
        this.#led = undefined;
        gateways.forget();
      },
      members: () => undefined,
    };
    const nowMs = (): number => this.#clock.bootMs();
    this.#watch = new LeadershipWatch({ configuration, questions }, own, listener, nowMs);
  }

  start(): void {
    this.#watch.start();
    this.#looking = setInterval(() => {
      if (this.#led !== undefined) this.#look();
    }, gatewaysEveryMs);
  }

  stop(): void {
    clearInterval(this.#looking);
    this.#watch.stop();
  }

  /** How old the newest confirmation is; undefined while it does not lead. */
  get ageMs(): number | undefined {
    return this.#led && this.#clock.bootMs() - this.#led.asOfMs;
  }

  /** As what it writes; undefined while it must not. */
  get writes(): WriterTerm | undefined {
    const { epoch } = this.#watch;
    const isConfirmed = (this.ageMs ?? Number.POSITIVE_INFINITY) <= standardTimes.confirmedMsMax;
    return this.#led !== undefined && epoch !== 0 && isConfirmed
      ? { epoch, term: this.#led.term }
      : undefined;
  }
}

function wantedNames({ leader, exchange }: DnsSettings, address: string, gateways: GatewayLooks): Wanted[] {
  return [
    ...(leader === undefined ? [] : [{ name: leader, addresses: () => [address] }]),
    ...(exchange === undefined ? [] : [{ name: exchange, addresses: () => gateways.addresses }]),
  ];
}

/** What the name of the leader gets. */
function addressOf({ address }: DnsSettings, { host }: ReplicaAddress): string {
  return address ?? host;
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

function reportOf({ server = '', exchange = '' }: DnsSettings, standing: DnsStanding): SideReport {
  const { breaker, error, writes, gatewayProblem } = standing;
  // The reasons change, and each would be a notice of its own.
  const text = `${exchange} has all gateways, since "lockstep dns" finds none ready. Its status and its log say why.`;
  const isAstray = writes && gatewayProblem !== '';
  return {
    program: 'dns',
    breaker,
    conditions: [
      ...breakerConditions(breaker, `The name server ${server}`, error),
      ...(isAstray ? [{ kind: 'addressFailing' as const, text }] : []),
    ],
  };
}

/** A name that fails is tried again, and holds up no other. */
async function keepWriting(
  writer: NameWriter,
  { name, addresses }: Wanted,
  leads: () => WriterTerm | undefined,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const by = leads();
    const wanted = addresses();
    const isDue = by !== undefined && wanted !== undefined;
    const waitMs = isDue ? await writer.write({ name, addresses: wanted }, by) : 0;
    await sleep(Math.max(lookMs, waitMs), undefined, { signal: ended }).catch(() => undefined);
  }
}
