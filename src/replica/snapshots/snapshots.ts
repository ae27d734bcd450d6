/**
 * When snapshots are taken, by which replica, and what they free. A follower takes one in its turn: it goes on to store
 * and acknowledge, and applies nothing until its state is copied, step by step; the other replicas fetch the file. The
 * leader takes one itself only when it is alone, between two commands. The journal before the last snapshot but one is
 * dropped, so that a damaged newest snapshot still leaves a way back.
 */
import {
  readSnapshot,
  removeOldSnapshots,
  SnapshotCount,
  type SnapshotFile,
  snapshotIndices,
  snapshotName,
} from '../../journal/snapshot-file.ts';
import { withEngine } from '../../protocol/roster.ts';
import type { Doubt } from '../../raft/types.ts';
import { Holds } from '../../std/holds.ts';
import { counter } from '../counters.ts';
import type { HeldSnapshot, ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports, Region } from '../ports.ts';
import type { Applier } from '../state/applier.ts';
import type { StateMachine } from '../state/state-machine.ts';
import { SnapshotDraft } from './snapshot-draft.ts';
import type { FetchedSnapshot, SnapshotSource } from './snapshot-transfer.ts';

/** The turn of the second follower comes when this much more of the journal has been written, and so on. */
const turnPermille = 250;
/**
 * Commands that may wait until the state of a follower is copied: two cycles apply them. The more of them wait, the
 * larger the steps.
 */
const waitingCommandsMax = 16_384;
/** After a failure nothing is tried for this long: a disk without room gets none by asking. */
const retryUs = 5_000_000;
/** After a change of leadership no copy is begun for this long: first the cluster settles. */
const settleUs = 1_000_000;

/** Between two steps of a snapshot. */
const stepPeriodUs = 1_000;
const applyLimitAt = 0;
const periodAt = 1;

/** The newest file, and how far it is read. */
interface CountedFile {
  readonly region: Region;
  readonly count: SnapshotCount;
}

/** The saved state, how far the log is applied to it, and the snapshot with which it began (0 is none). */
interface SavedState {
  readonly state: StateMachine;
  readonly applier: Applier;
  readonly snapshotIndex: number;
}

export class Snapshots implements SnapshotSource {
  readonly #options: ReplicaOptions;
  readonly #ports: Ports;
  readonly #log: ReplicatedLog;
  readonly #state: StateMachine;
  readonly #applier: Applier;
  /** Index of the newest snapshot on disk; 0 is none. */
  snapshotIndex: number;
  #previousIndex: number;
  #draft: SnapshotDraft | undefined;
  /**
   * What a duty cycle must know of the draft: the index up to which may be applied, and in how long the next step is
   * due. In an array, because V8 takes fields that have never changed as constants: the first snapshot would throw away
   * the compiled code of the whole duty cycle, and compiling that takes a processor for a tenth of a second.
   */
  readonly #bounds = new Float64Array([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  /** Where drafts are made: addresses, whose memory the disk gives back as it writes a file. */
  #room: SharedArrayBuffer | undefined;
  /** The snapshot that the disk is writing. */
  #writing: HeldSnapshot | undefined;
  /** The newest one on disk; undefined where there is none, or its hash is not known yet. */
  #held: HeldSnapshot | undefined;
  /** It is read for its hash, step by step. */
  #counted: CountedFile | undefined;
  /** The operator's order, and whether it is what the draft is made for. */
  #wanted = false;
  #isDraftWanted = false;
  #notBeforeUs = Number.NEGATIVE_INFINITY;
  /** A file that cannot be opened is not tried before. */
  #countFromUs = Number.NEGATIVE_INFINITY;
  readonly #doubts = new Holds<Doubt>();
  #isSuspended = false;

  constructor(
    options: ReplicaOptions,
    ports: Ports,
    log: ReplicatedLog,
    { state, applier, snapshotIndex }: SavedState,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#log = log;
    this.#state = state;
    this.#applier = applier;
    this.snapshotIndex = snapshotIndex;
    this.#previousIndex = snapshotIndex;
  }

  /** The operator wants one now; it is taken by this replica whatever its role. */
  request(): void {
    this.#wanted = true;
    this.#notBeforeUs = Number.NEGATIVE_INFINITY;
  }

  /** Up to this index frames may be applied; no more than are, while the state is copied. @hot */
  get applyLimit(): number {
    return this.#bounds[applyLimitAt]!;
  }

  /** The newest snapshot on disk, which this replica gives to others. A witness's snapshot has no state. */
  get held(): HeldSnapshot | undefined {
    return this.#isSuspended || this.#options.isWitness === true ? undefined : this.#held;
  }

  /** Microseconds from one call of `doWork` to the next that are not to be exceeded. @hot */
  get periodUs(): number {
    return this.#bounds[periodAt]!;
  }

