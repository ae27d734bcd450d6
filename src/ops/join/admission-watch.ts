/** Tells a person at a new machine whether its cluster has taken it as a member, and why not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { leaderOf, statusOfAll, withMembers } from '../clients/control-client.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';

const lookMs = 1_000;

/** Looks until the replica is a member, or the signal ends it; `tell` gets each news once. */
export async function watchAdmission(
  configuration: ConfigurationFile,
  replicaId: number,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    const leader = leaderOf(await statusOfAll(await withMembers(configuration)));
    const news = newsOf(leader, replicaId);
    if (news !== told && news !== '') tell(news);
    told = news;
    if (leader?.members.some(({ id }) => id === replicaId)) return;
    await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function newsOf(leader: ReturnType<typeof leaderOf>, replicaId: number): string {
  if (leader === undefined) return 'No replica leads, so that none can take this machine as a member yet.';
  if (leader.members.some(({ id }) => id === replicaId)) return `Replica ${replicaId} is a member.`;
  const why = leader.applicants.find((applicant) => applicant.replicaId === replicaId)?.why;
  if (why !== undefined) return `Replica ${replicaId} is no member yet. ${why}`;
  const isOpen = leader.tokens.some((token) => token.replicaId === replicaId);
  return isOpen
    ? ''
    : `The join token for replica ${replicaId} is not open any more: it has expired or was withdrawn.`;
}
