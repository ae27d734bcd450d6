/**
 * What this replica has made of the newest frames: two running digests of 32 bits each, after each of them. One is
 * over what the state machine makes (its events), one over the frames themselves, by their checksums. Both run over the
 * whole log, so two replicas that differ once go on differing.
 */
import { assert } from '../../std/assert.ts';
import type { Digest } from '../log/replicated-log.ts';

/** Frames that are remembered; a power of two. Far more than may be in flight between two replicas that keep up. */
const framesMax = 16_384;
/** Odd, so that no difference is lost by it. */
const step = 0x85eb_ca6b | 0;

export class Digests {
  /** The digest of the log up to the last frame that was noted. */
  log = 0;
  /** The state machine's digest after it. */
  events = 0;
  readonly #indices = new Float64Array(framesMax).fill(-1);
  readonly #events = new Int32Array(framesMax);
  readonly #logs = new Int32Array(framesMax);

  /** The frame at `index`, with this checksum, is applied; `events` is the state machine's digest after it. @hot */
  note(index: number, checksum: number, events: number): void {
    const { log } = this;
    this.log = (Math.imul(((log << 13) | (log >>> 19)) ^ checksum, step) + 1) | 0;
    this.events = events;
    const at = index & (framesMax - 1);
    this.#indices[at] = index;
    this.#events[at] = events;
    this.#logs[at] = this.log;
  }

  /** The state is another one, after the frame at `index`: nothing that was noted before holds. */
  restart(index: number, log: number, events: number): void {
    this.log = log;
    this.events = events;
    this.#indices.fill(-1);
    const at = index & (framesMax - 1);
    this.#indices[at] = index;
    this.#events[at] = events;
    this.#logs[at] = log;
  }

  /** Whether the digests after the frame at `index` are known. */
  knows(index: number): boolean {
    return this.#indices[index & (framesMax - 1)] === index;
  }

  /** Those after the frame at `index`, which are known; as unsigned numbers. */
  at(index: number): Digest {
    assert(this.knows(index), () => `the digests after frame ${index} are remembered`);
    const at = index & (framesMax - 1);
    return { index, events: this.#events[at]! >>> 0, log: this.#logs[at]! >>> 0 };
  }
}
