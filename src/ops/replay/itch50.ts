/**
 * Files of Nasdaq TotalView-ITCH 5.0: messages behind a length of two bytes, big-endian (section 4 of the
 * specification). Orders, cancellations, deletions and replacements are sent as they are; an execution is sent as the
 * order that takes it. Crosses, hidden trades and administrative messages are left out.
 */
import { type FlowAction, type FlowFormat, malformed, scaled } from './flow.ts';

const priceDecimals = 4;
/** Instrument ids are this plus the stock locate code of the file. */
const instrumentIdBase = 100_000;

/** Bytes of each message that is read, by its type; others are skipped by their length. */
const bytesOf: Readonly<Record<string, number>> = { R: 39, A: 36, F: 40, E: 31, C: 36, X: 23, D: 19, U: 35 };

interface OpenOrder {
  readonly instrumentId: number;
  readonly isBuy: boolean;
  readonly price: number;
  /** Shares that the venue still shows. */
  shares: number;
}

export const readItch50: FlowFormat = async function* (file, name) {
  const reader = new ItchReader();
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  for await (const chunk of file) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const length = view.getUint16(at);
      if (at + 2 + length > bytes.length) break;
      const type = length > 0 ? String.fromCharCode(view.getUint8(at + 2)) : '';
      const expected = bytesOf[type];
      const isBad = length === 0 || !/[A-Za-z]/.test(type) || (expected !== undefined && expected !== length);
      if (isBad)
        throw malformed(name, `byte ${offset + at}`, `a message "${type}" of ${length} bytes`, 'itch50');
      if (expected !== undefined) yield* reader.read(type, view, at + 2);
      at += 2 + length;
    }
    offset += at;
    rest = bytes.slice(at);
  }
  if (rest.length > 0) throw malformed(name, `byte ${offset}`, 'the file ends within a message', 'itch50');
};

class ItchReader {
  readonly #open = new Map<string, OpenOrder>();
  #takers = 0;

  *read(type: string, view: DataView, at: number): Generator<FlowAction> {
    const instrumentId = instrumentIdBase + view.getUint16(at + 1);
    if (type === 'R') {
      const symbol = textAt(view, at + 11, 8);
      yield { kind: 'instrument', instrument: { instrumentId, symbol, priceDecimals, quantityDecimals: 0 } };
      return;
    }
    const orderId = view.getBigUint64(at + 11).toString();
    if (type === 'A' || type === 'F') {
      const isBuy = view.getUint8(at + 19) === 0x42;
      yield this.#place(instrumentId, orderId, isBuy, view.getUint32(at + 20), view.getUint32(at + 32));
      return;
    }
    const open = this.#open.get(orderId);
    if (open === undefined) return;
    if (type === 'E' || type === 'C' || type === 'X') {
      const shares = view.getUint32(at + 19);
      open.shares -= shares;
      if (open.shares <= 0) this.#open.delete(orderId);
      yield type === 'X'
        ? { kind: 'reduce', instrumentId, orderId, quantity: String(shares) }
        : this.#take(open, shares);
    } else {
      this.#open.delete(orderId);
      yield { kind: 'cancel', orderId };
      if (type !== 'U') return;
      const newId = view.getBigUint64(at + 19).toString();
      yield this.#place(instrumentId, newId, open.isBuy, view.getUint32(at + 27), view.getUint32(at + 31));
    }
  }

  #place(instrumentId: number, orderId: string, isBuy: boolean, shares: number, price: number): FlowAction {
    this.#open.set(orderId, { instrumentId, isBuy, price, shares });
    const side = isBuy ? 'buy' : 'sell';
    const amounts = { price: scaled(String(price), priceDecimals), quantity: String(shares) };
    return { kind: 'place', instrumentId, orderId, side, ...amounts, takesOnly: false };
  }

  #take(open: OpenOrder, shares: number): FlowAction {
    this.#takers += 1;
    const side = open.isBuy ? 'sell' : 'buy';
    const amounts = { price: scaled(String(open.price), priceDecimals), quantity: String(shares) };
    const { instrumentId } = open;
    return { kind: 'place', instrumentId, orderId: `x${this.#takers}`, side, ...amounts, takesOnly: true };
  }
}

/** Text padded with spaces at its end; what the protocol cannot carry is replaced. */
function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let n = 0; n < length; n++) text += String.fromCharCode(view.getUint8(at + n));
  return text.trimEnd().replaceAll(/[^\x21-\x7e]/g, '?') || 'UNKNOWN';
}
