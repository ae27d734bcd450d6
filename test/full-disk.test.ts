// A disk that runs full under load, on a follower and on the leader: told, survived, and over once there is space.
import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ReplicaStatus } from '../src/ops/replica-process/status.ts';
import { replicaFolder } from '../src/ops/supervisor/cluster-folder.ts';
import { smallDiskProblem, type TestExchange } from './exchange.ts';
import { ObservedRun } from './run.ts';

const replicaId = 2;
const megabytes = 64;
/** Many commands, so that the journal files that are prepared are soon used up. */
const burstMax = 24;

/** Takes all space that is left; the returned call gives it back. */
function fill(exchange: TestExchange): () => void {
  const path = exchange.pathOf(join(replicaFolder(exchange.loaded.dataFolder, replicaId), 'filler'));
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

test('failure 1: a disk runs full on a follower and on the leader, and has space again: nothing acknowledged is lost', async (t) => {
  const problem = smallDiskProblem();
  if (problem !== undefined) return t.skip(problem);
  const run = await ObservedRun.start(t, { smallDisk: { replicaId, megabytes } }, { burstMax });
  const { exchange } = run;
  const status = async (): Promise<ReplicaStatus> =>
    (await exchange.statuses()).find((each) => each.replicaId === replicaId)!;
  const { pid } = await status();
  const { controlPort } = exchange.loaded.configuration.replicas[replicaId - 1]!;
  const lead = async (id: number): Promise<void> => {
    if ((await exchange.leader()).replicaId === id) return;
    const { code, err } = await exchange.run('failover', '--to', String(id));
    assert.equal(code, 0, err);
  };
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
