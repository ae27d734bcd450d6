/** The addresses of `vip` in the kernel of this machine: given, announced and taken away as holder.ts decides. */
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ArpNeighbours, NeighbourDiscovery, type Neighbours } from '../../io/system/neighbours.ts';
import { CardAddresses, type NetworkCard, networkCard } from '../../io/system/network-card.ts';
import { type PrefixedAddress, readPrefixedAddress } from '../../io/system/prefixed-address.ts';
import { holdOffMs, standardTimes } from '../address-times.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import type { Holder, HolderStep } from './holder.ts';

const leftoverMs = holdOffMs(standardTimes);
/** The same fault is logged again after so long. */
const repeatMs = 10_000;

export class HeldAddresses {
  readonly #card: NetworkCard;
  readonly #addresses: readonly PrefixedAddress[];
  readonly #kernel: CardAddresses;
  readonly #neighbours = new Map<number, Neighbours>();
  readonly #holder: Holder;
  readonly #nowMs: () => number;
  readonly #log: Logger;
  readonly #toldMs = new Map<string, number>();
  /** Takeovers, and steps that the system refused, since this process began. */
  readonly counts = { takes: 0, failures: 0 };
  /** Why the last step was refused; empty where it was not. */
  problem = '';
  /** Since when this machine holds them, in milliseconds since 1970; undefined: it does not. */
  sinceMs: number | undefined;

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
        this.counts.failures++;
        this.problem = `the system refuses "${step}" on ${this.#card.name}: ${error}`;
        this.#tell(`${this.#texts}: ${this.problem}`);
        return;
      }
      this.problem = '';
      this.#holder.done(step, this.#nowMs());
      if (step === 'take') this.#taken();
      if (step === 'giveUp') this.#givenUp();
    }
  }

  close(): void {
    this.#takeAway();
    this.#kernel.close();
    for (const neighbours of this.#neighbours.values()) neighbours.close();
  }

  #taken(): void {
    this.counts.takes++;
    this.sinceMs = Date.now();
    this.#log.info({ term: this.#holder.term }, `holds ${this.#texts}`);
  }

  #givenUp(): void {
    this.sinceMs = undefined;
    this.#log.info(`does not hold ${this.#texts} any more`);
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

/** One of the addresses that this machine has, however it is written, and the card. */
export function leftoverIn(
  cards: ReturnType<typeof networkInterfaces>,
  addresses: readonly PrefixedAddress[],
): { readonly name: string; readonly address: string } | undefined {
  const here = Object.entries(cards).flatMap(([name, list = []]) =>
    list.map(({ address, cidr }) => ({ name, address, bytes: readPrefixedAddress(cidr ?? '')?.bytes })),
  );
  return here.find(
    ({ bytes }) => bytes !== undefined && addresses.some((each) => Buffer.compare(each.bytes, bytes) === 0),
  );
}

/** What an earlier process of this command had runs out by itself; what stays is not its. */
async function waitForLeftovers(addresses: readonly PrefixedAddress[]): Promise<void> {
  const endMs = performance.now() + leftoverMs;
  for (;;) {
    const found = leftoverIn(networkInterfaces(), addresses);
    if (found === undefined) return;
    if (performance.now() > endMs)
      throw new Failure(
        `${found.address} is an address of this machine already, on ${found.name}, and does not run out: it would be ` +
          `answered for here whichever replica leads. Remove it there ("ip address del"), or change vip.addresses.`,
      );
    await sleep(100);
  }
}

function mayNot(error: string): Failure {
  return new Failure(
    `This process may not change the addresses of the machine (${error}): "lockstep vip" needs CAP_NET_ADMIN and ` +
      'CAP_NET_RAW. Its unit, lockstep-vip@.service or lockstep-gateway-vip.service, gives it both; by hand, run it as root.',
  );
}
