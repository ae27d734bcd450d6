/**
 * What a run shows at its end of a leader that lives and is worse than its followers: it hands over to a better one,
 * and the one that leads from then on stays, also where what was wrong follows the leadership.
 */
import type { Report } from '../../checkers/violations.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
const slowFlushUs = 100_000;
const starvedPermille = 600;
/** A leader leads for 10 s at least; then it must be gray for some seconds. */
const handOverUs = 16_000_000;
/** No other hand-over comes in this time. */
const stayUs = 8_000_000;
const stepUs = 200_000;
const illnesses = ['flushes slowly', 'is starved of its processor, as each leader is'] as const;
const noIllness = { starvedPermille: 0, heapPermille: 0, diskPermille: 0 };

export function grayLeader(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const first = cluster.leader;
  const { options, log } = first?.replica ?? {};
  if (first === undefined || log === undefined || log.voters.length < votersMin) return;
  const attached = attachedOf(clients);
  if (options?.failover !== 'automatic' || attached.length === 0) return;
  const { scheduler, trace } = world;
  const illness = fork(world.random).pick(illnesses);
  trace.note('epilogue', `replica ${first.id}, the leader, ${illness}`);
  const isSlow = illness === illnesses[0];
  if (isSlow) first.disk.slowUs = slowFlushUs;
  /** Goes on for a while, with orders now and then; ends when it is so. */
  const goOn = (us: number, isOver: () => boolean): boolean => {
    const untilUs = scheduler.nowUs + us;
    while (!isOver() && scheduler.nowUs < untilUs) {
      for (const client of attached) client.sendMore(1);
      if (!isSlow) starveLeader(cluster);
      scheduler.runUntil(scheduler.nowUs + stepUs);
    }
    return isOver();
  };
  const isOther = (): boolean => cluster.leader !== undefined && cluster.leader !== first;
  if (!goOn(handOverUs, isOther))
    report(
      'succession',
      `replica ${first.id} leads, ${illness}, and has not handed over for ${handOverUs} us`,
    );
  else {
    const next = cluster.leader!;
    const term = next.replica?.term ?? 0;
    if (goOn(stayUs, () => (cluster.leader?.replica?.term ?? term) > term))
      report(
        'stability',
        `replica ${first.id}, which ${illness}, handed over to ${next.id}, and ${cluster.leader?.id} leads soon after`,
      );
  }
  first.disk.slowUs = 0;
  for (const { control } of cluster.machines) control.machine = noIllness;
  scheduler.runUntilHolds(handOverUs, () => attached.every(({ pending }) => pending === 0));
}

function starveLeader(cluster: SimulatedCluster): void {
  for (const { control, id } of cluster.machines)
    control.machine = id === cluster.leader?.id ? { ...noIllness, starvedPermille } : noIllness;
}
