/**
 * What a run shows at its end of a bad memory module: on a healthy cluster one engine changes by itself. It must be
 * found with the next answers, serve nothing from then on, be explained, and be as the others again soon.
 */
import type { Report } from '../../checkers/violations.ts';
import { withFlippedDigest } from '../../engine/testing/memory-errors.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import { exchangeLimits } from '../world/exchange-limits.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
/** A follower answers each heartbeat, and the leader looks at the answers once in a millisecond. */
const heartbeatsToFind = 4;
const lookUs = 5_000;
/** Within this a command of a client is applied everywhere. */
const commandUs = 2_000_000;
/** Within this a cluster without faults has given it another state, and come to rest. */
const rebuildUs = 5_000_000;
const moreCommands = 8;

export function spoilMemory(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { scheduler, trace } = world;
  const voters = cluster.leader?.replica?.log.voters ?? [];
  // Of two engines that differ none is known to be right.
  if (cluster.leader === undefined || voters.length < votersMin || cluster.hasWitness) return;
  const random = fork(world.random);
  const { leader } = cluster;
  // One that leads and is wrong hands over, which an operator of manual failover has not ordered.
  const isFit = ({ id, replica }: Machine): boolean =>
    voters.includes(id) && (id !== leader.id || replica?.options.failover === 'automatic');
  const machine = random.pick(cluster.membership.filter(isFit));
  const { replica } = machine;
  if (replica === undefined) return;
  trace.note(machine.name, 'has a bit of its memory flipped');
  const { divergence, options } = replica;
  const before = divergence.rebuild.count;
  const wasFound = (): boolean => replica.isParked || divergence.rebuild.count > before;
  machine.spoil(withFlippedDigest(replica.state.engine, random, { ...exchangeLimits, looksAheadFrom: 0 }));
  for (const client of clients) client.sendMore(moreCommands);
  // What no command has touched since then none can know.
  const seq = machine.appliedSeq;
  const hasApplied = (): boolean => cluster.membership.every(({ appliedSeq }) => appliedSeq > seq);
  if (!scheduler.runUntilHolds(commandUs, hasApplied))
    report('divergence', `replica ${machine.id} applies nothing within ${commandUs} us`);
  if (!scheduler.runUntilHolds(heartbeatsToFind * options.heartbeatUs + lookUs, wasFound))
    report('divergence', `replica ${machine.id} is wrong, and it is not found with its next answers`);
  const isMended = (): boolean => divergence.rebuild.count > before && cluster.isLevel && isAlike(cluster);
  if (!scheduler.runUntilHolds(rebuildUs, isMended))
    report(
      'divergence',
      `replica ${machine.id} is not as the others ${rebuildUs} us after it was found wrong`,
    );
  const names = [...machine.disk.aside.keys()];
  for (const name of ['finding.txt', 'differences.txt'])
    if (!names.some((each) => each.endsWith(`/${name}`)))
      report('divergence', `replica ${machine.id} was wrong and keeps no ${name}`);
  scheduler.runUntilHolds(rebuildUs, () => clients.every((client) => client.pending === 0));
}

/**
 * A follower is found wrong, and the replica that is to give it another state is gone before it has, as all others are
 * but the leader: that one gives its own.
 */
export function loseSoundReplica(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { scheduler, trace } = world;
  const { leader } = cluster;
  const { voters = [] } = leader?.replica?.log ?? {};
  if (leader === undefined || voters.length !== votersMin || cluster.hasWitness) return;
  const random = fork(world.random);
  const followers = cluster.membership.filter(({ id }) => voters.includes(id) && id !== leader.id);
  const wrong = random.pick(followers);
  const others = cluster.membership.filter((machine) => machine !== wrong && machine !== leader);
  const { replica } = wrong;
  if (replica === undefined) return;
  trace.note(wrong.name, 'has a bit of its memory flipped');
  wrong.spoil(withFlippedDigest(replica.state.engine, random, { ...exchangeLimits, looksAheadFrom: 0 }));
  for (const client of attachedOf(clients)) client.sendMore(moreCommands);
  if (!scheduler.runUntilHolds(commandUs, () => replica.isParked)) return;
  trace.note('epilogue', `all but ${leader.name} are gone before ${wrong.name} has another state`);
  for (const machine of others) machine.crash();
  if (!scheduler.runUntilHolds(rebuildUs, () => !replica.isParked || wrong.replica !== replica))
    report('divergence', `replica ${wrong.id} is wrong, and does not take the state of its leader`);
  for (const machine of others) machine.start();
  if (!scheduler.runUntilHolds(rebuildUs, () => cluster.isLevel && isAlike(cluster)))
    report('divergence', `the others are back, and ${rebuildUs} us later not all are alike`);
}

function isAlike({ membership }: SimulatedCluster): boolean {
  return new Set(membership.map(({ replica }) => replica?.state.digest)).size === 1;
}
