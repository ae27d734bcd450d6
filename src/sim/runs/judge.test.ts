/** What the judge knows of a leader that dies in the middle of a duty cycle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientActor } from '../actors/client-actor.ts';
import { clusterId, drawClusterOptions, SimulatedCluster } from '../world/cluster.ts';
import { fork } from '../world/scheduler.ts';
import { World } from '../world/world.ts';
import { Judge } from './judge.ts';
import { runSeed } from './run.ts';

const acknowledgedMin = 20;
const patienceUs = 8_000_000;
/** Longer than a caller waits, and all that clocks may part in that time. */
const downUs = 600_000;
const timeoutUs = 40_000;
/** The process dies in any of this many port calls. */
const callsMax = 12;

/** Returns how many commands ran that the leader took in the cycle in which it died. */
function live(calls: number): number {
  const world = new World(calls + 1);
  const judge = new Judge(world);
  const options = drawClusterOptions(fork(world.random), 1, 'memory');
  const cluster = new SimulatedCluster(world, options, judge);
  const client = new ClientActor(
    world,
    101,
    fork(world.random),
    {
      clusterId,
      replicaIds: [1],
      feed: 'own',
      cancelOnDisconnectGraceMs: undefined,
      pauseUsMax: 2_000,
      burstMax: 12,
      windowCommandsMax: 32,
      commandTimeoutUs: timeoutUs,
    },
    judge,
  );
  const [machine] = cluster.machines;
  assert.ok(machine !== undefined);
  cluster.start();
  client.start();
  const { scheduler } = world;
  assert.ok(scheduler.runUntilHolds(patienceUs, () => judge.acknowledged > acknowledgedMin));
  let seqAtDeath = 0;
  machine.fuse.light(calls, 'kill');
  assert.ok(
    scheduler.runUntilHolds(patienceUs, () => {
      if (machine.isRunning) seqAtDeath = machine.replica!.log.journal.nextSeq;
      return !machine.isRunning;
    }),
  );
  // Its supervisor starts it again and again, without success.
  machine.disk.setRefusing(true);
  scheduler.runUntil(scheduler.nowUs + downUs);
  machine.disk.setRefusing(false);
  assert.ok(scheduler.runUntilHolds(patienceUs, () => machine.isRunning));
  const taken = machine.replica!.log.journal.nextSeq - seqAtDeath;
  client.stopSending();
  assert.ok(scheduler.runUntilHolds(patienceUs, () => client.pending === 0));
  assert.deepEqual(judge.violations.found, []);
  return taken;
}

test('what a leader took in the cycle in which it died it took then, not when it leads again', () => {
  let taken = 0;
  for (let calls = 0; calls < callsMax; calls++) taken += live(calls);
  assert.ok(taken > 0, 'some of the leaders took commands before they died');
  // A caller gave up a command that the journal held; the leader led again 134 ms later.
  assert.deepEqual(runSeed({ seed: 8_300_158, profile: 'mixed' }).violations, []);
});
