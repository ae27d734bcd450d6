// A disk that runs full under load, on a follower and on the leader: reported, survived, and over once there is space.
// test/long has the disks of all replicas.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallDiskProblem } from '../src/chaos/exchange.ts';
import { ObservedRun } from '../src/chaos/run.ts';
import type { ReplicaStatus } from '../src/ops/health/status.ts';

const replicaId = 2;
const megabytes = 64;
/** Many commands, so that the journal files that are prepared are soon used up. */
const burstMax = 24;

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
  const freeFollower = exchange.fillDisk(replicaId);
  await isTold();
  await run.served(2_000);
  freeFollower();
  await isOver();

  await lead(replicaId);
  await run.served(500);
  const { term } = await exchange.leader();
  const freeLeader = exchange.fillDisk(replicaId);
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
