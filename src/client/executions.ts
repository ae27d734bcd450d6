/**
 * The executions of an account from a place on: those that replicas remember, and then each that comes. All of them are
 * asked for, so each is given once and in order whatever happens to connections and leaders; events of the session only
 * say when it is worth asking.
 */

import { eventAt, orderExecuted } from '../protocol/events.ts';
import { u32Max } from '../std/integers.ts';
import { integer, refuseUnread, requireObject } from './arguments.ts';
import {
  ClusterChangedError,
  ExecutionsAheadError,
  ExecutionsForgottenError,
  QueryFailedError,
} from './errors.ts';
import type { Fills } from './fills.ts';
import { type FillsFilter, fillsNames, requireSeq } from './reads.ts';

/** What is asked for at once. */
const pageFills = 1_000;
const defaultPollMs = 100;
const pollMsMax = 60_000;
/** A replica may be behind what another one has reported: it is asked again so often. */
const aheadPollsMax = 20;
const aheadPollMs = 100;
const typeAt = 2;
const executionsNames = [...fillsNames.filter((name) => name !== 'limit'), 'pollMs'];

/** Which executions are followed. */
export interface ExecutionsFilter extends Omit<FillsFilter, 'limit'> {
  /** Those of this seq and later ones; default: those that come from now on. */
  readonly fromSeq?: number | undefined;
  /** How often the exchange is asked while no event of this session shows a trade of the account. Default 100. */
  readonly pollMs?: number | undefined;
}

/** The place of an execution among all: ordered by seq, and by `n` within one. */
interface Position {
  readonly seq: number;
  readonly n: number;
}

/** What executions need of their client. */
export interface ExecutionsPorts<Row> {
  readonly fills: (filter: FillsFilter) => Promise<Fills<Row>>;
  readonly isOver: () => boolean;
  /** Another number for each cluster that has answered. */
  readonly cluster: () => number;
}

/** Readers that wait for executions of their accounts. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /** An event of the session: wakes those whose account has traded. @hot */
  heard(view: DataView, at: number): void {
    if (this.#waiters.size === 0 || view.getUint8(at + typeAt) !== orderExecuted.type) return;
    const accountId = view.getUint32(at + eventAt.accountId, true);
    for (const waiter of this.#waiters) if (waiter.accountId === accountId) waiter.wake();
  }

  /** Something happened that concerns them all. */
  wakeAll(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }
}

/** One that waits; a call that comes while it does something else is not lost. */
class Waiter {
  readonly accountId: number;
  #isDue = false;
  #end: (() => void) | undefined;

  constructor(accountId: number) {
    this.accountId = accountId;
  }

  wake(): void {
    this.#isDue = true;
    this.#end?.();
  }

  /** Resolves when it is woken, or after so long. */
  async wait(ms: number): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#end = undefined;
    this.#isDue = false;
  }
}

/** Checks the filter, and begins at once where only what comes from now on is asked for. */
export function follow<Row extends Position>(
  filter: ExecutionsFilter,
  waiters: Waiters,
  ports: ExecutionsPorts<Row>,
): AsyncGenerator<Row, void, undefined> {
  requireObject('filter', filter);
  refuseUnread(filter, executionsNames);
  requireSeq(filter);
  integer('accountId', filter.accountId, 1, u32Max);
  integer('fromSeq', filter.fromSeq ?? 0, 0, Number.MAX_SAFE_INTEGER);
  integer('pollMs', filter.pollMs ?? defaultPollMs, 1, pollMsMax);
  return new Executions(filter, waiters, ports).rows();
}

class Executions<Row extends Position> {
  readonly #filter: ExecutionsFilter;
  readonly #pollMs: number;
  readonly #waiters: Waiters;
  readonly #waiter: Waiter;
  readonly #ports: ExecutionsPorts<Row>;
  readonly #cluster: number;
  /** A replica has answered: what it knows another one that lags may not know yet. */
  #isKnown = false;
  /** The first page, where the present is the beginning. */
  readonly #present: Promise<Fills<Row> | undefined> | undefined;

