/**
 * With `failover: manual` the exchange says what automatic failover would have done, and when it would have been wrong;
 * a hook hears that failover is manual, as one event.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { goOn, standStill } from '../../src/chaos/stopped-processes.ts';
import type { WithheldFailover } from '../../src/ops/notify/withheld-failovers.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const timeout = 400_000;

test('the review names a leader that came back, and one that another had to follow', {
  timeout,
}, async (t) => {
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  const exchange = await TestExchange.start({
    configuration: { notify: { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }] } },
  });
  t.after(() => exchange.end());
  await exchange.down();
  const file = JSON.parse(readFileSync(exchange.configFile, 'utf8')) as object;
  writeFileSync(exchange.configFile, JSON.stringify({ ...file, failover: 'manual' }));
  const isUp = exchange.up();
  await exchange.until('an operator has named a leader', async () => {
    const { code } = await exchange.run('failover', '--to', '1');
    return code === 0;
  });
  await isUp;
  await exchange.whole();
  const review = async (): Promise<readonly WithheldFailover[]> => {
    const { code, out, err } = await exchange.run('failover', '--review', '--json');
    assert.equal(code, 0, err);
    return (JSON.parse(out.trim().split('\n').at(-1)!) as { failovers: WithheldFailover[] }).failovers;
  };
  /** What a majority would have done to the leader of this term. */
  const ofTerm = async (term: number): Promise<readonly string[]> =>
    (await review()).filter((each) => each.term === term && each.by.length > 1).map(({ verdict }) => verdict);

  const first = await exchange.leader();
  const before = (await ofTerm(first.term)).length;
  await standStill([first.pid]);
  await exchange.until('both others miss their leader', async () =>
    (await ofTerm(first.term)).includes('open'),
  );
  goOn([first.pid]);
  await exchange.until('the review says that it came back', async () => {
    const verdicts = await ofTerm(first.term);
    return verdicts.length > before && !verdicts.includes('open');
  });
  assert.ok((await ofTerm(first.term)).every((verdict) => verdict === 'cameBack'));
  const same = await exchange.leader();
  assert.deepEqual([same.replicaId, same.term], [first.replicaId, first.term], 'nothing was done');

  process.kill(first.pid, 'SIGKILL');
  await exchange.until('both others miss it', async () => (await ofTerm(first.term)).includes('open'));
  const next = first.replicaId === 3 ? 2 : 3;
  const ordered = await exchange.run('failover', '--to', String(next));
  assert.equal(ordered.code, 0, ordered.err);
  await exchange.until('the review says who followed', async () =>
    (await ofTerm(first.term)).includes('replaced'),
  );
  const { out } = await exchange.run('failover', '--review');
  assert.match(
    out,
    /the leader came back \d+ ms later, so it would have been wrong: replica \d was not heard/,
  );
  assert.match(out, /another leadership began \d+ ms later/);

  await exchange.until('the hook hears that failover is manual', async () =>
    pager.notices.some(({ kind }) => kind === 'failoverManual'),
  );
  // What was delivered a moment before the leader died may come again, under the same id.
  const events = new Map(pager.notices.map((notice) => [notice.id, notice]));
  const begun = [...events.values()].filter(
    ({ state, kind }) => state === 'begins' && kind === 'failoverManual',
  );
  assert.equal(begun.length, 1, 'once');
});
