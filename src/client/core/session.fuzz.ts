/**
 * Fuzzes what comes from the addresses of a client's replicas: conversations that are nearly
 * right, with records spoiled, out of turn, or of no meaning at all.
 */

import { DecodeCode } from '../../protocol/codes.ts';
import { commandAt, commands, OrderType, openSession, placeOrder } from '../../protocol/commands.ts';
import { events, outcome, sessionOpened } from '../../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import {
  attach,
  attached,
  leadership,
  messages,
  query,
  queryResult,
  rows,
  welcome,
} from '../../protocol/messages.ts';
import { randomRecord } from '../../protocol/testing/random-records.ts';
import {
  assert,
  assertAbove,
  assertAtLeast,
  assertAtMost,
  assertBelow,
  assertEqual,
} from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, joined, mutated, noise, piecesOf } from '../../std/testing/fuzzing.ts';
import type { Driver } from '../driver.ts';
import { Reads } from '../reads.ts';
import { readEvent, readOutcome } from '../words.ts';
import type { SessionListener, SessionMachine, UnknownReason } from './ports.ts';
import { Session } from './session.ts';

const replicaIds = [1, 2, 3];
const windowCommandsMax = 16;
const stepsMax = 30;
const sendable: readonly Layout<Fields>[] = [...events.layouts, ...messages.layouts, ...commands.layouts];

const rowLayouts: readonly Layout<Fields>[] = [...rows.layouts];

/** Both sides of the conversation; the far side answers as replicas do, in words that fit what it was asked. */
class Conversation implements SessionMachine, SessionListener {
  readonly session: Session;
  readonly reads: Reads;
  nowUs = 1_000;
  readonly #random: Random;
  /** Replicas with a connection, and what they are about to say. */
  readonly #replies = new Map<number, Uint8Array[]>();
  readonly #ended = new Set<number>();
  #seq = 0;
  #term = 1;

  constructor(random: Random) {
    this.#random = random;
    const replicas = replicaIds.map((id) => ({ id, address: `replica ${id}` }));
    const times = { commandTimeoutUs: 5_000_000, connectTimeoutUs: 10_000_000 };
    const feed = random.pick(['own', 'all', 'none'] as const);
    const cancelOnDisconnectGraceMs = random.pick([undefined, 10]);
    const options = { replicas, feed, cancelOnDisconnectGraceMs, windowCommandsMax, ...times };
    this.session = new Session(options, this, this);
    const driver = { session: this.session, nowUs: () => this.nowUs, flushSoon: () => undefined };
    this.reads = new Reads(driver as unknown as Driver);
  }

  place(): void {}

  believe(): void {}

  connect(replicaId: number): void {
    this.#replies.set(replicaId, []);
  }

