/**
 * A majority that lost what it had acknowledged: in `memory` mode the power of all machines goes at once. No replica
 * may serve until an operator rebuilds the cluster from the longest log; then everything that a majority had flushed
 * must be there, unchanged and in its place, and only what came after it may be gone. The replicas must agree on what
 * is new.
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
/** Checkers of what holds within one generation, and of calls that the second judge has not seen. */
const ofOneGeneration = ['linearizability', 'durability', 'leadership', 'modes', 'equivalence'];

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

/** The order is carried out, which ends the process, and the next one starts. */
function ordered(world: World, machine: Machine, ...order: Parameters<Machine['control']['give']>): void {
  machine.control.give(...order);
  world.scheduler.runUntil(world.scheduler.nowUs + orderUs);
  const { ok, text } = machine.control.replies.at(-1)!;
  assert.ok(ok, text);
  machine.start();
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
  assert.equal(cluster.leader, undefined, 'nobody serves before the operator has decided');
  assert.ok(cluster.machines.every(({ replica }) => replica?.log.raft.isRecovering));

  // As in the plan of `members rebuild`: from where the log goes furthest.
  const [first, ...others] = cluster.machines.toSorted((a, b) => lastOf(b) - lastOf(a)) as [
    Machine,
    ...Machine[],
  ];
  const ids = others.map(({ id }) => id);
  ordered(world, first, 'beginGeneration', first.id, false, { others: ids });
  assert.ok(
    runUntil(world, () => cluster.leader === first),
    'it is the only voter and leads',
  );
  const { cut } = first.replica!.membership;
  for (const machine of others) ordered(world, machine, 'leaveGeneration', machine.id, true, { cut: cut! });
  const lost = before.agreement.lastSeq - cluster.leader!.appliedSeq;
  assert.ok(
    runUntil(world, () => client.session.isBound),
    'the client comes back',
  );
  client.sendMore(3);
  assert.ok(
    runUntil(world, () => client.pending === 0 && cluster.isLevel),
    'the others return blank',
  );

  const commands = [before, after].map(({ agreement }) => agreement.commands);
  assert.ok(after.agreement.lastSeq >= keptSeq);
  for (let seq = 1; seq <= keptSeq; seq++)
    assert.equal(commands[1]![seq]?.crc, commands[0]![seq]?.crc, `seq ${seq}`);
  after.end(cluster.machines, fork(world.random));
  const hashes = cluster.machines.map(({ replica }) => replica!.state.stateHash());
  assert.equal(new Set(hashes).size, 1, 'all have one state');
  // The second judge knows only the calls since, and no other generation, which begins blank and read-only.
  const isOurs = ({ checker }: { checker: string }): boolean => !ofOneGeneration.includes(checker);
  assert.deepEqual([...before.violations.found, ...after.violations.found.filter(isOurs)], []);
  return lost;
}

test('a majority that lost its memory serves only once an operator rebuilds it, and keeps what was flushed', () => {
  let losses = 0;
  for (let seed = 1; seed <= seeds; seed++) if (live(seed) > 0) losses += 1;
  assert.ok(losses > 0, 'some of the runs lost something, or this proves nothing');
});
