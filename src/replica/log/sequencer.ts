/**
 * The sequencer of a leader: takes the commands that wait and puts them into one frame, which the log numbers, times
 * and replicates. Batches form by themselves: whatever came while the last frame was on its way makes the next one.
 */
import { frameHeaderBytes } from '../../protocol/frames.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { commandBytesMax } from '../../protocol/limits.ts';
import type { ReplicaOptions } from '../options.ts';
import { CommandRing } from './command-ring.ts';
import type { ReplicatedLog } from './replicated-log.ts';

export class Sequencer {
  readonly ring: CommandRing;
  readonly #log: ReplicatedLog;
  readonly #frameBytes: number;
  readonly #scratch = new DataView(new ArrayBuffer(commandBytesMax));

  constructor({ commandRingBytes, frameBytes }: ReplicaOptions, log: ReplicatedLog) {
    this.ring = new CommandRing(commandRingBytes);
    this.#frameBytes = frameBytes;
    this.#log = log;
  }

  /** The exchange's time now; only a leader that has opened its leadership keeps it. */
  get timeUs(): number {
    return this.#log.timeUs;
  }

  /** Queues a command of the leader itself; false when the ring is full: the caller asks again later. */
  pushOwn<F extends Fields>(layout: Layout<F>, values: Readonly<ValuesOf<F>>): boolean {
    const length = layout.write(this.#scratch, 0, values);
    return this.ring.push(this.#scratch, 0, length);
  }

  /** Stamps what waits, frame by frame, as far as the log takes it; returns how many commands. @hot */
  stamp(): number {
    let stamped = 0;
    while (this.ring.count > 0 && this.#log.canAppend()) {
      const at = this.#log.reserve(this.#frameBytes);
      if (at < 0) break;
      const { view } = this.#log;
      let length = frameHeaderBytes;
      let count = 0;
      for (let next = this.ring.nextLength(); next > 0; next = this.ring.nextLength()) {
        if (length + next > this.#frameBytes) break;
        this.ring.shift(view, at + length, next);
        length += next;
        count += 1;
      }
      this.#log.append(length, count);
      stamped += count;
    }
    return stamped;
  }
}
