/**
 * Text fields, padded with zero bytes at the end: words are printable ASCII without spaces (0x21 to 0x7e), lines may
 * have spaces too.
 */

/** The least byte of a word, and that of a line. */
export const WORD_LEAST = 0x21;
export const LINE_LEAST = 0x20;

/** Whether the `size` bytes at `at` are a text. */
export function isText(view: DataView, at: number, size: number, least = WORD_LEAST): boolean {
  for (let n = 0; n < size; n++) {
    const byte = view.getUint8(at + n);
    if (byte === 0) return isZero(view, at + n, at + size);
    if (byte < least || byte > 0x7e) return false;
  }
  return true;
}

/** Whether `value` fits a text field of `size` bytes. */
export function isTextValue(value: string, size: number, least = WORD_LEAST): boolean {
  const { length } = value;
  if (length > size) return false;
  for (let n = 0; n < length; n++) {
    const code = value.charCodeAt(n);
    if (code < least || code > 0x7e) return false;
  }
  return true;
}

/** Reads a text field that {@link isText} found good. */
export function getText(view: DataView, at: number, size: number): string {
  let value = '';
  let n = 0;
  // Four at a time: each character that is appended alone makes another string.
  for (; n + 4 <= size && view.getUint8(at + n + 3) !== 0; n += 4) {
    value += String.fromCharCode(
      view.getUint8(at + n),
      view.getUint8(at + n + 1),
      view.getUint8(at + n + 2),
      view.getUint8(at + n + 3),
    );
  }
  for (; n < size; n++) {
    const byte = view.getUint8(at + n);
    if (byte === 0) break;
    value += String.fromCharCode(byte);
  }
  return value;
}

/** Writes a text field; the caller has checked it with {@link isTextValue}. */
export function setText(view: DataView, at: number, size: number, value: string, least = WORD_LEAST): void {
  if (!isTextValue(value, size, least)) {
    const without = least === WORD_LEAST ? ' without spaces' : '';
    throw new RangeError(`"${value}" must be printable ASCII${without}, at most ${size} characters`);
  }
  const { length } = value;
  for (let n = 0; n < length; n++) view.setUint8(at + n, value.charCodeAt(n));
  for (let n = length; n < size; n++) view.setUint8(at + n, 0);
}

function isZero(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (view.getUint8(at) !== 0) return false;
  return true;
}
