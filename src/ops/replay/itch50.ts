/**
 * Files of Nasdaq TotalView-ITCH 5.0: messages behind a length of two bytes, big-endian (section 4 of the
 * specification). Orders, cancellations, deletions and replacements are sent as they are; an execution is sent as the
 * order that takes it. Crosses, hidden trades and halts are counted. A file ends with the system event "C", end of
 * messages, or with a message of no bytes, the end of the session of a file.
 */
import { FileTimes, type FlowFormat, malformed } from './flow.ts';
import { Venue } from './venue.ts';

const format = 'itch50';
const priceDecimals = 4;
/** Instrument ids are this plus the stock locate code of the file. */
const instrumentIdBase = 100_000;
const messageBytesMax = 255;
const endOfMessages = 'C';

/** Bytes of each message of the specification, by its type; others are skipped by their length. */
const itchBytes: Readonly<Record<string, number>> = {
  S: 12,
  R: 39,
  H: 25,
  Y: 20,
  L: 26,
  V: 35,
  W: 12,
  K: 28,
  J: 35,
  h: 21,
  A: 36,
  F: 40,
  E: 31,
  C: 36,
  X: 23,
  D: 19,
  U: 35,
  P: 44,
  Q: 40,
  B: 19,
  I: 50,
  N: 20,
  O: 48,
};

export const readItch50: FlowFormat = async function* (file, name) {
  const venue = new Venue(priceDecimals);
  const times = new FileTimes('byte');
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  let isEnded = false;
  for await (const chunk of file) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at + 2 <= bytes.length) {
      const length = view.getUint16(at);
      const where = `byte ${offset + at}`;
      if (length === 0) {
        isEnded = true;
        at += 2;
        continue;
      }
      if (isEnded) throw malformed(name, where, 'a message comes after the end of messages', format);
      if (length > messageBytesMax) throw malformed(name, where, `a message of ${length} bytes`, format);
      if (at + 2 + length > bytes.length) break;
      const type = String.fromCharCode(view.getUint8(at + 2));
      const expected = itchBytes[type];
      if (!/[A-Za-z]/.test(type) || (expected !== undefined && expected !== length)) {
        const shown = type.replace(/[^\x21-\x7e]/, '?');
        throw malformed(name, where, `a message "${shown}" of ${length} bytes`, format);
      }
      if (expected !== undefined) times.take(timeAt(view, at + 2), offset + at);
      if (type === 'R') {
        const instrumentId = instrumentIdOf(view, at + 2);
        const symbol = textAt(view, at + 13, 8);
        yield {
          kind: 'instrument',
          instrument: { instrumentId, symbol, priceDecimals, quantityDecimals: 0 },
        };
      } else if (type === 'S') {
        isEnded = String.fromCharCode(view.getUint8(at + 13)) === endOfMessages;
      } else {
        apply(venue, type, view, at + 2);
        yield* venue.takeActions();
      }
      at += 2 + length;
    }
    offset += at;
    rest = bytes.slice(at);
  }
  if (rest.length > 0) {
    if (isEnded || !isTornMessage(rest))
      throw malformed(name, `byte ${offset}`, 'the file ends with bytes that are no message', format);
    yield {
      kind: 'remark',
      text: `${name} is cut within the message at byte ${offset}: that message is left out.`,
    };
  } else if (!isEnded) {
    yield { kind: 'remark', text: `${name} does not end with the event "end of messages": it is cut.` };
  }
  yield* times.remarks(name);
};

/** Nanoseconds since midnight, of which a message of the specification has 6 bytes. */
function timeAt(view: DataView, at: number): number {
  return view.getUint16(at + 5) * 2 ** 32 + view.getUint32(at + 7);
}

/** Whether bytes may be the beginning of a message, because its file was cut. */
function isTornMessage(bytes: Uint8Array): boolean {
  const [high, low, typeByte] = bytes;
  if (high !== 0 || typeByte === undefined) return high === 0;
  const type = String.fromCharCode(typeByte);
  const expected = itchBytes[type];
  return /[A-Za-z]/.test(type) && (expected === undefined || expected === low);
}

/** Carries out the message whose type is at `at`. */
function apply(venue: Venue, type: string, view: DataView, at: number): void {
  switch (type) {
    case 'A':
    case 'F': {
      const isBuy = view.getUint8(at + 19) === 0x42;
      return venue.submit(
        instrumentIdOf(view, at),
        idAt(view, at + 11),
        isBuy,
        view.getUint32(at + 32),
        view.getUint32(at + 20),
      );
    }
    case 'E':
    case 'C':
      return applyTo(venue, idAt(view, at + 11), 'unseenExecutions', (orderId) =>
        venue.execute(orderId, view.getUint32(at + 19)),
      );
    case 'X':
      return applyTo(venue, idAt(view, at + 11), 'unseenCancels', (orderId) =>
        venue.reduce(orderId, view.getUint32(at + 19)),
      );
    case 'D':
      return applyTo(venue, idAt(view, at + 11), 'unseenCancels', (orderId) => venue.cancel(orderId));
    case 'U':
      return applyTo(venue, idAt(view, at + 11), 'unseenCancels', (orderId) => {
        const isBuy = venue.isBuy(orderId);
        const newId = idAt(view, at + 19);
        venue.cancel(orderId);
        venue.submit(
          instrumentIdOf(view, at),
          newId,
          isBuy,
          view.getUint32(at + 31),
          view.getUint32(at + 27),
        );
      });
    case 'P':
      return venue.note('hiddenExecutions');
    case 'Q':
      return venue.note('crosses');
    case 'H':
      return venue.note('halts');
    default:
      return undefined;
  }
}

/** Does something to a known order, or counts that it is not known. */
function applyTo(
  venue: Venue,
  orderId: string,
  unseen: 'unseenExecutions' | 'unseenCancels',
  change: (orderId: string) => void,
): void {
  if (venue.has(orderId)) change(orderId);
  else venue.note(unseen);
}

function instrumentIdOf(view: DataView, at: number): number {
  return instrumentIdBase + view.getUint16(at + 1);
}

function idAt(view: DataView, at: number): string {
  return view.getBigUint64(at).toString();
}

/** Text padded with spaces at its end; what the protocol cannot carry is replaced. */
function textAt(view: DataView, at: number, length: number): string {
  let text = '';
  for (let n = 0; n < length; n++) text += String.fromCharCode(view.getUint8(at + n));
  return text.trimEnd().replaceAll(/[^\x21-\x7e]/g, '?') || 'UNKNOWN';
}
