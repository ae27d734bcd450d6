/** A desk for tests: sends commands to an engine by name and reads events back as plain objects. */

import type { Side } from '../../protocol/commands.ts';
import * as protocol from '../../protocol/commands.ts';
import { events } from '../../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { assert } from '../../std/assert.ts';
import type { EventSink } from '../events/output.ts';

/** A sink that keeps the events of one command in one piece. */
export class RecordingSink implements EventSink {
  bytes = new Uint8Array(4096);
  view = new DataView(this.bytes.buffer);
  words = new Int32Array(this.bytes.buffer);
  used = 0;

  claim(bytes: number): number {
    const at = this.used;
    this.used += bytes;
    if (this.used > this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
      this.words = new Int32Array(grown.buffer);
    }
    this.bytes.fill(0, at, this.used);
    return at;
  }

  traded(): void {}
}

/** One event as its name and its fields. */
export type DecodedEvent = Record<string, number | string | Uint8Array> & { readonly name: string };

/** The events in a sink; each must be well-formed, and they must be numbered from 0. */
export function decode(sink: RecordingSink): DecodedEvent[] {
  const decoded: DecodedEvent[] = [];
  for (let at = 0; at < sink.used; ) {
    const layout = events.of(sink.view.getUint8(at + TYPE_AT));
    assert(layout !== undefined, 'an event is of a known type');
    assert(layout.check(sink.view, at, sink.used - at) === 0, `an event is well-formed: ${layout.name}`);
    const values = layout.read(sink.view, at);
    assert(values.n === decoded.length, 'events are numbered without a gap');
    decoded.push({ name: layout.name, ...values });
    at += layout.size;
  }
  return decoded;
}

/** What a desk drives: an engine, or several behind one method. */
export interface Applies {
  apply(view: DataView, at: number, seq: number, timeUs: number, sink: EventSink): void;
  readonly lastSeq: number;
}

type Given<F extends Fields> = Partial<ValuesOf<F>>;

/** Numbers the commands of one session and applies them. */
export class EngineDesk {
  readonly engine: Applies;
  sessionId = 0;
  commandNumber = 0;
  /** The stamped time of the next command, in microseconds since 1970, less its seq. */
  timeUs = 1_000_000;
  /** The signed request that the next commands come from. */
  request: protocol.StampFields | undefined;
  readonly #view = new DataView(new ArrayBuffer(256));

  constructor(engine: Applies) {
    this.engine = engine;
  }

  /** Applies any command with the fields given; all others are 0 or empty. */
  send<F extends Fields>(layout: Layout<F>, values: Given<F>): DecodedEvent[] {
    const zero = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
    const { request } = this;
    const stampBytes =
      request === undefined ? 0 : protocol.writeRequestStamp(this.#view, layout.size, request);
    layout.write(this.#view, 0, { ...zero, ...values } as ValuesOf<F>, stampBytes);
    return this.applyBytes(this.#view, 0);
  }

  /** Applies the record at `at` unchanged. */
  applyBytes(view: DataView, at: number): DecodedEvent[] {
    const sink = new RecordingSink();
    const seq = this.engine.lastSeq + 1;
    this.engine.apply(view, at, seq, this.timeUs + seq, sink);
    return decode(sink);
  }

  /** Opens a session with a token and sends through it from here on. */
  open(token: number, cancelOnDisconnect = 0): DecodedEvent[] {
    const opened = this.send(protocol.openSession, { tokenLow: token, cancelOnDisconnect });
    this.sessionId = opened.at(-1)!['sessionId'] as number;
    this.commandNumber = 0;
    return opened;
  }

  /** Sends the next command of the session. */
  next<F extends Fields>(layout: Layout<F>, accountId: number, values: Given<F>): DecodedEvent[] {
    const header = { sessionId: this.sessionId, commandNumber: ++this.commandNumber, accountId };
    return this.send(layout, { ...header, ...values });
  }

  instrument(instrumentId: number, symbol = `I${instrumentId}`): DecodedEvent[] {
    return this.next(protocol.createInstrument, 0, { instrumentId, symbol, priceDecimals: 2 });
  }

  account(
    accountId: number,
    limits: Given<typeof protocol.createAccount extends Layout<infer F> ? F : never> = {},
  ): DecodedEvent[] {
    return this.next(protocol.createAccount, accountId, { name: `A${accountId}`, ...limits });
  }

  /** Places a limit order, good till cancel, unless the fields in `more` differ. */
  place(
    accountId: number,
    side: Side,
    quantityLots: number,
    priceTicks: number,
    more: Given<typeof protocol.placeOrder extends Layout<infer F> ? F : never> = {},
  ): DecodedEvent[] {
    return this.next(protocol.placeOrder, accountId, {
      instrumentId: 1,
      side,
      quantityLots,
      priceTicks,
      orderType: protocol.OrderType.limit,
      timeInForce: protocol.TimeInForce.goodTillCancel,
      ...more,
    });
  }
}
