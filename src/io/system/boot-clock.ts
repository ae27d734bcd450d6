/** Time since the machine booted, which goes on while it sleeps: what a lease is counted by. */
import { clockGettime } from './native.ts';
import { CLOCK_BOOTTIME } from './platform.ts';

const time = new Uint8Array(16);
const view = new DataView(time.buffer);

/** Microseconds; the same in all processes of a machine. @hot */
export function bootUs(): number {
  clockGettime(CLOCK_BOOTTIME, time);
  const seconds = view.getUint32(0, true) + view.getUint32(4, true) * 4_294_967_296;
  return seconds * 1_000_000 + Math.floor(view.getUint32(8, true) / 1_000);
}
