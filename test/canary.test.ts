/** The judge of the canary before a real engine: right as long as nothing is wrong, and wrong whatever is spoiled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type ExchangeEvent,
  encodeCommand,
  LockstepError,
  type Outcome,
} from '../src/client/index.ts';
import { readEvent, readOutcome, readRow } from '../src/client/words.ts';
import { Engine } from '../src/engine/engine.ts';
import { EngineDesk, RecordingSink } from '../src/engine/testing/desk.ts';
import { CanaryJudge, type CanaryNext, type CanaryReads } from '../src/gateway/canary/judge.ts';
import { believed, type CanaryReport } from '../src/gateway/canary/report.ts';
import { CanaryRunner } from '../src/gateway/canary/runner.ts';
import { isCanaryReport } from '../src/ops/notify/report-check.ts';
import { canaryInstrument, canaryMaker, canaryTaker } from '../src/protocol/canary.ts';
import { cancelOrder, commandAt, createAccount } from '../src/protocol/commands.ts';
import { eventAt, outcome as outcomeLayout } from '../src/protocol/events.ts';
import { TYPE_AT } from '../src/protocol/layout.ts';
import { levelRow } from '../src/protocol/messages.ts';
import { setU53 } from '../src/std/integers.ts';

const watcher = 7;
const rules = { watcher, name: 'abc', lateMs: 500, silentMs: 2_000 };

interface Answer {
  events: ExchangeEvent[];
  outcome: Outcome;
}
type SpoilAnswer = (answer: Answer, step: number) => void;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An exchange of one engine, with a judge before it. */
class Stand {
  readonly judge = new CanaryJudge(rules);
  readonly engine = new Engine();
  readonly desk = new EngineDesk(this.engine);
  readonly #view = new DataView(new ArrayBuffer(4_096));
  nowMs = 0;
  answerMs = 1;
  spoil: SpoilAnswer = () => undefined;
  spoilReads: (reads: CanaryReads) => CanaryReads = (reads) => reads;

  constructor({ isFounded = true } = {}) {
    this.desk.open(1);
    if (!isFounded) return;
    this.desk.instrument(canaryInstrument(watcher));
    for (const account of [canaryMaker, canaryTaker])
      this.desk.next(createAccount, account, { name: 'canary' });
  }

  round(): CanaryReport {
    let next: CanaryNext | undefined = this.judge.begin(this.nowMs);
    for (let step = 0; next?.ask === 'command'; step++) {
      const answer = this.apply(encodeCommand(next.command));
      this.spoil(answer, step);
      this.nowMs += this.answerMs;
      for (const event of answer.events) this.judge.heard(event, this.nowMs);
      next = this.judge.answered(answer.outcome, this.nowMs);
    }
    if (next?.ask === 'reads') this.judge.read(this.spoilReads(this.read(next)), this.nowMs);
    assert.equal(this.judge.isRunning, false);
    return this.report();
  }

  report(): CanaryReport {
    const report = this.judge.report(1, [], this.nowMs);
    assert.ok(isCanaryReport(JSON.parse(JSON.stringify(report))), 'a report is taken for one');
    return report;
  }

  apply(command: Uint8Array): Answer {
    const view = new DataView(command.buffer);
    view.setUint32(commandAt.sessionId, this.desk.sessionId, true);
    setU53(view, commandAt.commandNumber, ++this.desk.commandNumber);
    const sink = new RecordingSink();
    const seq = this.engine.lastSeq + 1;
    this.engine.apply(view, 0, seq, this.desk.timeUs + seq, sink);
    const events: ExchangeEvent[] = [];
    let outcome: Outcome | undefined;
    for (let at = 0; at < sink.used; at += sink.view.getUint16(at, true)) {
      if (sink.view.getUint32(at + eventAt.sessionId, true) !== this.desk.sessionId) continue;
      if (sink.view.getUint8(at + TYPE_AT) === outcomeLayout.type) outcome = readOutcome(sink.view, at);
      else events.push(readEvent(sink.view, at));
    }
    return { events, outcome: outcome! };
  }

