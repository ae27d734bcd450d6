/**
 * `lockstep vip`: gives this machine the addresses of `vip` while its replica leads, tells the network, and takes them
 * away. When it may have them holder.ts decides.
 */
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { present } from '../../gateway/http/tls.ts';
import { MachineClock } from '../../io/system/clock.ts';
import { ArpNeighbours, NeighbourDiscovery, type Neighbours } from '../../io/system/neighbours.ts';
import { CardAddresses, type NetworkCard, networkCard } from '../../io/system/network-card.ts';
import { type PrefixedAddress, readPrefixedAddress } from '../../io/system/prefixed-address.ts';
import { replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Loaded } from '../configuration/load.ts';
import { endRequested } from '../end-signals.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { serviceManager } from '../service-manager.ts';
import { TlsWatch } from '../tls-watch.ts';
import { Holder, type HolderStep, holdOffMs, standardTimes } from './holder.ts';
import { LeadershipWatch } from './leadership.ts';
import { OtherHolders } from './other-holders.ts';
import { Questions } from './questions.ts';
import { vipServer } from './vip-server.ts';

const turnMs = 20;
const leftoverMs = holdOffMs(standardTimes);
/** The same fault is logged again after so long. */
const repeatMs = 10_000;

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runVip({ configuration }: Loaded, id: number): Promise<void> {
  const own = replicaOf(configuration, id);
  const { vip, control } = configuration;
  if (vip.addresses.length === 0)
    throw usageFailure('vip.addresses is empty: name the addresses that are to move with the leader.');
  const log = pino({ base: { component: 'vip' }, timestamp: pino.stdTimeFunctions.isoTime });
  const clock = new MachineClock();
  const nowMs = (): number => clock.bootMs();
  const holder = new Holder();
  const machine = await HeldAddresses.open(configuration, holder, nowMs, log);
  const certificate =
    control.tls &&
    new TlsWatch({
      files: control.tls,
      key: 'control.tls',
      log,
      onRenewed: (identity) => present(server, identity),
    });
  const questions = new Questions(configuration);
  const others = new OtherHolders({ configuration, questions }, id, holder, nowMs);
  const listener = {
    confirmed: (term: number, asOfMs: number, atMs: number) => holder.confirmed(term, asOfMs, atMs),
    deposed: () => holder.deposed(),
    members: (ids: readonly number[]) => others.members(ids),
  };
  const watch = new LeadershipWatch({ configuration, questions }, own, listener, nowMs);
  const standing = (): object => {
    const { state, term } = holder;
    const conflict = holder.conflict(nowMs());
    const holds = state === 'holds';
    return { replicaId: id, holds, state, term, addresses: vip.addresses, ...(conflict && { conflict }) };
  };
  const server = await vipServer({
    host: vip.host ?? own.host,
    port: vip.port,
    identity: certificate?.identity,
    standing,
  });
  watch.start();
  others.start((other) => watch.hostOf(other));
  const turning = setInterval(() => machine.turn(), turnMs);
  const manager = await serviceManager();
  manager.ready(() => true);
  log.info({ addresses: vip.addresses, device: vip.device }, 'waits until the replica of this machine leads');
  const reason = await endRequested(() => certificate?.reload());
  manager.stopping();
  clearInterval(turning);
  watch.stop();
  others.stop();
  questions.close();
  machine.close();
  log.info({ reason }, 'holds no address any more');
  certificate?.end();
  server.close();
  server.closeAllConnections();
}

class HeldAddresses {
  readonly #card: NetworkCard;
  readonly #addresses: readonly PrefixedAddress[];
  readonly #kernel: CardAddresses;
  readonly #neighbours = new Map<number, Neighbours>();
  readonly #holder: Holder;
  readonly #nowMs: () => number;
  readonly #log: Logger;
  readonly #toldMs = new Map<string, number>();

  private constructor(
    { card, addresses }: { readonly card: NetworkCard; readonly addresses: readonly PrefixedAddress[] },
    holder: Holder,
    nowMs: () => number,
    log: Logger,
  ) {
    this.#card = card;
    this.#addresses = addresses;
    this.#holder = holder;
    this.#nowMs = nowMs;
    this.#log = log;
    this.#kernel = new CardAddresses(card);
    for (const { bytes } of addresses)
      if (!this.#neighbours.has(bytes.length))
        this.#neighbours.set(
          bytes.length,
          bytes.length === 4 ? new ArpNeighbours(card) : new NeighbourDiscovery(card),
        );
  }

