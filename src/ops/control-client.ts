/**
 * The command line's side of the control endpoints: asks replicas for their status, gives them the operator's orders.
 */
import type { Configuration, ReplicaAddress } from './configuration/configuration.ts';
import { findKeys } from './configuration/keys.ts';
import type { Loaded } from './configuration/load.ts';
import { Failure, messageOf, usageFailure } from './failure.ts';
import type { OperatorOrder } from './replica-process/control-server.ts';
import type { ReplicaStatus } from './replica-process/status.ts';

const statusTimeoutMs = 2_000;
const orderTimeoutMs = 15_000;

/** A replica and what it said of itself; `error` where it did not answer. */
export type StatusAnswer =
  | { readonly replica: ReplicaAddress; readonly status: ReplicaStatus }
  | { readonly replica: ReplicaAddress; readonly error: string };

export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export async function statusOfReplica(replica: ReplicaAddress): Promise<StatusAnswer> {
  try {
    const response = await fetch(`${urlOf(replica.host, replica.controlPort)}/status`, {
      signal: AbortSignal.timeout(statusTimeoutMs),
    });
    if (!response.ok) return { replica, error: `status ${response.status}` };
    const status = (await response.json()) as ReplicaStatus;
    if (status.replicaId !== replica.id) {
      return { replica, error: `replica ${status.replicaId} of cluster ${status.clusterId} answers there` };
    }
    return { replica, status };
  } catch (error) {
    return { replica, error: reasonOf(error) };
  }
}

export function statusOfAll({ replicas }: Configuration): Promise<StatusAnswer[]> {
  return Promise.all(replicas.map(statusOfReplica));
}

/** The statuses of those that answered. */
export function reached(answers: readonly StatusAnswer[]): ReplicaStatus[] {
  return answers.flatMap((answer) => ('status' in answer ? [answer.status] : []));
}

/** The replica that leads and takes sessions; of two that say so, the one of the later term. */
export function leaderOf(answers: readonly StatusAnswer[]): ReplicaStatus | undefined {
  return reached(answers)
    .filter(({ role, serving }) => role === 'leader' && serving)
    .toSorted((a, b) => b.term - a.term)[0];
}

/** The replica that leads and takes no orders, since nothing is committed; undefined where another one serves. */
export function idleLeaderOf(answers: readonly StatusAnswer[]): ReplicaStatus | undefined {
  if (leaderOf(answers) !== undefined) return undefined;
  return reached(answers)
    .filter(({ role, counters }) => role === 'leader' && counters.commitsStalled !== 0)
    .toSorted((a, b) => b.term - a.term)[0];
}

/** Gives an order; throws a Failure with the replica's words where it is refused. */
export async function giveOrder(
  { configuration, dataFolder }: Loaded,
  replicaId: number,
  order: OperatorOrder,
  body: { readonly replicaId?: number; readonly force?: true } = {},
): Promise<string> {
  const replica = replicaOf(configuration, replicaId);
  const keys = findKeys(configuration, dataFolder);
  if (keys === undefined) {
    throw new Failure(
      `The operator's key is not known: ${dataFolder} has no keys.json. Name the cluster's data folder with --data, or set keys.operator.`,
    );
  }
  let answer: { readonly ok: boolean; readonly text?: string; readonly error?: string };
  try {
    const response = await fetch(`${urlOf(replica.host, replica.controlPort)}/operator/${order}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(orderTimeoutMs),
    });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    throw new Failure(
      `Replica ${replicaId} (${replica.host}, port ${replica.controlPort}) did not answer: ${reasonOf(error)}. ` +
        'Whether it obeyed is not known; see "lockstep status".',
    );
  }
  if (!answer.ok) throw new Failure(`Replica ${replicaId} refuses: ${answer.error ?? 'without a reason'}`);
  return answer.text ?? '';
}

export function replicaOf({ replicas }: Configuration, id: number): ReplicaAddress {
  const replica = replicas.find((candidate) => candidate.id === id);
  if (replica !== undefined) return replica;
  const ids = replicas.map((candidate) => candidate.id).join(', ');
  throw usageFailure(`There is no replica ${id}; the configuration names ${ids}.`);
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return failureWords[(cause as NodeJS.ErrnoException).code ?? ''] ?? messageOf(cause);
}

/** Error codes of sockets, in words for an operator. */
const failureWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'not running',
  ECONNRESET: 'went away while it was asked',
  UND_ERR_SOCKET: 'went away while it was asked',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'its machine cannot be reached',
  ENETUNREACH: 'its machine cannot be reached',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'its host has no address',
};
