/** The small ports of a replica under test: seals that tell a wrong key, counters, orders, log lines, datagrams. */
import { Drop } from '../../protocol/datagrams.ts';
import { datagramBytesMax, sealHeaderBytes, sealTagBytes } from '../../protocol/limits.ts';
import { type KeyGrant, KeyPurpose } from '../../protocol/messages.ts';
import type { Configuration } from '../../raft/types.ts';
import { crc32 } from '../../std/crc32.ts';
import { type CounterName, counter, counterNames } from '../counters.ts';
import type {
  Applicant,
  Clock,
  Control,
  Counters,
  DatagramSeals,
  Datagrams,
  GivenVote,
  Log,
  MachineLoad,
  OperatorAnswer,
  OperatorControlOrder,
  SeenCondition,
  SeenElection,
  SeenProgress,
  TradingStop,
  WouldBe,
} from '../ports.ts';

export class FakeClock implements Clock {
  us = 1_000_000;
  /** How far the wall clock is ahead of the monotonic one. */
  wallAheadUs = 0;

  nowUs(): number {
    return this.us;
  }

  wallUs(): number {
    return this.us + this.wallAheadUs;
  }
}

/** The number of the next key and life of all tests. */
let numbers = 0;

interface FakeKey extends KeyGrant {
  readonly owner: number;
  readonly opened: Set<number>;
}

/** Seals by checksums: a holder of the key opens, each datagram once. Nothing is hidden. */
export class FakeSeals implements DatagramSeals {
  from = 0;
  datagramsSent = 0;
  datagramsCame = 0;
  readonly #life = ++numbers;
  readonly #offered = new Map<number, { keyId: number; counter: number }>();
  readonly #used = new Map<number, { keyId: number; counter: number }>();
  readonly #held = new Map<number, FakeKey>();

  offer(peerId: number): KeyGrant {
    const offered = this.#offered.get(peerId) ?? { keyId: ++numbers, counter: 0 };
    this.#offered.set(peerId, offered);
    const purpose = peerId === 0 ? KeyPurpose.group : KeyPurpose.pair;
    return { purpose, ...offered, life: this.#life, key: new Uint8Array(32) };
  }

  isOffered(peerId: number, keyId: number): boolean {
    return this.#offered.get(peerId)?.keyId === keyId;
  }

  use(peerId: number, keyId: number): boolean {
    if (!this.isOffered(peerId, keyId)) return false;
    this.#used.set(peerId, this.#offered.get(peerId)!);
    return true;
  }

  replace(peerId: number): void {
    this.#offered.delete(peerId);
    this.#used.delete(peerId);
  }

  take(owner: number, grant: KeyGrant): boolean {
    const known = this.#held.get(grant.keyId);
    if (known !== undefined) return known.owner === owner;
    for (const held of this.#held.values()) {
      if (held.owner === owner && held.life !== grant.life) this.#held.delete(held.keyId);
    }
    this.#held.set(grant.keyId, { ...grant, owner, opened: new Set() });
    return true;
  }

  forget(peerId: number): void {
    for (const { keyId, owner } of this.#held.values()) if (owner === peerId) this.#held.delete(keyId);
    this.replace(peerId);
  }

  seal(peerId: number, bytes: Uint8Array, view: DataView, plainTo: number): number {
    const using = this.#used.get(peerId);
    if (using === undefined) return 0;
    using.counter += 1;
    view.setUint32(0, using.keyId, true);
    view.setUint32(4, using.counter, true);
    bytes.fill(crc32(bytes, 0, plainTo) & 0xff, plainTo, plainTo + sealTagBytes);
    return plainTo + sealTagBytes;
  }

  open(bytes: Uint8Array, view: DataView, length: number): Drop {
    const plainTo = length - sealTagBytes;
    if (plainTo < sealHeaderBytes) return Drop.malformed;
    const held = this.#held.get(view.getUint32(0, true));
    const counter = view.getUint32(4, true);
    if (held === undefined) return Drop.unknownKey;
    if (counter <= held.counter || held.opened.has(counter)) return Drop.repeated;
    const sum = crc32(bytes, 0, plainTo) & 0xff;
    if (bytes.subarray(plainTo, length).some((byte) => byte !== sum)) return Drop.forged;
    held.opened.add(counter);
    this.from = held.owner;
    return Drop.none;
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
  applicants: readonly Applicant[] = [];
  readonly replies: (OperatorAnswer & { readonly kind: OperatorControlOrder['kind'] })[] = [];
  /** What was shown of the members last. */
  members: Configuration | undefined;
  /** What was shown last of what is not open. */
  stopped: readonly TradingStop[] = [];
  readonly elections: SeenElection[] = [];
  progress: readonly SeenProgress[] = [];
  readonly #waiting: OperatorControlOrder[] = [];

  give(
    kind: OperatorControlOrder['kind'],
    replicaId = 0,
    force = false,
    more: Partial<OperatorControlOrder> = {},
  ): void {
    this.#waiting.push({ number: this.#waiting.length + 1, kind, replicaId, force, ...more });
  }

  next(): OperatorControlOrder | undefined {
    return this.#waiting.shift();
  }

  reply({ kind }: OperatorControlOrder, answer: OperatorAnswer): void {
    this.replies.push({ kind, ...answer });
  }

  showMembers(configuration: Configuration): void {
    this.members = configuration;
  }

  showElection(election: SeenElection): void {
    this.elections.push(election);
  }

  readonly voided: number[] = [];
  readonly spares: GivenVote[] = [];

  showVoided(seq: number): void {
    this.voided.push(seq);
  }

  showSpare(given: GivenVote): void {
    this.spares.push(given);
  }

  showProgress(progress: readonly SeenProgress[]): void {
    this.progress = progress;
  }

  showStopped(stopped: readonly TradingStop[]): void {
    this.stopped = stopped;
  }

  showApplicants(applicants: readonly Applicant[]): void {
    this.applicants = applicants;
  }

  machine: MachineLoad = { starvedPermille: 0, heapPermille: 0, diskPermille: 0 };
  conditions: readonly SeenCondition[] = [];
  /** As they were shown, also where one says more of the same. */
  readonly wouldBe: WouldBe[] = [];

  showWouldBe(would: WouldBe): void {
    this.wouldBe.push(would);
  }

  showConditions(conditions: readonly SeenCondition[]): void {
    this.conditions = conditions;
  }

  /** Works that may take long and are under way. */
  longWorks = 0;

  showLongWork(begins: boolean): void {
    this.longWorks += begins ? 1 : -1;
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
  readonly strangers = 0;
  /** Bytes sent from here, by number of datagrams. */
  sentBytes = 0;
  isCutOff = false;
  /** Nothing comes, or nothing goes. */
  isDeaf = false;
  isMute = false;
  /** The last one that was sent from here. */
  newest: Uint8Array | undefined;
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

  /** A datagram of any sender comes. */
  arrive(datagram: Uint8Array): void {
    this.#waiting.push(datagram);
  }

  send(to: number, bytes: Uint8Array, length: number): void {
    this.sentBytes += length;
    this.newest = bytes.slice(0, length);
    if (this.isCutOff || this.isMute) return;
    for (const other of this.#others(to))
      if (!other.isCutOff && !other.isDeaf) other.#waiting.push(bytes.slice(0, length));
  }
}
