/** Answers the reads of clients from the engine's state, as of the last applied command. */

import { auditRow } from '../../protocol/audit.ts';
import { ReplyCode } from '../../protocol/codes.ts';
import { orderExecuted, trade } from '../../protocol/events.ts';
import { Permission } from '../../protocol/key-commands.ts';
import { recordBytesMax } from '../../protocol/limits.ts';
import {
  accountRow,
  hashesRow,
  instrumentRow,
  levelRow,
  modeRow,
  noEvent,
  orderRow,
  positionRow,
  QueryKind,
  query,
  queryResult,
} from '../../protocol/messages.ts';
import { fillsRow, placeRow } from '../../protocol/place-rows.ts';
import { NONE } from '../../store/records.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { StateHashes } from '../exchange/state-hashes.ts';

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
/** Executions that one question for fills looks at; the next question goes on where it ended. */
const looksMax = 2_048;
const executions = new Float64Array(looksMax + 1);
const newest = new Float64Array(Math.floor(room / trade.size) + 1);

/** Questions about what an account has. */
const questionsOfAccounts: readonly number[] = [
  QueryKind.order,
  QueryKind.openOrders,
  QueryKind.positions,
  QueryKind.account,
  QueryKind.fills,
];

/** Whether a question may take long: it walks over rows, not to one. */
export function isLongQuery(kind: number): boolean {
  return kind !== QueryKind.order && kind !== QueryKind.account;
}

/** The permission that a program needs for a question; 0 where all may ask. */
export function permissionFor({ kind, accountId }: QueryFields): number {
  // For hashes the replica walks its whole state.
  if (kind === QueryKind.keys || kind === QueryKind.hashes) return Permission.operator;
  if (kind === QueryKind.modes && accountId !== 0) return Permission.read;
  if (kind === QueryKind.audit) return Permission.operator | Permission.audit;
  return questionsOfAccounts.includes(kind) ? Permission.read : 0;
}

/** Writes a `queryResult` without rows, whose code says why. */
export function writeUnanswered(into: DataView, { requestId, kind }: QueryFields, code: ReplyCode): number {
  return queryResult.write(into, 0, { requestId, code, kind, more: 0, rowCount: 0, appliedSeq: 0 });
}

/** What questions are answered from. */
export interface QuerySources {
  readonly exchange: Exchange;
  readonly hashes: StateHashes;
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
  { exchange, hashes }: QuerySources,
): number {
  const answer =
    asked.kind === QueryKind.hashes
      ? writeHashes(into, exchange, hashes)
      : answerOf(into, asked, from, queryAt, exchange);
  if (answer === undefined) return 0;
  const values = {
    requestId: asked.requestId,
    code: answer.code,
    kind: asked.kind,
    more: answer.more ? 1 : 0,
    rowCount: answer.rows,
    appliedSeq: exchange.engine.lastSeq,
  };
  return queryResult.write(into, 0, values, answer.bytes);
}

function answerOf(
  into: DataView,
  asked: QueryFields,
  from: DataView,
  queryAt: number,
  exchange: Exchange,
): Answer {
  const { queries } = exchange.engine;
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
        : queries.writeOrderRow(into, rowsFrom, accountId, afterId);
      return one(found, orderRow.size);
    }
    case QueryKind.openOrders:
    case QueryKind.positions:
      return writeWithPlace(into, exchange, asked);
    case QueryKind.book:
      return many(queries.writeBookRows(into, rowsFrom, instrumentId, rowsMax(levelRow.size)), levelRow.size);
    case QueryKind.instruments: {
      const rows = queries.writeInstrumentRows(into, rowsFrom, afterId, rowsMax(instrumentRow.size));
      return many(rows, instrumentRow.size);
    }
    case QueryKind.account:
      return one(queries.writeAccountRow(into, rowsFrom, accountId), accountRow.size);
    case QueryKind.trades:
      return writeTrades(into, exchange, instrumentId, rowsMax(trade.size));
    case QueryKind.fills:
      return writeFills(into, exchange, asked);
    case QueryKind.modes: {
      const filter = { accountId, instrumentId, afterId, rowsMax: rowsMax(modeRow.size) };
      return many(queries.writeModeRows(into, rowsFrom, filter), modeRow.size);
    }
    case QueryKind.audit: {
      const rows = queries.writeAuditRows(into, rowsFrom, afterId, rowsMax(auditRow.size));
      return many(rows, auditRow.size);
    }
    case QueryKind.keys: {
      const { afterSeq: afterChange, rowsMax: keysMax } = asked;
      const filter = { afterChange, keysMax, bytesMax: room };
      return { ...queries.writeKeyRows(into, rowsFrom, filter), more: queries.more, code: ReplyCode.ok };
    }
    default:
      return unknown;
  }
}

