/** Applies the committed frames of the log to the state machine, in order, each once. */
import { frameAt, frameHeaderBytes, voidedIn } from '../../protocol/frames.ts';
import { assert, assertAtMost } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import { ReplicaFault } from '../fault.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ApplyMark } from '../mark/apply-mark.ts';
import { Digests } from './digests.ts';
import type { StateMachine } from './state-machine.ts';

/**
 * Commands that one duty cycle applies at most, so that a replica answers while it works a backlog off: fewer where so
 * many took long, as they do in a process that has just started, whose code is cold.
 */
const commandsPerCycleMin = 256;
const commandsPerCycleMax = 8_192;
const cycleUsMax = 10_000;
/** Commands that were passed over, and are remembered beside the audit trail. */
const passedOverMax = 256;

export class Applier {
  readonly #log: ReplicatedLog;
  readonly #state: StateMachine;
  /** What was made of the newest frames. */
  readonly digests = new Digests();
  readonly #mark: ApplyMark;
  #appliedIndex: number;
  #commands = 0;
  #perCycleMax = commandsPerCycleMin;
  /** When the last cycle began, where it applied as many as it may; -1 where it did not. */
  #fullAtUs = -1;
  /** The next frame, where it holds a command that is not to be applied; 0 is none. */
  stopsBefore = 0;
  /** Commands that were passed over since the start. */
  voided = 0;
  /** A command that is in the state, though the next frame voids it: nothing is applied behind it; 0 is none. */
  wrongSeq = 0;
  /** Commands that were passed over lately: the newest ones. */
  #passedOver: number[] = [];
  #leavesOut = false;
  /** What becomes of a command that is passed over. */
  onVoided: (seq: number, command: Uint8Array) => void = () => undefined;
  /** Of the frame that was applied last. */
  #checksum = 0;

  /** @param logDigest of the frames up to `appliedIndex`, which the state is made of. */
  constructor(
    log: ReplicatedLog,
    state: StateMachine,
    mark: ApplyMark,
    appliedIndex: number,
    logDigest: number,
  ) {
    this.#mark = mark;
    state.marks = mark.numbers;
    this.#log = log;
    this.#state = state;
    this.#appliedIndex = appliedIndex;
    this.digests.restart(appliedIndex, logDigest, state.digest);
  }

  /** The mark has another page from here on. */
  markMoved(): void {
    this.#state.marks = this.#mark.numbers;
  }

  /** Index of the last frame that is applied. */
  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** The command before which applying ends, since a process died on it and it is not voided; 0: none. */
  get suspect(): number {
    const { suspect } = this.#mark;
    return this.#isPassedOver(suspect) ? 0 : suspect;
  }

  /**
   * No other replica's state counts any more, and an operator accepts that a command is passed over; those that were
   * accepted before this process began, too.
   */
  leaveOut(seq: number): void {
    this.#mark.leaveOut(seq);
    this.#leavesOut = true;
  }

