/** Tells a person at a new machine whether its cluster has taken it as a member, and why not. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIdentity } from '../../client/identity-folder.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { identityFolder } from '../certificates/identities.ts';
import { leaderOf, statusOfAll, withMembers } from '../clients/control-client.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { ReplicaStatus } from '../health/status.ts';

const lookMs = 1_000;

/** A machine that has come with a join token. */
export interface Newcomer {
  readonly replicaId: number;
  /** SHA-256 of its certificate, in hexadecimal digits: the log vouches for one machine under its id. */
  readonly fingerprint: string;
}

export function newcomerIn(dataFolder: string, replicaId: number): Newcomer {
  const { evidence } = openIdentity(
    identityFolder(dataFolder, { kind: PartyKind.replica, id: replicaId }),
  ).own;
  return { replicaId, fingerprint: createHash('sha256').update(evidence).digest('hex') };
}

/** Looks until its id is that of a member, or the signal ends it; `tell` gets each news once. */
export async function watchAdmission(
  configuration: ConfigurationFile,
  newcomer: Newcomer,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    const leader = leaderOf(await statusOfAll(await withMembers(configuration)));
    const news = newsOf(leader, newcomer);
    if (news !== told && news !== '') tell(news);
    told = news;
    if (leader?.members.some(({ id }) => id === newcomer.replicaId)) return;
    await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** What is known of a newcomer to the leader; empty while the token waits. */
export function newsOf(
  leader: Pick<ReplicaStatus, 'members' | 'applicants' | 'tokens'> | undefined,
  { replicaId, fingerprint }: Newcomer,
): string {
  if (leader === undefined) return 'No replica leads, so that none can take this machine as a member yet.';
  const member = leader.members.find(({ id }) => id === replicaId);
  if (member !== undefined && member.fingerprint === fingerprint) return `Replica ${replicaId} is a member.`;
  if (member !== undefined)
    return (
      `Replica ${replicaId} is a member, and it is another machine: the join token was used there first, and this machine is ` +
      `refused. Where that was no machine of yours, the token was stolen: run "lockstep members remove ${replicaId}" at once. ` +
      'Then remove what was made here, and join with another token.'
    );
  const why = leader.applicants.find((applicant) => applicant.replicaId === replicaId)?.why;
  if (why !== undefined) return `Replica ${replicaId} is no member yet. ${why}`;
  const isOpen = leader.tokens.some((token) => token.replicaId === replicaId);
  return isOpen
    ? ''
    : `The join token for replica ${replicaId} is not open any more: it has expired or was withdrawn.`;
}
