/**
 * Records in words: events, outcomes and rows as plain objects, with names in place of numbers. Their types come from
 * the protocol's layouts, so that a new field needs no second declaration.
 */

import type { auditRow } from '../protocol/audit.ts';
import { getClientOrderId } from '../protocol/client-order-ids.ts';
import { OutcomeCode, outcomeText } from '../protocol/codes.ts';
import type { OrderTypeName, TimeInForceName } from '../protocol/commands.ts';
import * as command from '../protocol/commands.ts';
import * as event from '../protocol/events.ts';
import * as keyCommands from '../protocol/key-commands.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { valueWeight } from '../protocol/limits.ts';
import {
  type accountRow,
  type hashesRow,
  type instrumentRow,
  type keyRow,
  type levelRow,
  type modeRow,
  type orderRow,
  type positionRow,
  rows,
} from '../protocol/messages.ts';
import * as modes from '../protocol/mode-commands.ts';
import { getU53 } from '../std/integers.ts';

export type OutcomeCodeName = keyof typeof OutcomeCode;
export type SideName = keyof typeof command.Side;
export type SelfMatchName = keyof typeof command.SelfMatch;
export type OrderStatusName = keyof typeof event.OrderStatus;
export type CancelReasonName = keyof typeof event.CancelReason;
export type LiquidityName = keyof typeof event.Liquidity;
export type KeyKindName = keyof typeof keyCommands.KeyKind;
export type PermissionName = keyof typeof keyCommands.Permission;
export type ModeName = keyof typeof modes.Mode;
export type ModeScopeName = keyof typeof modes.ModeScope;

/** How a command ended. `ok` false is a refusal; `code` and `text` say why. */
export interface Outcome {
  readonly ok: boolean;
  readonly code: OutcomeCodeName;
  readonly text: string;
  /** Sequence number of the command, also of one that repeats an earlier one, see `repeated`. */
  readonly seq: number;
  /** Microseconds since 1970, as the leader stamped the command. */
  readonly timeUs: number;
  /** Of the order that the command was about; 0 where there is none. */
  readonly orderId: number;
  readonly status: OrderStatusName;
  readonly filledLots: number;
  readonly remainingLots: number;
  /** What has been traded: price ticks × lots, summed up exactly. */
  readonly filledValue: bigint;
  /** `filledValue` / `filledLots` to the nearest number, 0 where nothing has been traded. */
  readonly averagePriceTicks: number;
  /** Orders that a mass cancel cancelled. */
  readonly count: number;
  readonly clientOrderId: string;
  /** The client order id was used before for the same order: this is its first code, and what the order is now. */
  readonly repeated: boolean;
  /** Where a mode refused the command: which one, of what, and why the operator has set it. */
  readonly refusedBy?: ModeRow | undefined;
}

/** Fields that are numbers on the wire and words here. */
interface Words {
  side: SideName;
  aggressorSide: SideName;
  orderType: OrderTypeName;
  timeInForce: TimeInForceName;
  selfMatch: SelfMatchName;
  orderStatus: OrderStatusName;
  status: OrderStatusName;
  reason: CancelReasonName;
  cancelReason: CancelReasonName | 'none';
  liquidity: LiquidityName;
  code: OutcomeCodeName;
  repeated: boolean;
  evicted: boolean;
  keptPriority: boolean;
  isRevoked: boolean;
  isImported: boolean;
  kind: KeyKindName;
  permissions: readonly PermissionName[];
  mode: ModeName;
  scope: ModeScopeName;
}

type Hidden = `reserved${string}` | 'filledValueLow' | 'filledValueHigh';
type InWords<V> = {
  readonly [K in keyof V as K extends Hidden ? never : K]: K extends keyof Words ? Words[K] : V[K];
} & (V extends { filledValueLow: number } ? Pick<Outcome, 'filledValue' | 'averagePriceTicks'> : unknown);
type RecordOf<L> = L extends Layout<infer F extends Fields> ? InWords<ValuesOf<F>> : never;

const eventLayouts = {
  outcome: event.outcome,
  sessionOpened: event.sessionOpened,
  sessionClosed: event.sessionClosed,
  orderAccepted: event.orderAccepted,
  orderExecuted: event.orderExecuted,
  orderCancelled: event.orderCancelled,
  orderReplaced: event.orderReplaced,
  trade: event.trade,
  bookLevel: event.bookLevel,
  instrumentCreated: event.instrumentCreated,
  accountChanged: event.accountChanged,
  dayEnded: event.dayEnded,
  keyChanged: event.keyChanged,
  modeChanged: event.modeChanged,
  modeRefused: event.modeRefused,
} as const;
type EventLayouts = typeof eventLayouts;

/** An event of the exchange, told apart by `type`; identified by `seq` and `n`. */
export type ExchangeEvent = {
  [T in keyof EventLayouts]: { readonly type: T } & RecordOf<EventLayouts[T]>;
}[keyof EventLayouts];

export type OrderRow = RecordOf<typeof orderRow>;
export type PositionRow = RecordOf<typeof positionRow>;
export type LevelRow = RecordOf<typeof levelRow>;
export type TradeRow = RecordOf<EventLayouts['trade']>;
export type FillRow = RecordOf<EventLayouts['orderExecuted']>;
export type InstrumentRow = RecordOf<typeof instrumentRow>;
export type AccountRow = RecordOf<typeof accountRow>;
export type HashesRow = RecordOf<typeof hashesRow>;
export type KeyRow = RecordOf<typeof keyRow>;
export type ModeRow = RecordOf<typeof modeRow>;
export type AuditRow = RecordOf<typeof auditRow>;

