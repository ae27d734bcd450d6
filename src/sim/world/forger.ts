/**
 * A replica that gives another snapshot than the one that it holds and its leader has named: of the same index, whole,
 * and of a state that never was. It does so once with some snapshots, and then gives the true one.
 */
import { Engine } from '../../engine/engine.ts';
import { DIGEST } from '../../engine/snapshot/snapshot.ts';
import { buildSnapshot, parseSnapshot } from '../../journal/snapshot-file.ts';
import { DecodeCode } from '../../protocol/codes.ts';
import { snapshotChunk } from '../../protocol/snapshot-messages.ts';
import type { Tally } from './atlas.ts';

/** Of snapshots whose index is a multiple of this another one is given first. */
const forgedEvery = 3;

export class Forger {
  readonly #tally: Tally;
  readonly #complaints: string[];
  /** Giver and index of what was forged already. */
  readonly #done = new Set<string>();
  /** The states that never were. */
  readonly #hashes = new Set<string>();

  constructor(tally: Tally, complaints: string[]) {
    this.#tally = tally;
    this.#complaints = complaints;
  }

  /** The file that a giver gives in place of its own at `index`; undefined: its own. */
  fileInstead(giver: string, index: number, own: Uint8Array | undefined): Uint8Array | undefined {
    const key = `${giver} ${index}`;
    const file = own === undefined || this.#done.has(key) ? undefined : parseSnapshot(own);
    if (file === undefined || index % forgedEvery !== 0) return undefined;
    this.#done.add(key);
    const state = file.state.slice();
    state[DIGEST]! ^= 1;
    const stateHash = hashOf(state);
    this.#hashes.add(stateHash);
    this.#tally.add('forged snapshot');
    return buildSnapshot({ ...file, state, stateHash });
  }

  /** A process goes on from this state. */
  look(name: string, engine: Engine): void {
    if (this.#hashes.size > 0 && this.#hashes.has(engine.stateHash()))
      this.#complaints.push(`${name} goes on from a state that a peer has forged`);
  }
}

/** What one process gives in place of its own snapshots, by connection. */
export class ForgedGifts {
  readonly #forger: Forger;
  readonly #giver: string;
  readonly #fileAt: (index: number) => Uint8Array | undefined;
  readonly #files = new Map<number, Uint8Array>();

  constructor(forger: Forger, giver: string, fileAt: (index: number) => Uint8Array | undefined) {
    this.#forger = forger;
    this.#giver = giver;
    this.#fileAt = fileAt;
  }

  /** The bytes that are sent on a connection in place of these. */
  instead(connection: number, bytes: Uint8Array, from: number, to: number): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (snapshotChunk.check(view, from, to - from) !== DecodeCode.ok) return bytes;
    const { index, offset, chunkBytes } = snapshotChunk.read(view, from);
    if (offset === 0) {
      const file = this.#forger.fileInstead(this.#giver, index, this.#fileAt(index));
      if (file === undefined) this.#files.delete(connection);
      else this.#files.set(connection, file);
    }
    const file = this.#files.get(connection);
    if (file === undefined) return bytes;
    const forged = bytes.slice();
    forged.set(file.subarray(offset, offset + chunkBytes), from + snapshotChunk.size);
    return forged;
  }
}

function hashOf(state: Uint8Array): string {
  const steps = Engine.snapshotHashSteps(state, state.length);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
