/** The small ports of a replica under test: keys that tell a wrong key, counters, orders, log lines, datagrams. */
import { datagramBytesMax, sealBytes } from '../../protocol/limits.ts';
import type { Configuration } from '../../raft/types.ts';
import { crc32 } from '../../std/crc32.ts';
import { type CounterName, counter, counterNames } from '../counters.ts';
import type { Clock, Control, ControlOrder, Counters, Datagrams, Keys, Log } from '../ports.ts';

export class FakeClock implements Clock {
  /** Microseconds; the wall shows the same. */
  us = 1_000_000;

  nowUs(): number {
    return this.us;
  }

  wallUs(): number {
    return this.us;
  }
}

/** Checksums with a key. */
export class FakeKeys implements Keys {
  readonly #key: number;

  constructor(key = 11) {
    this.#key = key;
  }

  seal(bytes: Uint8Array, length: number): void {
    bytes.fill(crc32(bytes, 0, length, this.#key) & 0xff, length, length + sealBytes);
  }

  isSealed(bytes: Uint8Array, length: number): boolean {
    const sum = crc32(bytes, 0, length, this.#key) & 0xff;
    for (let n = 0; n < sealBytes; n++) if (bytes[length + n] !== sum) return false;
    return true;
  }
}

export class FakeCounters implements Counters {
  readonly #values = new Float64Array(counterNames.length);

  set(slot: number, value: number): void {
    this.#values[slot] = value;
  }

  add(slot: number, value: number): void {
    this.#values[slot]! += value;
  }

  of(name: CounterName): number {
    return this.#values[counter[name]]!;
  }
}

export class FakeControl implements Control {
  readonly replies: { readonly kind: ControlOrder['kind']; readonly ok: boolean; readonly text: string }[] =
    [];
  /** What was shown of the members last. */
  members: Configuration | undefined;
  readonly #waiting: ControlOrder[] = [];

  give(kind: ControlOrder['kind'], replicaId = 0, force = false): void {
    this.#waiting.push({ number: this.#waiting.length + 1, kind, replicaId, force });
  }

  next(): ControlOrder | undefined {
    return this.#waiting.shift();
  }

  reply({ kind }: ControlOrder, ok: boolean, text: string): void {
    this.replies.push({ kind, ok, text });
  }

  showMembers(configuration: Configuration): void {
    this.members = configuration;
  }
}

export class FakeLog implements Log {
  readonly warnings: string[] = [];

  info(): void {}

  warn(text: string): void {
    this.warnings.push(text);
  }
}

/** Datagrams that arrive at once, in order, unless the receiver is cut off. */
export class FakeDatagrams implements Datagrams {
  readonly received = new Uint8Array(datagramBytesMax);
  readonly receivedView = new DataView(this.received.buffer);
  /** Bytes sent from here, by number of datagrams. */
  sentBytes = 0;
  isCutOff = false;
  readonly #waiting: Uint8Array[] = [];
  readonly #others: (to: number) => readonly FakeDatagrams[];

  /** `others` gives the receivers of a datagram to a replica; 0 is all others. */
  constructor(others: (to: number) => readonly FakeDatagrams[]) {
    this.#others = others;
  }

  receive(): number {
    const next = this.#waiting.shift();
    if (next === undefined) return 0;
    this.received.set(next);
    return next.length;
  }

  send(to: number, bytes: Uint8Array, length: number): void {
    this.sentBytes += length;
    if (this.isCutOff) return;
    for (const other of this.#others(to)) if (!other.isCutOff) other.#waiting.push(bytes.slice(0, length));
  }
}
