/**
 * Client order ids: up to 20 printable characters, or a UUID, which is packed into the same 20 bytes: a marker that no
 * text begins with, the 16 bytes of the UUID, three zeros. Every id has one form in bytes and every form one text.
 */
import { clientOrderIdBytes } from './limits.ts';
import { getText, isText, isTextValue, setText } from './texts.ts';

/** What may be a client order id, in words. */
export const clientOrderIdForm =
  '1 to 20 characters of printable ASCII without spaces, but not "." or ".." (no address can name them), or a UUID: 36 characters with dashes or 32 hexadecimal digits, all in one case';
/** Characters of the longest one. */
export const clientOrderIdCharactersMax = 36;

/** How a UUID was written; the number is the marker. Where it has no letter, it counts as lower case. */
const Marker = { dashedLower: 1, dashedUpper: 2, plainLower: 3, plainUpper: 4 } as const;

const uuidAt = 1;
const uuidBytes = 16;
const uuidEnd = uuidAt + uuidBytes;
/** The characters that a dash of a UUID comes before. */
const dashesBefore: readonly number[] = [8, 12, 16, 20];

const plain = (digit: string): string => `[${digit}]{32}`;
const dashed = (digit: string): string => `[${digit}]{8}(?:-[${digit}]{4}){3}-[${digit}]{12}`;
const lower = '0-9a-f';
const upper = '0-9A-F';
const uuid = new RegExp(`^(?:${[plain(lower), plain(upper), dashed(lower), dashed(upper)].join('|')})$`);
/** The same as {@link isClientOrderIdValue} for a schema, without the empty id. */
export const clientOrderIdPattern = `^(?!\\.{1,2}$)(?:[!-~]{1,20}|${uuid.source.slice(4, -2)})$`;

/** Whether `value` is a client order id, or empty, which means none. */
export function isClientOrderIdValue(value: string): boolean {
  if (value === '.' || value === '..') return false;
  return value.length <= clientOrderIdBytes ? isTextValue(value, clientOrderIdBytes) : uuid.test(value);
}

/** Whether the 20 bytes at `at` are a client order id or none. */
export function isClientOrderId(view: DataView, at: number): boolean {
  if (isDots(view.getInt32(at, true))) return false;
  return isText(view, at, clientOrderIdBytes) || isPackedUuid(view, at);
}

/** Whether the first word of a client order id, lowest byte first, is "." or "..": no address can name these. */
export function isDots(word: number): boolean {
  return word === 0x2e || word === 0x2e2e;
}

/** Whether the 20 bytes at `at` are a UUID in its one form. */
export function isPackedUuid(view: DataView, at: number): boolean {
  const marker = view.getUint8(at);
  if (marker < Marker.dashedLower || marker > Marker.plainUpper) return false;
  for (let n = uuidEnd; n < clientOrderIdBytes; n++) if (view.getUint8(at + n) !== 0) return false;
  return !isUpper(marker) || hasLetter(view, at);
}

/** The client order id in the 20 bytes at `at`, empty where there is none. */
export function getClientOrderId(view: DataView, at: number): string {
  const marker = view.getUint8(at);
  if (marker === 0 || marker > Marker.plainUpper) return getText(view, at, clientOrderIdBytes);
  let digits = '';
  for (let n = uuidAt; n < uuidEnd; n++) {
    if (marker <= Marker.dashedUpper && dashesBefore.includes((n - uuidAt) * 2)) digits += '-';
    digits += view
      .getUint8(at + n)
      .toString(16)
      .padStart(2, '0');
  }
  return isUpper(marker) ? digits.toUpperCase() : digits;
}

/** Writes a client order id; throws a RangeError where {@link isClientOrderIdValue} is false. */
export function setClientOrderId(view: DataView, at: number, value: string): void {
  if (value.length <= clientOrderIdBytes && value !== '.' && value !== '..') {
    setText(view, at, clientOrderIdBytes, value);
    return;
  }
  if (!uuid.test(value)) throw new RangeError(`"${value}" is no client order id: ${clientOrderIdForm}`);
  const digits = value.replaceAll('-', '');
  const isDashed = digits.length < value.length;
  if (/[A-F]/.test(digits)) view.setUint8(at, isDashed ? Marker.dashedUpper : Marker.plainUpper);
  else view.setUint8(at, isDashed ? Marker.dashedLower : Marker.plainLower);
  for (let n = 0; n < uuidBytes; n++) {
    view.setUint8(at + uuidAt + n, Number.parseInt(digits.slice(n * 2, n * 2 + 2), 16));
  }
  for (let n = uuidEnd; n < clientOrderIdBytes; n++) view.setUint8(at + n, 0);
}

function isUpper(marker: number): boolean {
  return marker === Marker.dashedUpper || marker === Marker.plainUpper;
}

function hasLetter(view: DataView, at: number): boolean {
  for (let n = uuidAt; n < uuidEnd; n++) {
    const byte = view.getUint8(at + n);
    if (byte >= 0xa0 || (byte & 15) >= 10) return true;
  }
  return false;
}
