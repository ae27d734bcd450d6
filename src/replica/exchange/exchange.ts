/**
 * The exchange as a state machine: the engine, and the events that it emits. The events land in the ring of every
 * replica; only the leader's sessions send them to clients.
 */
import { commandsAhead, Engine, type EngineOptions } from '../../engine/engine.ts';
import { UnknownEngine } from '../../engine/engine-version.ts';
import { assertAtLeast } from '../../std/assert.ts';
import { ConfigurationFault } from '../fault.ts';
import { aheadAt, applyingAt } from '../mark/apply-mark.ts';
import type { Observer, ReplicaOptions } from '../options.ts';
import type { StateMachine } from '../state/state-machine.ts';
import { answersIn } from './answers-list.ts';
import { EventRing } from './event-ring.ts';
import { RememberedFills } from './fills.ts';

/** Bytes of the smallest command: its prefix, padded. */
const commandBytesMin = 8;

export class Exchange implements StateMachine {
  engine: Engine;
  readonly events: EventRing;
  marks = new Float64Array(applyingAt + 1);
  readonly #options: ReplicaOptions;
  readonly #observer: Observer | undefined;

  private constructor(options: ReplicaOptions, engine: Engine) {
    const { lastSeq } = engine;
    this.engine = engine;
    this.events = new EventRing(
      options.eventRingBytes,
      lastSeq,
      new RememberedFills(options.fillsMax, lastSeq),
    );
    this.#options = options;
    this.#observer = options.observer;
  }

  static create(options: ReplicaOptions, snapshot: Uint8Array | undefined): Exchange | undefined {
    const engine =
      snapshot === undefined
        ? new Engine(engineOptions(options))
        : Engine.restore(snapshot, engineOptions(options));
    return engine === undefined ? undefined : new Exchange(options, engine);
  }

  get lastSeq(): number {
    return this.engine.lastSeq;
  }

  get version(): number {
    return this.engine.version;
  }

  get replicaId(): number {
    return this.#options.replicaId;
  }

  get lastTimeUs(): number {
    return this.engine.lastTimeUs;
  }

  get digest(): number {
    return this.engine.eventDigest;
  }

  apply(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): number {
    try {
      return this.#apply(view, from, count, firstSeq, timeUs);
    } catch (error) {
      if (!(error instanceof UnknownEngine)) throw error;
      throw new ConfigurationFault(
        `At command ${this.lastSeq} ${error.message}. Run a release that has version ${error.engineVersion}.`,
      );
    }
  }

  /** @hot */
  #apply(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): number {
    const emittedFrom = this.events.end;
    let at = from;
    for (let n = 0; n < count; n++) {
      this.marks[applyingAt] = firstSeq + n;
      if (n % commandsAhead === 0) this.#lookAhead(view, at, Math.min(commandsAhead, count - n));
      const length = view.getUint16(at, true);
      assertAtLeast(length, commandBytesMin, 'a frame holds as many commands as it says');
      this.engine.apply(view, at, firstSeq + n, timeUs, this.events);
      if (this.#observer !== undefined) this.#observer.applied(firstSeq + n, timeUs, view, at, length);
      at += length;
    }
    if (this.#observer !== undefined) this.#showEvents(this.#observer, emittedFrom);
    return at;
  }

  /** @hot */
  #lookAhead(view: DataView, at: number, count: number): void {
    this.marks[aheadAt] = 1;
    this.engine.lookAhead(view, at, count);
    this.marks[aheadAt] = 0;
  }

  skip(view: DataView, at: number, seq: number, timeUs: number): number {
    const emittedFrom = this.events.end;
    const length = view.getUint16(at, true);
    assertAtLeast(length, commandBytesMin, 'a frame holds as many commands as it says');
    this.engine.skip(view, at, seq, timeUs, this.events);
    if (this.#observer !== undefined) {
      this.#observer.voided(seq, timeUs, view, at, length);
      this.#showEvents(this.#observer, emittedFrom);
    }
    return at + length;
  }

  voidsSince(timeUs: number): number {
    return this.engine.voidsSince(timeUs);
  }

  hasPassedOver(seq: number): boolean {
    return this.engine.hasPassedOver(seq);
  }

  snapshotBytes(): number {
    return this.engine.snapshotBytes();
  }

  snapshotSteps(into: Uint8Array, stepBytes: number): Generator<number, number> {
    return this.engine.snapshotSteps(into, stepBytes);
  }

  snapshotHashSteps(snapshot: Uint8Array, stepBytes: number): Generator<undefined, string> {
    return Engine.snapshotHashSteps(snapshot, stepBytes);
  }

  restore(snapshot: Uint8Array, hash: string): (() => void) | undefined {
    const engine = Engine.restore(snapshot, engineOptions(this.#options));
    if (engine?.stateHash() !== hash) return undefined;
    return () => {
      this.engine = engine;
      this.events.skipTo(engine.lastSeq);
    };
  }

  clear(): void {
    this.engine = new Engine(engineOptions(this.#options));
    this.events.skipTo(0);
  }

  holdBack(reason: string): void {
    this.engine.makeReadOnly(reason);
  }

  stateHash(): string {
    return this.engine.stateHash();
  }

  differences(snapshot: Uint8Array, linesMax: number): readonly string[] {
    const there = Engine.restore(snapshot, engineOptions(this.#options));
    return there === undefined
      ? ['the other state cannot be read']
      : this.engine.differences(there, linesMax);
  }

  answersBetween(afterSeq: number, lastSeq: number, linesMax: number): readonly string[] {
    return answersIn(this.events, { afterSeq, lastSeq }, linesMax);
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

/** How the engines of a replica are made. */
function engineOptions({
  reservesOrders,
  engineLimits,
  looksAheadFrom,
  engineVersion,
  seed,
}: ReplicaOptions): EngineOptions {
  return {
    ...engineLimits,
    placesSecret: seed,
    reserved: reservesOrders,
    ...(looksAheadFrom !== undefined && { looksAheadFrom }),
    ...(engineVersion !== undefined && { engineVersionMost: engineVersion }),
  };
}
