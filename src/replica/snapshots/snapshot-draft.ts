/**
 * A snapshot in the making: the state is copied, the copy is hashed, and the file is sealed, in steps so short that
 * the duty cycle is not delayed. Until the state is copied nothing may be applied to it.
 */
import {
  layOutSnapshot,
  SnapshotCount,
  snapshotFileBytes,
  writeStateHash,
} from '../../journal/snapshot-file.ts';
import { assert } from '../../std/assert.ts';
import type { HeldSnapshot, SnapshotPosition } from '../log/replicated-log.ts';
import type { Clock } from '../ports.ts';
import type { StateMachine } from '../state/state-machine.ts';

/** The room for a file is larger than the first one in it by this part, because states grow. */
const growthDivisor = 4;

/**
 * A step of the copy ends after this many microseconds, if it is not to be larger: code that runs for the first time is
 * slow.
 */
const stepUsMax = 300;
/** The clock is read after so many bytes. */
const pieceBytes = 16_384;

export class SnapshotDraft {
  /** The last frame that is in it, and that frame's term. */
  readonly index: number;
  readonly term: number;
  /** The file; whole once `advance` says so. */
  readonly bytes: Uint8Array;
  /** Where it is. */
  readonly room: SharedArrayBuffer;
  readonly #machine: StateMachine;
  readonly #seq: number;
  readonly #state: Uint8Array;
  readonly #stepBytes: number;
  readonly #clock: Clock;
  readonly #count = new SnapshotCount();
  /** Copies the state; undefined once it is there. */
  #copy: Generator<number, number> | undefined;
  #copiedBytes = 0;
  /** Makes the hash of the copy, which is before the seal; undefined until there is one, and once it is written. */
  #hash: Generator<undefined, string> | undefined;

  /** Of the state of `machine` as it is now. The file is in `room`, or in more room where that is too small. */
  constructor(
    machine: StateMachine,
    position: SnapshotPosition & { readonly logDigest: number },
    stepBytes: number,
    clock: Clock,
    room: SharedArrayBuffer | undefined,
  ) {
    const layout = {
      ...position,
      seq: machine.lastSeq,
      timeUs: machine.lastTimeUs,
      eventDigest: machine.digest >>> 0,
      stateHash: '',
      stateBytes: machine.snapshotBytes(),
    };
    const needed = snapshotFileBytes(layout);
    const isEnough = room !== undefined && room.byteLength >= needed;
    // Shared only because V8 then collects no garbage for its size, which takes the core and others milliseconds.
    this.room = isEnough ? room : new SharedArrayBuffer(needed + Math.floor(needed / growthDivisor));
    const { bytes, stateAt } = layOutSnapshot(layout, this.room);
    this.index = position.index;
    this.term = position.term;
    this.bytes = bytes;
    this.#machine = machine;
    this.#seq = machine.lastSeq;
    this.#state = bytes.subarray(stateAt);
    this.#stepBytes = stepBytes;
    this.#clock = clock;
    this.#copy = machine.snapshotSteps(this.#state, Math.min(stepBytes, pieceBytes));
  }

  /** Whether the state is still being copied. @hot */
  get isCopying(): boolean {
    return this.#copy !== undefined;
  }

  /** Copies one step more, and then on until `part` of the state, from 0 to 1, is copied. */
  copy(part: number): void {
    assert(
      this.#machine.lastSeq === this.#seq,
      () =>
        `nothing is applied while the state is copied: seq ${this.#machine.lastSeq}, the copy is of ${this.#seq}`,
    );
    const startUs = this.#clock.nowUs();
    const stepEnd = Math.min(this.#state.length, this.#copiedBytes + this.#stepBytes);
    const target = Math.ceil(this.#state.length * part);
    do this.#copiedBytes = this.#copy!.next().value;
    while (
      this.#copiedBytes < target ||
      (this.#copiedBytes < stepEnd && this.#clock.nowUs() - startUs < stepUsMax)
    );
    if (this.#copiedBytes < this.#state.length) return;
    this.#copy = undefined;
    this.#hash = this.#machine.snapshotHashSteps(this.#state, this.#stepBytes);
  }

  /** Hashes or seals a step of what is copied; true when the file is whole. */
  advance(): boolean {
    if (this.#hash !== undefined) {
      const { done, value } = this.#hash.next();
      if (done === true) {
        writeStateHash(this.bytes, value);
        this.#hash = undefined;
      }
      return false;
    }
    const { bytes } = this;
    this.#count.advance(bytes, Math.min(bytes.length, this.#count.at + this.#stepBytes));
    if (this.#count.at < bytes.length) return false;
    this.#count.seal.write(new DataView(bytes.buffer));
    return true;
  }

  /** By what the file is named; it is whole. */
  name(): HeldSnapshot {
    const { index, term } = this;
    return { index, term, hash: this.#count.end() };
  }
}
