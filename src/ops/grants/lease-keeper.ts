/** Asks the witness of a third place for the lease of this replica's site, and hands it to the core. */

import { bootUs } from '../../io/system/boot-clock.ts';
import type { GrantedLease } from '../../io/threads/lease-memory.ts';
import { counter } from '../../replica/counters.ts';
import { LeaseAsker } from '../../replica/sites/lease-asker.ts';
import type { LeaseAnswer } from '../../replica/sites/lease-ledger.ts';
import type { Loaded } from '../configuration/load.ts';
import { ownSite } from '../configuration/site-keys.ts';
import { leaseIn } from '../orders/control-answers.ts';
import { type RenewedGiver, sendOnce } from '../orders/control-orders.ts';
import { reasonOf } from '../web-request.ts';

const lookMs = 20;

interface KeeperParts {
  readonly loaded: Loaded;
  readonly replicaId: number;
  readonly itself: RenewedGiver;
  readonly lease: GrantedLease;
  readonly counters: Float64Array;
  readonly log: { info(text: string): void; warn(text: string): void };
}

/** The lease of this replica's site, as this replica may count on it. */
export interface HeldLeaseStanding {
  /** 0: none was granted yet. */
  readonly epoch: number;
  readonly leftMs: number;
  /** Why nothing was granted last; empty where it was. */
  readonly reason: string;
}

export class LeaseKeeper {
  readonly #parts: KeeperParts;
  readonly #asker: LeaseAsker;
  #isAsking = false;
  #reason = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#asker = new LeaseAsker(parts.lease, bootUs);
  }

  /** Why this replica neither stores nor answers now, though its site writes; undefined where it may. */
  get trouble(): string | undefined {
    const { lease } = this.#parts;
    if (!this.#writes || lease.leftUs > 0) return undefined;
    return `the site has no lease, and writes under one alone: ${this.#asker.reason || 'the last one is over'}`;
  }

  /** What was granted last. */
  get held(): HeldLeaseStanding {
    const { lease } = this.#parts;
    return { epoch: lease.epoch, leftMs: Math.floor(lease.leftUs / 1_000), reason: this.#asker.reason };
  }

  get #writes(): boolean {
    const { loaded, counters } = this.#parts;
    return (counters[counter.writingSite]! || 1) === ownSite(loaded.configuration);
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), lookMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { counters } = this.#parts;
    if (this.#isAsking || counters[counter.cycles] === 0 || !this.#asker.isDue()) return;
    this.#isAsking = true;
    const sentUs = this.#asker.sent();
    try {
      this.#asker.answered(await this.#ask(), sentUs);
    } catch (error) {
      this.#asker.failed(`The witness is not reached: ${reasonOf(error)}.`);
    } finally {
      this.#isAsking = false;
      this.#say();
    }
  }

  async #ask(): Promise<LeaseAnswer> {
    const { loaded, replicaId, itself, counters } = this.#parts;
    const { configuration } = loaded;
    const { witnessId: id, seconds, ...place } = configuration.site.lease!;
    const site = ownSite(configuration);
    const body = {
      replicaId,
      site,
      epoch: Math.max(1, counters[counter.epoch]!),
      writes: this.#writes,
    };
    const witness = { id, ...place, controlHost: undefined };
    const timeoutMs = (seconds * 1_000) / 2;
    const reply = await sendOnce(itself.current, configuration, witness, {
      order: 'lease',
      body,
      timeoutMs,
    });
    const lease = leaseIn(reply);
    if (lease === undefined) throw new Error(reply.error ?? 'it answers something else');
    return lease;
  }

  #say(): void {
    const { reason } = this.#asker;
    if (reason === this.#reason) return;
    this.#reason = reason;
    const { log } = this.#parts;
    if (reason === '') log.info('the witness grants this site its lease');
    else log.warn(`the witness grants no lease: ${reason}`);
  }
}
