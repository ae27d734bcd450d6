/**
 * A majority that lost what it had acknowledged: in `memory` mode the power of all machines goes at once. No replica
 * may serve until an operator accepts the loss; then everything that a majority had flushed must be there, unchanged
 * and in its place, and only what came after it may be gone. What is new must keep every promise among the replicas
 * again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAt } from '../../protocol/frames.ts';
import { getU53 } from '../../std/integers.ts';
import { ClientActor } from '../actors/client-actor.ts';
import { clusterId, drawClusterOptions, SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import { World } from '../world/world.ts';
import { Judge } from './judge.ts';

const seeds = 8;
const acknowledgedMin = 300;
const waitUs = 1_000_000;
const patienceUs = 8_000_000;
const orderUs = 50_000;

/** A judge that can be replaced while machines and clients go on talking to it. */
function relay(current: () => Judge): Judge {
  return new Proxy({} as Judge, {
    get: (_, name) => {
      const judge = current();
      const value: unknown = Reflect.get(judge, name);
      return typeof value === 'function' ? value.bind(judge) : value;
    },
  });
}

function runUntil(world: World, holds: () => boolean): boolean {
  const endUs = world.scheduler.nowUs + patienceUs;
  while (!holds() && world.scheduler.nowUs < endUs) world.scheduler.runUntil(world.scheduler.nowUs + 2_000);
  return holds();
}

/** The last seq that a majority has flushed. */
function durableSeq(cluster: SimulatedCluster): number {
  const indexes = cluster.machines.map(({ replica }) => replica!.log.journal.durableIndex);
  const index = indexes.sort((a, b) => b - a)[Math.floor(cluster.size / 2)]!;
  const { journal } = cluster.leader!.replica!.log;
  if (!journal.locate(index)) return 0;
  const firstSeq = getU53(journal.foundView, journal.foundAt + frameAt.firstSeq);
  return firstSeq + journal.foundView.getUint32(journal.foundAt + frameAt.count, true) - 1;
}

/** How far the log of a replica goes: a later term counts more than a later frame. */
function lastOf({ replica }: Machine): number {
  const { lastTerm, lastIndex } = replica!.log.journal;
  return lastTerm * 1e6 + lastIndex;
}

/** Returns how many acknowledged commands were lost. */
function live(seed: number): number {
  const world = new World(seed);
  const before = new Judge(world);
  const after = new Judge(world);
  let judge = before;
  const watcher = relay(() => judge);
  const drawn = drawClusterOptions(fork(world.random), 3, 'memory');
  // Without snapshots every replica runs its whole journal again, and shows all of it to the second judge.
  const cluster = new SimulatedCluster(
    world,
    { ...drawn, snapshotEveryBytes: 1e9, backgroundFlushUs: 50_000 },
    watcher,
  );
  const options = {
    clusterId,
    replicaIds: [1, 2, 3],
    feed: 'own',
    cancelOnDisconnectGraceMs: undefined,
    pauseUsMax: 5_000,
    burstMax: 6,
    windowCommandsMax: 32,
    commandTimeoutUs: 3_000_000,
  } as const;
  const client = new ClientActor(world, 101, fork(world.random), options, watcher);
  cluster.start();
  client.start();
  assert.ok(runUntil(world, () => before.acknowledged > acknowledgedMin));
  client.stopSending();
  assert.ok(runUntil(world, () => client.pending === 0 && cluster.leader !== undefined));

  const keptSeq = durableSeq(cluster);
  for (const machine of cluster.machines) machine.cutPower();
  judge = after;
  for (const machine of cluster.machines) machine.start();
  world.scheduler.runUntil(world.scheduler.nowUs + waitUs);
  assert.equal(cluster.leader, undefined, 'nobody serves before the loss is accepted');
  assert.ok(cluster.machines.every(({ replica }) => replica?.log.raft.isRecovering));

  // As in the plan of `recover`: first where the log goes furthest.
  const [first, second] = cluster.machines.toSorted((a, b) => lastOf(b) - lastOf(a));
  for (const { control } of [first!, second!]) {
    control.give('acceptLoss');
    world.scheduler.runUntil(world.scheduler.nowUs + orderUs);
    const { ok, text } = control.replies.at(-1)!;
    assert.ok(ok, text);
  }
  assert.ok(
    runUntil(world, () => cluster.leader !== undefined),
    'two of three accepted: they elect',
  );
  const lost = before.agreement.lastSeq - cluster.leader!.appliedSeq;
  assert.ok(
    runUntil(world, () => client.session.isBound),
    'the client comes back',
  );
  client.sendMore(3);
  assert.ok(
    runUntil(world, () => client.pending === 0 && cluster.isLevel),
    'the third returns by itself',
  );

  const commands = [before, after].map(({ agreement }) => agreement.commands);
  assert.ok(after.agreement.lastSeq >= keptSeq);
  for (let seq = 1; seq <= keptSeq; seq++)
    assert.equal(commands[1]![seq]?.crc, commands[0]![seq]?.crc, `seq ${seq}`);
  after.end(cluster.machines, fork(world.random));
  // The second judge knows only the calls since; those before were answered by the history that was lost.
  const isOurs = ({ checker }: { checker: string }): boolean => checker !== 'linearizability';
  assert.deepEqual([...before.violations.found, ...after.violations.found.filter(isOurs)], []);
  return lost;
}

test('a majority that lost its memory serves only once an operator accepts it, and keeps what was flushed', () => {
  let losses = 0;
  for (let seed = 1; seed <= seeds; seed++) if (live(seed) > 0) losses += 1;
  assert.ok(losses > 0, 'some of the runs lost something, or this proves nothing');
});
