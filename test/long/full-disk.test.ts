// A disk that runs full under load, on a follower and on the leader: reported, survived, and over once there is space.
import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smallDiskProblem, TestExchange } from '../../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import { ObservedRun } from '../../src/chaos/run.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';
import type { ReplicaStatus } from '../../src/ops/replica-process/status.ts';
import { replicaFolder } from '../../src/ops/supervisor/cluster-folder.ts';

const replicaId = 2;
const trader = { keyId: 'trader', secret: '7e'.repeat(32), accountIds: [701] };
const megabytes = 64;
/** What the gateway, a replica and the command line say alike. */
const idleWords =
  /replica \d leads, and nothing is committed, so it takes no orders: check the disks of all replicas/;
/** Many commands, so that the journal files that are prepared are soon used up. */
const burstMax = 24;

/** Takes all space that is left to a replica; the returned call gives it back. */
function fill(exchange: TestExchange, id = replicaId): () => void {
  const path = exchange.pathOf(join(replicaFolder(exchange.loaded.dataFolder, id), 'filler'));
  const file = openSync(path, 'w');
  for (const bytes of [1_048_576, 4_096]) {
    const zeros = new Uint8Array(bytes);
    try {
      for (;;) writeSync(file, zeros);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  closeSync(file);
  return () => rmSync(path);
}

/** A signed order through the gateway. */
async function place(
  exchange: TestExchange,
  clientOrderId: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const path = '/v1/orders';
  const body = JSON.stringify({ symbol: 'TEST', side: 'buy', price: '90.00', quantity: '1', clientOrderId });
  const request = { timestamp: String(Date.now()), method: 'POST', pathWithQuery: path, body };
  const headers = {
    ...signedHeaders(trader.keyId, trader.secret, request),
    'content-type': 'application/json',
  };
  const answer = await exchange.get(path, { method: 'POST', headers, body });
  return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
}

test('failure 1: a disk runs full on a follower and on the leader, and has space again: nothing acknowledged is lost', async (t) => {
  const problem = smallDiskProblem();
  if (problem !== undefined) return t.skip(problem);
  const run = await ObservedRun.start(
    t,
    { smallDisks: { replicaIds: [replicaId], megabytes } },
    { burstMax },
  );
  const { exchange } = run;
  const status = async (): Promise<ReplicaStatus> => {
    let found: ReplicaStatus | undefined;
    await exchange.until('the replica answers', async () => {
      found = (await exchange.statuses()).find((each) => each.replicaId === replicaId);
      return found !== undefined;
    });
    return found!;
  };
  const { pid } = await status();
  const { controlPort } = exchange.loaded.configuration.replicas[replicaId - 1]!;
  const lead = (id: number): Promise<void> =>
    exchange.until(`replica ${id} leads`, async () => {
      if ((await exchange.leader()).replicaId === id) return true;
      // Leadership may have moved since; then the order is refused, and given again.
      await exchange.run('failover', '--to', String(id));
      return false;
    });
  const isTold = async (): Promise<void> => {
    await exchange.until('the replica tells that its disk is full', async () => (await status()).diskFull);
    const health = await fetch(`http://127.0.0.1:${controlPort}/health/ready`);
    assert.equal(health.status, 503);
    assert.match(await health.text(), /the disk is full/);
    assert.match(exchange.logOf(`replica-${replicaId}`), /the disk is full: free space for the journal/);
  };
  const isOver = async (): Promise<void> => {
    await exchange.until('the replica keeps up with the leader again', async () => {
      const { diskFull, lagFrames, leaderId, appliedSeq } = await status();
      const leader = await exchange.leader();
      return (
        !diskFull &&
        leaderId !== 0 &&
        lagFrames !== null &&
        lagFrames < 100 &&
        leader.appliedSeq - appliedSeq < 10_000
      );
    });
  };

  await lead(1);
  run.trade();
  await run.served(500);
  const freeFollower = fill(exchange);
  await isTold();
  await run.served(2_000);
  freeFollower();
  await isOver();

  await lead(replicaId);
  await run.served(500);
  const { term } = await exchange.leader();
  const freeLeader = fill(exchange);
  await run.servedAfter(term, 500);
  await isTold();
  await run.served(2_000);
  freeLeader();
  await isOver();

  await lead(replicaId);
  await run.served(500);
  await run.verdict('full disk');
  assert.equal((await status()).pid, pid, 'the process with the full disk went on');
});

/** The gateway is asked so often in a row before the disks count as full for good. */
const idleTimes = 20;

test('all disks run full: the gateway says what is the matter, what it refuses is not carried out, and it goes on with space', async (t) => {
  const problem = smallDiskProblem();
  if (problem !== undefined) return t.skip(problem);
  const exchange = await TestExchange.start({
    configuration: { gateway: { apiKeys: [trader] } },
    smallDisks: { replicaIds: [1, 2, 3], megabytes },
  });
  t.after(() => exchange.end());
  const operator = await exchange.client();
  await prepareMarket(operator);
  await new OrderStream('before').send(operator, 100);
  const readiness = async (): Promise<{ readonly status: number; readonly text: string }> => {
    const answer = await exchange.get('/health/ready');
    return { status: answer?.status ?? 0, text: (await answer?.text()) ?? '' };
  };

  const free = [1, 2, 3].map((id) => fill(exchange, id));
  // What is prepared of the journal is used up; no caller waits for the outcomes of the orders that find no room.
  const late = new OrderStream('late');
  const sending = late.send(operator, 40_000).catch((error: unknown) => error);
  // A leader that finds room for one frame more commits it, and serves for a moment; then the disks are full for good.
  let timesIdle = 0;
  await exchange.until('the gateway is not ready, stays so, and says why', async () => {
    const { status, text } = await readiness();
    timesIdle = status === 503 && idleWords.test(text) ? timesIdle + 1 : 0;
    return timesIdle >= idleTimes;
  });
  await exchange.until('the status says that no replica serves, and why', async () => {
    const { code, out, err } = await exchange.run('status');
    return code === 1 && idleWords.test(out + err) && /DISK FULL/.test(out);
  });
  await exchange.until('a failover is refused, in the same words', async () => {
    const { code, err } = await exchange.run('failover');
    return code === 1 && idleWords.test(err);
  });
  const replicas = await Promise.all(
    exchange.loaded.configuration.replicas.map(async ({ controlPort }) =>
      (await fetch(`http://127.0.0.1:${controlPort}/health/ready`)).text(),
    ),
  );
  assert.ok(
    replicas.some((text) => idleWords.test(text)),
    replicas.join(),
  );
  const refused = ['refused-1', 'refused-2', 'refused-3'];
  for (const clientOrderId of refused) {
    const answer = await place(exchange, clientOrderId);
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.text, /"nothingCommitted".*nothing is committed/);
  }

  for (const give of free) give();
  await exchange.until('the gateway is ready again', async () => (await readiness()).status === 200);
  await sending;
  await late.verify(operator);
  for (const clientOrderId of refused)
    assert.equal(
      await operator.order({ accountId: 701, clientOrderId }),
      undefined,
      'it was refused for good',
    );
  assert.equal((await place(exchange, 'refused-1')).status, 201, 'it can be given again');
});
