/**
 * What automatic failover would have done in a cluster whose failover is manual, put together from what its replicas
 * noted (replica/watches/manual-review.ts). One replica that lost the leader would have asked and been refused: an
 * election takes a majority.
 */
import type { WouldBe } from '../../replica/ports.ts';
import { reached, type StatusAnswer } from '../clients/control-client.ts';

/** Replicas notice the same loss within this, by clocks that differ a little. */
const togetherMs = 2_000;

export interface ReviewedFailover {
  readonly atMs: number;
  readonly kind: WouldBe['kind'];
  readonly leaderId: number;
  readonly term: number;
  /** The replicas that would have acted. */
  readonly by: readonly number[];
  readonly reason: string;
  /** `refused`: too few would have voted. */
  readonly verdict: 'open' | 'cameBack' | 'replaced' | 'refused' | 'handOver';
  readonly afterMs: number;
}

export function reviewOf(answers: readonly StatusAnswer[]): ReviewedFailover[] {
  const statuses = reached(answers);
  const voters = Math.max(0, ...statuses.map((status) => status.voters.length));
  const groups: { readonly by: Set<number>; readonly first: WouldBe; last: WouldBe }[] = [];
  const noted = statuses
    .flatMap(({ replicaId, wouldBe = [] }) => wouldBe.map((would) => ({ replicaId, would })))
    .toSorted((a, b) => a.would.wallUs - b.would.wallUs);
  for (const { replicaId, would } of noted) {
    const group = groups.find(({ first, by }) => isSame(first, would) && !by.has(replicaId));
    if (group === undefined) groups.push({ by: new Set([replicaId]), first: would, last: would });
    else {
      group.by.add(replicaId);
      group.last = would;
    }
  }
  return groups.map(({ by, first, last }) => ({
    atMs: Math.round(first.wallUs / 1_000),
    kind: first.kind,
    leaderId: first.leaderId,
    term: first.term,
    by: [...by].toSorted((a, b) => a - b),
    reason: first.reason,
    verdict: verdictOf(first, last, by.size > voters / 2),
    afterMs: Math.round(Math.max(first.afterUs, last.afterUs) / 1_000),
  }));
}

function isSame(one: WouldBe, other: WouldBe): boolean {
  const isNear = Math.abs(one.wallUs - other.wallUs) <= togetherMs * 1_000;
  return one.kind === 'election' && other.kind === 'election' && one.term === other.term && isNear;
}

function verdictOf(first: WouldBe, last: WouldBe, isMajority: boolean): ReviewedFailover['verdict'] {
  if (first.kind === 'handOver') return 'handOver';
  return isMajority ? last.outcome : 'refused';
}

export function reviewText(failovers: readonly ReviewedFailover[]): string {
  if (failovers.length === 0)
    return 'Automatic failover would have done nothing since the processes that run now began.';
  const wrong = failovers.filter(({ verdict }) => verdict === 'cameBack').length;
  const right = failovers.filter(({ verdict }) => ['replaced', 'open', 'handOver'].includes(verdict)).length;
  return [
    ...failovers.map(lineOf),
    `Automatic failover would have acted ${right + wrong} times; ${wrong} of them would have been wrong, since the leader came back.`,
  ].join('\n');
}

function lineOf({ atMs, verdict, leaderId, by, reason, afterMs }: ReviewedFailover): string {
  const at = new Date(atMs).toISOString();
  const who = `replica${by.length === 1 ? '' : 's'} ${by.join(', ')}`;
  const texts: Readonly<Record<ReviewedFailover['verdict'], string>> = {
    open: `would have failed over (seen by ${who}), and no replica has led since`,
    cameBack: `would have failed over (seen by ${who}); the leader came back ${afterMs} ms later, so it would have been wrong`,
    replaced: `would have failed over (seen by ${who}); another leadership began ${afterMs} ms later`,
    refused: `${who} would have asked for votes and been refused: a majority heard the leader`,
    handOver: `replica ${leaderId} would have handed over`,
  };
  return `${at}  ${texts[verdict]}: ${reason}`;
}
