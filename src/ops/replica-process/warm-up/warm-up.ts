/**
 * Practice before a replica joins. Code that runs for the first time is read, compiled and run slowly, and what a
 * leader does first runs for the first time when the old leader has just died. So a small cluster lives in this thread
 * for some tens of milliseconds: it elects, serves, loses its leader under load and goes on. Nothing of it stays but
 * warm code.
 */
import { setFlagsFromString } from 'node:v8';
import { MachineClock } from '../../../io/system/clock.ts';
import type { ReplicaOptions } from '../../../replica/options.ts';
import { PracticeClient } from './practice-client.ts';
import { PracticeCluster, practiceKeys } from './practice-cluster.ts';

/** After this no further round begins; on a slow or busy machine less is practised. */
const practiceUsMax = 150_000;
const roundsMax = 12;
/** Time of the practice cluster that passes with each step. */
const stepUs = 200;
/** Steps after which something that should have come about has failed. */
const stepsMax = 500;
const ordersPerStep = 4;
const tradingSteps = 12;

/**
 * Practises with the options of the replica that will run in this thread; at worst it is of no use. Returns the rounds.
 */
export function warmUp(options: ReplicaOptions): number {
  // What is warm stays so: a follower may follow for weeks.
  setFlagsFromString('--no-flush-bytecode');
  const clock = new MachineClock();
  const endUs = clock.nowUs() + practiceUsMax;
  let rounds = 0;
  try {
    while (rounds < roundsMax && clock.nowUs() < endUs && playRound(options, clock)) rounds++;
  } catch {
    // A machine without a loopback, or without free ports: the replica starts cold.
  }
  return rounds;
}

/** The short life of one cluster; false when something did not come about. */
function playRound(options: ReplicaOptions, clock: MachineClock): boolean {
  const keys = practiceKeys();
  const cluster = new PracticeCluster(options, keys, clock);
  const client = new PracticeClient(cluster.ports, keys, clock);
  // A time of its own, so that heartbeats and time-outs come as often as in a longer life.
  let nowUs = clock.nowUs();
  const step = (): void => {
    nowUs += stepUs;
    cluster.step(nowUs);
    client.turn(nowUs);
  };
  const until = (isDone: () => boolean): boolean => {
    for (let n = 0; n < stepsMax && !isDone(); n++) step();
    return isDone();
  };
  const trade = (): void => {
    for (let n = 0; n < tradingSteps; n++) {
      client.trade(ordersPerStep);
      step();
    }
  };
  try {
    if (!until(() => cluster.elect())) return false;
    client.session.start(nowUs);
    if (!until(() => client.session.isBound)) return false;
    client.createMarket();
    trade();
    client.trade(ordersPerStep);
    cluster.killLeader();
    trade();
    if (!until(() => client.session.isBound && client.pending === 0)) return false;
    trade();
    return until(() => client.pending === 0);
  } finally {
    client.end();
    cluster.end();
  }
}
