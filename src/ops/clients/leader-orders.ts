/**
 * Orders for the leader of a site. Between the look and the order another replica may have been elected: as long as
 * nothing was done, the order goes to the one that leads now. An order whose outcome is not known is given again only
 * where a look at the next leader tells whether it was carried out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { OperatorOrderFailure } from '../orders/control-orders.ts';
import { reached, statusOfAll } from './control-client.ts';

/** An election, and all that a new leader has to apply before it serves. */
const movesMsMax = 10_000;
const lookMs = 50;

/** What an order needs to find its leader. */
type Site = Pick<Loaded, 'configuration'>;

/** The replica that leads now, by the latest term; it may not serve yet. */
export async function leadingReplica({ configuration }: Site): Promise<ReplicaStatus | undefined> {
  return latestLeader(reached(await statusOfAll(configuration)));
}

/** Of two that say they lead, that of the later term: the other one has not heard of it yet. */
export function latestLeader(statuses: readonly ReplicaStatus[]): ReplicaStatus | undefined {
  return statuses.filter(({ role }) => role === 'leader').toSorted((a, b) => b.term - a.term)[0];
}

/**
 * Has `act` give an order to the leader, which was seen to be this replica, and again to the next one where leadership
 * has moved before anything was done. `isDone` says of a leader whether the order was carried out: with it, and only
 * then, an order whose outcome is not known is given again. Undefined is returned where a leader shows that it was.
 */
export function atLeader<T>(site: Site, leaderId: number, act: (replicaId: number) => Promise<T>): Promise<T>;
export function atLeader<T>(
  site: Site,
  leaderId: number,
  act: (replicaId: number) => Promise<T>,
  isDone: (leader: ReplicaStatus) => boolean,
): Promise<T | undefined>;
export async function atLeader<T>(
  site: Site,
  leaderId: number,
  act: (replicaId: number) => Promise<T>,
  isDone?: (leader: ReplicaStatus) => boolean,
): Promise<T | undefined> {
  const endMs = performance.now() + movesMsMax;
  /** The first sending whose outcome is not known. */
  let lost: OperatorOrderFailure | undefined;
  for (let id = leaderId; ; ) {
    let failure: OperatorOrderFailure;
    try {
      return await act(id);
    } catch (error) {
      if (!(error instanceof OperatorOrderFailure)) throw error;
      failure = error;
    }
    const { end } = failure;
    if (end === 'unknown' ? isDone === undefined : end === 'refused' && lost === undefined) throw failure;
    if (end === 'unknown') lost ??= failure;
    let next = await leaderBy(site, endMs);
    for (; next !== undefined && isDone !== undefined; next = await leaderBy(site, endMs)) {
      if (isDone(next)) return undefined;
      // What the first order began may be on its way.
      if (end !== 'refused' || performance.now() > endMs) break;
    }
    if (next === undefined || performance.now() > endMs) throw lost ?? failure;
    id = next.replicaId;
  }
}

/** The leader, once one answers; undefined where none does until then. */
async function leaderBy(site: Site, endMs: number): Promise<ReplicaStatus | undefined> {
  for (;;) {
    await sleep(lookMs);
    const leader = await leadingReplica(site);
    if (leader !== undefined || performance.now() > endMs) return leader;
  }
}
