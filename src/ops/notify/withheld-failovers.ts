/**
 * What automatic failover would have done in a cluster whose failover is manual, put together from what its replicas
 * noted (replica/watches/manual-review.ts). One replica that lost the leader would have asked and been refused: an
 * election takes a majority. Pure.
 */
import type { WouldBe } from '../../replica/ports.ts';

/** Replicas notice the same loss within this, by clocks that differ a little. */
export const togetherMs = 2_000;
const usPerMs = 1_000;

export interface WithheldFailover {
  readonly atMs: number;
  readonly kind: WouldBe['kind'];
  readonly leaderId: number;
  readonly term: number;
  /** The replicas that would have acted. */
  readonly by: readonly number[];
  readonly reason: string;
  /** `refused`: too few would have voted. */
  readonly verdict: WouldBe['outcome'] | 'refused' | 'handOver';
  readonly afterMs: number;
}

/** What a replica noted. */
export interface ReplicaNote {
  readonly replicaId: number;
  readonly would: WouldBe;
}

/** The oldest first. */
export function withheldFailovers(notes: readonly ReplicaNote[], voters: number): WithheldFailover[] {
  const groups: { readonly by: Set<number>; readonly noted: [WouldBe, ...WouldBe[]] }[] = [];
  for (const { replicaId, would } of notes.toSorted((a, b) => a.would.wallUs - b.would.wallUs)) {
    const group = groups.find(({ noted, by }) => isSame(noted[0], would) && !by.has(replicaId));
    if (group === undefined) groups.push({ by: new Set([replicaId]), noted: [would] });
    else {
      group.by.add(replicaId);
      group.noted.push(would);
    }
  }
  return groups.map(({ by, noted }) => {
    const [{ wallUs, kind, leaderId, term, reason }] = noted;
    return {
      ...{ atMs: Math.round(wallUs / usPerMs), kind, leaderId, term, reason },
      by: [...by].toSorted((a, b) => a - b),
      verdict: kind === 'handOver' ? kind : by.size > voters / 2 ? outcomeOf(noted) : 'refused',
      afterMs: Math.round(Math.max(...noted.map(({ afterUs }) => afterUs)) / usPerMs),
    };
  });
}

function isSame(one: WouldBe, other: WouldBe): boolean {
  const isNear = Math.abs(one.wallUs - other.wallUs) <= togetherMs * usPerMs;
  return one.kind === 'election' && other.kind === 'election' && one.term === other.term && isNear;
}

/** As the last that knows it says. */
function outcomeOf(noted: readonly WouldBe[]): WouldBe['outcome'] {
  const settled = noted.findLast(({ outcome }) => outcome === 'cameBack' || outcome === 'replaced');
  return settled?.outcome ?? (noted.some(({ outcome }) => outcome === 'open') ? 'open' : 'unknown');
}

/** In one sentence, without its time. */
export function withheldText({ verdict, leaderId, by, reason, afterMs }: WithheldFailover): string {
  const who = `replica${by.length === 1 ? '' : 's'} ${by.join(', ')}`;
  const seen = `would have failed over (seen by ${who})`;
  const texts: Readonly<Record<WithheldFailover['verdict'], string>> = {
    open: `${seen}, and no replica has led since`,
    unknown: `${seen}; their processes ended before they knew of a leader again`,
    cameBack: `${seen}; the leader came back ${afterMs} ms later, so it would have been wrong`,
    replaced: `${seen}; another leadership began ${afterMs} ms later`,
    refused: `${who} would have asked for votes and been refused: a majority heard the leader`,
    handOver: `replica ${leaderId} would have handed over`,
  };
  return `${texts[verdict]}: ${reason}`;
}
