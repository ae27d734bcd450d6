/**
 * Delivers notices to hooks: to each hook one at a time, those of a kind in order, a failed one
 * again after a while that grows, by chance, and given up after a day. What hangs or fails holds up its own hook alone.
 */

import type { BreakerState } from '../breaker-states.ts';
import { type Breakers, RestingError } from '../breakers.ts';
import type { EventKind } from '../configuration/event-kinds.ts';
import { messageOf } from '../failure.ts';
import type { Hook } from './hooks.ts';
import type { GivenUp, NoticeLedger } from './ledger.ts';
import type { Notice } from './notice.ts';

const retryMsMin = 1_000;
const retryMsMax = 60_000;
/** A notice is given up for its age only after so many attempts: a clock that jumps makes nothing old. */
const attemptsMin = 5;

export interface DispatcherSettings {
  readonly giveUpMs: number;
  /** 0 to 1. */
  random(): number;
  warn(text: string): void;
}

/** The state of a hook. */
export interface HookStanding {
  readonly name: string;
  readonly breaker: BreakerState;
  /** Notices that wait for it, and since when the oldest does; 0 where none does. */
  readonly waiting: number;
  readonly waitingSinceMs: number;
  /** By this process. */
  readonly delivered: number;
  readonly failed: number;
  readonly givenUp: number;
  /** Why the last attempt failed; empty where it did not. */
  readonly error: string;
}

interface Lane {
  attempts: number;
  nextMs: number;
}

/** What this process did for one hook. */
class Delivery {
  readonly hook: Hook;
  isBusy = false;
  delivered = 0;
  failed = 0;
  givenUp = 0;
  error = '';
  readonly lanes = new Map<EventKind, Lane>();

  constructor(hook: Hook) {
    this.hook = hook;
  }

  lane(kind: EventKind): Lane {
    const lane = this.lanes.get(kind) ?? { attempts: 0, nextMs: 0 };
    this.lanes.set(kind, lane);
    return lane;
  }
}

export class Dispatcher {
  readonly #ledger: NoticeLedger;
  readonly #breakers: Breakers;
  readonly #settings: DispatcherSettings;
  readonly #deliveries: readonly Delivery[];
  readonly #ending = new AbortController();

  constructor(
    ledger: NoticeLedger,
    hooks: readonly Hook[],
    breakers: Breakers,
    settings: DispatcherSettings,
  ) {
    this.#ledger = ledger;
    this.#breakers = breakers;
    this.#settings = settings;
    this.#deliveries = hooks.map((hook) => new Delivery(hook));
  }

  /** Begins what is due; `maySend` says of a notice whether enough replicas know of it. Returns what was given up. */
  step(nowMs: number, maySend: (notice: Notice) => boolean): readonly GivenUp[] {
    const givenUp = this.#deliveries.flatMap((delivery) => this.#giveUp(delivery, nowMs));
    for (const delivery of this.#deliveries) {
      if (delivery.isBusy) continue;
      const notice = this.#ledger
        .heads(delivery.hook.name)
        .find((head) => isDue(delivery.lane(head.kind), nowMs) && maySend(head));
      if (notice !== undefined) void this.#deliver(delivery, notice, nowMs);
    }
    return givenUp;
  }

  standing(): readonly HookStanding[] {
    return this.#deliveries.map(({ hook: { name }, delivered, failed, givenUp, error }) => {
      const { count: waiting, sinceMs: waitingSinceMs } = this.#ledger.waiting(name);
      const breaker = this.#breakers.stateOf(name);
      return { name, breaker, waiting, waitingSinceMs, delivered, failed, givenUp, error };
    });
  }

  /** Gives up what is under way: the next leader, or the next life of this one, sends it again. */
  end(): void {
    this.#ending.abort();
  }

  async #deliver(delivery: Delivery, notice: Notice, nowMs: number): Promise<void> {
    const { hook } = delivery;
    delivery.isBusy = true;
    const lane = delivery.lane(notice.kind);
    try {
      const deliver = (signal: AbortSignal): Promise<void> => hook.deliver(notice, signal);
      await this.#breakers.run(hook.name, hook.timeoutMs, deliver, this.#ending.signal);
      this.#ledger.settle(notice.id, hook.name, 'delivered');
      delivery.delivered++;
      delivery.error = '';
      delivery.lanes.delete(notice.kind);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      if (error instanceof RestingError) lane.nextMs = nowMs + retryMsMin;
      else this.#failed(delivery, lane, nowMs, messageOf(error));
    } finally {
      delivery.isBusy = false;
    }
  }

  #failed(delivery: Delivery, lane: Lane, nowMs: number, error: string): void {
    delivery.failed++;
    if (delivery.error !== error)
      this.#settings.warn(`the hook ${delivery.hook.name} fails: ${error}; it is tried again`);
    delivery.error = error;
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** lane.attempts);
    lane.attempts++;
    lane.nextMs = nowMs + waitMs * (0.5 + this.#settings.random() / 2);
  }

  #giveUp(delivery: Delivery, nowMs: number): GivenUp[] {
    if (delivery.isBusy) return [];
    const { name } = delivery.hook;
    const old = this.#ledger
      .heads(name)
      .filter(
        ({ kind, atMs }) =>
          nowMs - atMs > this.#settings.giveUpMs && delivery.lane(kind).attempts >= attemptsMin,
      );
    for (const { id, kind } of old) {
      this.#ledger.settle(id, name, 'givenUp');
      delivery.givenUp++;
      // The next of the kind is as old, perhaps: the attempts of the one before count for it.
      delivery.lane(kind).nextMs = nowMs;
    }
    return old.map((notice) => ({ hook: name, notice }));
  }
}

/** A clock that was set back holds nothing up. */
function isDue({ nextMs }: Lane, nowMs: number): boolean {
  return nextMs <= nowMs || nextMs > nowMs + retryMsMax;
}
