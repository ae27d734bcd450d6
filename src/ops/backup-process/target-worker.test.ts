import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { pino } from 'pino';
import { clusterFolder } from '../../backup/chains.ts';
import { writeNote } from '../../backup/notes.ts';
import { GuardedTarget } from '../../backup/targets/guarded.ts';
import { historyClusterId, historyInstance, SampleHistory } from '../../backup/testing/history.ts';
import { MemoryTarget } from '../../backup/testing/memory-target.ts';
import { msPerHour } from '../../std/units.ts';
import { TargetWorker } from './target-worker.ts';
import type { OpenGuard } from './targets.ts';

/** It never rests. */
const guard: OpenGuard = {
  waitMs: 60_000,
  waitMsPerMegabyte: 1,
  run: (_, call) => call(),
  state: () => 'closed',
};

class Desk {
  readonly history = new SampleHistory(2);
  readonly target = new MemoryTarget();
  role: 'leader' | 'follower' = 'follower';
  voters = [1, 2, 3];
  choices = 0;
  ordered = 0;
  proofs = 0;
  proofProblem = '';
  ledger: string | undefined;
  nowMs = Math.ceil(this.history.timeUs / 1_000) + 10 * msPerHour;
  worker = this.started();

  started(): TargetWorker {
    const source = this.history.source();
    return new TargetWorker({
      open: {
        name: 'local',
        guard,
        target: new GuardedTarget(this.target, guard),
        packing: { compression: 'zstd' },
        retention: { count: 3, ageUs: 1e15 },
      },
      ledger: {
        place: 'the ledger',
        load: () => this.ledger,
        save: (text) => {
          this.ledger = text;
        },
      },
      choice: {
        read: (after, commitIndex) => source.read(after, commitIndex),
        snapshot: (index) => source.snapshot(index),
        get snapshotIndex() {
          return source.snapshotIndex;
        },
        status: async () => {
          this.choices += 1;
          return this.#view();
        },
        look: async () => this.#view(),
      },
      settings: { clusterId: historyClusterId, site: 0, sites: [], snapshotMinutes: 60, verifyHours: 24 },
      log: pino({ enabled: false }),
      orderSnapshot: async () => {
        this.ordered += 1;
      },
      verify: async () => {
        this.proofs += 1;
        if (this.proofProblem !== '') throw new Error(this.proofProblem);
      },
    });
  }

  #view() {
    const { lastIndex } = this.history;
    return {
      ...{ replicaId: 2, role: this.role, voters: this.voters, commitIndex: lastIndex },
      ...{ appliedIndex: lastIndex, counters: { instance: historyInstance } },
    };
  }

  async turn(laterMs = 1_000): Promise<void> {
    this.nowMs += laterMs;
    await this.worker.turn(this.nowMs);
    await turnOfLoop();
  }
}

test('a target is level after a turn, and behind since it last had everything while it refuses', async () => {
  const desk = new Desk();
  desk.history.add(10);
  await desk.turn();
  assert.equal(desk.worker.standing.behindFrames, 0);
  assert.equal(desk.worker.standing.seq, desk.history.lastSeq);
  const { levelMs } = desk.worker.standing;

  desk.target.refusal = 'it is full';
  desk.history.add(5);
  await desk.turn(5_000);
  await desk.turn(5_000);
  const behind = desk.worker.standing;
  assert.equal(behind.behindFrames, 5);
  assert.equal(behind.behindSinceMs, levelMs);
  assert.match(behind.error, /it is full/);
  assert.equal(behind.failingSinceMs, desk.nowMs - 5_000, 'since the first attempt that failed');

  desk.target.refusal = '';
  await desk.turn();
  assert.equal(desk.worker.standing.error, '');
  assert.equal(desk.worker.standing.behindSinceMs, 0);
  assert.equal(desk.worker.standing.seq, desk.history.lastSeq);
});

test('what is committed between two turns is seen before the next one, and no other replica is chosen', async () => {
  const desk = new Desk();
  desk.history.add(10);
  await desk.turn();
  desk.history.add(3);
  await desk.worker.observe(desk.nowMs + 2_000);
  assert.equal(desk.choices, 1);
  assert.equal(desk.worker.standing.behindFrames, 3);
  assert.ok(desk.worker.standing.behindSinceMs > 0);
});

test('a snapshot is ordered when it is due, of a follower or of a replica that is alone, and of no other leader', async () => {
  const desk = new Desk();
  desk.history.add(10);
  await desk.turn();
  assert.equal(desk.ordered, 0, 'the chain has just begun');
  desk.role = 'leader';
  await desk.turn(2 * msPerHour);
  assert.equal(desk.ordered, 0);
  desk.voters = [2];
  await desk.turn();
  assert.equal(desk.ordered, 1);
  desk.role = 'follower';
  desk.voters = [1, 2, 3];
  await desk.turn();
  assert.equal(desk.ordered, 1, 'not again at once');
  await desk.turn(msPerHour);
  assert.equal(desk.ordered, 2);
  desk.history.snapshot();
  await desk.turn();
  await desk.turn(60_000);
  assert.equal(desk.ordered, 2, 'one came');
});

test('a new chain is proved at once, a failed proof alarms, and a good one ends the alarm of a broken chain', async () => {
  const desk = new Desk();
  desk.history.add(10);
  await desk.turn();
  assert.equal(desk.proofs, 1);
  desk.target.objects.clear();
  desk.worker = desk.started();
  desk.proofProblem = 'object 3 is missing';
  await desk.turn();
  assert.match(desk.worker.standing.broken, /does not show what it had confirmed/);
  assert.equal(desk.worker.standing.proofError, 'object 3 is missing');
  await desk.turn();
  assert.equal(desk.proofs, 2, 'not again at once');
  desk.proofProblem = '';
  await desk.turn(msPerHour);
  assert.equal(desk.proofs, 3);
  assert.equal(desk.worker.standing.proofError, '');
  assert.equal(desk.worker.standing.broken, '');
});

test('what was proved is that of the own chain, also where another site began one later', async () => {
  const desk = new Desk();
  desk.history.add(10);
  await desk.turn();
  const { chain, seq } = desk.worker.standing;
  const proof = {
    ...{ fromNumber: 1, toNumber: 1, seq, timeUs: 1, stateHash: 'a', economicHash: 'b', snapshots: 0 },
    ...{ provedUs: desk.nowMs * 1_000, restoreMs: 1 },
  };
  await writeNote(desk.target, `${clusterFolder(historyClusterId)}${chain}/`, 'proof', proof, undefined);
  desk.ledger = undefined;
  const other = desk.started();
  await other.turn(desk.nowMs + 60_000);
  await desk.turn();
  assert.equal(desk.worker.standing.proof?.seq, seq);
});
