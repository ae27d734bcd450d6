import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AuditKind, ControlOutcome } from '../../protocol/audit.ts';
import type { OperatorOrderNote } from '../../replica/ports.ts';
import { OperatorOrderNotes } from './order-notes.ts';

const given = { operatorId: 4, source: '192.0.2.7', action: 'stop', subject: 0 };

/** A replica whose trail takes notes only where `hasQuorum` says so. */
function replica(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-notes-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const trail: OperatorOrderNote[] = [];
  const state = { hasQuorum: true, wallUs: 1_000, told: 0, warned: 0 };
  const file = join(folder, 'orders.jsonl');
  const start = () =>
    new OperatorOrderNotes({
      file,
      replicaId: 2,
      log: { info: () => undefined, warn: () => state.warned++ },
      notedUs: () => Math.max(0, ...trail.map(({ givenUs }) => givenUs)),
      wallUs: () => state.wallUs,
      tell: async (note) => {
        state.told++;
        if (state.hasQuorum) trail.push(note);
        return state.hasQuorum;
      },
    });
  let nowMs = 1;
  const settle = async (notes: OperatorOrderNotes) => {
    for (let n = 0; n < 8; n++) await notes.look((nowMs += 10_000));
  };
  return { state, trail, start, file, settle };
}

test('orders given without a quorum wait on the disk, and reach the trail in their order when it is back', async (context) => {
  const { state, trail, start, file, settle } = replica(context);
  state.hasQuorum = false;
  const former = start();
  former.open(given)(ControlOutcome.accepted);
  former.open({ ...given, action: 'chooseState' })(ControlOutcome.needsSecond);
  former.open({ ...given, action: 'endDay' });
  await settle(former);
  assert.deepEqual([trail.length, former.count], [0, 3]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  appendFileSync(file, '{"givenUs": 17, "cut by a cra');
  // The process ends, and the machine's clock is set back.
  state.wallUs = 5;
  state.hasQuorum = true;
  const notes = start();
  notes.open(given)(ControlOutcome.refused);
  await settle(notes);
  assert.deepEqual(
    trail.map(({ action, outcome }) => [action, outcome]),
    [
      ['stop', ControlOutcome.accepted],
      ['chooseState', ControlOutcome.needsSecond],
      ['endDay', ControlOutcome.unknown],
      ['stop', ControlOutcome.refused],
    ],
  );
  const times = trail.map(({ givenUs }) => givenUs);
  assert.deepEqual(
    times,
    [...new Set(times)].toSorted((a, b) => a - b),
  );
  assert.deepEqual([notes.count, readFileSync(file, 'utf8')], [0, '']);
  assert.equal(state.warned, 0);
});

test('what waits is bounded: an order beyond is counted in the next entry, and stands in the log', async (context) => {
  const { state, trail, start, settle } = replica(context);
  state.hasQuorum = false;
  const notes = start();
  for (let n = 0; n < 1_030; n++) notes.open(given)(ControlOutcome.accepted);
  assert.deepEqual([notes.count, state.warned], [1_024, 6]);
  state.hasQuorum = true;
  while (notes.count > 0) await settle(notes);
  notes.open(given)(ControlOutcome.accepted);
  await settle(notes);
  assert.deepEqual([trail.length, trail.at(-1)?.count], [1_025, 6]);
});

test('refused callers are told in sums', async (context) => {
  const { trail, start, settle } = replica(context);
  const notes = start();
  for (let n = 0; n < 5; n++) notes.refused('192.0.2.9');
  await notes.look(100_000);
  for (let n = 0; n < 7; n++) notes.refused('192.0.2.9');
  await notes.look(100_001);
  assert.equal(trail.length, 1, 'not before the next minute');
  await notes.look(160_000);
  await settle(notes);
  assert.deepEqual(
    trail.map(({ entryKind, count, operatorId, source }) => [entryKind, count, operatorId, source]),
    [5, 7].map((count) => [AuditKind.refusals, count, 0, '192.0.2.9']),
  );
});

test('an operator acts on a replica whose disk takes nothing, and the order is told from memory', async (context) => {
  const { state, trail, start, file, settle } = replica(context);
  rmSync(join(file, '..'), { recursive: true });
  const notes = start();
  notes.open(given)(ControlOutcome.accepted);
  await settle(notes);
  assert.deepEqual([trail.length, state.warned > 0], [1, true]);
});
