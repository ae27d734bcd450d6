/**
 * A leader whose disk flushes 100 ms slower than those of the others hands over once, says that flushes are why, and
 * neither gets leadership back nor sends it round; nor does a slowness that follows the leadership.
 */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../../src/chaos/orders.ts';
import { plantedBuild } from '../../src/chaos/planted-build.ts';
import { replicaFolder } from '../../src/ops/supervisor/cluster-folder.ts';

const timeout = 400_000;
const orderEveryMs = 20;
/** A leader may hand over as gray after ten seconds, and gets no leadership back in that way for a minute. */
const longEnoughMs = 14_000;
/** Long enough for a flush of the slow disk on a busy machine: one that does not return at all is another matter. */
const timing = { electionTimeoutMs: 1_000 };
/** While this file is in the folder of a replica, its flushes take 100 ms more. */
const slowFile = 'slow-flushes';
const file = 'io/disk/flush-requests.ts';
const flush = "          if (msync(address, length, MS_SYNC) < 0) throw callError('msync', 'the journal');\n";
const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)';
const edits = [
  { file, find: 'import { fsyncSync }', replace: 'import { existsSync, fsyncSync }' },
  {
    file,
    find: flush,
    replace: `${flush}          if (existsSync(\`/proc/self/fd/\${folder}/${slowFile}\`)) ${wait};\n`,
  },
];

test('flushes of the leader that are 100 ms slower lead to one hand-over and no second, nor to and fro', {
  timeout,
}, async (t) => {
  const build = plantedBuild(edits);
  t.after(() => build.remove());
  const exchange = await TestExchange.start({ program: build.program, configuration: { timing } });
  const trading = new AbortController();
  let traded: Promise<void> | undefined;
  t.after(async () => {
    trading.abort();
    await traded;
    await exchange.end();
  });
  const client = await exchange.client();
  await prepareMarket(client);
  const order = { accountId: 701, instrumentId, side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
  const trade = async (): Promise<void> => {
    while (!trading.signal.aborted) {
      const { ok } = await client.placeOrder(order);
      if (ok) await client.massCancel({ accountId: 701 });
      await sleep(orderEveryMs);
    }
  };
  traded = trade();
  const slow = (replicaId: number): string =>
    join(replicaFolder(exchange.loaded.dataFolder, replicaId), slowFile);
  const handOvers = async (): Promise<number> => {
    const statuses = await exchange.statuses();
    return statuses.reduce((sum, { counters }) => sum + counters.grayHandOvers, 0);
  };
  /** Makes the leader slow; gives the one that follows it. */
  const leaderHandsOver = async (): Promise<{ from: number; to: number; term: number }> => {
    const { replicaId: from, term } = await exchange.leader();
    writeFileSync(slow(from), '');
    const before = await handOvers();
    await exchange.until(`replica ${from} hands over`, async () => (await handOvers()) > before);
    await exchange.until('another replica leads', async () => (await exchange.leader()).term > term);
    const next = await exchange.leader();
    return { from, to: next.replicaId, term: next.term };
  };

  const first = await leaderHandsOver();
  const why = new RegExp(`worse than replica ${first.to} and hands over to it: a flush of the journal takes`);
  assert.match(exchange.logOf(`replica-${first.from}`), why);
  const { conditions } = await exchange.leader();
  await sleep(longEnoughMs);
  const gray =
    (await exchange.leader()).conditions.find(({ memberId }) => memberId === first.from)?.gray ?? [];
  assert.equal(gray.length, 1, JSON.stringify(conditions));
  assert.match(gray[0]!, /^a flush of the journal takes/);
  const later = await exchange.leader();
  assert.deepEqual(
    [later.replicaId, later.term],
    [first.to, first.term],
    'none came back, and none followed',
  );
  assert.equal(await handOvers(), 1);

  // Now it is slow wherever leadership is: the third replica gets it, and the first one not again.
  rmSync(slow(first.from));
  const second = await leaderHandsOver();
  assert.ok(![first.from, first.to].includes(second.to), `replica ${second.to} leads again`);
  rmSync(slow(second.from));
  writeFileSync(slow(second.to), '');
  await sleep(longEnoughMs);
  const last = await exchange.leader();
  assert.deepEqual([last.replicaId, last.term], [second.to, second.term], 'it has nowhere to go');
  assert.equal(await handOvers(), 2);
});
