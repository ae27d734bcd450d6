/** A right history passes; one that is wrong in one way is found, each way by itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../engine/engine.ts';
import { createAccount, massCancel, openSession, ownerFromLeader } from '../protocol/commands.ts';
import { eventAt, outcome } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { accountRow, QueryKind, query, queryResult } from '../protocol/messages.ts';
import { setU53 } from '../std/integers.ts';
import { Collector } from './collector.ts';
import { type RecordedCall, viewOf } from './history.ts';
import { LinearizabilityChecker, type TimedCommand } from './linearizability.ts';
import { Violations } from './violations.ts';

interface Story {
  readonly calls: RecordedCall[];
  readonly commands: (TimedCommand | undefined)[];
}

const process = 101;
const sessionId = 1;

function record(layout: { size: number }, write: (view: DataView) => number): Uint8Array {
  const view = new DataView(new ArrayBuffer(layout.size));
  write(view);
  return new Uint8Array(view.buffer);
}

/** Session 1 creates two accounts, cancels everything, and then reads the first account. */
function tell(): Story {
  const records = commandsOfStory();
  const engine = new Engine();
  const events = new Collector();
  const story: Story = { calls: [], commands: [undefined] };
  records.forEach((bytes, n) => {
    const seq = n + 1;
    events.clear();
    engine.apply(viewOf(bytes), 0, seq, 1_000 + seq, events);
    const told = events.offsets.find((at) => events.view.getUint8(at + TYPE_AT) === outcome.type);
    const commandSession = n === 0 ? 0 : sessionId;
    const appliedUs = seq * 10;
    story.commands.push({
      seq,
      timeUs: 1_000 + seq,
      bytes,
      crc: 0,
      sessionId: commandSession,
      isVoided: false,
      events: [],
      appliedUs,
    });
    if (told === undefined) return;
    const result = events.bytes.slice(told, told + outcome.size);
    const times = { calledUs: appliedUs - 3, returnedUs: appliedUs + 3 };
    story.calls.push({
      process,
      kind: 'command',
      number: n,
      bytes,
      seenSeq: 0,
      isOfLeader: true,
      ...times,
      result,
    });
  });
  story.calls.push(readingOf(engine));
  return story;
}

/** The commands of the story. */
function commandsOfStory(): Uint8Array[] {
  const header = (commandNumber: number, accountId: number) => ({
    sessionId: commandNumber === 0 ? 0 : sessionId,
    commandNumber,
    accountId,
    deadlineMs: 0,
  });
  const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
  return [
    record(openSession, (view) =>
      openSession.write(view, 0, {
        ...header(0, 0),
        tokenLow: 1,
        tokenHigh: 2,
        disconnectGraceMs: 0,
        cancelOnDisconnect: 0,
        ...ownerFromLeader,
      }),
    ),
    record(createAccount, (view) => createAccount.write(view, 0, { ...header(1, 7), ...limits, name: 'a' })),
    record(createAccount, (view) => createAccount.write(view, 0, { ...header(2, 8), ...limits, name: 'b' })),
    record(massCancel, (view) => massCancel.write(view, 0, { ...header(3, 7), instrumentId: 0, side: 0 })),
  ];
}

/** The read at its end. */
function readingOf(engine: Engine): Story['calls'][number] {
  const asked = record(query, (view) =>
    query.write(view, 0, {
      requestId: 0,
      reserved: 0,
      kind: QueryKind.account,
      rowsMax: 1,
      accountId: 7,
      instrumentId: 0,
      clientOrderId: '',
      afterId: 0,
      afterSeq: 0,
      afterN: 0,
      reserved2: 0,
    }),
  );
  const answer = new DataView(new ArrayBuffer(queryResult.size + accountRow.size));
  engine.queries.writeAccountRow(answer, queryResult.size, 7);
  const fields = { requestId: 1, code: 0, kind: QueryKind.account, more: 0, rowCount: 1, appliedSeq: 4 };
  queryResult.write(answer, 0, fields, accountRow.size);
  return {
    process,
    kind: 'query',
    number: 1,
    bytes: asked,
    calledUs: 50,
    returnedUs: 60,
    seenSeq: 4,
    isOfLeader: true,
    result: new Uint8Array(answer.buffer),
  };
}

function complaintsOf({ calls, commands }: Story): string[] {
  const violations = new Violations();
  new LinearizabilityChecker(violations.report, commands, new Map([[sessionId, process]])).check(calls);
  return violations.found.map(({ what }) => what);
}

function replace<T>(items: T[], at: number, change: Partial<T>): void {
  items[at] = { ...items[at]!, ...change };
}

test('a right history passes, also where an outcome was never learned', () => {
  assert.deepEqual(complaintsOf(tell()), []);
  const unlearned = tell();
  replace(unlearned.calls, 1, { result: undefined, returnedUs: Number.POSITIVE_INFINITY });
  assert.deepEqual(complaintsOf(unlearned), []);
});

const wrongs: readonly { name: string; spoil(story: Story): void; says: RegExp }[] = [
  {
    name: 'an effect before the call',
    spoil: ({ calls }) => replace(calls, 1, { calledUs: 31 }),
    says: /outside of the time .* us before its call$/,
  },
  {
    name: 'an effect after the return',
    spoil: ({ commands }) => replace(commands, 3, { appliedUs: 39 } as Partial<TimedCommand | undefined>),
    says: /outside of the time .* us after its return$/,
  },
  {
    name: 'an order of effects that real time contradicts',
    spoil: ({ calls }) => replace(calls, 0, { calledUs: 35, returnedUs: 45 }),
    says: /returned before a command of a lower seq/,
  },
  {
    name: 'another result than the reference gives',
    spoil: ({ calls }) => viewOf(calls[1]!.result!).setUint8(outcome.at.code, 9),
    says: /another result at seq 3/,
  },
  {
    name: "another command's outcome",
    spoil: ({ calls }) => replace(calls, 1, { result: calls[2]!.result }),
    says: /both had their effect at seq 4/,
  },
  {
    name: "another command's seq",
    spoil: ({ calls }) => setU53(viewOf(calls[1]!.result!), eventAt.seq, 4),
    says: /another result at seq 4/,
  },
  {
    name: 'a command that nobody called',
    spoil: ({ calls }) => calls.splice(1, 1),
    says: /never called/,
  },
  {
    name: 'a call that was answered for another command',
    spoil: ({ calls }) => replace(calls, 1, { bytes: calls[2]!.bytes }),
    says: /answered with another's effect/,
  },
  {
    name: 'a read of another state',
    spoil: ({ calls }) =>
      viewOf(calls[3]!.result!).setUint32(queryResult.size + accountRow.at.openOrders, 5, true),
    says: /shown another state than that at seq 4/,
  },
  {
    name: 'a read of the future',
    spoil: ({ calls }) => setU53(viewOf(calls[3]!.result!), queryResult.at.appliedSeq, 5),
    says: /which no replica had applied/,
  },
  {
    name: 'a read of the leader that is older than what its client saw',
    spoil: ({ calls }) => setU53(viewOf(calls[3]!.result!), queryResult.at.appliedSeq, 3),
    says: /though its client had seen seq 4/,
  },
  {
    name: 'an outcome of a seq that does not exist',
    spoil: ({ commands }) => commands.pop(),
    says: /names seq 4, which no replica applied/,
  },
];

for (const { name, spoil, says } of wrongs) {
  test(`found: ${name}`, () => {
    const story = tell();
    spoil(story);
    const complaints = complaintsOf(story);
    assert.ok(
      complaints.some((what) => says.test(what)),
      `it says ${JSON.stringify(complaints)}`,
    );
  });
}
