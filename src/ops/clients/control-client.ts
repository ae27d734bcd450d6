/**
 * The command line's side of the control endpoints: asks replicas for their status.
 */
import type { ShownMember } from '../../replica/members/membership-view.ts';
import { controlUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { type FenceCommands, fenceSecondsUsual } from '../configuration/fence-keys.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { ask, reasonOf, trustOf } from '../web-request.ts';
import { statusIn } from './status-answer.ts';

const statusTimeoutMs = 2_000;
/** From one set of members to a later one; each is asked once. */
const hopsMax = 5;

/** A replica and what it said of itself; `error` where it did not answer. */
export type StatusAnswer =
  | {
      readonly replica: ReplicaAddress;
      readonly status: ReplicaStatus;
      /** Of the certificate of the control port; undefined without TLS. */
      readonly certificateExpiresAtMs?: number | undefined;
      /** How far its clock is ahead of this machine's, and how far off that may be. */
      readonly clockAheadMs: number;
      readonly clockErrorMs: number;
    }
  | { readonly replica: ReplicaAddress; readonly error: string };

export async function statusOfReplica(
  replica: ReplicaAddress,
  configuration: ConfigurationFile,
): Promise<StatusAnswer> {
  const askedMs = performance.now();
  try {
    const answer = await ask({
      url: `${controlUrl(replica, configuration)}/status`,
      signal: AbortSignal.timeout(statusTimeoutMs),
      trust: trustOf(configuration.control.tls),
    });
    if (answer.status !== 200) return { replica, error: `status ${answer.status}` };
    const { certificateExpiresAtMs } = answer;
    const status = statusIn(answer.text);
    if (typeof status === 'string') return { replica, error: status };
    if (status.replicaId !== replica.id) {
      return { replica, error: `replica ${status.replicaId} of cluster ${status.clusterId} answers there` };
    }
    const clockErrorMs = (performance.now() - askedMs) / 2;
    const clockAheadMs = status.wallMs - (Date.now() - clockErrorMs);
    return { replica, status, certificateExpiresAtMs, clockAheadMs, clockErrorMs };
  } catch (error) {
    return { replica, error: reasonOf(error) };
  }
}

export function statusOfAll(configuration: ConfigurationFile): Promise<StatusAnswer[]> {
  return Promise.all(configuration.replicas.map((replica) => statusOfReplica(replica, configuration)));
}

/**
 * What all members say of themselves, also those that the log names and the file does not, and the configuration with
 * them at the addresses that the log has. A replica that is a member no more may be all that a file names: it knows the
 * members of its time, and these know those of today.
 */
export async function statusOfMembers(
  configuration: ConfigurationFile,
): Promise<{ readonly configuration: ConfigurationFile; readonly answers: readonly StatusAnswer[] }> {
  let whole = configuration;
  let answers: readonly StatusAnswer[] = [];
  for (let hops = 0; hops < hopsMax; hops++) {
    const asked = answers;
    // At the address of a machine that was replaced another member may answer.
    const isAsked = ({ id, ...place }: ReplicaAddress): boolean =>
      asked.some(
        ({ replica }) =>
          replica.id === id && controlUrl(replica, whole) === controlUrl({ id, ...place }, whole),
      );
    const missing = whole.replicas.filter((replica) => !isAsked(replica));
    if (missing.length === 0) break;
    const found = await statusOfAll({ ...whole, replicas: missing });
    const newest = [...found, ...answers];
    answers = whole.replicas.map(({ id }) => newest.find(({ replica }) => replica.id === id)!);
    const source = leaderOf(answers) ?? longestOf(reached(answers));
    if (source === undefined) break;
    whole = mergedWith(whole, source);
  }
  const last = answers;
  return {
    configuration: whole,
    answers: whole.replicas.map(
      (replica) =>
        last.find((answer) => answer.replica.id === replica.id) ?? { replica, error: 'was not asked' },
    ),
  };
}

function mergedWith(configuration: ConfigurationFile, source: ReplicaStatus): ConfigurationFile {
  const own = new Map(configuration.replicas.map((replica) => [replica.id, replica]));
  const members = source.members
    .filter(({ host }) => host !== '')
    .map((member) => addressOf(member, own.get(member.id)));
  const known = new Set(members.map(({ id }) => id));
  return {
    ...configuration,
    replicas: [...members, ...configuration.replicas.filter(({ id }) => !known.has(id))],
  };
}

/** The configuration with all members that its replicas know of, at the addresses that the log has. */
export async function withMembers(configuration: ConfigurationFile): Promise<ConfigurationFile> {
  return (await statusOfMembers(configuration)).configuration;
}

/** The same, without those of the file that are no members: a machine that was replaced does not answer. */
export async function membersAlone(configuration: ConfigurationFile): Promise<ConfigurationFile> {
  const { configuration: whole, answers } = await statusOfMembers(configuration);
  const source = leaderOf(answers) ?? longestOf(reached(answers));
  const ids = new Set(source?.members.map(({ id }) => id));
  return ids.size === 0 ? whole : { ...whole, replicas: whole.replicas.filter(({ id }) => ids.has(id)) };
}

/** Those of the members that have a state to compare; without an answer, those of the file. */
export async function membersWithState(configuration: ConfigurationFile): Promise<number[]> {
  const { replicas } = await membersAlone(configuration);
  return replicas.flatMap(({ id, role }) => (role === 'witness' ? [] : [id])).toSorted((a, b) => a - b);
}

/** How it is fenced is in the file of the operator's machine alone: such commands may hold passwords. */
function addressOf(
  { controlHost, fingerprint, role, votes, preference, release, ...member }: ShownMember,
  own: FenceCommands | undefined,
): ReplicaAddress {
  return {
    ...member,
    role: role === 'witness' ? role : 'replica',
    controlHost: controlHost || undefined,
    fingerprint: fingerprint || undefined,
    fence: [...(own?.fence ?? [])],
    fenceSeconds: own?.fenceSeconds ?? fenceSecondsUsual,
  };
}

/** The statuses of those that answered. */
export function reached(answers: readonly StatusAnswer[]): ReplicaStatus[] {
  return answers.flatMap((answer) => ('status' in answer ? [answer.status] : []));
}

/** Why a replica gives no status that can be used, to be read behind its name. */
export function silenceOf(answers: readonly StatusAnswer[], id: number): string {
  const answer = answers.find(({ replica }) => replica.id === id);
  return answer !== undefined && 'error' in answer ? `does not answer (${answer.error})` : 'does not answer';
}

/** Whether a replica has a state: a witness stores frames alone. */
export function hasState({ replicaId, members }: ReplicaStatus): boolean {
  return members.find(({ id }) => id === replicaId)?.role !== 'witness';
}

/** The replica that leads and takes sessions; of two that say so, the one of the later term. */
export function leaderOf(answers: readonly StatusAnswer[]): ReplicaStatus | undefined {
  return reached(answers)
    .filter(({ role, serving }) => role === 'leader' && serving)
    .toSorted((a, b) => b.term - a.term)[0];
}

/** Without a leader the log that goes furthest knows best which replicas are members. */
export function longestOf(statuses: readonly ReplicaStatus[]): ReplicaStatus | undefined {
  return statuses.toSorted(
    (a, b) => b.counters.lastLogTerm - a.counters.lastLogTerm || b.lastIndex - a.lastIndex,
  )[0];
}

/** The replica that leads and takes no orders, since nothing is committed; undefined where another one serves. */
export function idleLeaderOf(answers: readonly StatusAnswer[]): ReplicaStatus | undefined {
  if (leaderOf(answers) !== undefined) return undefined;
  return reached(answers)
    .filter(({ role, counters }) => role === 'leader' && counters.commitsStalled !== 0)
    .toSorted((a, b) => b.term - a.term)[0];
}
