/**
 * Two engines that take the same commands: one on the fast books, one on the obvious ones. After each command their
 * events, their states and their books must be the same, the invariants of both must hold, no order that is to be
 * filled as a whole has been filled in part, and an order that was cancelled says why.
 */

import assert from 'node:assert/strict';
import { TimeInForce } from '../../protocol/commands.ts';
import {
  eventAt,
  events,
  keyChanged,
  OrderStatus,
  orderAccepted,
  orderCancelled,
  outcome,
  sessionOpened,
} from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { orderRow } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { decode, RecordingSink } from './desk.ts';

export class EnginePair {
  /** The youngest order id that was given out. */
  lastOrderId = 0;
  lastSessionId = 0;
  lastKeyNumber = 0;
  /** Outcome codes and reasons of cancellation that have been seen. */
  readonly codes = new Set<number>();
  readonly reasons = new Set<number>();
  /** The order of the command, if it must be filled as a whole. */
  #wholeOrderId = 0;
  readonly #options: EngineOptions;
  readonly #fast: Engine;
  #slow: Engine;
  readonly #row = new DataView(new ArrayBuffer(orderRow.size));
  readonly #fastSink = new RecordingSink();
  readonly #slowSink = new RecordingSink();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#fast = new Engine({ ...options, book: 'ladder' });
    this.#slow = new Engine({ ...options, book: 'reference', placesSecret: 0x9e37_79b9 });
  }

  /** Applies the command at offset 0 of `view` to both and compares them. */
  apply(view: DataView, timeUs = this.#fast.lastSeq + 1): void {
    const fast = this.#fast;
    const slow = this.#slow;
    const seq = fast.lastSeq + 1;
    this.#fastSink.used = 0;
    this.#slowSink.used = 0;
    fast.apply(view, 0, seq, timeUs, this.#fastSink);
    slow.apply(view, 0, seq, timeUs, this.#slowSink);
    if (!areSame(this.#fastSink, this.#slowSink)) {
      assert.deepEqual(decode(this.#fastSink), decode(this.#slowSink), `events of command ${seq}`);
    }
    fast.invariants();
    slow.invariants();
    assert.equal(fast.stateHash(), slow.stateHash(), `state after command ${seq}`);
    assert.equal(fast.economicHash(), slow.economicHash(), `books after command ${seq}`);
    this.#note();
  }

  /** Replaces the slow engine by one from its snapshot, which goes on in step. */
  restore(): void {
    const bytes = snapshotOf(this.#slow);
    const again = Engine.restore(bytes, { ...this.#options, book: 'reference', placesSecret: 7 });
    assert.ok(again, 'a snapshot restores');
    assert.deepEqual(snapshotOf(again), bytes);
    this.#slow = again;
  }

  /** Takes note of the events; they are read in place, for a decoder would cost more than the rest. */
  #note(): void {
    const { view, used } = this.#fastSink;
    this.#wholeOrderId = 0;
    for (let at = 0; at < used; at += view.getUint16(at, true)) {
      const type = view.getUint8(at + TYPE_AT);
      assert.ok(events.of(type), 'an event is of a known type');
      if (type === orderAccepted.type) this.#noteAccepted(view, at);
      else if (type === sessionOpened.type) this.lastSessionId = view.getUint32(at + eventAt.sessionId, true);
      else if (type === keyChanged.type)
        this.lastKeyNumber = Math.max(this.lastKeyNumber, view.getUint32(at + keyChanged.at.keyNumber, true));
      else if (type === outcome.type) this.codes.add(view.getUint8(at + outcome.at.code));
      else if (type === orderCancelled.type) this.#noteCancelled(view, at);
    }
  }

  #noteAccepted(view: DataView, at: number): void {
    this.lastOrderId = getU53(view, at + orderAccepted.at.orderId);
    const timeInForce = view.getUint8(at + orderAccepted.at.timeInForce);
    if (timeInForce === TimeInForce.fillOrKill) this.#wholeOrderId = this.lastOrderId;
  }

  #noteCancelled(view: DataView, at: number): void {
    this.reasons.add(view.getUint8(at + orderCancelled.at.reason));
    const orderId = getU53(view, at + orderCancelled.at.orderId);
    assert.notEqual(orderId, this.#wholeOrderId, `order ${orderId} is filled whole or not at all`);
    const accountId = view.getUint32(at + eventAt.accountId, true);
    const { queries } = this.#slow;
    if (!queries.writeOrderRow(this.#row, 0, accountId, orderId)) return;
    const { status, code, cancelReason } = orderRow.read(this.#row, 0);
    const reason = view.getUint8(at + orderCancelled.at.reason);
    assert.deepEqual([status, code, cancelReason], [OrderStatus.cancelled, 0, reason], `order ${orderId}`);
  }
}

function areSame(a: RecordingSink, b: RecordingSink): boolean {
  return a.used === b.used && Buffer.compare(a.bytes.subarray(0, a.used), b.bytes.subarray(0, b.used)) === 0;
}

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  return bytes;
}
