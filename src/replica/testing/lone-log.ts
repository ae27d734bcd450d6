/** A log without others and without a disk: one replica, whose frames are committed in the cycle after they came. */
import { FrameKind, frameHeaderBytes, sealFrame } from '../../protocol/frames.ts';
import { noMembers } from '../../raft/configuration.ts';
import { assert } from '../../std/assert.ts';
import { type OperatorAnswer, refused } from '../answers.ts';
import type { RoleServer } from '../connections/connection-server.ts';
import type { FoundLog, LogListener, ReplicatedLog, SnapshotPosition } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import { ExchangeClock } from '../watches/exchange-clock.ts';
import { MemberClocks } from '../watches/member-clocks.ts';

const logBytes = 1_048_576;

export class LoneLog implements ReplicatedLog {
  readonly peers: RoleServer = {
    connectionReady: () => undefined,
    takeRecord: () => true,
    connectionGone: () => undefined,
  };
  readonly hasAllPeers = true;
  readonly facts = {
    copyOf: () => undefined,
    lastSeqOf: () => 0,
    describe: () => undefined,
    mayKnowEpoch: () => false,
  };
  readonly reports = {
    applied: () => undefined,
    park: () => undefined,
    accuse: () => undefined,
    died: () => undefined,
    showState: () => undefined,
    isQuorum: () => true,
  };
  readonly voids = {
    seqMax: 0,
    isAwaited: false,
    has: () => false,
    holds: () => false,
    settle: () => undefined,
    newestIndex: 0,
    opensSiteAfter: () => false,
    membersSince: () => this.voters,
    append: () => false,
    earlierIndex: 0,
  };
  readonly names = { hold: () => undefined, of: () => undefined, isNamed: () => false };
  readonly deadlineUs = Number.POSITIVE_INFINITY;
  readonly isElecting = false;
  readonly voters: readonly number[];
  readonly membership = noMembers;
  readonly view = new DataView(new ArrayBuffer(logBytes));
  readonly foundView = this.view;
  foundAt = 0;
  foundLength = 0;
  isLeader = false;
  mayStore = true;
  term = 0;
  leaderId = 0;
  readonly isVoter = true;
  readonly isRecovering = false;
  hasHadLeader = false;
  readonly instance = 1;
  readonly epoch = 1;
  readonly writingSite = 1;
  readonly founders: readonly number[] = [1];
  readonly generations = {
    isSuperseded: false,
    end: () => undefined,
    refusal: () => 'This log has one replica.',
    longer: () => undefined,
    next: () => this.positionAt(this.lastIndex),
    replaceFolder: () => false,
  };
  commitIndex = 0;
  nextSeq = 1;
  readonly #id: number;
  readonly #frameBytes: number;
  readonly #listener: LogListener;
  readonly #clock: ExchangeClock;
  readonly #bytes = new Uint8Array(this.view.buffer);
  /** Offset behind each frame, by its index. */
  readonly #ends = [0];
  lastTimeUs = 0;

  constructor({ replicaId, frameBytes }: ReplicaOptions, { clock }: Ports, listener: LogListener) {
    this.#id = replicaId;
    this.#frameBytes = frameBytes;
    this.voters = [replicaId];
    this.#listener = listener;
    this.#clock = new ExchangeClock(clock, new MemberClocks(clock));
  }

  get applyLimit(): number {
    return this.commitIndex;
  }

  get lastIndex(): number {
    return this.#ends.length - 1;
  }

  get timeUs(): number {
    return this.#clock.timeUs();
  }

  receive(): number {
    if (!this.isLeader) {
      this.isLeader = true;
      this.term = 1;
      this.leaderId = this.#id;
      this.hasHadLeader = true;
      this.#listener.leadershipChanged(true);
    }
    const work = this.lastIndex - this.commitIndex;
    this.commitIndex = this.lastIndex;
    return work;
  }

  flush(): void {}

  housekeep(): void {}
  clientsMissLeader(): void {}

  open(): boolean {
    this.#clock.start(0);
    this.append(frameHeaderBytes, 0);
    return true;
  }

  openEpoch(): boolean {
    return false;
  }

  appendOwn(): void {}

  canAppend(): boolean {
    return true;
  }

  reserve(bytes: number): number {
    const end = this.#ends.at(-1)!;
    return end + bytes <= logBytes ? end : -1;
  }

  append(length: number, count: number): void {
    this.appendStamped(length, count, Math.max(this.lastTimeUs + 1, this.#clock.timeUs()));
  }

  appendStamped(length: number, count: number, timeUs: number): void {
    const at = this.#ends.at(-1)!;
    const index = this.lastIndex + 1;
    const { term, nextSeq } = this;
    sealFrame(this.#bytes, this.view, at, length, index, term, nextSeq, timeUs, count, FrameKind.commands);
    this.#ends.push(at + length);
    this.nextSeq += count;
    this.lastTimeUs = timeUs;
  }

  hasRoom(): boolean {
    return this.reserve(this.#frameBytes) >= 0;
  }

  read(index: number): boolean {
    if (index > this.lastIndex) return false;
    this.foundAt = this.#ends[index - 1]!;
    this.foundLength = this.#ends[index]! - this.foundAt;
    return true;
  }

  termAt(index: number): number {
    return index > this.lastIndex ? -1 : Math.min(index, this.term);
  }

  bytesSince(index: number): number {
    return this.#ends.at(-1)! - this.#ends[index]!;
  }

  handOver(): string {
    return 'There is no other replica.';
  }

  positionAt(index: number): SnapshotPosition {
    return {
      index,
      term: this.term,
      founders: this.voters,
      instance: 1,
      epoch: 1,
      configuration: new Uint8Array(0),
    };
  }

  dropBefore(): void {}

  useOf(): 'none' {
    return 'none';
  }

  install(): void {
    assert(false, 'no other replica has a snapshot for this one');
  }

  carryOut({ kind }: OperatorControlOrder): OperatorAnswer {
    return refused(`A replica without others carries out no ${kind}.`);
  }

  publish(): void {}

  close(): void {}
}

export function findLoneLog(options: ReplicaOptions, ports: Ports): FoundLog<LoneLog> {
  return { snapshot: undefined, start: (listener) => new LoneLog(options, ports, listener) };
}
