/**
 * A client of a real exchange whose every call and answer is recorded: the client's own core on real sockets, with the
 * commands of the simulator's clients.
 */

import { eventChecksum } from '../checkers/agreement.ts';
import { typeAt } from '../checkers/exactly-once.ts';
import type { SessionListener } from '../client/core/ports.ts';
import { Driver } from '../client/driver.ts';
import type { UnknownReason } from '../client/index.ts';
import { eventAt, orderAccepted, outcome } from '../protocol/events.ts';
import { query } from '../protocol/messages.ts';
import { Workload } from '../sim/actors/workload.ts';
import { Tally } from '../sim/world/atlas.ts';
import type { Intent } from '../sim/world/intent.ts';
import { getU53 } from '../std/integers.ts';
import type { Random } from '../std/random.ts';
import { msPerHour } from '../std/units.ts';
import { AnswerTimes } from './answer-times.ts';
import type { Recording } from './recording.ts';

interface ReplicaOnWay {
  readonly id: number;
  readonly host: string;
  readonly tcpPort: number;
  readonly site?: string | undefined;
}

/** How a client reaches an exchange. */
export interface WayToExchange {
  readonly replicas: readonly ReplicaOnWay[];
  /** Folder of the identity that it has there. */
  readonly identity: string;
}

export interface RecordingClientOptions {
  readonly id: number;
  readonly feed?: 'own' | 'all';
  /** Replicas that it knows; all where it is not given. */
  readonly replicaIds?: readonly number[];
  /** The most commands of a burst; there is one each millisecond or two. */
  readonly burstMax?: number;
  /** So many commands in a second instead, whatever becomes of those before. */
  readonly perSecond?: number;
  /** Commands that it does not send: those that would change what others are there for. */
  readonly without?: readonly string[];
}

const pauseMsMax = 2;
const windowCommandsMax = 4_096;
/** How often a client looks at the exchange when it sends. */
const readChance = 0.05;

export class RecordingClient implements SessionListener {
  readonly id: number;
  /** Outcomes that it got. */
  acknowledged = 0;
  /** The first reason why it could not go on. */
  failure: string | undefined;
  readonly times = new AnswerTimes();
  readonly #feed: 'own' | 'all';
  readonly #burstMax: number;
  readonly #perSecond: number | undefined;
  readonly #without: readonly string[];
  readonly #recording: Recording;
  readonly #random: Random;
  readonly #workload: Workload;
  readonly #opening: Intent[];
  readonly #driver: Driver;
  #timer: NodeJS.Timeout | undefined;
  #end: (() => void) | undefined;
  #tradedMs: number | undefined;

