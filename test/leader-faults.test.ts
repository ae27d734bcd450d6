// Leaders and followers that die or stand still under load, judged by the checkers of the simulator.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { operatorOfTests, type TestExchange } from '../src/chaos/exchange.ts';
import { identityIn } from '../src/chaos/raw-link.ts';
import { ObservedRun } from '../src/chaos/run.ts';
import { StayingCaller } from '../src/chaos/staying-caller.ts';

/** Accounts that no client of a run has. */
const strangeAccounts = { served: [9_000_001, 9_000_002], givenUp: [9_100_001, 9_100_002, 9_100_003] };

/** A caller that the leader serves and that stays with it, and the leader; on a busy machine another may lead soon. */
async function stayWithLeader(t: TestContext, exchange: TestExchange) {
  const identity = identityIn(exchange.identity(operatorOfTests));
  const call = async () => {
    const { pid, term, replicaId } = await exchange.leader();
    const place = exchange.loaded.configuration.replicas.find(({ id }) => id === replicaId)!;
    const stayer = await StayingCaller.call(place, identity);
    t.after(() => stayer.end());
    stayer.createAccounts(strangeAccounts.served);
    return { stayer, pid, term, replicaId };
  };
  let found = await call();
  await exchange.until('the leader serves a caller that stays with it', async () => {
    if ((await exchange.leader()).term !== found.term) found = await call();
    return found.stayer.outcomes === strangeAccounts.served.length;
  });
  return found;
}

test('failure 9: kill -9 of the leader under load, twice: the checkers of the simulator find nothing wrong', async (t) => {
  const run = await ObservedRun.start(t);
  run.trade();
  for (let kill = 0; kill < 2; kill++) {
    await run.exchange.whole();
    await run.served(500);
    const { pid, term } = await run.exchange.leader();
    process.kill(pid, 'SIGKILL');
    await run.servedAfter(term, 500);
  }
  const { leaders } = await run.verdict('killed leaders');
  assert.ok(new Set(leaders.map(({ term }) => term)).size >= 3);
});

test('failure 19: a leader that stood still longer than an election steps down, serves nobody and catches up', async (t) => {
  const run = await ObservedRun.start(t);
  const { exchange } = run;
  run.trade();
  await run.served(500);
  const { stayer, pid, term, replicaId } = await stayWithLeader(t, exchange);
  // It began with this replica only: of the others it knows from the log of members.
  const loner = run.client({ id: 150, replicaIds: [replicaId] });
  t.after(() => loner.close());
  loner.trade();
  await exchange.until('the loner is served', async () => loner.acknowledged > 100);
  await run.served(500);

  const resume = run.pause(t, pid);
  loner.rest();
  const sentBefore = loner.submitted;
  await run.servedAfter(term, 500);
  // What has reached its process by now is read as soon as it goes on, while it still believes that it leads.
  loner.send(100);
  stayer.createAccounts(strangeAccounts.givenUp);
  resume();
  await exchange.until('the deposed leader follows the new one', async () => {
    const status = (await exchange.statuses()).find((each) => each.replicaId === replicaId);
    return status?.role === 'follower' && !status.serving && status.term > term && status.leaderId !== 0;
  });
  await run.served(500);
  // What the deposed leader took while it believed that it leads, the next one answers, once; the verdict sees it.
  await exchange.until('the loner is served by the next leader', async () => loner.acknowledged > sentBefore);
  assert.ok(loner.term > term);
  // The deposed leader has read what the stayer sent, and has answered and done nothing of it.
  await exchange.until('the deposed leader has read all', async () => stayer.isRead);
  assert.equal(stayer.outcomes, strangeAccounts.served.length);
  const client = await exchange.client();
  const ids = [...strangeAccounts.served, ...strangeAccounts.givenUp];
  const accounts = await Promise.all(ids.map((id) => client.account(id)));
  const there = ids.filter((_, n) => accounts[n] !== undefined);
  assert.deepEqual(there, strangeAccounts.served);
  const status = (await exchange.statuses()).find((each) => each.replicaId === replicaId);
  assert.equal(status?.pid, pid, 'its process went on');
  await run.verdict('paused leader');
});

test('failure 18: while a follower stands still the others serve; it catches up, and takes no lead', async (t) => {
  const run = await ObservedRun.start(t);
  const { exchange } = run;
  const { replicaId: leaderId } = await exchange.leader();
  const follower = (await exchange.statuses()).find(({ replicaId }) => replicaId !== leaderId)!;
  run.trade();
  await run.served(500);
  const resume = run.pause(t, follower.pid);
  await run.served(3_000);
  resume();
  await run.served(500);
  await run.verdict('paused follower');
  const after = await exchange.statuses();
  // Where replicas must wait for processors another one may come to lead: not since one of them stood still.
  const missed = after
    .filter(({ replicaId }) => replicaId === follower.replicaId)
    .flatMap(({ elections }) => elections)
    .filter(({ leaderId: led, reason }) => led === follower.replicaId && reason === 'no leader was heard');
  assert.deepEqual(missed, [], 'it stood still, and did not miss its leader');
  assert.ok(after.some(({ pid }) => pid === follower.pid));
});
