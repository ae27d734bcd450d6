import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentProofs } from './recent-proofs.ts';

test('a key that signs again and again is remembered, however many sign once', () => {
  const proofs = new RecentProofs();
  const passing = Array.from({ length: 300_000 }, (_, n) => `source key-${n}`);
  proofs.add('source first', 0);
  proofs.add('source busy', 0);
  for (const [n, claim] of passing.entries()) {
    proofs.add(claim, 0);
    if (n % 30_000 === 0) proofs.add('source busy', 0);
  }
  assert.equal(proofs.has('source busy', 1), true);
  assert.equal(proofs.has('source first', 1), false, 'it signed once, before very many others');
  assert.equal(proofs.has(passing.at(-30_000)!, 1), true);
  const remembered = passing.filter((claim) => proofs.has(claim, 1)).length;
  assert.ok(remembered <= 65_536, `${remembered} are remembered`);
});

test('what signed in a generation before is forgotten at a wrong signature, and after ten minutes', () => {
  const proofs = new RecentProofs();
  for (const claim of ['a forged', 'a late']) proofs.add(claim, 0);
  for (let n = 0; n < 32_768; n++) proofs.add(`a passing-${n}`, 0);
  proofs.remove('a forged');
  assert.deepEqual(
    [proofs.has('a forged', 1), proofs.has('a late', 599_999), proofs.has('a late', 600_000)],
    [false, true, false],
  );
});
