/** Text fields: printable ASCII without spaces (0x21 to 0x7e), padded with zero bytes at the end. */

/** Whether the `size` bytes at `at` are a text. */
export function isText(view: DataView, at: number, size: number): boolean {
  let end = 0;
  while (end < size && view.getUint8(at + end) !== 0) {
    const byte = view.getUint8(at + end);
    if (byte < 0x21 || byte > 0x7e) return false;
    end++;
  }
  for (let n = end; n < size; n++) if (view.getUint8(at + n) !== 0) return false;
  return true;
}

/** Whether `value` fits a text field of `size` bytes. */
export function isTextValue(value: string, size: number): boolean {
  return value.length <= size && /^[\x21-\x7e]*$/.test(value);
}

/** Reads a text field. */
export function getText(view: DataView, at: number, size: number): string {
  let value = '';
  for (let n = 0; n < size; n++) {
    const byte = view.getUint8(at + n);
    if (byte === 0) break;
    value += String.fromCharCode(byte);
  }
  return value;
}

/** Writes a text field; the caller has checked it with {@link isTextValue}. */
export function setText(view: DataView, at: number, size: number, value: string): void {
  if (!isTextValue(value, size)) {
    throw new RangeError(`"${value}" must be printable ASCII without spaces, at most ${size} characters`);
  }
  for (let n = 0; n < size; n++) view.setUint8(at + n, n < value.length ? value.charCodeAt(n) : 0);
}
