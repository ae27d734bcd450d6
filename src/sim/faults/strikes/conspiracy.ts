/**
 * The case that a consensus fears most, staged on purpose because chance seldom finds it: some replicas lag, the others
 * acknowledge; then those that hold what was acknowledged lose their disks, the leader vanishes, and the laggards are
 * back. Laggards and forgetful ones together are a majority: they must not found a cluster that knows nothing.
 */
import type { Random } from '../../../std/random.ts';
import type { SimulatedCluster } from '../../world/cluster.ts';
import type { Machine } from '../../world/machine.ts';
import type { World } from '../../world/world.ts';

/** Runs `act` after a while, unless the run has been healed by then. */
export type Later = (delayUsMin: number, delayUsMax: number, act: () => void) => void;

/** Stages it: the victims lose their disks; false where the roles are not there. */
export function conspire(
  world: World,
  cluster: SimulatedCluster,
  victims: readonly Machine[],
  random: Random,
  later: Later,
): boolean {
  const { leader, machines } = cluster;
  const holders = victims.filter((victim) => victim !== leader && victim.isRunning);
  if (leader === undefined || holders.length === 0 || holders.length < cluster.minority) return false;
  const laggards = machines.filter((machine) => machine !== leader && !holders.includes(machine));
  const { network, trace } = world;
  const setCut = (isCut: boolean): void => {
    for (const { id } of laggards) {
      for (const other of machines) {
        if (laggards.includes(other)) continue;
        if (isCut) network.block(other.id, id);
        else network.unblock(other.id, id);
      }
    }
  };
  const names = (some: readonly Machine[]): string => some.map(({ id }) => id).join(' ');
  trace.note(
    'faults',
    `conspiracy: ${leader.id} leads, ${names(holders)} will forget, ${names(laggards)} lag`,
  );
  setCut(true);
  // What a holder acknowledges as flushed, it must have flushed.
  const areSlow = random.chance(0.6);
  for (const { disk } of holders) disk.isSlow = areSlow;
  later(3_000, 60_000, () => {
    for (const { disk } of holders) disk.isSlow = false;
    for (const holder of holders) destroy(cluster, holder, random);
    if (random.chance(0.5) && cluster.durability === 'disk') leader.cutPower();
    else leader.crash();
    setCut(false);
    for (const holder of holders) later(500, 40_000, () => holder.start());
    later(200_000, 700_000, () => leader.start());
  });
  return true;
}

function destroy(cluster: SimulatedCluster, holder: Machine, random: Random): void {
  const draw = random.below(4);
  if (draw < 2) {
    holder.cutPower();
    return;
  }
  holder.crash();
  if (holder.state !== 'crashed') return;
  if (draw === 2 || cluster.durability === 'disk') holder.wipe();
  else holder.rot();
}
