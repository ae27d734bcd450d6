/**
 * How V8 compiles what runs by the million. One command passes through a hundred small functions, far more than V8 puts
 * into one piece of machine code by itself. A replica lets it put more together (`bin/lockstep.js`), but not all: that
 * piece would hold the whole duty cycle, and whenever something happens for the first time V8 compiles it again, for a
 * tenth of a second and more, on processors that others need.
 */
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode of the functions that may be compiled into one, and of that one in all. */
const inliningFlags = [
  '--max-inlined-bytecode-size-cumulative=12000',
  '--max-inlined-bytecode-size-absolute=20000',
] as const;

/** The same as in `bin/lockstep.js`, which no source can import. */
export const inlinedBytesInReplicas = 3_000;

/**
 * Called before the hot paths run; it counts for all threads of the process, and for code that is compiled from now on.
 */
export function compileInOnePiece(): void {
  for (const flag of inliningFlags) setFlagsFromString(flag);
}

/** The same, as a replica compiles. */
export function compileAsReplica(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlinedBytesInReplicas}`);
}