const unknown: Answer = { rows: 0, bytes: 0, more: false, code: ReplyCode.unknownSubject };

function writeHashes(into: DataView, { engine }: Exchange, hashes: StateHashes): Answer | undefined {
  const found = hashes.ask(engine);
  if (found === 'busy') return undefined;
  if (found === 'changing') return { rows: 0, bytes: 0, more: false, code: ReplyCode.notReady };
  hashesRow.write(into, rowsFrom, { reserved: 0, appliedSeq: engine.lastSeq, ...found });
  return { rows: 1, bytes: hashesRow.size, more: false, code: ReplyCode.ok };
}

/** Open orders or positions of an account, and where the rows do not say it, how far was looked. */
function writeWithPlace(into: DataView, { engine }: Exchange, asked: QueryFields): Answer {
  const { queries } = engine;
  const { accountId, afterId } = asked;
  const areOrders = asked.kind === QueryKind.openOrders;
  const { size } = areOrders ? orderRow : positionRow;
  const rowsMax = Math.min(asked.rowsMax, Math.floor((room - placeRow.size) / size));
  const rows = areOrders
    ? queries.writeOpenOrderRows(into, rowsFrom, accountId, afterId, rowsMax)
    : queries.writePositionRows(into, rowsFrom, accountId, afterId, rowsMax);
  const placeBytes = queries.writePlaceRow(into, rowsFrom + rows * size);
  const bytes = rows * size + placeBytes;
  return { rows: placeBytes > 0 ? rows + 1 : rows, bytes, more: queries.more, code: ReplyCode.ok };
}

/** The newest trades of an instrument that are remembered, oldest first. */
function writeTrades(
  into: DataView,
  { events, engine }: Exchange,
  instrumentId: number,
  rowsMax: number,
): Answer {
  const { fills } = events;
  const instrument = engine.queries.instrumentSlot(instrumentId);
  if (instrument === NONE) return unknown;
  // One more than is asked for says whether there are more.
  const found = fills.lastTrades(instrument, newest, rowsMax + 1);
  const rows = Math.min(found, rowsMax);
  for (let row = 0; row < rows; row++)
    fills.writeTrade(into, rowsFrom + row * trade.size, newest[rows - 1 - row]!);
  return { rows, bytes: rows * trade.size, more: found > rows, code: ReplyCode.ok };
}

/**
 * An account's executions after an event, in their order, of one order or instrument where that is named. An account
 * that does not exist yet has none; an instrument that does not is unknown, as it is to other questions.
 */
function writeFills(into: DataView, { events, engine }: Exchange, asked: QueryFields): Answer {
  const account = engine.queries.accountSlot(asked.accountId);
  const { fills } = events;
  const { afterId: orderId, instrumentId } = asked;
  if (instrumentId !== 0 && engine.queries.instrumentSlot(instrumentId) === NONE) return unknown;
  const end = Math.min(asked.rowsMax, Math.floor((room - fillsRow.size) / orderExecuted.size));
  // One more than is looked at says whether there are more.
  const looks = orderId === 0 && instrumentId === 0 ? end : looksMax;
  const found =
    account === NONE ? 0 : fills.after(account, asked.afterSeq, asked.afterN, executions, looks + 1);
  let rows = 0;
  let looked = 0;
  let untilSeq = engine.lastSeq;
  let untilN = noEvent;
  for (; looked < Math.min(found, looks) && rows < end; looked++) {
    const position = executions[looked]!;
    untilSeq = fills.seq(position);
    untilN = fills.n(position);
    const isMeant =
      (orderId === 0 || fills.orderId(position) === orderId) &&
      (instrumentId === 0 || fills.instrumentId(position) === instrumentId);
    if (isMeant) fills.write(into, rowsFrom + fillsRow.size + rows++ * orderExecuted.size, position);
  }
  const more = looked < found;
  if (!more) [untilSeq, untilN] = [engine.lastSeq, noEvent];
  const { rememberedFromSeq } = fills;
  fillsRow.write(into, rowsFrom, { reserved: 0, rememberedFromSeq, untilSeq, untilN, reserved2: 0 });
  return { rows: 1 + rows, bytes: fillsRow.size + rows * orderExecuted.size, more, code: ReplyCode.ok };
}
