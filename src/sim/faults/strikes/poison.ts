/** Commands that engines do not survive: all of them, or one alone. */
import type { SimulatedCluster } from '../../world/cluster.ts';
import type { Machine } from '../../world/machine.ts';
import { poisonDeaths } from '../../world/poisons.ts';
import type { World } from '../../world/world.ts';
import type { Scene, Strikes } from './scene.ts';

/** The command comes soon. */
const seqsAhead = 24;
/** How often an operator looks whether a command waits for a decision. */
const lookUs = 400_000;

export const poisonStrikes: Strikes = {
  'poison for all': (scene) => poison(scene, true),
  'poison for one': (scene) => poison(scene, false),
};

function poison(scene: Scene, isForAll: boolean): boolean {
  const { cluster, random, world } = scene;
  const { machines } = cluster;
  const nextSeq = Math.max(...machines.map(({ replica }) => replica?.log.nextSeq ?? 0));
  const seq = nextSeq + random.below(seqsAhead);
  // Where most replicas are none of the cluster's any more, what one has applied is not enough to go on from.
  if (machines.length < 3 || machines.some(({ replica }) => replica === undefined) || world.poisons.has(seq))
    return false;
  const victims = isForAll ? machines.map(({ id }) => id) : [random.pick(machines).id];
  const death = random.pick(poisonDeaths);
  world.poisons.set(seq, { seq, victims: new Set(victims), death });
  world.trace.note('faults', `command ${seq} ends replicas ${victims.join(', ')} by ${death}`);
  decideWhenAsked(scene, seq, isForAll);
  return true;
}

/**
 * No client was answered to a command that no replica can apply, nor to one in a frame of which each replica has died
 * on another one: an operator may accept what voters do not know.
 */
function decideWhenAsked(
  { cluster, world }: Pick<Scene, 'cluster' | 'world'>,
  seq: number,
  isForAll: boolean,
): void {
  world.scheduler.after(lookUs, () => {
    const { machines } = cluster;
    if (machines.every(({ appliedSeq }) => appliedSeq >= seq)) return;
    if (isForAll || stopAlike(machines)) giveDecision(machines, seq);
    decideWhenAsked({ cluster, world }, seq, isForAll);
  });
}

/** Whether all stop before the same frame, which none can have applied then. */
function stopAlike(machines: readonly Machine[]): boolean {
  const frames = new Set(machines.map(({ replica }) => replica?.applier.stopsBefore ?? 0));
  return frames.size === 1 && !frames.has(0);
}

/** Commands that were to be deadly and have not come: what a healthy cluster is put through begins without them. */
export function withdrawPoisons({ poisons }: World, { machines }: SimulatedCluster): void {
  const lastSeq = Math.max(...machines.map(({ appliedSeq }) => appliedSeq));
  for (const seq of poisons.keys()) if (seq > lastSeq) poisons.delete(seq);
}

/** What an operator types at the replica that leads and stops before this command. */
export function giveDecision(machines: readonly Machine[], seq: number): void {
  for (const { replica, control } of machines)
    if (replica?.log.isLeader === true && replica.poison.isParked)
      control.give('decideVoid', 0, true, { seq });
}
