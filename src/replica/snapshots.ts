/**
 * When snapshots are taken, by whom, and what they free. A follower takes one in its turn, between two commands, while
 * the others carry the quorum; the rest fetch it. The leader takes one itself only when it is alone. The journal
 * before the last snapshot but one is dropped, so that a damaged newest snapshot still leaves a way back.
 */
import { Engine } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import { GrowingSeal } from '../journal/sealed-record.ts';
import {
  layOutSnapshot,
  removeOldSnapshots,
  type SnapshotFile,
  snapshotName,
  writeStateHash,
} from '../journal/snapshot-file.ts';
import { configurationBytes, writeConfiguration } from '../raft/configuration.ts';
import type { Raft } from '../raft/raft.ts';
import { Role } from '../raft/types.ts';
import type { Applier } from './applier.ts';
import { counter } from './counters.ts';
import type { ReplicaOptions } from './options.ts';
import type { Ports, Region } from './ports.ts';
import type { SnapshotSource } from './snapshot-transfer.ts';

/** The turn of the second follower comes when this much more of the journal has been written, and so on. */
const turnPermille = 250;
/** Bytes of a new snapshot that are sealed in one call. */
const sealBytesPerCall = 262_144;
/** After a failure nothing is tried for this long: a disk without room gets none by asking. */
const retryUs = 5_000_000;

/** A snapshot on its way to the disk. */
interface Saving {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Makes the hash of its state, which is written before the seal; undefined once it stands there. */
  hash: Generator<undefined, string> | undefined;
  /** Counts its bytes; undefined once it is sealed and the disk has it. */
  seal: GrowingSeal | undefined;
}

export class Snapshots implements SnapshotSource {
  readonly #options: ReplicaOptions;
  readonly #ports: Ports;
  readonly #journal: Journal;
  readonly #raft: Raft;
  readonly #applier: Applier;
  /** Index of the newest snapshot on disk; 0 is none. */
  snapshotIndex: number;
  #previousIndex: number;
  #saving: Saving | undefined;
  #wanted = false;
  #notBeforeUs = Number.NEGATIVE_INFINITY;

  constructor(
    options: ReplicaOptions,
    ports: Ports,
    journal: Journal,
    raft: Raft,
    applier: Applier,
    snapshotIndex: number,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#journal = journal;
    this.#raft = raft;
    this.#applier = applier;
    this.snapshotIndex = snapshotIndex;
    this.#previousIndex = snapshotIndex;
  }

  /** The operator wants one now; it is taken by this replica whatever its role. */
  request(): void {
    this.#wanted = true;
    this.#notBeforeUs = Number.NEGATIVE_INFINITY;
  }

