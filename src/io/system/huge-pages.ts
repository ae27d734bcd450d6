/**
 * Large pages for large memory. The stores of an engine are a few hundred megabytes that are read at random: with pages
 * of 4 KiB nearly every read of an order also misses the processor's table of pages. Linux gives pages of 2 MiB where a
 * program asks for them (`transparent_hugepage(7)` calls that mode `madvise`).
 */
import { readFileSync } from 'node:fs';
import { madvise } from './native.ts';
import { MADV_COLLAPSE, MADV_HUGEPAGE } from './platform.ts';

/** A mapping that is smaller holds no store. */
const smallestMappingBytes = 4 * 2 ** 20;

/** A part of the address space: from the first byte to the one after the last. */
export interface AddressRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Asks for large pages for all large memory of this process so far. What was written to already is moved, about 0.3 ms
 * for each 2 MiB. Where the kernel knows no large pages, or they are switched off, nothing changes. Returns the bytes
 * that were asked for.
 */
export function useHugePages(): number {
  let bytes = 0;
  for (const { from, to } of largeMappings(readFileSync('/proc/self/maps', 'utf8'))) {
    if (madvise(from, to - from, MADV_HUGEPAGE) !== 0) continue;
    // Older kernels do not know it: their own thread moves these pages within minutes.
    madvise(from, to - from, MADV_COLLAPSE);
    bytes += to - from;
  }
  return bytes;
}

/** The large anonymous mappings that can be written to, from the text of `/proc/PID/maps` (`proc_pid_maps(5)`). */
export function largeMappings(maps: string): AddressRange[] {
  const anonymous = /^([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0 *$/gm;
  return [...maps.matchAll(anonymous)]
    .map(([, from, to]) => ({ from: Number.parseInt(from!, 16), to: Number.parseInt(to!, 16) }))
    .filter(({ from, to }) => to - from >= smallestMappingBytes);
}
