/** Answers the reads of clients from the engine's state, as of the last applied command. */
import { ReplyCode } from '../protocol/codes.ts';
import { trade } from '../protocol/events.ts';
import { recordBytesMax } from '../protocol/limits.ts';
import {
  accountRow,
  hashesRow,
  instrumentRow,
  levelRow,
  orderRow,
  positionRow,
  QueryKind,
  query,
  queryResult,
} from '../protocol/messages.ts';
import type { Applier } from './applier.ts';
import type { EventRing } from './event-ring.ts';
import type { StateHashes } from './state-hashes.ts';

/** The fields of a query. */
export type QueryFields = ReturnType<typeof query.read>;

/** Rows that may be written: at most as many as asked for and as one record holds. */
interface Answer {
  rows: number;
  bytes: number;
  more: boolean;
  code: ReplyCode;
}

const rowsFrom = queryResult.size;
const room = recordBytesMax - queryResult.size;
/** Bytes of the event ring that a query for trades looks back over, so that it stays short. */
const lookBackBytesMax = 4_194_304;

/** Whether a question may take long: it walks over rows, not to one. */
export function isLongQuery(kind: number): boolean {
  return kind !== QueryKind.order && kind !== QueryKind.account;
}

/**
 * Writes the whole `queryResult` at the start of `into`; returns its bytes, 0 when the question must be asked again in
 * the next cycle. `from` holds the query at `queryAt`.
 */
export function writeQueryResult(
  into: DataView,
  asked: QueryFields,
  from: DataView,
  queryAt: number,
  applier: Applier,
  hashes: StateHashes,
): number {
  const answer =
    asked.kind === QueryKind.hashes
      ? writeHashes(into, applier, hashes)
      : answerOf(into, asked, from, queryAt, applier);
  if (answer === undefined) return 0;
  const values = {
    requestId: asked.requestId,
    code: answer.code,
    kind: asked.kind,
    more: answer.more ? 1 : 0,
    rowCount: answer.rows,
    appliedSeq: applier.engine.lastSeq,
  };
  return queryResult.write(into, 0, values, answer.bytes);
}

function answerOf(
  into: DataView,
  asked: QueryFields,
  from: DataView,
  queryAt: number,
  applier: Applier,
): Answer {
  const { queries } = applier.engine;
  const { kind, accountId, instrumentId, afterId, clientOrderId } = asked;
  const rowsMax = (size: number): number => Math.min(asked.rowsMax, Math.floor(room / size));
  const many = (rows: number, size: number): Answer =>
    rows < 0 ? unknown : { rows, bytes: rows * size, more: queries.more, code: ReplyCode.ok };
  const one = (found: boolean, size: number): Answer =>
    found ? { rows: 1, bytes: size, more: false, code: ReplyCode.ok } : unknown;
  switch (kind) {
    case QueryKind.order: {
      const clientAt = queryAt + query.at.clientOrderId;
      const byClientId = afterId === 0 && clientOrderId !== '';
      const found = byClientId
        ? queries.writeClientOrderRow(into, rowsFrom, accountId, from, clientAt)
        : queries.writeOrderRow(into, rowsFrom, afterId);
      return one(found, orderRow.size);
    }
    case QueryKind.openOrders: {
      const rows = queries.writeOpenOrderRows(into, rowsFrom, accountId, afterId, rowsMax(orderRow.size));
      return many(rows, orderRow.size);
    }
    case QueryKind.positions: {
      const rows = queries.writePositionRows(into, rowsFrom, accountId, afterId, rowsMax(positionRow.size));
      return many(rows, positionRow.size);
    }
    case QueryKind.book:
      return many(queries.writeBookRows(into, rowsFrom, instrumentId, rowsMax(levelRow.size)), levelRow.size);
    case QueryKind.instruments: {
      const rows = queries.writeInstrumentRows(into, rowsFrom, afterId, rowsMax(instrumentRow.size));
      return many(rows, instrumentRow.size);
    }
    case QueryKind.account:
      return one(queries.writeAccountRow(into, rowsFrom, accountId), accountRow.size);
    case QueryKind.trades:
      return writeTrades(into, applier.events, instrumentId, rowsMax(trade.size));
    default:
      return unknown;
  }
}

const unknown: Answer = { rows: 0, bytes: 0, more: false, code: ReplyCode.unknownSubject };

function writeHashes(into: DataView, { engine }: Applier, hashes: StateHashes): Answer | undefined {
  const found = hashes.ask(engine);
  if (found === 'busy') return undefined;
  if (found === 'changing') return { rows: 0, bytes: 0, more: false, code: ReplyCode.notReady };
  hashesRow.write(into, rowsFrom, { reserved: 0, appliedSeq: engine.lastSeq, ...found });
  return { rows: 1, bytes: hashesRow.size, more: false, code: ReplyCode.ok };
}

/** The newest trades of an instrument that the event ring still holds, oldest first. */
function writeTrades(into: DataView, ring: EventRing, instrumentId: number, rowsMax: number): Answer {
  const found: number[] = [];
  let position = ring.align(Math.max(ring.start, ring.markBefore(ring.end - lookBackBytesMax)));
  while (position < ring.end) {
    const at = ring.offset(position);
    const isTrade = ring.view.getUint8(at + 2) === trade.type;
    if (isTrade && ring.view.getUint32(at + trade.at.instrumentId, true) === instrumentId) found.push(at);
    position = ring.align(position + ring.lengthAt(position));
  }
  const newest = found.slice(-rowsMax);
  newest.forEach((at, row) => {
    const rowAt = rowsFrom + row * trade.size;
    for (let n = 0; n < trade.size; n += 4)
      into.setUint32(rowAt + n, ring.view.getUint32(at + n, true), true);
  });
  const more = newest.length < found.length;
  return { rows: newest.length, bytes: newest.length * trade.size, more, code: ReplyCode.ok };
}