  constructor(
    { replicas, identity }: WayToExchange,
    recording: Recording,
    random: Random,
    options: RecordingClientOptions,
  ) {
    const { id, feed = 'own', burstMax = 4, perSecond, without = [], replicaIds } = options;
    this.#without = without;
    this.#perSecond = perSecond;
    this.id = id;
    this.#feed = feed;
    this.#burstMax = burstMax;
    this.#recording = recording;
    this.#random = random;
    this.#workload = new Workload(id, random, {
      tally: new Tally(),
      copies: recording.copies,
      nowMs: () => Date.now(),
    });
    this.#opening = this.#workload.opening();
    this.#driver = new Driver(
      {
        replicas: replicas
          .filter((replica) => replicaIds?.includes(replica.id) ?? true)
          .map(({ tcpPort, ...replica }) => ({ ...replica, port: tcpPort })),
        identity,
        feed,
        commandTimeoutMs: msPerHour,
        connectTimeoutMs: msPerHour,
        windowCommandsMax,
      },
      this,
    );
    this.#driver.start();
  }

  /** Commands without an outcome. */
  get pending(): number {
    return this.#driver.session.window.pending;
  }

  /** Commands that it has sent, or is about to send. */
  get submitted(): number {
    return this.#driver.session.window.next - 1;
  }

  /** Of the leader that it believes. */
  get term(): number {
    return this.#driver.session.term;
  }

  /** Goes on sending until {@link rest}. */
  trade(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#driver.session.sessionId !== 0) this.#burst();
        this.trade();
      },
      this.#random.between(1, pauseMsMax),
    );
  }

  /** No more commands; those that wait are still resent and awaited. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tradedMs = undefined;
  }

  /** Sends so many commands at once, as far as the window allows. */
  send(count: number): void {
    const { session } = this.#driver;
    for (let n = 0; n < count; n++) {
      const at = session.begin();
      if (at < 0) break;
      const intent = this.#opening.shift() ?? this.#wanted();
      intent.write(session.window.view, at);
      const { bytes, view } = session.window;
      const record = bytes.slice(at, at + view.getUint16(at, true));
      const nowUs = this.#recording.nowUs();
      const ticket = session.submit(this.#driver.nowUs(), intent.validUs);
      this.#recording.history.called({ process: this.id, kind: 'command', number: ticket }, record, nowUs);
    }
    this.#driver.flushSoon();
  }

  /** Leaves; the session stays. */
  close(): Promise<void> {
    this.rest();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.failure !== undefined) return Promise.resolve();
    this.#end = resolve;
    this.#driver.session.close(this.#driver.nowUs(), true);
    this.#driver.flush();
    return promise;
  }

  opened(sessionId: number): void {
    this.#recording.clientOf.set(sessionId, this.id);
  }

  outcome(ticket: number, view: DataView, at: number): void {
    const nowUs = this.#recording.nowUs();
    const seq = getU53(view, at + eventAt.seq);
    const record = new Uint8Array(view.buffer, view.byteOffset + at, view.getUint16(at, true));
    this.#recording.history.returned(
      { process: this.id, kind: 'command', number: ticket },
      record,
      nowUs,
      seq,
    );
    this.#recording.notes.push({
      kind: 'answered',
      client: this.id,
      sessionId: view.getUint32(at + eventAt.sessionId, true),
      commandNumber: getU53(view, at + outcome.at.commandNumber),
      text: `code ${view.getUint8(at + outcome.at.code)} at seq ${seq}`,
    });
    this.acknowledged++;
    this.times.add();
  }

  unknown(ticket: number, reason: UnknownReason): void {
    if (reason !== 'closed') this.#recording.notes.push({ kind: 'unknown', client: this.id, ticket, reason });
  }

  event(view: DataView, at: number): void {
    if (view.getUint8(at + typeAt) === orderAccepted.type)
      this.#workload.learned(getU53(view, at + orderAccepted.at.orderId));
    this.#recording.notes.push({
      kind: 'saw',
      client: this.id,
      isComplete: this.#feed === 'all',
      seq: getU53(view, at + eventAt.seq),
      n: view.getUint32(at + eventAt.n, true),
      crc: eventChecksum(view, at),
      term: this.#driver.session.term,
    });
  }

  eventsLost(): void {
    this.#recording.notes.push({ kind: 'missed', client: this.id });
  }

  clusterChanged(): void {}

  queryResult(requestId: number, view: DataView, at: number): void {
    const nowUs = this.#recording.nowUs();
    const result = new Uint8Array(view.buffer, view.byteOffset + at, view.getUint16(at, true));
    this.#recording.history.returned({ process: this.id, kind: 'query', number: requestId }, result, nowUs);
  }

  queryFailed(): void {}

  failover(): void {}

  pressure(): void {}

  keysChanged(): void {}

  warning(): void {}

  failed(code: string, text: string): void {
    this.failure = `${code}: ${text}`;
    this.#driver.stop();
    this.#end?.();
  }

  closed(): void {
    this.#driver.stop();
    this.#end?.();
  }

  #burst(): void {
    this.send(this.#perSecond === undefined ? this.#random.between(1, this.#burstMax) : this.#due());
    if (this.#random.chance(readChance)) this.#ask();
  }

  #wanted(): Intent {
    for (;;) {
      const intent = this.#workload.next();
      if (!this.#without.includes(intent.name)) return intent;
    }
  }

  /** Commands that the rate asks for since the last burst. */
  #due(): number {
    const nowMs = performance.now();
    const sinceMs = nowMs - (this.#tradedMs ?? nowMs);
    const count = Math.floor((sinceMs * this.#perSecond!) / 1_000);
    if (this.#tradedMs === undefined || count > 0) this.#tradedMs = nowMs;
    return count;
  }

  #ask(): void {
    const request = this.#workload.question();
    const target = this.#random.pick(['leader', 'leader', 'any'] as const);
    const record = new Uint8Array(query.size);
    query.write(new DataView(record.buffer), 0, { requestId: 0, reserved: 0, ...request, reserved2: 0 });
    const nowUs = this.#recording.nowUs();
    const requestId = this.#driver.session.query(request, target, this.#driver.nowUs());
    if (requestId === 0) return;
    this.#recording.history.called(
      { process: this.id, kind: 'query', number: requestId },
      record,
      nowUs,
      target === 'leader',
    );
    this.#driver.flushSoon();
  }
}
