/**
 * What replicas answer about executions and trades of the past. How far back each remembers is its own matter; what it
 * shows must be what happened, in order and without a hole.
 */
import { eventAt, orderExecuted, trade } from '../protocol/events.ts';
import { noEvent, queryResult } from '../protocol/messages.ts';
import { fillsRow } from '../protocol/place-rows.ts';
import type { QueryFields } from '../replica/sessions/queries.ts';
import { getU53 } from '../std/integers.ts';
import type { Collector } from './collector.ts';
import { typeAt } from './exactly-once.ts';
import { viewOf } from './history.ts';

interface Place {
  readonly seq: number;
  readonly n: number;
}

interface Execution extends Place {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly orderId: number;
  readonly bytes: Uint8Array;
}

/** All executions and trades of a history, given seq by seq. */
export class ExecutionsChecker {
  readonly #executed: Execution[] = [];
  /** By instrument. */
  readonly #trades = new Map<number, Uint8Array[]>();

  /** The events of the next command. */
  note(events: Collector): void {
    for (const at of events.offsets) {
      const { view } = events;
      const type = view.getUint8(at + typeAt);
      const bytes = events.bytes.slice(at, at + view.getUint16(at, true));
      if (type === trade.type) {
        const instrumentId = view.getUint32(at + trade.at.instrumentId, true);
        const trades = this.#trades.get(instrumentId) ?? [];
        trades.push(bytes);
        this.#trades.set(instrumentId, trades);
      } else if (type === orderExecuted.type) {
        this.#executed.push({
          seq: getU53(view, at + eventAt.seq),
          n: view.getUint32(at + eventAt.n, true),
          accountId: view.getUint32(at + eventAt.accountId, true),
          instrumentId: view.getUint32(at + orderExecuted.at.instrumentId, true),
          orderId: getU53(view, at + orderExecuted.at.orderId),
          bytes,
        });
      }
    }
  }

  /** Whether these are the newest trades of the instrument, as far back as they go. */
  areTrades(asked: QueryFields, result: Uint8Array): boolean {
    const { rowCount } = queryResult.read(viewOf(result), 0);
    const trades = this.#trades.get(asked.instrumentId) ?? [];
    if (rowCount > asked.rowsMax || rowCount > trades.length) return false;
    return areRows(result, queryResult.size, rowCount === 0 ? [] : trades.slice(-rowCount));
  }

  /** Whether these are the executions that were asked for, with none left out that the replica claims to remember. */
  areFills(asked: QueryFields, result: Uint8Array): boolean {
    const view = viewOf(result);
    const { rowCount, more, appliedSeq } = queryResult.read(view, 0);
    const { rememberedFromSeq, untilSeq, untilN } = fillsRow.read(view, queryResult.size);
    if (rememberedFromSeq > appliedSeq + 1) return false;
    if (more === 0 && (untilSeq !== appliedSeq || untilN !== noEvent)) return false;
    const after = { seq: asked.afterSeq, n: asked.afterN };
    const meant = this.#executed.filter(
      (each) =>
        each.accountId === asked.accountId &&
        (asked.afterId === 0 || each.orderId === asked.afterId) &&
        (asked.instrumentId === 0 || each.instrumentId === asked.instrumentId) &&
        isAfter(each, after) &&
        !isAfter(each, { seq: untilSeq, n: untilN }),
    );
    const shown = rowCount - 1;
    const leftOut = meant.slice(0, Math.max(0, meant.length - shown));
    if (leftOut.some(({ seq }) => seq >= rememberedFromSeq)) return false;
    const rows = meant.slice(leftOut.length).map(({ bytes }) => bytes);
    return areRows(result, queryResult.size + fillsRow.size, rows);
  }
}

function isAfter(place: Place, other: Place): boolean {
  return place.seq > other.seq || (place.seq === other.seq && place.n > other.n);
}

/** Whether these rows follow from `at` on, and nothing else. */
function areRows(result: Uint8Array, at: number, rows: readonly Uint8Array[]): boolean {
  return Buffer.compare(result.subarray(at), Buffer.concat(rows)) === 0;
}
