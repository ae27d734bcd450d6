/** A client on the wire of a replica, in a test: sends what the test gives it, and keeps the records that come. */

import { emptyHeader } from '../../protocol/command-layouts.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  massCancel,
  OrderType,
  openSession,
  ownerFromLeader,
  placeOrder,
  TimeInForce,
} from '../../protocol/commands.ts';
import { eventAt, sessionOpened } from '../../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { attach, attached, FeedKind, query } from '../../protocol/messages.ts';
import { setMode } from '../../protocol/mode-commands.ts';
import { getU53 } from '../../std/integers.ts';
import type { StreamSide } from '../../std/testing/streams.ts';

/** One received record, copied. */
export interface ReceivedRecord {
  readonly type: number;
  readonly view: DataView;
}

export class WireClient {
  readonly side: StreamSide;
  sessionId = 0;
  /** Both halves of the token of its session. */
  token = 0;
  /** Number of the last command that was sent. */
  sent = 0;
  readonly #view = new DataView(new ArrayBuffer(65_536));
  readonly #bytes = new Uint8Array(this.#view.buffer);

  constructor(side: StreamSide) {
    this.side = side;
  }

  /** All records that wait; none is taken before this is called, so that they fill the connection. */
  take(): ReceivedRecord[] {
    const records: ReceivedRecord[] = [];
    const { side } = this;
    while (side.to > side.from) {
      const length = side.view.getUint16(side.from, true);
      const bytes = side.bytes.slice(side.from, side.from + length);
      records.push({ type: bytes[TYPE_AT]!, view: new DataView(bytes.buffer) });
      side.consume(length);
    }
    return records;
  }

  /** The waiting records of one kind; the others are thrown away. */
  takeAll<F extends Fields>(layout: Layout<F>): ValuesOf<F>[] {
    return this.take()
      .filter(({ type }) => type === layout.type)
      .map(({ view }) => layout.read(view, 0));
  }

  send<F extends Fields>(layout: Layout<F>, values: Readonly<ValuesOf<F>>): void {
    const length = layout.write(this.#view, 0, values);
    if (!this.side.send(this.#bytes, 0, length)) throw new Error('the replica does not read');
  }

  open(token: number, disconnectGraceMs?: number): void {
    const cancelOnDisconnect = disconnectGraceMs === undefined ? 0 : 1;
    const grace = { disconnectGraceMs: disconnectGraceMs ?? 0, cancelOnDisconnect };
    this.token = token;
    this.send(openSession, {
      ...emptyHeader,
      tokenLow: token,
      tokenHigh: token,
      ...grace,
      ...ownerFromLeader,
    });
  }

  /** Takes the session number that came, and begins to number commands. */
  takeOpened(): number {
    const opened = this.take().find(({ type }) => type === sessionOpened.type);
    if (opened === undefined) throw new Error('no session was opened');
    this.sessionId = opened.view.getUint32(eventAt.sessionId, true);
    this.sent = 0;
    return this.sessionId;
  }

  /** `session`: its number, with the own token, or the caller that opened it. */
  attach(
    session: number | WireClient,
    afterSeq = 0,
    feed: FeedKind = FeedKind.own,
    afterN = 0xffff_ffff,
  ): void {
    const sessionId = typeof session === 'number' ? session : session.sessionId;
    const { token } = typeof session === 'number' ? this : session;
    this.token = token;
    this.send(attach, { sessionId, afterSeq, afterN, feed, tokenLow: token, tokenHigh: token });
  }

  /** Takes the answer to an attach, and goes on to number commands where the replica is. */
  takeAttached(): ReturnType<typeof attached.read> {
    const answer = this.takeAll(attached).at(-1);
    if (answer === undefined) throw new Error('the attach was not answered');
    this.sessionId = answer.sessionId;
    this.sent = answer.lastCommandNumber;
    return answer;
  }

  createAccount(accountId = 1): void {
    const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
    this.send(createAccount, { ...this.#header(accountId), ...limits, name: 'account' });
  }

  createInstrument(instrumentId = 1): void {
    const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
    this.send(createInstrument, { ...this.#header(), instrumentId, ...decimals, symbol: `I${instrumentId}` });
  }

  place(side: 1 | 2, priceTicks: number, clientOrderId = '', accountId = 1, instrumentId = 1): void {
    const kind = { orderType: OrderType.limit, timeInForce: TimeInForce.goodTillCancel, selfMatch: 0 };
    const order = { instrumentId, priceTicks, quantityLots: 10, side, ...kind, clientOrderId };
    this.send(placeOrder, { ...this.#header(accountId), ...order });
  }

  cancel(clientOrderId: string, accountId = 1): void {
    this.send(cancelOrder, { ...this.#header(accountId), orderId: 0, clientOrderId, reserved2: 0 });
  }

  setMode(mode: number, openAfterMs: number): void {
    const reserved = { reserved2: 0, reserved3: 0, reserved4: 0 };
    const values = { instrumentId: 0, mode, openAfterMs, ...reserved, reason: 'a reason' };
    this.send(setMode, { ...this.#header(), ...values });
  }

  massCancel(accountId = 1): void {
    this.send(massCancel, { ...this.#header(accountId), instrumentId: 0, side: 0 });
  }

  /** Any command of its session. */
  command<F extends Fields>(layout: Layout<F>, values: object): void {
    this.send(layout, { ...this.#header(), ...values } as unknown as ValuesOf<F>);
  }

  ask(kind: number, values: Partial<ReturnType<typeof query.read>> = {}): void {
    const subject = { accountId: 0, instrumentId: 0, clientOrderId: '', afterId: 0, afterSeq: 0, afterN: 0 };
    const fixed = { requestId: 1, kind, reserved: 0, rowsMax: 100, reserved2: 0 };
    this.send(query, { ...fixed, ...subject, ...values });
  }

  #header(accountId = 0): {
    sessionId: number;
    commandNumber: number;
    accountId: number;
    deadlineMs: number;
  } {
    this.sent += 1;
    return { sessionId: this.sessionId, commandNumber: this.sent, accountId, deadlineMs: 0 };
  }
}

/** `seq.n` of an event. */
export function identityOf({ view }: ReceivedRecord): string {
  return `${getU53(view, eventAt.seq)}.${view.getUint32(eventAt.n, true)}`;
}
