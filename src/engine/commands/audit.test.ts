/** The audit trail: each command of an operator is in it, whatever came of it, and nothing in it can be changed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuditKind, auditDigest, auditRow, ControlOutcome, noDigest } from '../../protocol/audit.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import * as protocol from '../../protocol/commands.ts';
import * as keyCommands from '../../protocol/key-commands.ts';
import type { Fields, Layout } from '../../protocol/layout.ts';
import { killAccount, Mode, setMode } from '../../protocol/mode-commands.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { EngineDesk } from '../testing/desk.ts';

type Entry = ReturnType<typeof auditRow.read>;
const hmac = { kind: keyCommands.KeyKind.hmac };

function entriesOf({ queries }: Engine, after = 0): Entry[] {
  const view = new DataView(new ArrayBuffer(1_024 * auditRow.size));
  const rows = queries.writeAuditRows(view, 0, after, 1_024);
  return Array.from({ length: rows }, (_, n) => {
    const { source, action, digest, ...numbers } = auditRow.read(view, n * auditRow.size);
    return { source, action, digest: digest.slice(), ...numbers };
  });
}

/** Asserts that each entry follows from the one before, from the first one of all where that is there. */
function assertChained(entries: readonly Entry[]): void {
  let previous: Uint8Array | undefined;
  for (const entry of entries) {
    if (entry.number === 1) previous = noDigest;
    const bytes = new Uint8Array(auditRow.size);
    auditRow.write(new DataView(bytes.buffer), 0, entry);
    if (previous !== undefined) assert.deepEqual(entry.digest, auditDigest(previous, bytes));
    previous = entry.digest;
  }
}

function snapshotOf(engine: Engine): Uint8Array {
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  return bytes;
}

function openedBy(engine: Engine, ownerKind: number, ownerId: number): EngineDesk {
  const desk = new EngineDesk(engine);
  const opened = desk.send(protocol.openSession, { tokenLow: ownerId, ownerKind, ownerId });
  desk.sessionId = opened.at(-1)!['sessionId'] as number;
  return desk;
}

test('every command of an operator is in the audit trail, refused or not, with who sent it and what came of it', () => {
  const engine = new Engine();
  const desk = openedBy(engine, PartyKind.operator, 3);
  desk.instrument(1);
  desk.account(7);
  desk.place(7, protocol.Side.buy, 1, 5);
  desk.next(keyCommands.createKey, 0, { keyId: 'ops', ...hmac });
  desk.next(keyCommands.changeKey, 0, { keyNumber: 1, permissions: keyCommands.Permission.operator });
  const nowMs = Math.floor((desk.timeUs + engine.lastSeq + 1) / 1000);
  desk.request = { timeMs: nowMs, low: 1, high: 1, keyNumber: 1, keyVersion: 1 };
  desk.next(protocol.setLimits, 7, {});
  desk.next(protocol.setLimits, 7, {});
  desk.request = undefined;
  desk.next(keyCommands.revokeKey, 0, { keyNumber: 5 });
  desk.next(protocol.endDay, 0, {});
  const program = openedBy(engine, PartyKind.program, 9);
  program.account(8);
  const shown = entriesOf(engine).map(({ action, subject, outcome, keyNumber, ownerKind, ownerId }) =>
    [action, subject, outcome, keyNumber, `${ownerKind}/${ownerId}`].join(' '),
  );
  assert.deepEqual(shown, [
    `createInstrument 1 0 0 ${PartyKind.operator}/3`,
    `createAccount 7 0 0 ${PartyKind.operator}/3`,
    `createKey 1 0 0 ${PartyKind.operator}/3`,
    `changeKey 1 0 0 ${PartyKind.operator}/3`,
    `setLimits 7 0 1 ${PartyKind.operator}/3`,
    `setLimits 7 ${OutcomeCode.repeatedRequest} 1 ${PartyKind.operator}/3`,
    `revokeKey 5 ${OutcomeCode.unknownKey} 0 ${PartyKind.operator}/3`,
    `endDay 0 0 0 ${PartyKind.operator}/3`,
    `createAccount 8 ${OutcomeCode.programNotGranted} 0 ${PartyKind.program}/9`,
  ]);
  assertChained(entriesOf(engine));
});

test('what is reported of requests and refused logins is in the trail as it was said', () => {
  const engine = new Engine();
  const desk = openedBy(engine, PartyKind.operator, 3);
  const report = {
    entryKind: AuditKind.refusals,
    count: 12,
    source: '2001:db8::7',
    action: 'wrongSignature',
  };
  assert.equal(desk.next(protocol.reportAudit, 0, report).at(-1)!['code'], OutcomeCode.ok);
  const [refusals] = entriesOf(engine);
  assert.deepEqual({ ...refusals, ...report }, refusals);
});

