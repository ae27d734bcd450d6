/**
 * What a witness replicates: nothing but how far the log goes (decision 27). It is in its snapshots, so that it can
 * begin again behind what it has dropped. Of the snapshot of a replica it keeps the place in the log alone.
 */
import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import { getU53, isU53, setU53 } from '../../std/integers.ts';
import { applyingAt } from '../mark/apply-mark.ts';
import type { StateMachine } from '../state/state-machine.ts';

const stateBytes = 16;
const seqAt = 0;
const timeAt = 8;

export class WitnessState implements StateMachine {
  lastSeq = 0;
  lastTimeUs = 0;
  readonly digest = 0;
  readonly version = 0;
  marks = new Float64Array(applyingAt + 1);

  /** The state in a snapshot; undefined where the bytes are none. */
  static read(snapshot: Uint8Array): WitnessState | undefined {
    if (snapshot.length !== stateBytes) return undefined;
    const view = new DataView(snapshot.buffer, snapshot.byteOffset);
    if (!isU53(view, seqAt) || !isU53(view, timeAt)) return undefined;
    const state = new WitnessState();
    state.lastSeq = getU53(view, seqAt);
    state.lastTimeUs = getU53(view, timeAt);
    return state;
  }

  /** Commands are bytes here: where they end is not looked at. @hot */
  apply(_view: DataView, at: number, count: number, firstSeq: number, timeUs: number): number {
    this.lastSeq = firstSeq + count - 1;
    this.lastTimeUs = timeUs;
    return at;
  }

  skip(view: DataView, at: number, seq: number, timeUs: number): number {
    return this.apply(view, at, 1, seq, timeUs);
  }

  voidsSince(): number {
    return 0;
  }

  hasPassedOver(): boolean {
    return true;
  }

  snapshotBytes(): number {
    return stateBytes;
  }

  *snapshotSteps(into: Uint8Array): Generator<number, number> {
    yield* [];
    into.set(bytesOf(this.lastSeq, this.lastTimeUs));
    return stateBytes;
  }

  *snapshotHashSteps(snapshot: Uint8Array): Generator<undefined, string> {
    yield* [];
    return hashOf(snapshot);
  }

  restore(snapshot: Uint8Array, hash: string): (() => void) | undefined {
    const there = WitnessState.read(snapshot);
    if (there === undefined || hashOf(snapshot) !== hash) return undefined;
    return () => {
      this.lastSeq = there.lastSeq;
      this.lastTimeUs = there.lastTimeUs;
    };
  }

  stateHash(): string {
    return hashOf(bytesOf(this.lastSeq, this.lastTimeUs));
  }

  holdBack(): void {}

  clear(): void {
    this.lastSeq = 0;
    this.lastTimeUs = 0;
  }

  differences(): readonly string[] {
    return [];
  }

  answersBetween(): readonly string[] {
    return [];
  }
}

/** The snapshot of a replica with an engine as a witness needs it: its place in the log without its state. */
export function witnessSnapshot(file: SnapshotFile): SnapshotFile {
  const state = bytesOf(file.seq, file.timeUs);
  return { ...file, eventDigest: 0, state, stateHash: hashOf(state) };
}

function bytesOf(seq: number, timeUs: number): Uint8Array {
  const bytes = new Uint8Array(stateBytes);
  const view = new DataView(bytes.buffer);
  setU53(view, seqAt, seq);
  setU53(view, timeAt, timeUs);
  return bytes;
}

function hashOf(state: Uint8Array): string {
  return getU53(new DataView(state.buffer, state.byteOffset), seqAt).toString(16).padStart(16, '0');
}