/** The words of an enumeration, by number. */
function wordsOf(numbers: Readonly<Record<string, number>>): readonly string[] {
  const words: string[] = [];
  for (const [word, number] of Object.entries(numbers)) words[number] = word;
  return words;
}

const booleans = [false, true] as const;
const sides = wordsOf(command.Side);
const statuses = wordsOf(event.OrderStatus) as readonly OrderStatusName[];
const codes = wordsOf(OutcomeCode) as readonly OutcomeCodeName[];
/** The names of all permissions in a sum of them, by the sum. */
const permissionSets = Array.from({ length: 2 ** Object.keys(keyCommands.Permission).length }, (_, sum) =>
  Object.entries(keyCommands.Permission).flatMap(([name, bit]) => ((sum & bit) === 0 ? [] : [name])),
);
const wordsByField: Readonly<Record<keyof Words, readonly (string | boolean | readonly string[])[]>> = {
  side: sides,
  aggressorSide: sides,
  orderType: wordsOf(command.OrderType),
  timeInForce: wordsOf(command.TimeInForce),
  selfMatch: wordsOf(command.SelfMatch),
  orderStatus: statuses,
  status: statuses,
  reason: wordsOf(event.CancelReason),
  cancelReason: wordsOf({ none: 0, ...event.CancelReason }),
  liquidity: wordsOf(event.Liquidity),
  code: codes,
  repeated: booleans,
  evicted: booleans,
  keptPriority: booleans,
  isRevoked: booleans,
  isImported: booleans,
  kind: wordsOf(keyCommands.KeyKind),
  permissions: permissionSets,
  mode: wordsOf(modes.Mode),
  scope: wordsOf(modes.ModeScope),
};

function toWords(
  values: Readonly<Record<string, unknown>>,
  into: Record<string, unknown>,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('reserved') || name === 'filledValueHigh') continue;
    if (name === 'filledValueLow') {
      const { filledLots, filledValueHigh } = values as Readonly<Record<string, number>>;
      into['filledValue'] = filledValueOf(value as number, filledValueHigh!);
      into['averagePriceTicks'] = averageOf(filledLots!, value as number, filledValueHigh!);
      continue;
    }
    const words = wordsByField[name as keyof Words] as readonly unknown[] | undefined;
    // A number that this release has no word for stays a number in text.
    into[name] = words === undefined ? value : (words[value as number] ?? String(value));
  }
  return into;
}

const weight = BigInt(valueWeight);

function filledValueOf(low: number, high: number): bigint {
  return high === 0 ? BigInt(low) : BigInt(high) * weight + BigInt(low);
}

function averageOf(lots: number, low: number, high: number): number {
  return lots === 0 ? 0 : (high * valueWeight + low) / lots;
}

/** The event at `at`, which the protocol's catalog found good. */
export function readEvent(view: DataView, at: number): ExchangeEvent {
  const layout = event.events.of(view.getUint8(at + TYPE_AT));
  if (layout === undefined) throw new RangeError('no event stands here');
  const values = (layout as Layout<Fields>).read(view, at);
  return toWords(values, { type: layout.name }) as unknown as ExchangeEvent;
}

/** The row at `at`, which its catalog found good. */
export function readRow(view: DataView, at: number): Readonly<Record<string, unknown>> {
  const type = view.getUint8(at + TYPE_AT);
  const layout = (rows.of(type) ?? event.events.of(type)) as Layout<Fields> | undefined;
  if (layout === undefined) throw new RangeError('no row stands here');
  return toWords(layout.read(view, at), {});
}

const outcomeAt = event.outcome.at;

/** The outcome at `at`: the same as {@link readEvent}, without a loop over the fields. @hot */
export function readOutcome(view: DataView, at: number): Outcome {
  const code = view.getUint8(at + outcomeAt.code) as OutcomeCode;
  const filledLots = getU53(view, at + outcomeAt.filledLots);
  const low = getU53(view, at + outcomeAt.filledValueLow);
  const high = view.getUint32(at + outcomeAt.filledValueHigh, true);
  return {
    ok: code === OutcomeCode.ok,
    code: codes[code] ?? (String(code) as OutcomeCodeName),
    text: outcomeText[code] ?? `The exchange answered with the unknown code ${code}.`,
    seq: getU53(view, at + outcomeAt.seq),
    timeUs: getU53(view, at + outcomeAt.timeUs),
    orderId: getU53(view, at + outcomeAt.orderId),
    status: statuses[view.getUint8(at + outcomeAt.orderStatus)]!,
    filledLots,
    remainingLots: getU53(view, at + outcomeAt.remainingLots),
    filledValue: filledValueOf(low, high),
    averagePriceTicks: averageOf(filledLots, low, high),
    count: view.getUint32(at + outcomeAt.count, true),
    clientOrderId: getClientOrderId(view, at + outcomeAt.clientOrderId),
    repeated: view.getUint8(at + outcomeAt.repeated) === 1,
  };
}
