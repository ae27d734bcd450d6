import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NoticeLedger, type SeenEvent } from './ledger.ts';
import type { NoticeEntry } from './notice.ts';
import { isEntry } from './report-check.ts';

const sighting = { cluster: '1-a', reporter: 1, hooks: ['pager'] };

function seen(subject: string, state: SeenEvent['state'] = 'begins'): SeenEvent {
  return { kind: 'diskFull', subject, state, value: '', text: subject, severity: 'critical', facts: {} };
}

function holds(ledger: NoticeLedger): readonly NoticeEntry[] {
  return ledger.all().toSorted((a, b) => (a.notice.id < b.notice.id ? -1 : 1));
}

test('two replicas that see the same event after the same one give it the same id', () => {
  const one = new NoticeLedger();
  const other = new NoticeLedger();
  one.add(seen('replica 3'), { ...sighting, atMs: 10 });
  other.merge(one.all());
  const first = one.add(seen('replica 3', 'ends'), { ...sighting, atMs: 20 });
  const second = other.add(seen('replica 3', 'ends'), { ...sighting, reporter: 2, atMs: 25 });
  assert.equal(first!.id, second!.id);
  one.merge(other.all());
  assert.equal(one.size, 2);
});

test('ledgers come to hold the same, in whatever order and however often they meet', () => {
  const step = fc.record({
    at: fc.nat({ max: 2 }),
    from: fc.nat({ max: 2 }),
    subject: fc.nat({ max: 2 }),
    settles: fc.constantFrom('delivered', 'givenUp', undefined),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledgers = [new NoticeLedger(), new NoticeLedger(), new NoticeLedger()];
      const delivered = new Set<string>();
      steps.forEach(({ at, from, subject, settles }, n) => {
        const ledger = ledgers[at]!;
        ledger.merge(ledgers[from]!.since(0, 1_000).entries);
        if (settles === undefined) ledger.add(seen(`replica ${subject}`), { ...sighting, atMs: n });
        const [head] = ledger.heads('pager');
        if (settles === undefined || head === undefined) return;
        ledger.settle(head.id, 'pager', settles);
        if (settles === 'delivered') delivered.add(head.id);
      });
      for (const one of ledgers) for (const other of ledgers) one.merge(other.all());
      for (const one of ledgers) for (const other of ledgers) one.merge(other.all());
      const settled = (ledger: NoticeLedger) =>
        holds(ledger).map(({ notice: { id }, settled }) => [id, settled]);
      assert.deepEqual(settled(ledgers[0]!), settled(ledgers[1]!));
      assert.deepEqual(settled(ledgers[1]!), settled(ledgers[2]!));
      for (const { notice, settled } of ledgers[0]!.all())
        if (delivered.has(notice.id)) assert.equal(settled['pager'], 'delivered');
    }),
  );
});

test('what is asked for since a version is all that changed, piece by piece', () => {
  const ledger = new NoticeLedger();
  const copy = new NoticeLedger();
  for (let n = 0; n < 10; n++) ledger.add(seen(`replica ${n}`), { ...sighting, atMs: n });
  let version = 0;
  for (let n = 0; n < 4; n++) {
    const piece = ledger.since(version, 3);
    copy.merge(piece.entries);
    version = piece.version;
  }
  assert.deepEqual(holds(copy), holds(ledger));
  assert.equal(version, ledger.version);
  assert.deepEqual(ledger.since(version, 3).entries, []);
  ledger.settle(ledger.heads('pager')[0]!.id, 'pager', 'delivered');
  assert.equal(ledger.since(version, 3).entries.length, 1);
});

test('what was dropped as settled does not come back from a ledger that still has it', () => {
  const ledger = new NoticeLedger({ entriesMax: 4, waitingMax: 4 });
  const old = new NoticeLedger();
  for (let n = 0; n < 20; n++) {
    ledger.add(seen('replica 1', n % 2 === 0 ? 'begins' : 'ends'), { ...sighting, atMs: n });
    old.merge(ledger.all());
    ledger.settle(ledger.heads('pager')[0]!.id, 'pager', 'delivered');
    ledger.trim();
  }
  assert.ok(ledger.size <= 4);
  ledger.merge(old.all());
  assert.deepEqual(ledger.heads('pager'), []);
  assert.equal(ledger.newest('diskFull', 'replica 1')?.number, 20);
});

test('what another replica sends is an entry, or is left out', () => {
  const ledger = new NoticeLedger();
  ledger.add(seen('replica 1'), { ...sighting, atMs: 1 });
  const [entry] = ledger.all();
  assert.ok(isEntry(JSON.parse(JSON.stringify(entry))));
  const notice = entry!.notice;
  for (const bad of [
    undefined,
    7,
    {},
    { ...entry, hooks: 'pager' },
    { ...entry, settled: { other: 'delivered' } },
    { ...entry, settled: { pager: 'perhaps' } },
    { ...entry, notice: { ...notice, kind: 'unknown' } },
    { ...entry, notice: { ...notice, order: 1.5 } },
    { ...entry, notice: { ...notice, facts: { a: {} } } },
    { ...entry, notice: { ...notice, text: 'x'.repeat(5_000) } },
  ])
    assert.equal(isEntry(bad), false, JSON.stringify(bad)?.slice(0, 100));
});