test('a gateway gives no order of an operator, signed by an operator or not, and the trail says that it tried', () => {
  const engine = new Engine();
  const operator = openedBy(engine, PartyKind.operator, 1);
  operator.instrument(1);
  operator.account(7);
  operator.next(keyCommands.createKey, 0, { keyId: 'ops', ...hmac });
  operator.next(keyCommands.changeKey, 0, { keyNumber: 1, permissions: keyCommands.Permission.operator });
  const gateway = openedBy(engine, PartyKind.gateway, 3);
  const orders: [Layout<Fields>, object][] = [
    [protocol.createInstrument, { instrumentId: 2, symbol: 'B' }],
    [protocol.createAccount, { name: 'eight' }],
    [protocol.setLimits, {}],
    [protocol.endDay, {}],
    [protocol.setTier, { tier: 1, name: 'pro' }],
    [protocol.assignTier, { tier: 0 }],
    [keyCommands.createKey, { keyId: 'own', ...hmac }],
    [keyCommands.changeKey, { keyNumber: 1, permissions: keyCommands.Permission.trade }],
    [keyCommands.grantKey, { keyNumber: 1 }],
    [keyCommands.rotateKey, { keyNumber: 1, newVersion: 2 }],
    [keyCommands.revokeKey, { keyNumber: 1 }],
    [setMode, { mode: Mode.halted }],
    [killAccount, {}],
  ];
  const before = entriesOf(engine).length;
  for (const isSigned of [false, true]) {
    for (const [n, [layout, values]] of orders.entries()) {
      const timeMs = Math.floor((gateway.timeUs + engine.lastSeq + 1) / 1000);
      gateway.request = isSigned ? { timeMs, low: n + 1, high: 9, keyNumber: 1, keyVersion: 1 } : undefined;
      const outcomes = gateway.next(layout, 7, values).map(({ code }) => code);
      assert.deepEqual(outcomes, [OutcomeCode.notPermitted], layout.name);
    }
  }
  gateway.request = undefined;
  const tried = entriesOf(engine).slice(before);
  assert.equal(tried.length, 2 * orders.length);
  for (const { ownerKind, ownerId, outcome } of tried)
    assert.deepEqual([ownerKind, ownerId, outcome], [PartyKind.gateway, 3, OutcomeCode.notPermitted]);
  const placed = gateway.place(7, protocol.Side.buy, 1, 5).map(({ name }) => name);
  assert.ok(placed.includes('orderAccepted'), 'orders of customers pass');
});

test('an order at a control port is in the trail once, with who gave it, when and where, and the leader alone tells it', () => {
  let engine = new Engine();
  let leader = new EngineDesk(engine);
  const gateway = openedBy(engine, PartyKind.gateway, 3);
  const given = { entryKind: AuditKind.control, action: 'chooseState', subject: 2, source: '192.0.2.7' };
  const [made] = gateway.next(protocol.reportAudit, 0, given);
  assert.equal(made?.['code'], OutcomeCode.notPermitted);
  const byOperator = { operatorId: 4, replicaId: 2, outcome: ControlOutcome.needsSecond };
  for (const givenUs of [500, 500, 400])
    leader.send(protocol.reportAudit, { ...given, ...byOperator, givenUs });
  // A leader that did not see it committed tells it again, also to a state that came from a snapshot.
  engine = Engine.restore(snapshotOf(engine))!;
  leader = new EngineDesk(engine);
  leader.send(protocol.reportAudit, { ...given, ...byOperator, givenUs: 500 });
  leader.send(protocol.reportAudit, { ...given, ...byOperator, replicaId: 3, givenUs: 400 });
  const entries = entriesOf(engine);
  assert.deepEqual(
    entries.map(({ action, ownerKind, ownerId, replicaId, givenUs, outcome, source }) =>
      [action, `${ownerKind}/${ownerId}`, replicaId, givenUs, outcome, source].join(' '),
    ),
    [2, 3].map((id) => `chooseState ${PartyKind.operator}/4 ${id} ${id === 2 ? 500 : 400} 3 192.0.2.7`),
  );
  assert.deepEqual([engine.lastOrderUs(2), engine.lastOrderUs(3), engine.lastOrderUs(1)], [500, 400, 0]);
  assertChained(entries);
});

test('the chain goes on across a snapshot, and beyond the entries that are kept', () => {
  const options: EngineOptions = { auditEntriesMax: 4 };
  let engine = new Engine(options);
  const straight = new Engine(options);
  const desks = [engine, straight].map((each) => openedBy(each, PartyKind.operator, 1));
  const exported: Entry[] = [];
  for (let id = 1; id <= 11; id++) {
    for (const desk of desks) desk.account(id);
    exported.push(...entriesOf(engine, exported.length));
    const again = Engine.restore(snapshotOf(engine), options);
    assert.ok(again);
    engine = again;
    const [before] = desks;
    desks[0] = new EngineDesk(engine);
    Object.assign(desks[0], { sessionId: before!.sessionId, commandNumber: before!.commandNumber });
  }
  assert.deepEqual(
    entriesOf(engine).map(({ number }) => number),
    [8, 9, 10, 11],
  );
  assert.equal(exported.length, 11);
  assertChained(exported);
  assert.equal(engine.stateHash(), straight.stateHash());
});

test('a snapshot in which an entry was changed, left out or moved is refused', () => {
  const engine = new Engine();
  const desk = openedBy(engine, PartyKind.operator, 1);
  for (let id = 1; id <= 3; id++) desk.account(id);
  const good = snapshotOf(engine);
  const marks = entriesOf(engine).map(({ digest }) => Buffer.from(good).indexOf(digest));
  const rowAt = marks.map((at) => at - auditRow.at.digest);
  assert.ok(Engine.restore(good) !== undefined && marks.every((at) => at > 0));
  const changed = good.slice();
  changed[rowAt[1]! + auditRow.at.subject]! += 1;
  const moved = good.slice();
  moved.copyWithin(rowAt[0]!, rowAt[1]!, rowAt[1]! + auditRow.size);
  const rehashed = good.slice();
  rehashed[marks[2]!]! ^= 1;
  for (const spoiled of [changed, moved, rehashed]) assert.equal(Engine.restore(spoiled), undefined);
});