  constructor(filter: ExecutionsFilter, waiters: Waiters, ports: ExecutionsPorts<Row>) {
    this.#filter = filter;
    this.#pollMs = filter.pollMs ?? defaultPollMs;
    this.#waiters = waiters;
    this.#waiter = new Waiter(filter.accountId);
    this.#ports = ports;
    this.#cluster = ports.cluster();
    if (filter.fromSeq !== undefined) return;
    this.#present = this.#ask({ fromSeq: Number.MAX_SAFE_INTEGER });
    // The loop throws it, where there is one.
    this.#present.catch(() => undefined);
  }

  async *rows(): AsyncGenerator<Row, void, undefined> {
    this.#waiters.add(this.#waiter);
    try {
      const present = await this.#present;
      if (this.#present !== undefined && present === undefined) return;
      const { fromSeq = 0, afterN } = this.#filter;
      let place: Pick<FillsFilter, 'fromSeq' | 'afterN'> & { fromSeq: number } =
        present === undefined ? { fromSeq, afterN } : { fromSeq: present.appliedSeq + 1 };
      // This exchange has come to what it reported; what the caller names may be of another one.
      let aheadPolls = present === undefined ? 0 : Number.NaN;
      for (;;) {
        const page = await this.#page(place);
        if (page === undefined) return;
        if (!Number.isNaN(aheadPolls) && page.appliedSeq + 1 < place.fromSeq) {
          if (aheadPolls++ === aheadPollsMax) throw this.#ahead(place.fromSeq, page.appliedSeq);
          await this.#waiter.wait(aheadPollMs);
          continue;
        }
        aheadPolls = Number.NaN;
        for (const row of page.fills) {
          yield row;
          place = { fromSeq: row.seq, afterN: row.n };
        }
        if (page.more) continue;
        // Nothing is missing up to here, also where nothing of the account is among it.
        if (page.appliedSeq >= place.fromSeq) place = { fromSeq: page.appliedSeq + 1 };
        await this.#waiter.wait(this.#pollMs);
      }
    } finally {
      this.#waiters.remove(this.#waiter);
    }
  }

  /** The next executions; undefined once all is over. */
  async #page(place: { readonly fromSeq: number; readonly afterN?: number | undefined }) {
    const fromSeq = Math.max(1, place.fromSeq);
    const page = await this.#ask(place);
    if (page === undefined || page.rememberedFromSeq <= fromSeq) return page;
    throw new ExecutionsForgottenError(this.#filter.accountId, fromSeq, page.rememberedFromSeq);
  }

  #ahead(fromSeq: number, appliedSeq: number): ExecutionsAheadError {
    return new ExecutionsAheadError(this.#filter.accountId, fromSeq, appliedSeq);
  }

  /** Asks the leader until there is one that answers; undefined once the client is closed. */
  async #ask(place: Pick<FillsFilter, 'fromSeq' | 'afterN'>): Promise<Fills<Row> | undefined> {
    while (!this.#ports.isOver()) {
      const page = await this.#askOnce(place);
      if (this.#ports.cluster() !== this.#cluster) throw new ClusterChangedError();
      if (page !== undefined) return page;
      await this.#waiter.wait(this.#pollMs);
    }
    return undefined;
  }

  /** Undefined where no answer came. */
  async #askOnce(place: Pick<FillsFilter, 'fromSeq' | 'afterN'>): Promise<Fills<Row> | undefined> {
    const { accountId, orderId, instrumentId } = this.#filter;
    try {
      const page = await this.#ports.fills({ accountId, orderId, instrumentId, ...place, limit: pageFills });
      this.#isKnown = true;
      return page;
    } catch (error) {
      const isUnknown = error instanceof QueryFailedError && error.isUnknown && !this.#isKnown;
      if (!isUnknown && (error instanceof QueryFailedError || this.#ports.isOver())) return undefined;
      throw error;
    }
  }
}
