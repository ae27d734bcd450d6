/** A status with everything that a replica may say, once each. */
import { MemberRole, newMember } from '../../../protocol/roster.ts';
import { noMembers } from '../../../raft/configuration.ts';
import { Role } from '../../../raft/types.ts';
import { counter } from '../../../replica/counters.ts';
import type { ShownMember } from '../../../replica/members/membership-view.ts';
import { type SeenByProcess, statusOf } from '../../health/status.ts';
import { reportOfWatcher } from '../../notify/testing/facts.ts';

const seen: Required<Omit<SeenByProcess, 'joining'>> = {
  members: {
    ...noMembers,
    voters: [1, 2],
    roster: [newMember({ replicaId: 1, host: 'a' })],
    tokens: [{ replicaId: 4, role: MemberRole.voter, replaces: 0, expiresAtMs: 5, key: new Uint8Array(32) }],
    cut: { epoch: 2, index: 5, term: 3, seq: 9, timeUs: 1, terms: [{ term: 3, index: 1 }] },
  },
  progress: [{ memberId: 2, behindFrames: 0, behindBytes: 0, silentUs: 0.5, state: 'following' }],
  conditions: [{ memberId: 2, values: { flushUs: 1, lagUs: undefined }, gray: ['slow'] }],
  elections: [{ term: 1, leaderId: 1, formerId: 0, reason: 'first', gapUs: 0, wallUs: 1 }],
  knewLeader: [{ fromMs: 1, toMs: 2 }],
  wouldBe: [
    {
      ...{ number: 1, kind: 'election', leaderId: 1, term: 1, reason: 'silent', wallUs: 1 },
      ...{ outcome: 'open', afterUs: 0 },
    } as const,
  ],
  flushes: { count: 1, medianUs: 1.5, p99Us: 2, maxUs: 3 },
  stopped: [{ scope: 'exchange', id: 0, mode: 'halted', reason: 'test', opensAtUs: 0 }],
  hooks: [
    {
      ...{ name: 'pager', breaker: 'closed', waiting: 0, waitingSinceMs: 0 },
      ...{ delivered: 1, failed: 0, givenUp: 0, error: '' },
    } as const,
  ],
  identity: { endsAtMs: 5, revoked: { count: 1, hash: 'a1b2c3d4' } },
  sides: [{ source: 'dns of replica 1', ageMs: 1, conditions: [{ kind: 'breakerOpen', text: 'it rests' }] }],
  canaries: [{ source: 'gateway/1', ageMs: 1, report: reportOfWatcher(1, ['late']) }],
  lease: {
    held: { epoch: 1, leftMs: 5.5, reason: '' },
    granted: { epoch: 1, site: 1, promisedEpoch: 0, promisedSite: 0, lengthUs: 5, waitMs: 1 },
  },
  applicants: [{ replicaId: 5, why: 'no such token' }],
};
const identity = {
  ...{ clusterId: 1, replicaId: 1, pid: 1, startedTicks: '1', version: '0.1.0', configHash: 'ab' },
  ...{ lagFramesMax: 10_000, startedAtMs: 0 },
};
const values = new Map<number, number>([
  [counter.cycles, 1],
  [counter.role, Role.leader],
  [counter.leaderCommitIndex, -1],
]);

/** As it comes out of the socket. */
export function fullStatus(change: object = {}): Record<string, unknown> {
  const status = statusOf(identity, (slot) => values.get(slot) ?? 0, 1_000, seen);
  const joining = { clusterUuid: 'u', authorities: ['a'], settings: { clusterId: 1 } };
  return JSON.parse(JSON.stringify({ ...status, joining, ...change }));
}

/** One member as a status names it. */
export function shownMember(change: object): ShownMember {
  const [member] = fullStatus()['members'] as ShownMember[];
  return { ...member!, ...change };
}