  read({ order }: Extract<CanaryNext, { ask: 'reads' }>): CanaryReads {
    const { queries } = this.engine;
    const named = encodeCommand({ command: 'cancelOrder', ...order });
    const from = new DataView(named.buffer);
    assert.ok(
      queries.writeClientOrderRow(this.#view, 0, order.accountId, from, cancelOrder.at.clientOrderId),
    );
    const row = readRow(this.#view, 0);
    const levels = queries.writeBookRows(this.#view, 0, canaryInstrument(watcher), 10);
    const book = Array.from({ length: levels }, (_, n) => readRow(this.#view, n * levelRow.size));
    return { order: row, book, trades: [] } as unknown as CanaryReads;
  }
}

test('an exchange that is right is found right, round after round', () => {
  const stand = new Stand();
  for (let n = 0; n < 200; n++) assert.equal(stand.round().result, 'right', stand.report().text);
  assert.deepEqual(stand.report().faults, []);
  assert.equal(stand.report().rounds.right, 200);
});

const wrongs: Readonly<Record<string, SpoilAnswer>> = {
  'a price in an event': ({ events }) => change(events[0]!, 'priceTicks', (price) => price + 1),
  'the last price of an execution': ({ events }) =>
    change(events.at(-1)!, 'priceTicks', (price) => price - 1),
  'a quantity in an event': ({ events }) => change(events[0]!, 'quantityLots', (lots) => lots + 1),
  'a value in an answer': ({ outcome }, step) => {
    if (step === 2) (outcome as Writable<Outcome>).filledValue += 1n;
  },
  'an average price in an answer': ({ outcome }, step) => {
    if (step === 2) change(outcome, 'averagePriceTicks', (price) => price + 1);
  },
  'a rest in an answer': ({ outcome }) => change(outcome, 'remainingLots', (lots) => lots + 1),
  'a status in an answer': ({ outcome }, step) => {
    if (step === 2) (outcome as Writable<Outcome>).status = 'open';
  },
  'a seq that comes again': ({ outcome }, step) => {
    if (step === 1) change(outcome, 'seq', (seq) => seq - 1);
  },
  'a time that runs back': ({ outcome }, step) => {
    if (step === 1) change(outcome, 'timeUs', (time) => time - 1_000);
  },
  'an order with another number': ({ outcome }, step) => {
    if (step === 1) change(outcome, 'orderId', (id) => id + 1);
  },
  'an event that is missing': ({ events }) => void events.pop(),
  'an event that comes twice': ({ events }) => {
    if (events[0] !== undefined) events.push(events[0]);
  },
  'events in another order': ({ events }) => void events.reverse(),
  'two trades of one': ({ events }, step) => {
    if (step === 2) change(events.at(-1)!, 'tradeId', (id) => id + 1);
  },
  'an answer that refuses without a reason': ({ outcome }) => {
    Object.assign(outcome, { ok: false, code: 'invalidPrice' });
  },
  'the answer of another order': ({ outcome }) => void Object.assign(outcome, { clientOrderId: 'other' }),
};

function change(record: object | undefined, name: string, to: (value: number) => number): void {
  const fields = record as Record<string, number> | undefined;
  if (fields?.[name] !== undefined) fields[name] = to(fields[name]);
}

for (const [what, spoil] of Object.entries(wrongs)) {
  test(`found wrong: ${what}`, () => {
    const stand = new Stand();
    assert.equal(stand.round().result, 'right');
    stand.spoil = spoil;
    const report = stand.round();
    assert.equal(report.result, 'wrong');
    assert.deepEqual(
      report.faults.map(({ fault, text }) => [fault, text]),
      [['wrong', report.text]],
    );
    stand.spoil = () => undefined;
    assert.equal(stand.round().result, 'right', 'what the round has left is cancelled first');
  });
}

const wrongReads: Readonly<Record<string, (reads: CanaryReads) => CanaryReads>> = {
  'a price of the order': (reads) => ({ ...reads, order: { ...reads.order!, priceTicks: 1 } }),
  'an order that is not known': (reads) => ({ ...reads, order: undefined }),
  'a book that keeps the order': (reads) => ({
    ...reads,
    book: [{ quantityLots: 1, priceTicks: 5 }] as unknown as CanaryReads['book'],
  }),
  'a trade at another price': (reads) => ({
    ...reads,
    trades: [{ instrumentId: canaryInstrument(watcher), priceTicks: 1 }] as unknown as CanaryReads['trades'],
  }),
};

for (const [what, spoil] of Object.entries(wrongReads)) {
  test(`found wrong where it is read: ${what}`, () => {
    const stand = new Stand();
    stand.spoilReads = spoil;
    assert.equal(stand.round().result, 'wrong');
  });
}

test('too late, no answer, and no replica are told apart', () => {
  const late = new Stand();
  late.answerMs = 600;
  for (const faults of [[], [], ['late']]) {
    assert.equal(late.round().result, 'late');
    assert.deepEqual(
      late.report().faults.map(({ fault }) => fault),
      faults,
      'one or two late rounds may be a failover',
    );
  }
  for (const [isReached, fault] of [
    [true, 'silent'],
    [false, 'crash'],
  ] as const) {
    const stand = new Stand();
    stand.round();
    stand.judge.begin(stand.nowMs);
    stand.judge.look(isReached, stand.nowMs + 1_999);
    assert.ok(stand.judge.isRunning);
    stand.judge.look(isReached, stand.nowMs + 2_000);
    assert.equal(stand.report().result, fault);
  }
});

test('of a watcher that stood still no time is judged, and all answers are', () => {
  const stand = new Stand();
  const play = (spoil: SpoilAnswer): CanaryReport => {
    stand.answerMs = 600;
    stand.spoil = (answer, step) => {
      stand.judge.stoodStill(599);
      spoil(answer, step);
    };
    return stand.round();
  };
  for (let n = 0; n < 4; n++) assert.equal(play(() => undefined).result, 'unjudged');
  assert.deepEqual([stand.report().faults, stand.report().maxMs], [[], 0]);
  assert.equal(play(wrongs['a price in an event']!).result, 'wrong');
  stand.judge.begin(stand.nowMs);
  stand.judge.stoodStill(1_900);
  stand.judge.look(true, stand.nowMs + 2_000);
  assert.equal(stand.report().result, 'unjudged');
  stand.spoil = () => undefined;
  stand.answerMs = 1;
  assert.equal(stand.round().result, 'right');
});

test('an exchange that takes no orders, has no canary or begins again is not called wrong', () => {
  const unfounded = new Stand({ isFounded: false }).round();
  assert.equal(unfounded.result, 'refused');
  assert.match(unfounded.text, /lockstep watch --found/);
  const halted = new Stand();
  halted.spoil = ({ outcome }) => void Object.assign(outcome, { ok: false, code: 'modeHalted' });
  assert.equal(halted.round().result, 'refused');
  const restored = new Stand();
  restored.round();
  restored.judge.restarted(restored.nowMs);
  restored.spoil = ({ outcome, events }) => {
    for (const record of [outcome, ...events]) change(record, 'seq', (seq) => seq - 5);
  };
  assert.equal(restored.round().result, 'right');
});

test('one watcher alone is not believed, nor one party under two numbers, nor what is long ago', () => {
  const stand = new Stand();
  stand.spoil = wrongs['a price in an event']!;
  const report = stand.round();
  const heard = (source: string, ageMs = 0) => ({ source, report, ageMs });
  assert.deepEqual(believed([heard('gateway/1')]), []);
  assert.deepEqual(believed([heard('gateway/1'), heard('gateway/1')]), []);
  assert.deepEqual(believed([heard('gateway/1'), heard('operator/1', 6_000)]), []);
  const [belief, ...others] = believed([heard('operator/1', 2_000), heard('gateway/1')]);
  assert.deepEqual([belief?.fault, belief?.sources, others], ['wrong', ['gateway/1', 'operator/1'], []]);
});

test('what is no report is none', () => {
  const report = new Stand().round();
  assert.ok(isCanaryReport(report));
  for (const spoiled of [undefined, [], {}, { ...report, watcher: 0 }, { ...report, result: 'fine' }])
    assert.equal(isCanaryReport(spoiled), false);
  assert.equal(isCanaryReport({ ...report, text: 'x'.repeat(500) }), false);
  assert.equal(isCanaryReport({ ...report, faults: [{ fault: 'wrong', agoMs: -1, text: '' }] }), false);
});

test('the runner plays rounds through a client, tells of each, and of an exchange that falls silent or is gone', async () => {
  const stand = new Stand();
  const state = { isSilent: false, isReached: true };
  let onEvent: (event: ExchangeEvent) => void = () => undefined;
  const reads = (): CanaryReads =>
    stand.read({ ask: 'reads', order: { accountId: canaryMaker, clientOrderId: last } });
  let last = '';
  const client = {
    epoch: 1,
    get status() {
      return { leaderId: 2, connections: [{ replicaId: 2, state: state.isReached ? 'ready' : 'waiting' }] };
    },
    on: (name: string, listener: (event: ExchangeEvent) => void) => {
      if (name === 'event') onEvent = listener;
    },
    submitWith: (command: Parameters<typeof encodeCommand>[0], done: (outcome: Outcome) => void) => {
      if (state.isSilent) return;
      const answer = stand.apply(encodeCommand(command));
      stand.spoil(answer, 0);
      if ('clientOrderId' in command && command.accountId === canaryMaker) last = command.clientOrderId ?? '';
      setImmediate(() => {
        for (const event of answer.events) onEvent(event);
        done(answer.outcome);
      });
    },
    order: async () => reads().order,
    book: async () => reads().book,
    trades: async () => [],
    close: async () => undefined,
  };
  const found: CanaryReport[] = [];
  let isThere = false;
  const runner = new CanaryRunner({
    settings: { watcher, everyMs: 100, lateMs: 60_000, silentMs: 150 },
    connect: async () => {
      if (!isThere) throw new LockstepError('unreachable', 'no replica answers');
      return client as unknown as Client;
    },
    onReport: (report) => found.push(report),
    warn: () => undefined,
  });
  const until = async (result: string): Promise<CanaryReport> => {
    for (;;) {
      const report = found.shift();
      if (report?.result === result) return report;
      if (report === undefined) await sleep(10);
    }
  };
  await until('crash');
  isThere = true;
  assert.equal((await until('right')).leaderId, 2);
  stand.spoil = wrongs['a price in an event']!;
  await until('wrong');
  stand.spoil = () => undefined;
  await until('right');
  state.isSilent = true;
  await until('silent');
  state.isReached = false;
  assert.deepEqual((await until('crash')).unreached, [2]);
  Object.assign(state, { isSilent: false, isReached: true });
  await until('right');
  await runner.close();
});
