/** Commands of one session, written one behind the other as in a frame of the journal before the clock starts. */
import { commandsAhead, type Engine, type EventSink } from '../../engine/engine.ts';
import {
  cancelOrder,
  commandAt,
  createAccount,
  createInstrument,
  OrderType,
  openSession,
  placeOrder,
  type TimeInForce,
} from '../../protocol/commands.ts';
import { clientOrderIdBytes, openOrdersPerAccountMax } from '../../protocol/limits.ts';
import { setU53 } from '../../std/integers.ts';

/** Bytes of the largest command here. */
const commandBytes = 80;
const sessionId = 1;
/** Microseconds since 1970, of the size that real ones have. */
const startUs = 1_800_000_000_000_000;

/** A limit order on the tape. */
export interface TapeOrder {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly timeInForce: TimeInForce;
  readonly clientOrderId: string;
}

export class CommandTape {
  /** Commands on the tape. */
  count = 0;
  readonly capacity: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #commandNumber = 0;
  #end = 0;

  /** @param capacity in commands. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.#bytes = new Uint8Array(capacity * commandBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  rewind(): void {
    this.#bytes.fill(0, 0, this.#end);
    this.#end = 0;
    this.count = 0;
  }

  /** Applies all commands; `seq` of the first follows the engine's last one. */
  apply(engine: Engine, sink: EventSink): void {
    let seq = engine.lastSeq;
    let at = 0;
    for (let n = 0; n < this.count; n++) {
      if (n % commandsAhead === 0) engine.lookAhead(this.#view, at, Math.min(commandsAhead, this.count - n));
      seq += 1;
      engine.apply(this.#view, at, seq, startUs + seq, sink);
      at += this.#view.getUint16(at, true);
    }
  }

  openSession(): void {
    const at = this.#next(openSession.size);
    openSession.writePrefix(this.#view, at);
    this.#view.setUint32(at + openSession.at.tokenLow, 1, true);
  }

  createInstrument(instrumentId: number): void {
    const at = this.#next(createInstrument.size);
    createInstrument.writePrefix(this.#view, at);
    this.#writeHeader(at, 0);
    this.#view.setUint32(at + createInstrument.at.instrumentId, instrumentId, true);
    this.#writeText(at + createInstrument.at.symbol, `I${instrumentId}`);
  }

  createAccount(accountId: number): void {
    const at = this.#next(createAccount.size);
    createAccount.writePrefix(this.#view, at);
    this.#writeHeader(at, accountId);
    this.#view.setUint32(at + createAccount.at.openOrdersMax, openOrdersPerAccountMax, true);
    this.#writeText(at + createAccount.at.name, `A${accountId}`);
  }

  placeLimit(order: TapeOrder): void {
    const { accountId, instrumentId, side, priceTicks, quantityLots, timeInForce, clientOrderId } = order;
    const at = this.#next(placeOrder.size);
    const offsets = placeOrder.at;
    placeOrder.writePrefix(this.#view, at);
    this.#writeHeader(at, accountId);
    this.#view.setUint32(at + offsets.instrumentId, instrumentId, true);
    this.#view.setUint32(at + offsets.priceTicks, priceTicks, true);
    setU53(this.#view, at + offsets.quantityLots, quantityLots);
    this.#view.setUint8(at + offsets.side, side);
    this.#view.setUint8(at + offsets.orderType, OrderType.limit);
    this.#view.setUint8(at + offsets.timeInForce, timeInForce);
    this.#writeText(at + offsets.clientOrderId, clientOrderId);
  }

  /** By order id, or by client order id where that is 0. */
  cancel(accountId: number, orderId: number, clientOrderId: string): void {
    const at = this.#next(cancelOrder.size);
    cancelOrder.writePrefix(this.#view, at);
    this.#writeHeader(at, accountId);
    setU53(this.#view, at + cancelOrder.at.orderId, orderId);
    this.#writeText(at + cancelOrder.at.clientOrderId, clientOrderId);
  }

  #next(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    this.count++;
    return at;
  }

  #writeHeader(at: number, accountId: number): void {
    this.#view.setUint32(at + commandAt.sessionId, sessionId, true);
    setU53(this.#view, at + commandAt.commandNumber, ++this.#commandNumber);
    this.#view.setUint32(at + commandAt.accountId, accountId, true);
  }

  #writeText(at: number, text: string): void {
    const length = Math.min(text.length, clientOrderIdBytes);
    for (let n = 0; n < length; n++) this.#bytes[at + n] = text.charCodeAt(n);
  }
}
