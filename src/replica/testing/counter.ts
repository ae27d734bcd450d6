/** A state machine of a few lines: a sum. A command is a `ping`, whose number is added. */
import { ping } from '../../protocol/messages.ts';
import { crc32 } from '../../std/crc32.ts';
import { refused } from '../answers.ts';
import type { RoleServer } from '../connections/connection-server.ts';
import { applyingAt } from '../mark/apply-mark.ts';
import type { Application } from '../state/application.ts';
import type { StateMachine } from '../state/state-machine.ts';

const snapshotBytes = 32;

export class Counter implements StateMachine {
  total = 0;
  lastSeq = 0;
  lastTimeUs = 0;
  digest = 0;
  readonly version = 0;
  marks = new Float64Array(applyingAt + 1);

  apply(view: DataView, from: number, count: number, firstSeq: number, timeUs: number): number {
    for (let n = 0; n < count; n++) {
      this.marks[applyingAt] = firstSeq + n;
      this.total += ping.read(view, from + n * ping.size).number;
      this.digest = (Math.imul(this.digest, 31) + this.total) | 0;
    }
    this.lastSeq = firstSeq + count - 1;
    this.lastTimeUs = timeUs;
    return from + count * ping.size;
  }

  skip(_: DataView, at: number, seq: number, timeUs: number): number {
    this.lastSeq = seq;
    this.lastTimeUs = timeUs;
    return at + ping.size;
  }

  voidsSince(): number {
    return 0;
  }

  hasPassedOver(): boolean {
    return false;
  }

  snapshotBytes(): number {
    return snapshotBytes;
  }

  /** In four steps, so that a cluster has something to do between them. */
  *snapshotSteps(into: Uint8Array): Generator<number, number> {
    const state = this.#state();
    for (let at = 0; at < snapshotBytes; at += 8) {
      into.set(state.subarray(at, at + 8), at);
      if (at + 8 < snapshotBytes) yield at + 8;
    }
    return snapshotBytes;
  }

  *snapshotHashSteps(snapshot: Uint8Array): Generator<undefined, string> {
    yield undefined;
    return hashOf(snapshot.slice(0, snapshotBytes));
  }

  restore(snapshot: Uint8Array, hash: string): (() => void) | undefined {
    if (snapshot.length !== snapshotBytes || hashOf(snapshot) !== hash) return undefined;
    return () => this.read(snapshot);
  }

  stateHash(): string {
    return hashOf(this.#state());
  }

  differences(snapshot: Uint8Array): readonly string[] {
    const there = new Float64Array(snapshot.slice().buffer)[0];
    return there === this.total ? [] : [`the total: ${this.total} here, ${there} there`];
  }

  holdBack(): void {}

  clear(): void {
    this.total = 0;
    this.digest = 0;
    this.lastSeq = 0;
    this.lastTimeUs = 0;
  }

  answersBetween(): readonly string[] {
    return [];
  }

  read(snapshot: Uint8Array): void {
    const numbers = new Float64Array(snapshot.slice().buffer);
    [this.total = 0, this.lastSeq = 0, this.lastTimeUs = 0, this.digest = 0] = numbers;
  }

  #state(): Uint8Array {
    return new Uint8Array(Float64Array.of(this.total, this.lastSeq, this.lastTimeUs, this.digest).buffer);
  }
}

/** Takes pings of its clients while it leads, and answers none. */
export const counterApplication: Application<Counter> = {
  create: (_, snapshot) => {
    const counter = new Counter();
    if (snapshot !== undefined) counter.read(snapshot);
    return counter;
  },
  serve: (_, { ring }, __, view) => {
    const clients: RoleServer = {
      connectionReady: () => undefined,
      takeRecord: (_connection, type, record, at, length) =>
        type !== ping.type || !view.serving || ring.push(record, at, length),
      connectionGone: () => undefined,
    };
    return {
      clients,
      heardUs: 0,
      deadlineUs: Number.POSITIVE_INFINITY,
      doWork: () => 0,
      leadershipChanged: () => undefined,
      carryOut: ({ kind }) => refused(`A counter carries out no ${kind}.`),
      publish: () => undefined,
    };
  },
};

function hashOf(bytes: Uint8Array): string {
  return crc32(bytes, 0, bytes.length).toString(16).padStart(16, '0');
}
