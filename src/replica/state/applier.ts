/**
 * Applies committed frames to the engine, command by command, in order, each once. The events land in the event ring
 * of every replica; only the leader's session server sends them to sessions.
 */
import { commandsAhead, type Engine } from '../../engine/engine.ts';
import type { Journal } from '../../journal/journal.ts';
import { FrameKind, frameAt, frameHeaderBytes } from '../../protocol/frames.ts';
import { readConfiguration } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { assert } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import type { Observer } from '../options.ts';
import type { EventRing } from './event-ring.ts';

/** Commands that one duty cycle applies at most, so that heartbeats go on while a backlog is worked off. */
const commandsPerCycleMax = 8_192;

export class Applier {
  engine: Engine;
  /** The configuration at `appliedIndex`. */
  configuration: Configuration;
  /** The founding voters, as snapshots carry them on. */
  founders: readonly number[] = [];
  /** The instance of the cluster, as snapshots carry it on; 0 where it is not known. */
  instance = 0;
  readonly events: EventRing;
  readonly #journal: Journal;
  readonly #observer: Observer | undefined;
  #appliedIndex: number;
  #commands = 0;

  constructor(
    engine: Engine,
    configuration: Configuration,
    events: EventRing,
    journal: Journal,
    appliedIndex: number,
    observer?: Observer,
  ) {
    this.engine = engine;
    this.configuration = configuration;
    this.events = events;
    this.#journal = journal;
    this.#appliedIndex = appliedIndex;
    this.#observer = observer;
  }

  /** Index of the last frame that is applied. */
  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** Commands applied since the start. */
  get commands(): number {
    return this.#commands;
  }

  /** Takes over the state of a snapshot. */
  restart(engine: Engine, configuration: Configuration, appliedIndex: number): void {
    this.engine = engine;
    this.configuration = configuration;
    this.#appliedIndex = appliedIndex;
    this.events.skipTo(engine.lastSeq);
  }

  /** Applies frames up to `commitIndex`, within the bound of a cycle; returns how many frames. @hot */
  apply(commitIndex: number): number {
    let frames = 0;
    let commands = 0;
    while (this.#appliedIndex < commitIndex && commands < commandsPerCycleMax) {
      const found = this.#journal.locate(this.#appliedIndex + 1);
      assert(found, 'a committed frame is in the journal');
      commands += this.#applyFrame();
      this.#appliedIndex += 1;
      frames += 1;
    }
    this.#commands += commands;
    return frames;
  }

  #applyFrame(): number {
    const view = this.#journal.foundView;
    const start = this.#journal.foundAt;
    const end = start + this.#journal.foundLength;
    if (view.getUint32(start + frameAt.kind, true) === FrameKind.configuration) {
      const configuration = readConfiguration(this.#journal.foundBytes, start + frameHeaderBytes, end);
      assert(configuration !== undefined, 'a configuration in the log is sound');
      this.configuration = configuration;
      return 0;
    }
    const count = view.getUint32(start + frameAt.count, true);
    const firstSeq = getU53(view, start + frameAt.firstSeq);
    const timeUs = getU53(view, start + frameAt.timeUs);
    const emittedFrom = this.events.end;
    let at = start + frameHeaderBytes;
    for (let n = 0; n < count; n++) {
      if (n % commandsAhead === 0) this.engine.lookAhead(view, at, Math.min(commandsAhead, count - n));
      const length = view.getUint16(at, true);
      assert(length >= 8 && at + length <= end, 'a frame holds as many commands as it says');
      this.engine.apply(view, at, firstSeq + n, timeUs, this.events);
      if (this.#observer !== undefined) this.#observer.applied(firstSeq + n, timeUs, view, at, length);
      at += length;
    }
    if (this.#observer !== undefined) this.#showEvents(this.#observer, emittedFrom);
    return count;
  }

  #showEvents(observer: Observer, from: number): void {
    const ring = this.events;
    let position = ring.align(Math.max(from, ring.start));
    while (position < ring.end) {
      observer.emitted(ring.view, ring.offset(position));
      position = ring.align(position + ring.lengthAt(position));
    }
  }
}
