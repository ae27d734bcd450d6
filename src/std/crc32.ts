/**
 * CRC-32 (ISO 3309, the polynomial of zlib and Ethernet), four bytes at a step. It is here, and not in a library,
 * because the journal's room may call nothing outside of it and because a call must not allocate a view.
 */

const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(4 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xed_b8_83_20 : crc >>> 1;
    made[n] = crc;
  }
  for (let table = 1; table < 4; table++) {
    for (let n = 0; n < 256; n++) {
      const below = made[(table - 1) * 256 + n]!;
      made[table * 256 + n] = (below >>> 8) ^ made[below & 0xff]!;
    }
  }
  return made;
}

/** The checksum of `bytes[from, to)` as an unsigned 32-bit integer; `seed` continues an earlier one. @hot */
export function crc32(bytes: Uint8Array, from: number, to: number, seed = 0): number {
  const t = tables;
  let crc = ~seed;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t[768 + (crc & 0xff)]! ^
      t[512 + ((crc >>> 8) & 0xff)]! ^
      t[256 + ((crc >>> 16) & 0xff)]! ^
      t[crc >>> 24]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}