  /** Takes, finishes or asks for a snapshot when it is time; `fetchFrom` is called with a peer that may have one. */
  doWork(nowUs: number, fetchFrom: (peerId: number) => void): number {
    if (this.#saving !== undefined) return this.#save(this.#saving, nowUs);
    if (nowUs < this.#notBeforeUs) return 0;
    const written = this.#journal.bytesSince(this.snapshotIndex);
    if (!this.#wanted && written < this.#options.snapshotEveryBytes) return 0;
    if (this.#applier.appliedIndex <= this.snapshotIndex) {
      this.#wanted = false;
      return 0;
    }
    if (this.#wanted || this.#isOurTurn(written)) {
      this.#take();
      return 1;
    }
    const peer = this.#peerToAsk();
    if (peer !== 0) fetchFrom(peer);
    return 0;
  }

  /** Keeps a fetched snapshot that does not change our state: it lets us drop our own log. */
  keep(file: SnapshotFile, bytes: Uint8Array): void {
    const { index, term } = file;
    if (index <= this.snapshotIndex || index > this.#applier.appliedIndex || this.#saving !== undefined)
      return;
    if (this.#journal.termAt(index) !== term) {
      this.#ports.log.warn('a snapshot from a peer is not of our log; it is not kept', { index });
      return;
    }
    this.#ports.counters.add(counter.snapshotsFetched, 1);
    this.#startSaving({ index, bytes, hash: undefined, seal: undefined });
  }

  /** Writes a snapshot that is about to replace our state; false when the disk refuses, or is busy with another. */
  install(file: SnapshotFile, bytes: Uint8Array): boolean {
    if (this.#saving !== undefined || !this.#ports.storage.write(snapshotName(file.index), bytes))
      return false;
    this.#ports.counters.add(counter.snapshotsFetched, 1);
    this.snapshotIndex = file.index;
    this.#previousIndex = file.index;
    removeOldSnapshots(this.#ports.storage, file.index);
    return true;
  }

  openSnapshot(): Region | undefined {
    return this.#ports.storage.openRegion(snapshotName(this.snapshotIndex));
  }

  /**
   * The file at `index` was found damaged: another takes its place, also where nothing was applied since. Until then
   * the one before is the newest that we have; it stays the way back, which the damaged one is not.
   */
  damaged(index: number): void {
    if (index !== this.snapshotIndex) return;
    this.#ports.log.warn('a snapshot is damaged on disk; a new one is taken', { index });
    const hasOlder = this.#previousIndex < index;
    if (hasOlder) this.#ports.storage.remove(snapshotName(index));
    this.snapshotIndex = hasOlder ? this.#previousIndex : 0;
    this.#previousIndex = this.snapshotIndex;
    this.request();
  }

  #take(): void {
    const { engine, appliedIndex, configuration } = this.#applier;
    const configured = new Uint8Array(configurationBytes(configuration));
    writeConfiguration(configuration, configured, 0);
    const { bytes, stateAt } = layOutSnapshot({
      index: appliedIndex,
      term: this.#journal.termAt(appliedIndex),
      seq: engine.lastSeq,
      timeUs: engine.lastTimeUs,
      configuration: configured,
      stateHash: '',
      stateBytes: engine.snapshotBytes(),
    });
    const state = bytes.subarray(stateAt);
    engine.writeSnapshot(state);
    this.#wanted = false;
    this.#ports.counters.add(counter.snapshotsTaken, 1);
    const hash = Engine.snapshotHashSteps(state);
    this.#startSaving({ index: appliedIndex, bytes, hash, seal: new GrowingSeal() });
  }

  #startSaving(saving: Saving): void {
    this.#saving = saving;
    if (saving.seal === undefined) this.#ports.storage.startWrite(snapshotName(saving.index), saving.bytes);
  }

  /** Hashes and seals the snapshot bit by bit, hands it to the disk, and notes that it is there. */
  #save(saving: Saving, nowUs: number): number {
    const { index, bytes, hash, seal } = saving;
    if (hash !== undefined) {
      const { done, value } = hash.next();
      if (done !== true) return 1;
      writeStateHash(bytes, value);
      saving.hash = undefined;
      return 1;
    }
    if (seal !== undefined) {
      seal.advance(bytes, Math.min(bytes.length, seal.at + sealBytesPerCall));
      if (seal.at < bytes.length) return 1;
      seal.write(new DataView(bytes.buffer));
      saving.seal = undefined;
      this.#ports.storage.startWrite(snapshotName(index), bytes);
      return 1;
    }
    const state = this.#ports.storage.backgroundWrite();
    if (state === 'busy') return 0;
    this.#saving = undefined;
    if (state === 'failed') {
      this.#notBeforeUs = nowUs + retryUs;
      this.#ports.log.warn('a snapshot could not be written; the journal is kept', { index });
      return 1;
    }
    this.#previousIndex = this.snapshotIndex;
    this.snapshotIndex = index;
    this.#journal.dropBefore(this.#previousIndex + 1);
    removeOldSnapshots(this.#ports.storage, index);
    this.#ports.log.info('snapshot written', { index });
    return 1;
  }

  /** The first follower in the order of ids takes it; the next ones only if that one does not. */
  #isOurTurn(written: number): boolean {
    const { voters } = this.#raft.configuration;
    const followers = voters.filter((id) => id !== this.#raft.leaderId).sort((a, b) => a - b);
    if (this.#raft.role === Role.leader) return followers.length === 0 || this.#isAbandoned(written);
    const place = followers.indexOf(this.#options.replicaId);
    const turn = place < 0 ? followers.length : place;
    return written * 1000 >= this.#options.snapshotEveryBytes * (1000 + turn * turnPermille);
  }

  /** A leader whose followers take none for long must save its disk itself. */
  #isAbandoned(written: number): boolean {
    return written >= this.#options.snapshotEveryBytes * 4;
  }

  #peerToAsk(): number {
    const { voters } = this.#raft.configuration;
    const others = voters.filter((id) => id !== this.#options.replicaId && id !== this.#raft.leaderId);
    return others.length === 0 ? 0 : Math.min(...others);
  }
}