  #isPassedOver(seq: number): boolean {
    return this.#log.voids.has(seq) || (this.#leavesOut && this.#mark.isLeftOut(seq));
  }

  /** Commands applied since the start. */
  get commands(): number {
    return this.#commands;
  }

  /** The state is that of a snapshot, after the frame at `appliedIndex`; `logDigest` is of the frames up to there. */
  restart(appliedIndex: number, logDigest: number): void {
    this.#appliedIndex = appliedIndex;
    this.stopsBefore = 0;
    this.wrongSeq = 0;
    this.#mark.replaced(this.#state.lastSeq);
    this.digests.restart(appliedIndex, logDigest, this.#state.digest);
  }

  /** Applies frames up to `commitIndex`, within the bound of a cycle; returns how many frames. @hot */
  apply(commitIndex: number, nowUs: number): number {
    if (this.#fullAtUs >= 0) this.#pace(nowUs - this.#fullAtUs);
    let frames = 0;
    let commands = 0;
    while (this.#appliedIndex < commitIndex && commands < this.#perCycleMax) {
      const found = this.#log.read(this.#appliedIndex + 1);
      assert(found, 'a committed frame is in the log');
      const applied = this.#applyFrame();
      if (applied < 0) {
        if (this.wrongSeq === 0) this.stopsBefore = this.#appliedIndex + 1;
        break;
      }
      commands += applied;
      this.#appliedIndex += 1;
      this.digests.note(this.#appliedIndex, this.#checksum, this.#state.digest);
      frames += 1;
    }
    this.#commands += commands;
    this.#fullAtUs = commands >= this.#perCycleMax ? nowUs : -1;
    return frames;
  }

  /** A full cycle took so long. @hot */
  #pace(tookUs: number): void {
    const most = this.#perCycleMax;
    if (tookUs > cycleUsMax) this.#perCycleMax = Math.max(commandsPerCycleMin, most / 2);
    else if (2 * tookUs < cycleUsMax) this.#perCycleMax = Math.min(commandsPerCycleMax, 2 * most);
  }

  /** How many commands of the frame that was found are applied; -1: it waits, as one of them must not be. @hot */
  #applyFrame(): number {
    const { foundView: view, foundAt: start, foundLength } = this.#log;
    this.#checksum = view.getUint32(start + frameAt.crc, true);
    const count = view.getUint32(start + frameAt.count, true);
    // A frame of the log itself.
    if (count === 0) return this.#isContradicted(voidedIn(view, start)) ? -1 : 0;
    const firstSeq = getU53(view, start + frameAt.firstSeq);
    const timeUs = getU53(view, start + frameAt.timeUs);
    const isPlain = this.#log.voids.seqMax < firstSeq && this.#mark.diedOn < firstSeq;
    if (!isPlain && this.#mustWait(firstSeq, count)) return -1;
    const from = start + frameHeaderBytes;
    const end = isPlain
      ? this.#apply(view, from, count, firstSeq, timeUs)
      : this.#applyEach(view, from, count, firstSeq, timeUs);
    this.#mark.done(this.#state.lastSeq);
    assertAtMost(end, start + foundLength, 'a frame holds as many commands as it says');
    return count;
  }

  /** @hot */
  #apply(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): number {
    try {
      return this.#state.apply(view, from, count, firstSeq, timeUs);
    } catch (error) {
      if (error instanceof ReplicaFault) this.#mark.refused();
      else this.#mark.failed();
      throw error;
    }
  }

  /** Whether a process died on one of these commands, and that one is not voided. */
  #mustWait(firstSeq: number, count: number): boolean {
    const { suspect } = this.#mark;
    return suspect >= firstSeq && suspect < firstSeq + count && !this.#isPassedOver(suspect);
  }

  /** Whether the state has a command, 0 is none, though this frame voids it: it was applied before that was known. */
  #isContradicted(seq: number): boolean {
    const isIn = seq > 0 && !this.#passedOver.includes(seq) && !this.#state.hasPassedOver(seq);
    this.wrongSeq = isIn ? seq : 0;
    return isIn;
  }

  /** Applies the commands one by one, so that a death shows on which, and passes over those that are voided. */
  #applyEach(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): number {
    this.stopsBefore = 0;
    let at = from;
    for (let seq = firstSeq; seq < firstSeq + count; seq++) {
      at = this.#isPassedOver(seq)
        ? this.#skip(view, at, seq, timeUs)
        : this.#apply(view, at, 1, seq, timeUs);
    }
    return at;
  }

  #skip(view: DataView, at: number, seq: number, timeUs: number): number {
    const end = this.#state.skip(view, at, seq, timeUs);
    this.voided += 1;
    this.#passedOver = [...this.#passedOver.slice(1 - passedOverMax), seq];
    this.onVoided(seq, new Uint8Array(view.buffer, view.byteOffset + at, end - at));
    return end;
  }
}
