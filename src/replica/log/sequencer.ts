/**
 * The sequencer of a leader: takes the commands that wait, stamps them into one frame with the next sequence numbers
 * and a time that never runs back, and hands the frame to the journal and to consensus. Batches form by themselves:
 * whatever came while the last frame was on its way makes the next one.
 */
import type { Journal } from '../../journal/journal.ts';
import { continueCancels, expireDisconnect } from '../../protocol/commands.ts';
import { FrameKind, frameHeaderBytes, instanceFrameBytes, instanceIndex } from '../../protocol/frames.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { commandBytesMax } from '../../protocol/limits.ts';
import { configurationBytes, writeConfiguration } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';
import { setU53 } from '../../std/integers.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { CommandRing } from './command-ring.ts';
import { ExchangeClock } from './exchange-clock.ts';

/** The header of the leader's own commands. */
const ownHeader = { sessionId: 0, commandNumber: 0, accountId: 0, deadlineMs: 0 };

export class Sequencer {
  readonly ring: CommandRing;
  readonly #clock: ExchangeClock;
  readonly #journal: Journal;
  readonly #raft: Raft;
  readonly #ports: Ports;
  readonly #frameBytes: number;
  readonly #scratch = new DataView(new ArrayBuffer(commandBytesMax));
  /** The journal took nothing when it was asked last. */
  isHeldUp = false;

  constructor(options: ReplicaOptions, journal: Journal, raft: Raft, ports: Ports) {
    this.ring = new CommandRing(options.commandRingBytes);
    this.#frameBytes = options.frameBytes;
    this.#journal = journal;
    this.#raft = raft;
    this.#ports = ports;
    this.#clock = new ExchangeClock(ports.clock);
  }

  /** Queues a command of the leader itself; false when the ring is full: the caller asks again later. */
  pushOwn<F extends Fields>(layout: Layout<F>, values: Readonly<ValuesOf<F>>): boolean {
    const length = layout.write(this.#scratch, 0, values);
    return this.ring.push(this.#scratch, 0, length);
  }

  /** Queues the end of a disconnected session's grace. */
  expireSession(sessionId: number): boolean {
    return this.pushOwn(expireDisconnect, { ...ownHeader, targetSessionId: sessionId, reserved2: 0 });
  }

  /** Queues the next part of cancels that go on. */
  continueCancels(): boolean {
    return this.pushOwn(continueCancels, ownHeader);
  }

  /** Stamps what waits, frame by frame, as far as the window allows; returns how many commands. @hot */
  stamp(): number {
    let stamped = 0;
    while (this.ring.count > 0 && this.#raft.canPropose()) {
      const at = this.#reserve(this.#frameBytes);
      if (at < 0) break;
      const view = this.#journal.view;
      let length = frameHeaderBytes;
      let count = 0;
      for (let next = this.ring.nextLength(); next > 0; next = this.ring.nextLength()) {
        if (length + next > this.#frameBytes) break;
        this.ring.shift(view, at + length, next);
        length += next;
        count += 1;
      }
      this.#journal.seal(length, this.#raft.term, this.#timeUs(), count, FrameKind.commands);
      this.#ports.counters.add(counter.framesAppended, 1);
      this.#raft.appended();
      stamped += count;
    }
    return stamped;
  }

  /**
   * The first frame of a new leader: by committing it, everything before it is committed. That of the first leader of
   * all carries `instance`.
   */
  appendFirst(instance: number): boolean {
    const carriesInstance = this.#journal.lastIndex + 1 === instanceIndex;
    const length = carriesInstance ? instanceFrameBytes : frameHeaderBytes;
    const kind = carriesInstance ? FrameKind.instance : FrameKind.commands;
    const at = this.#reserve(length);
    if (at < 0) return false;
    if (carriesInstance) setU53(this.#journal.view, at + frameHeaderBytes, instance);
    this.#clock.start(this.#journal.lastTimeUs);
    this.#journal.seal(length, this.#raft.term, this.#timeUs(), 0, kind);
    this.#raft.appended();
    return true;
  }

  /** Appends a change of the configuration, which takes effect at once. */
  appendConfiguration(configuration: Configuration): boolean {
    const length = frameHeaderBytes + configurationBytes(configuration);
    const at = this.#reserve(length);
    if (at < 0) return false;
    writeConfiguration(configuration, this.#journal.bytes, at + frameHeaderBytes);
    this.#journal.seal(length, this.#raft.term, this.#timeUs(), 0, FrameKind.configuration);
    this.#raft.configurationAppended(this.#journal.lastIndex, configuration);
    this.#raft.appended();
    return true;
  }

  /** The exchange's time now; only a leader that has appended its first frame keeps it. */
  get timeUs(): number {
    return this.#clock.timeUs();
  }

  #timeUs(): number {
    return Math.max(this.#journal.lastTimeUs + 1, this.#clock.timeUs());
  }

  /** Whether the journal would take a frame now. */
  hasRoom(): boolean {
    return this.#reserve(this.#frameBytes) >= 0;
  }

  #reserve(bytes: number): number {
    const at = this.#journal.reserve(bytes);
    this.isHeldUp = at < 0;
    return at;
  }
}