  disconnect(replicaId: number): void {
    this.#replies.delete(replicaId);
  }

  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#random.chance(0.02)) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = from; at < to; at += view.getUint16(at, true)) {
      const catalog = commands.of(view.getUint8(at + TYPE_AT)) === undefined ? messages : commands;
      assertEqual(catalog.check(view, at, to - at), DecodeCode.ok, 'a client sends whole and good records');
      this.#answer(replicaId, view, at);
    }
    return true;
  }

  random(): number {
    return this.#random.next();
  }

  opened(): void {}

  outcome(ticket: number, view: DataView, at: number): void {
    assertEqual(typeof readOutcome(view, at).text, 'string', 'an outcome has words');
    assert(ticket < this.session.window.next && !this.#ended.has(ticket), 'an outcome is told once');
    this.#ended.add(ticket);
  }

  unknown(ticket: number, reason: UnknownReason): void {
    assert(!this.#ended.has(ticket), 'nothing is told of a command that has its outcome');
    if (reason !== 'timeout') this.#ended.add(ticket);
  }

  event(view: DataView, at: number): void {
    assertEqual(typeof readEvent(view, at).type, 'string', 'an event has words');
  }

  eventsLost(): void {}

  clusterChanged(): void {}

  queryResult(requestId: number, view: DataView, at: number): void {
    this.reads.answered(requestId, view, at);
  }

  queryFailed(): void {}
  failover(): void {}

  pressure(usedPermille: number): void {
    assertAtLeast(usedPermille, 0, 'pressure is a part of a thousand');
    assertAtMost(usedPermille, 1_000, 'pressure is a part of a thousand');
  }

  keysChanged(changes: number): void {
    assert(Number.isSafeInteger(changes), 'changes of keys are counted');
  }

  warning(text: string): void {
    assertAbove(text.length, 0, 'a warning is short');
    assertBelow(text.length, 1_000, 'a warning is short');
  }

  failed(): void {}
  closed(): void {}

  /** One thing happens. */
  step(): void {
    const random = this.#random;
    this.nowUs += random.pick([1, 100, 20_000, 1_000_000]);
    const replicaId = random.pick(replicaIds);
    switch (random.below(6)) {
      case 0:
        return this.session.tick(this.nowUs);
      case 1:
        return this.#submit();
      case 2:
        this.reads
          .book(1, 5, { from: random.pick(['leader', 'any', replicaId] as const) })
          .catch(() => undefined);
        return;
      case 3:
        if (random.chance(0.1)) this.#breakOff(replicaId);
        return;
      default:
        return this.#deliver(replicaId);
    }
  }

  /** A connection comes about, or says what it has to say. */
  #deliver(replicaId: number): void {
    const replies = this.#replies.get(replicaId);
    if (replies === undefined) return;
    if (replies.length === 0 && this.#random.chance(0.5)) {
      this.session.opened(replicaId, this.nowUs);
      this.#greet(replicaId);
    }
    const bytes = replies.splice(0).reduce<Uint8Array>(joined, new Uint8Array(0));
    for (const piece of piecesOf(this.#random, bytes)) {
      if (!this.#replies.has(replicaId)) return;
      this.session.received(replicaId, piece, 0, piece.length, this.nowUs);
    }
  }

  #breakOff(replicaId: number): void {
    if (this.#replies.delete(replicaId)) this.session.closed(replicaId, this.nowUs, 'it broke');
  }

  #submit(): void {
    const { session } = this;
    const at = session.isOver ? -1 : session.begin();
    if (at < 0) return;
    const header = { sessionId: 0, commandNumber: 0, accountId: 1, deadlineMs: 0 };
    const kind = { orderType: OrderType.limit, timeInForce: 1, selfMatch: 0, side: 1 };
    const order = { instrumentId: 1, priceTicks: 5, quantityLots: 1, clientOrderId: '', ...kind };
    placeOrder.write(session.window.view, at, { ...header, ...order });
    session.submit(this.nowUs);
    session.flush(this.nowUs);
  }

  #greet(replicaId: number): void {
    this.#say(replicaId, welcome, { code: 0, replicaId, leaderId: replicaId, term: this.#term });
    if (this.#random.chance(0.1)) this.#term += 1;
    const place = { leaderId: replicaId, serving: 1, reserved: 0, term: this.#term, instance: 1, epoch: 1 };
    this.#say(replicaId, leadership, place);
  }

  /** What a replica answers to the record at `at`. */
  #answer(replicaId: number, view: DataView, at: number): void {
    const type = view.getUint8(at + TYPE_AT);
    const term = this.#term;
    if (type === openSession.type) {
      const { tokenLow, tokenHigh } = openSession.read(view, at);
      const token = { tokenLow, tokenHigh };
      this.#say(replicaId, sessionOpened, { ...this.#header(9), ...token, ownerId: 0, ownerKind: 0 });
    } else if (type === attach.type) {
      const { sessionId } = attach.read(view, at);
      const code = this.#random.chance(0.9) ? 0 : this.#random.below(12);
      const place = {
        lastCommandNumber: this.#random.below(4),
        appliedSeq: this.#seq,
        timeUs: this.#random.below(3) * 1_000_000,
        siteEpoch: this.#random.below(3),
        siteSeq: this.#random.below(9),
      };
      this.#say(replicaId, attached, { sessionId, ...place, term, code, reserved: 0, reserved2: 0 });
    } else if (type === query.type) {
      this.#sayRows(replicaId, query.read(view, at).requestId);
    } else if (commands.of(type) !== undefined) {
      const bytes = randomRecord(this.#random, outcome);
      const answer = outcome.read(new DataView(bytes.buffer), 0);
      const header = this.#header(view.getUint32(at + commandAt.sessionId, true));
      const commandNumber = getU53(view, at + commandAt.commandNumber);
      this.#say(replicaId, outcome, { ...answer, ...header, commandNumber });
    }
  }

  #header(sessionId: number): {
    sessionId: number;
    seq: number;
    timeUs: number;
    accountId: number;
    n: number;
  } {
    this.#seq += 1;
    return { sessionId, seq: this.#seq, timeUs: this.nowUs, accountId: 0, n: 0 };
  }

  #sayRows(replicaId: number, requestId: number): void {
    const random = this.#random;
    const body = Array.from({ length: random.below(4) }, () => randomRecord(random, random.pick(rowLayouts)));
    const trailing = body.reduce<Uint8Array>(joined, new Uint8Array(0));
    const bytes = new Uint8Array(queryResult.size + trailing.length);
    const rowCount = random.chance(0.9) ? body.length : random.next();
    const values = {
      requestId,
      code: 0,
      kind: 1,
      more: random.below(2),
      rowCount,
      appliedSeq: this.#seq,
      timeUs: this.#random.below(3) * 1_000_000,
    };
    queryResult.write(new DataView(bytes.buffer), 0, values, trailing.length);
    bytes.set(trailing, queryResult.size);
    this.#queue(replicaId, bytes);
  }

  #say<F extends Fields>(replicaId: number, layout: Layout<F>, values: ValuesOf<F>): void {
    const bytes = new Uint8Array(layout.size);
    layout.write(new DataView(bytes.buffer), 0, values);
    this.#queue(replicaId, bytes);
  }

  /** Mostly as it is; sometimes spoiled, twice, or with something else around it. */
  #queue(replicaId: number, bytes: Uint8Array): void {
    const replies = this.#replies.get(replicaId);
    const random = this.#random;
    if (replies === undefined) return;
    if (random.chance(0.05)) replies.push(randomRecord(random, random.pick(sendable)));
    replies.push(random.chance(0.04) ? mutated(random, bytes) : bytes);
    if (random.chance(0.05)) replies.push(bytes);
    if (random.chance(0.01)) replies.push(noise(random, 300));
  }
}

function run(random: Random): void {
  const conversation = new Conversation(random);
  const { session } = conversation;
  session.start(conversation.nowUs);
  for (let n = random.between(1, stepsMax) * 4; n > 0 && !session.isOver; n--) {
    conversation.step();
    assertAtMost(session.window.pending, windowCommandsMax + 1, 'the window is bounded');
    assertAtLeast(session.deadlineUs, 0, 'there is a time to look again');
  }
  session.close(conversation.nowUs, random.chance(0.5));
}

export const clientSessionFuzzer: Fuzzer = {
  name: 'client-session',
  property: 'Whatever a client is sent, each command ends once, and what the client sends is good records.',
  casesInTests: 500,
  run,
};