  #noteDraft(draft: SnapshotDraft | undefined): void {
    this.#draft = draft;
    this.#bounds[applyLimitAt] = draft?.isCopying === true ? draft.index : Number.POSITIVE_INFINITY;
    this.#notePeriod();
  }

  #notePeriod(): void {
    const isStepping = this.#draft !== undefined || this.#counted !== undefined;
    this.#bounds[periodAt] = isStepping ? stepPeriodUs : Number.POSITIVE_INFINITY;
  }

  /** Gives up a copy: what waits to be applied must not hold up a leader, or a replica that may lead soon. */
  leadershipChanged(nowUs: number): void {
    if (this.#draft?.isCopying !== true) return;
    const { index } = this.#draft;
    this.#ports.log.info('a snapshot is given up: the leadership has changed', { index });
    this.#noteDraft(undefined);
    this.#wanted ||= this.#isDraftWanted;
    this.#notBeforeUs = nowUs + settleUs;
  }

  /** Takes, finishes or asks for a snapshot when it is time; `fetchFrom` is called with a peer that may have one. */
  doWork(nowUs: number, fetchFrom: (peerId: number) => void): number {
    if (this.#draft !== undefined) return this.#advance(this.#draft);
    if (this.#writing !== undefined) return this.#noteWritten(this.#writing, nowUs);
    if (this.#held === undefined && this.snapshotIndex !== 0 && nowUs >= this.#countFromUs)
      return this.#count(nowUs);
    if (nowUs < this.#notBeforeUs || this.#log.isElecting || this.#isSuspended) return 0;
    const written = this.#log.bytesSince(this.snapshotIndex);
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
  keep({ name, file, bytes }: FetchedSnapshot): void {
    const { index, term } = name;
    if (index <= this.snapshotIndex || index > this.#applier.appliedIndex || this.isBusy) return;
    if (this.#log.termAt(index) !== term) {
      this.#ports.log.warn('a snapshot from a peer is not of our log; it is not kept', { index });
      return;
    }
    if (!this.#isOfOurState(file)) {
      this.#ports.log.warn('a snapshot from a peer is of another state than ours; it is not kept', { index });
      return;
    }
    this.#ports.counters.add(counter.snapshotsFetched, 1);
    this.#startWrite(name, bytes);
  }

  /** Whether the peer had made of the log what this replica had, as far as that is remembered. */
  #isOfOurState({ index, logDigest, eventDigest }: SnapshotFile): boolean {
    const { digests } = this.#applier;
    if (!digests.knows(index)) return true;
    const own = digests.at(index);
    return own.log === logDigest && own.events === eventDigest;
  }

  /**
   * Writes a snapshot that is about to replace our state, and gives up a snapshot that is being made; false when the
   * disk refuses, or is busy with another.
   */
  install(name: HeldSnapshot, bytes: Uint8Array): boolean {
    this.#noteDraft(undefined);
    const { index } = name;
    if (this.isBusy || !this.#ports.storage.write(snapshotName(index), bytes)) return false;
    this.#ports.counters.add(counter.snapshotsFetched, 1);
    this.#previousIndex = index;
    this.#hold(index, name);
    removeOldSnapshots(this.#ports.storage, index);
    return true;
  }

  /** The state is in doubt, or not any more: as long as a doubt is left none is taken, and none is given to others. */
  suspend(doubt: Doubt, isSuspended: boolean): void {
    this.#isSuspended = this.#doubts.set(doubt, isSuspended);
    if (this.#isSuspended) this.#noteDraft(undefined);
    this.#log.names.hold(this.held);
  }

  /** The state is again that of an older snapshot: newer ones hold what is wrong, and are set aside. */
  goBack(index: number, folder: string): void {
    const { storage } = this.#ports;
    for (const newer of snapshotIndices(storage)) {
      if (newer <= index) continue;
      storage.setAside(folder, snapshotName(newer));
      storage.remove(snapshotName(newer));
    }
    this.#hold(index, undefined);
    this.#previousIndex = index;
  }

  openSnapshot(): Region | undefined {
    // That of a witness has no state.
    if (this.#isSuspended || this.#options.isWitness === true) return undefined;
    return this.#ports.storage.openRegion(snapshotName(this.snapshotIndex));
  }

  /**
   * The file at `index` was found damaged: another snapshot is taken, even where nothing was applied since. Until then
   * the snapshot before it is the newest that can be used, and is kept.
   */
  damaged(index: number): void {
    if (index !== this.snapshotIndex) return;
    this.#ports.log.warn('a snapshot is damaged on disk; a new one is taken', { index });
    const hasOlder = this.#previousIndex < index;
    if (hasOlder) this.#ports.storage.remove(snapshotName(index));
    this.#hold(hasOlder ? this.#previousIndex : 0, undefined);
    this.#previousIndex = this.snapshotIndex;
    this.request();
  }

  /** One is being made or written. */
  get isBusy(): boolean {
    return this.#draft !== undefined || this.#writing !== undefined;
  }

  /** The newest on disk is another; where its name is not known yet, the file is read for it. */
  #hold(index: number, name: HeldSnapshot | undefined): void {
    this.#endCount();
    this.snapshotIndex = index;
    this.#held = name;
    this.#log.names.hold(this.held);
  }

  /** Reads a step of the newest file for its hash. A file that is not good is damaged. */
  #count(nowUs: number): number {
    const index = this.snapshotIndex;
    const { storage } = this.#ports;
    if (this.#counted === undefined) {
      const region = storage.openRegion(snapshotName(index));
      if (region === undefined) {
        this.#countFromUs = nowUs + retryUs;
        return 0;
      }
      this.#counted = { region, count: new SnapshotCount() };
      this.#notePeriod();
    }
    const { region, count } = this.#counted;
    const { bytes } = region;
    count.advance(bytes, Math.min(bytes.length, count.at + this.#options.snapshotStepBytes));
    if (count.at < bytes.length) return 1;
    const file = readSnapshot(bytes, count.seal);
    const isGood = typeof file !== 'string' && file.index === index;
    if (isGood) this.#hold(index, { index, term: file.term, hash: count.end() });
    else this.damaged(index);
    return 1;
  }

  #endCount(): void {
    if (this.#counted === undefined) return;
    this.#ports.storage.closeRegion(this.#counted.region);
    this.#counted = undefined;
    this.#notePeriod();
  }

  /** A leader copies its state at once: it serves no session while it applies nothing. */
  #take(): void {
    const position = this.#log.positionAt(this.#applier.appliedIndex);
    const { snapshotStepBytes } = this.#options;
    const logDigest = this.#applier.digests.log >>> 0;
    const draft = new SnapshotDraft(
      this.#state,
      { ...position, logDigest },
      snapshotStepBytes,
      this.#ports.clock,
      this.#room,
    );
    this.#room = draft.room;
    this.#isDraftWanted = this.#wanted;
    this.#wanted = false;
    this.#copy(draft, this.#log.isLeader ? 1 : 0);
  }

  #copy(draft: SnapshotDraft, part: number): void {
    draft.copy(part);
    this.#noteDraft(draft);
    if (!draft.isCopying) this.#ports.counters.add(counter.snapshotsTaken, 1);
  }

  /** Copies, hashes and seals a snapshot bit by bit, and hands it to the disk. */
  #advance(draft: SnapshotDraft): number {
    if (draft.isCopying) {
      const waiting = this.#log.nextSeq - 1 - this.#state.lastSeq;
      this.#copy(draft, Math.min(1, waiting / waitingCommandsMax));
    } else if (draft.advance()) {
      this.#noteDraft(undefined);
      this.#startWrite(draft.name(), draft.bytes);
    }
    return 1;
  }

  #startWrite(name: HeldSnapshot, bytes: Uint8Array): void {
    this.#writing = name;
    this.#ports.storage.startWrite(snapshotName(name.index), bytes);
  }

  /** Asks how far the disk is with a snapshot, and notes that it is there. */
  #noteWritten(name: HeldSnapshot, nowUs: number): number {
    const state = this.#ports.storage.backgroundWrite();
    if (state === 'busy') return 0;
    const { index } = name;
    this.#writing = undefined;
    if (state === 'failed') {
      this.#notBeforeUs = nowUs + retryUs;
      this.#ports.counters.add(counter.snapshotsFailed, 1);
      this.#ports.log.warn('a snapshot could not be written; the journal is kept', { index });
      return 1;
    }
    this.#previousIndex = this.snapshotIndex;
    this.#hold(index, name);
    this.#log.dropBefore(this.#previousIndex + 1);
    removeOldSnapshots(this.#ports.storage, index);
    this.#ports.log.info('snapshot written', { index });
    return 1;
  }

  /**
   * The first follower in the order of ids takes the snapshot; each next follower takes it only if those before do not.
   * A witness saves only how far the log goes.
   */
  #isOurTurn(written: number): boolean {
    if (this.#options.isWitness === true) return true;
    const { leaderId } = this.#log;
    const followers = this.#engines.filter((id) => id !== leaderId).sort((a, b) => a - b);
    if (this.#log.isLeader) return followers.length === 0 || this.#isAbandoned(written);
    const place = followers.indexOf(this.#options.replicaId);
    const turn = place < 0 ? followers.length : place;
    return written * 1000 >= this.#options.snapshotEveryBytes * (1000 + turn * turnPermille);
  }

  /** The voters that have a state to save. */
  get #engines(): readonly number[] {
    const { voters, roster } = this.#log.membership;
    return withEngine(voters, roster);
  }

  /** A leader whose followers take none for long must save its disk itself. */
  #isAbandoned(written: number): boolean {
    return written >= this.#options.snapshotEveryBytes * 4;
  }

  /** A follower whose snapshot the leader has named, if this replica can compare that snapshot with its own log. */
  #peerToAsk(): number {
    const { leaderId, names } = this.#log;
    const others = this.#engines.filter((id) => id !== this.#options.replicaId && id !== leaderId);
    const able = others.filter((id) => {
      const { index = 0 } = names.of(id) ?? {};
      return index > this.snapshotIndex && index <= this.#applier.appliedIndex;
    });
    return able.length === 0 ? 0 : Math.min(...able);
  }
}
