/**
 * Orders that change the members, looked at before they are accepted: whether the replica can be called at all, what
 * the exchange could bear afterwards, and what is lost.
 */
import type { ConfigurationChange } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { type Answer, accepted, asksForForce, refused } from '../answers.ts';
import type { OperatedLog } from './operated-log.ts';

/** Fewer voters than this bear no failure. */
const bearingVotersMin = 3;

/** `next` is the configuration to append; without it the change is refused, and `answer` says why. */
interface Decision {
  readonly next?: Configuration;
  readonly answer: Answer;
}

/** Decides on one change at its leader. */
export function decideMembership(log: OperatedLog, change: ConfigurationChange, force: boolean): Decision {
  const { raft } = log;
  const { kind, replicaId } = change;
  const next = raft.changeConfiguration([change]);
  if (typeof next === 'string') return { answer: refused(next) };
  if (kind !== 'removeReplica') {
    const reason = addressProblem(log, replicaId);
    if (reason !== undefined) return { answer: refused(reason) };
  }
  const loss = lossOf(log, raft.configuration, next);
  if (loss !== undefined && !force) return { answer: asksForForce(loss) };
  return { next, answer: accepted(consequence(log, change, next, loss)) };
}

/** A member must be called by every voter: each of them may lead. */
function addressProblem(
  { raft, ports, options, introductions }: OperatedLog,
  id: number,
): string | undefined {
  const isNamed = id === options.replicaId || ports.connections.knows(id);
  const others = raft.configuration.voters.filter((voter) => voter !== id && voter !== options.replicaId);
  const lacking = [...(isNamed ? [] : [options.replicaId]), ...introductions.lacking(others, id)];
  if (lacking.length === 0) return undefined;
  return (
    `${lacking.length === 1 ? 'Replica' : 'Each of the replicas'} ${lacking.join(', ')} has no address of replica ${id}. Name it under "replicas" in the ` +
    'configuration file of every machine, restart the replicas one after the other, and repeat the order.'
  );
}

/** What a change takes away that stood before; undefined where it takes nothing. */
function lossOf(log: OperatedLog, before: Configuration, next: Configuration): string | undefined {
  const voters = next.voters;
  const spare = spareOf(log, voters);
  const isFewer = voters.length < before.voters.length;
  if (spare < 0) {
    const counting = voters.filter((id) => log.raft.counts(id));
    return (
      `Of the voters ${voters.join(', ')} that there would be only ${counting.join(', ')} would count, and a majority is ` +
      `${majorityOf(voters)}: the exchange would stop at once.`
    );
  }
  if (isFewer && voters.length === 1) {
    return (
      `Replica ${voters[0]} would be the only voter: what is acknowledged from then on has no second copy, and the ` +
      'exchange stops when it stops.'
    );
  }
  if (isFewer && voters.length < bearingVotersMin) {
    return `Only the voters ${voters.join(', ')} would be left: the exchange would stop when one of them fails.`;
  }
  if (spare === 0 && spareOf(log, before.voters) > 0) {
    const away = voters.filter((id) => !log.raft.counts(id));
    return `With replica ${away.join(', ')} away the exchange would stop when one more of the voters fails.`;
  }
  return undefined;
}

/** Voters that count now beyond a majority: so many may fail. */
function spareOf({ raft }: OperatedLog, voters: readonly number[]): number {
  return voters.filter((id) => raft.counts(id)).length - majorityOf(voters);
}

function majorityOf(voters: readonly number[]): number {
  return Math.floor(voters.length / 2) + 1;
}

function consequence(
  { options }: OperatedLog,
  { kind, replicaId }: ConfigurationChange,
  next: Configuration,
  loss: string | undefined,
): string {
  const isOwn = replicaId === options.replicaId;
  const voters = `Voters are ${next.voters.join(', ')} from here on, once a majority of them holds this change.`;
  const parts = [voters];
  if (kind === 'addLearner') {
    parts[0] = `Replica ${replicaId} becomes a learner: it stores and applies, and has no vote. ${voters}`;
    if (!isOwn) parts.push('Give it a vote with add-voter when it has caught up.');
  } else if (kind === 'removeReplica') {
    parts[0] = `Replica ${replicaId} is removed. ${voters}`;
    if (!isOwn) parts.push('Stop its process; it gets nothing more.');
  }
  if (isOwn && kind !== 'addVoter') parts.push('This replica leads, and hands over to another voter then.');
  if (kind === 'addVoter' && next.voters.length % 2 === 0) {
    parts.push(`${next.voters.length} voters bear no more failures than ${next.voters.length - 1}.`);
  }
  if (loss !== undefined) parts.push(`Forced: ${loss}`);
  return parts.join(' ');
}
