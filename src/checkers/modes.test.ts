/** The checker of modes is fed histories that are wrong in one way each, and right ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { cancelOrder, placeOrder } from '../protocol/commands.ts';
import {
  CancelReason,
  modeChanged,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  outcome,
} from '../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { killAccount, Mode, ModeScope, setMode } from '../protocol/mode-commands.ts';
import { ModesChecker } from './modes.ts';
import { Violations } from './violations.ts';

const view = new DataView(new ArrayBuffer(256));
const startUs = 1_800_000_000_000_000;
const { ok, modeCancelOnly, modeHalted } = OutcomeCode;
const order = { accountId: 1, instrumentId: 1, side: 1 };

function put<F extends Fields>(layout: Layout<F>, values: object): void {
  const empty = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
  const words = { side: 1, orderType: 1, timeInForce: 1, reason: 1, scope: 1, liquidity: 1 };
  const known = Object.fromEntries(Object.entries(words).filter(([name]) => name in layout.at));
  layout.write(view, 0, { ...empty, ...(layout.type >= 64 ? known : {}), ...values } as ValuesOf<F>);
}

class History {
  readonly #violations = new Violations();
  readonly modes = new ModesChecker(this.#violations.report);
  #seq = 0;
  #timeUs = startUs;

  command<F extends Fields>(layout: Layout<F>, values: object): this {
    const kind = layout.type === placeOrder.type ? { orderType: 1, timeInForce: 1 } : {};
    put(layout, { sessionId: 7, commandNumber: ++this.#seq, ...kind, ...values });
    this.modes.applied(this.#seq, this.#timeUs, view, 0);
    return this;
  }

  /** A command of the leader, which the checker learns of by its events. */
  leader(afterUs = 0): this {
    this.#seq++;
    this.#timeUs = startUs + afterUs;
    return this;
  }

  event<F extends Fields>(layout: Layout<F>, values: object): this {
    put(layout, { seq: this.#seq, timeUs: this.#timeUs, ...values });
    this.modes.emitted(view, 0);
    return this;
  }

  set(mode: number, openAfterMs = 0): this {
    this.command(setMode, { instrumentId: 1, mode, openAfterMs });
    return this.event(modeChanged, { instrumentId: 1, mode, scope: ModeScope.instrument }).event(outcome, {});
  }

  placed(code: number): this {
    this.command(placeOrder, order);
    if (code === ok) this.event(orderAccepted, order);
    return this.event(outcome, { code });
  }

  opened(afterUs: number): this {
    const event = { instrumentId: 1, mode: Mode.open, scope: ModeScope.instrument };
    return this.leader(afterUs).event(modeChanged, event);
  }

  get found(): readonly string[] {
    return this.#violations.found.map(({ checker }) => checker);
  }
}

const cancelled = { ...order, reason: CancelReason.requested };

test('histories in which a mode is kept are found right', () => {
  const history = new History()
    .placed(ok)
    .set(Mode.cancelOnly, 5)
    .placed(modeCancelOnly)
    .command(cancelOrder, { accountId: 1 })
    .event(orderCancelled, cancelled)
    .event(outcome, {})
    .opened(5_000)
    .placed(ok)
    .command(killAccount, { accountId: 1 })
    .event(modeChanged, { accountId: 1, mode: Mode.halted, scope: ModeScope.account })
    .event(orderCancelled, { ...order, reason: CancelReason.killed })
    .event(outcome, {})
    .placed(modeHalted);
  assert.deepEqual(history.found, []);
  assert.equal(history.modes.refused, 2);
});

test('what a mode refuses and what happens nevertheless is found', () => {
  assert.deepEqual(new History().set(Mode.cancelOnly).placed(ok).found, ['modes']);
  assert.deepEqual(new History().set(Mode.readOnly).leader().event(orderCancelled, cancelled).found, [
    'modes',
  ]);
  assert.deepEqual(new History().set(Mode.halted).leader().event(orderExecuted, order).found, ['modes']);
});

test('an order after a kill is found', () => {
  const history = new History()
    .command(killAccount, { accountId: 1 })
    .event(modeChanged, { accountId: 1, mode: Mode.halted, scope: ModeScope.account })
    .event(outcome, {});
  assert.deepEqual(history.placed(ok).found, ['modes']);
  assert.deepEqual(new History().command(killAccount, { accountId: 1 }).event(outcome, {}).found, ['modes']);
});

test('a refusal for a mode that nothing is in is found', () => {
  assert.deepEqual(new History().placed(modeHalted).found, ['modes']);
  assert.deepEqual(new History().set(Mode.cancelOnly).placed(modeHalted).found, ['modes']);
});

test('an opening before its time, or without one, is found', () => {
  assert.deepEqual(new History().set(Mode.halted, 5).opened(4_999).found, ['modes']);
  assert.deepEqual(new History().set(Mode.halted).opened(9_000).found, ['modes']);
});
