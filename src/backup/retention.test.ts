import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chain } from './chains.ts';
import { removals } from './retention.ts';
import { Shipping } from './testing/shipping.ts';
import { verifyChain } from './verify.ts';

const minuteUs = 60_000_000;
const hourUs = 60 * minuteUs;

test('a week of one-minute backups leaves what retention says, and every kept point can be restored', async () => {
  const keptUs = 24 * hourUs;
  const shipping = new Shipping({ retention: { count: 3, ageUs: keptUs } });
  const { history } = shipping;
  const minutes = 7 * 24 * 60;
  for (let minute = 1; minute <= minutes; minute++) {
    // Few commands, as each kept object is restored below: else there is nothing to ship. A snapshot each hour.
    if (minute % 10 === 0) history.add(1, minuteUs);
    else history.wait(minuteUs);
    if (minute % 60 === 0) history.snapshot();
    await shipping.ship();
  }
  const [chain] = await shipping.chains();
  assert.deepEqual(chain!.damage, []);
  assert.deepEqual(chain!.leftovers, []);
  const oldest = chain!.starts[0]!;
  assert.ok(oldest.timeUs <= history.timeUs - keptUs, 'all of a day can be restored');
  assert.ok(oldest.timeUs > history.timeUs - keptUs - 3 * hourUs, 'and not much more is kept');
  const verified = await verifyChain(shipping.from, chain!, true);
  assert.deepEqual(verified!.damage, []);
  assert.ok(verified!.snapshots >= 23);
  const reference = history.follow();
  for (const seq of new Set(chain!.objects.map(({ seq }) => seq)))
    if (seq >= oldest.seq) {
      const { replay } = await shipping.restore({ seq });
      assert.equal(replay.position.seq, seq);
      assert.equal(replay.exchange.stateHash(), reference(seq).stateHash(), `seq ${seq}`);
    }
  await assert.rejects(shipping.restore({ seq: Math.max(1, oldest.seq - 5) }), /Nearest good points: seq/);
});

/** A chain with a start each hour, from hour `from` to hour `to`. */
function chainOf(id: string, from: number, to: number, proof?: Chain['proof']): Chain {
  const objects = Array.from({ length: to - from + 1 }, (_, n) => ({
    ...{ name: `${id}/${n + 1}`, number: n + 1, kind: 'snapshot' as const, seq: (from + n) * 10, bytes: 1 },
    timeUs: (from + n) * hourUs,
    hasVoids: false,
  }));
  const starts = objects.map(({ number, seq, timeUs }) => ({ number, seq, timeUs, logFrom: number + 1 }));
  const last = objects.at(-1)!;
  return {
    ...{ id, folder: `${id}/`, objects, starts, leftovers: [], head: undefined, proof, damage: [] },
    ...{ seq: last.seq, timeUs: last.timeUs, bytes: 1, lostTail: undefined },
  };
}

const floors = (
  chains: readonly Chain[],
  count: number,
  hours: number,
  now: number,
): Record<string, number> =>
  Object.fromEntries(
    removals(chains, { count, ageUs: hours * hourUs }, now * hourUs).map(({ chain, floor }) => [
      chain.id,
      floor,
    ]),
  );

test('kept is what reaches back far enough: also the start before the oldest moment that is asked for', () => {
  assert.deepEqual(floors([chainOf('a', 0, 20)], 1, 5, 20), { a: 15 });
});

test('a clock that runs ahead by a year, or a backup that stood still, removes no more than down to the count', () => {
  assert.deepEqual(floors([chainOf('a', 0, 20)], 3, 5, 9_000), { a: 19 });
});

test('an old chain goes as a whole once nothing in it is needed, and not before', () => {
  const chains = [chainOf('a', 0, 10), chainOf('b', 12, 20)];
  assert.deepEqual(floors(chains, 1, 5, 20), { a: 12, b: 3 });
  assert.deepEqual(floors(chains, 1, 15, 20), { a: 5 });
  assert.deepEqual(floors(chains, 10, 1, 20), { a: 11 });
});

test('of two sites the newest starts are those of the one that writes, also in a chain that began earlier', () => {
  const chains = [chainOf('a', 0, 20), chainOf('b', 12, 14)];
  assert.deepEqual(floors(chains, 1, 5, 9_000), { a: 21 });
});

test('what was proved last stays until something newer is proved', () => {
  const proof = {
    ...{ fromNumber: 1, toNumber: 4, seq: 40, timeUs: 0, stateHash: '', economicHash: '', snapshots: 0 },
    ...{ provedUs: 1, restoreMs: 1 },
  };
  assert.deepEqual(floors([chainOf('a', 0, 20, proof)], 1, 5, 20), { a: 4 });
});
