/**
 * Creates segments, one ahead of need, so that a roll-over in the hot path is a switch. A disk without room is asked
 * again now and then, not on each call.
 */
import { type Owner, Segment } from './segment.ts';
import type { Storage } from './storage.ts';

/** Calls that pass after a refusal before the disk is asked again. */
const retryCalls = 256;

export class SegmentMaker {
  readonly #storage: Storage;
  readonly #segmentBytes: number;
  readonly #owner: Owner;
  #nextNumber: number;
  #spare: Segment | undefined;
  #callsToRetry = 0;
  #isDiskFull = false;

  constructor(storage: Storage, segmentBytes: number, owner: Owner, nextNumber: number) {
    this.#storage = storage;
    this.#segmentBytes = segmentBytes;
    this.#owner = owner;
    this.#nextNumber = nextNumber;
  }

  /** Whether the last attempt to create a segment failed. */
  get isDiskFull(): boolean {
    return this.#isDiskFull;
  }

  /** Creates the next segment if there is none; returns it if it is new: its flush should be requested. @hot */
  prepare(): Segment | undefined {
    if (this.#spare !== undefined) return undefined;
    if (this.#callsToRetry > 0) {
      this.#callsToRetry--;
      return undefined;
    }
    this.#spare = Segment.create(this.#storage, this.#nextNumber, this.#segmentBytes, this.#owner);
    this.#isDiskFull = this.#spare === undefined;
    if (this.#spare === undefined) this.#callsToRetry = retryCalls;
    else this.#nextNumber++;
    return this.#spare;
  }

  /** The next segment, its identity flushed; undefined: no room, or the disk does not flush. */
  take(): Segment | undefined {
    this.prepare();
    const spare = this.#spare;
    if (spare === undefined) return undefined;
    const isFlushed =
      spare.requestedPosition > 0 && spare.requestedPosition <= this.#storage.flushedPosition();
    if (!isFlushed && !this.#storage.flush(spare.region)) return undefined;
    this.#spare = undefined;
    return spare;
  }

  /** Removes the segment that was not needed. */
  close(): void {
    if (this.#spare === undefined) return;
    this.#storage.closeRegion(this.#spare.region);
    this.#storage.remove(this.#spare.name);
  }
}
