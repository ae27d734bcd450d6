/** Applies the committed frames of the log to the state machine, in order, each once. */
import { frameAt, frameHeaderBytes } from '../../protocol/frames.ts';
import { assert, assertAtMost } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ApplyMark } from './apply-mark.ts';
import { Digests } from './digests.ts';
import type { StateMachine } from './state-machine.ts';

/** Commands that one duty cycle applies at most, so that heartbeats go on while a backlog is worked off. */
const commandsPerCycleMax = 8_192;

export class Applier {
  readonly #log: ReplicatedLog;
  readonly #state: StateMachine;
  /** What was made of the newest frames. */
  readonly digests = new Digests();
  readonly #mark: ApplyMark;
  #appliedIndex: number;
  #commands = 0;
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

  /** Index of the last frame that is applied. */
  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** Commands applied since the start. */
  get commands(): number {
    return this.#commands;
  }

  /** The state is that of a snapshot, after the frame at `appliedIndex`; `logDigest` is of the frames up to there. */
  restart(appliedIndex: number, logDigest: number): void {
    this.#appliedIndex = appliedIndex;
    this.digests.restart(appliedIndex, logDigest, this.#state.digest);
  }

  /** Applies frames up to `commitIndex`, within the bound of a cycle; returns how many frames. @hot */
  apply(commitIndex: number): number {
    let frames = 0;
    let commands = 0;
    while (this.#appliedIndex < commitIndex && commands < commandsPerCycleMax) {
      const found = this.#log.read(this.#appliedIndex + 1);
      assert(found, 'a committed frame is in the log');
      commands += this.#applyFrame();
      this.#appliedIndex += 1;
      this.digests.note(this.#appliedIndex, this.#checksum, this.#state.digest);
      frames += 1;
    }
    this.#commands += commands;
    return frames;
  }

  #applyFrame(): number {
    const { foundView: view, foundAt: start, foundLength } = this.#log;
    this.#checksum = view.getUint32(start + frameAt.crc, true);
    const count = view.getUint32(start + frameAt.count, true);
    // A frame of the log itself.
    if (count === 0) return 0;
    const firstSeq = getU53(view, start + frameAt.firstSeq);
    const timeUs = getU53(view, start + frameAt.timeUs);
    const end = this.#state.apply(view, start + frameHeaderBytes, count, firstSeq, timeUs);
    this.#mark.done();
    assertAtMost(end, start + foundLength, 'a frame holds as many commands as it says');
    return count;
  }
}