  /** Looks whether this machine can hold them at all; throws a Failure where it cannot. */
  static async open(
    { vip }: ConfigurationFile,
    holder: Holder,
    nowMs: () => number,
    log: Logger,
  ): Promise<HeldAddresses> {
    const card = networkCard(vip.device);
    if (card === undefined)
      throw usageFailure(
        `vip.device: this machine has no network card ${vip.device}; allowed: ${Object.keys(networkInterfaces()).join(', ')}.`,
      );
    const addresses = vip.addresses.map((text) => readPrefixedAddress(text)!);
    await waitForLeftovers(addresses);
    let held: HeldAddresses;
    try {
      held = new HeldAddresses({ card, addresses }, holder, nowMs, log);
    } catch (error) {
      throw mayNot(messageOf(error));
    }
    // None is there: what comes back is whether this process may change addresses.
    const error = held.#kernel.take(addresses[0]!);
    if (error !== undefined) throw mayNot(error);
    return held;
  }

  /** Does what is due. The clock is read once more before each step. */
  turn(): void {
    this.#hear();
    for (;;) {
      const step = this.#holder.next(this.#nowMs());
      if (step === undefined) return;
      const error = this.#do(step);
      if (error !== undefined) {
        this.#holder.refused(step, this.#nowMs());
        this.#tell(`the system does not let ${this.#texts} ${step} on ${this.#card.name}: ${error}`);
        return;
      }
      this.#holder.done(step, this.#nowMs());
      if (step === 'take') this.#log.info({ term: this.#holder.term }, `holds ${this.#texts}`);
      if (step === 'giveUp') this.#log.info(`does not hold ${this.#texts} any more`);
    }
  }

  close(): void {
    this.#takeAway();
    this.#kernel.close();
    for (const neighbours of this.#neighbours.values()) neighbours.close();
  }

  get #texts(): string {
    return this.#addresses.map(({ address }) => address).join(', ');
  }

  /** The name of an error, or undefined. */
  #do(step: HolderStep): string | undefined {
    if (step === 'giveUp') return this.#takeAway();
    if (step === 'take' || step === 'renew') {
      for (const address of this.#addresses) {
        const error = this.#kernel.give(address, standardTimes.lifetimeMs / 1_000);
        if (error === undefined) continue;
        if (step === 'take') this.#takeAway();
        return error;
      }
      return undefined;
    }
    for (const address of this.#addresses) {
      const neighbours = this.#neighbours.get(address.bytes.length)!;
      if (step === 'probe') neighbours.ask(address);
      else neighbours.announce(address);
    }
    return undefined;
  }

  #takeAway(): string | undefined {
    const errors = this.#addresses.map((address) => this.#kernel.take(address));
    return errors.find((error) => error !== undefined);
  }

  #hear(): void {
    for (const [length, neighbours] of this.#neighbours)
      for (const { address, hardware } of neighbours.claims()) {
        if (Buffer.compare(hardware, this.#card.hardware) === 0) continue;
        const found = this.#addresses.find(
          ({ bytes }) => bytes.length === length && Buffer.compare(bytes, address) === 0,
        );
        if (found === undefined) continue;
        const by = Buffer.from(hardware).toString('hex').match(/../g)!.join(':');
        const words = `is held by another machine, whose network card on ${this.#card.name} is ${by}`;
        if (!this.#holder.claimed(`${found.address} ${words}`, this.#nowMs())) continue;
        this.#tell(`${found.address} ${words}. Take it from that machine, or change vip.addresses.`);
      }
  }

  /** Once in a while. */
  #tell(text: string): void {
    const nowMs = this.#nowMs();
    if (nowMs - (this.#toldMs.get(text) ?? Number.NEGATIVE_INFINITY) < repeatMs) return;
    if (this.#toldMs.size > 100) this.#toldMs.clear();
    this.#toldMs.set(text, nowMs);
    this.#log.error(text);
  }
}

/** What an earlier process of this command had runs out by itself; what stays is not its. */
async function waitForLeftovers(addresses: readonly PrefixedAddress[]): Promise<void> {
  const endMs = performance.now() + leftoverMs;
  for (;;) {
    const here = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
      list.map(({ address }) => ({ name, address })),
    );
    const found = here.find(({ address }) => addresses.some((each) => each.address === address));
    if (found === undefined) return;
    if (performance.now() > endMs)
      throw new Failure(
        `${found.address} is an address of this machine already, on ${found.name}, and does not run out: it would be ` +
          `answered for here whoever leads. Remove it there ("ip address del"), or change vip.addresses.`,
      );
    await sleep(100);
  }
}

function mayNot(error: string): Failure {
  return new Failure(
    `This process may not change the addresses of the machine (${error}): "lockstep vip" needs CAP_NET_ADMIN and ` +
      'CAP_NET_RAW. Its unit, lockstep-vip@.service, gives it both; by hand, run it as root.',
  );
}
