/** How the scenarios of this room put replicas, their changes and their messages into words. */
import { RaftFlag, type RaftMessage, RaftType } from '../../protocol/datagrams.ts';
import { type Configuration, Role } from '../types.ts';
import type { VirtualReplica } from './cluster.ts';
import type { Frame } from './single.ts';

/** What a reader can see of a replica at one moment. */
export interface View {
  readonly isUp: boolean;
  readonly role: Role;
  readonly term: number;
  readonly leaderId: number;
  readonly votedFor: number;
  readonly isRecovering: boolean;
  readonly commitIndex: number;
  readonly firstIndex: number;
  readonly frames: readonly Frame[];
  readonly members: string;
}

export function viewOf({ raft, log, hardState, isUp }: VirtualReplica): View {
  const frames: Frame[] = [];
  for (let index = log.firstIndex; index <= log.lastIndex; index++) frames.push(log.at(index)!);
  return {
    isUp,
    role: raft.role,
    term: raft.term,
    leaderId: raft.leaderId,
    votedFor: hardState.votedFor,
    isRecovering: raft.isRecovering,
    commitIndex: raft.commitIndex,
    firstIndex: log.firstIndex,
    frames,
    members: configurationText(raft.configuration),
  };
}

/** What became different, in the order in which it matters. */
export function changes(before: View, after: View): string[] {
  const told: string[] = [];
  if (before.isUp !== after.isUp) told.push(after.isUp ? 'starts' : 'stops');
  if (!after.isUp) return told;
  if (before.isRecovering !== after.isRecovering)
    told.push(after.isRecovering ? 'recovering' : 'no longer recovering');
  if (before.term !== after.term) told.push(`term ${after.term}`);
  const isSameRole = before.role === after.role && before.leaderId === after.leaderId;
  if (!isSameRole || !before.isUp) told.push(roleText(after));
  const isNewVote = before.votedFor !== after.votedFor || before.term !== after.term;
  const isOwnVote = after.role === Role.candidate || after.role === Role.leader;
  if (isNewVote && after.votedFor !== 0 && !isOwnVote) told.push(`votes for ${after.votedFor}`);
  told.push(...logChanges(before, after));
  if (before.members !== after.members) told.push(after.members);
  if (before.commitIndex < after.commitIndex) told.push(`commits ${after.commitIndex}`);
  else if (before.commitIndex > after.commitIndex) told.push(`knows of commits up to ${after.commitIndex}`);
  return told;
}

function logChanges(before: View, after: View): string[] {
  const told: string[] = [];
  if (before.firstIndex !== after.firstIndex) told.push(`its log begins after ${after.firstIndex - 1}`);
  const from = Math.max(before.firstIndex, after.firstIndex);
  const old = before.frames.slice(from - before.firstIndex);
  const now = after.frames.slice(from - after.firstIndex);
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  if (old.length > same) told.push(`cuts off ${span(from + same, from + old.length - 1)}`);
  if (now.length > same) {
    told.push(`appends ${span(from + same, from + now.length - 1)}: ${framesText(now.slice(same))}`);
  }
  return told;
}

function span(from: number, to: number): string {
  return from === to ? `${from}` : `${from}..${to}`;
}

/** The terms of frames; `c` marks those that hold a configuration. */
function framesText(frames: readonly Frame[]): string {
  return frames
    .map(({ term, configuration }) => `t${term}${configuration === undefined ? '' : 'c'}`)
    .join(' ');
}

function roleText({ role, leaderId }: View): string {
  switch (role) {
    case Role.leader:
      return 'leader';
    case Role.candidate:
      return 'candidate';
    case Role.preCandidate:
      return 'pre-candidate';
    default:
      return leaderId === 0 ? 'follower of nobody' : `follower of ${leaderId}`;
  }
}

function configurationText({ voters, outgoing, learners, learnersNext }: Configuration): string {
  const parts = [`voters ${voters.join(' ')}`];
  if (outgoing.length > 0) parts.push(`and jointly ${outgoing.join(' ')}`);
  if (learners.length > 0) parts.push(`learners ${learners.join(' ')}`);
  if (learnersNext.length > 0) parts.push(`learners later ${learnersNext.join(' ')}`);
  return parts.join(', ');
}

/** One line of `status`. */
export function statusText(id: number, view: View): string {
  if (!view.isUp) return `${id}: down`;
  const log = view.firstIndex === 1 ? '' : `..${view.firstIndex - 1} `;
  const parts = [
    roleText(view).padEnd(18),
    `t${view.term}`,
    `vote ${view.votedFor === 0 ? '-' : view.votedFor}`,
    `commit ${view.commitIndex}`,
    `log ${log}${framesText(view.frames)}`.trimEnd(),
  ];
  return `${id}: ${parts.join('  ')}${view.isRecovering ? '  recovering' : ''}`;
}

/** A message in a line; `isDisk` also tells what was flushed. */
export function messageText(message: RaftMessage, frames: readonly Frame[], isDisk: boolean): string {
  const text = bodyText(message, frames, isDisk);
  return (message.flags & RaftFlag.recovering) === 0 ? text : `${text}, recovering`;
}

function bodyText(message: RaftMessage, frames: readonly Frame[], isDisk: boolean): string {
  const { type, flags, term, index, logTerm, commit, round } = message;
  const isRejected = (flags & RaftFlag.reject) !== 0;
  const transfer = (flags & RaftFlag.transfer) === 0 ? '' : ' on transfer';
  const inRound = round > 1 ? `, round ${round}` : '';
  switch (type) {
    case RaftType.preVote:
    case RaftType.vote: {
      const name = type === RaftType.vote ? 'vote' : 'preVote';
      return `${name} t${term}${transfer}, log ends at ${position(index, logTerm)}`;
    }
    case RaftType.preVoteReply:
      return `preVoteReply t${term} ${isRejected ? 'no' : 'yes'}`;
    case RaftType.voteReply:
      return `voteReply t${term} ${isRejected ? 'no' : 'yes'}`;
    case RaftType.append: {
      const needsSnapshot = (flags & RaftFlag.needsSnapshot) === 0 ? '' : ', a snapshot is needed';
      const carried = frames.length === 0 ? '' : `: ${framesText(frames)}`;
      return `append t${term} after ${position(index, logTerm)}${carried}, commit ${commit}${inRound}${needsSnapshot}`;
    }
    case RaftType.appendReply:
      return `appendReply t${term} ${answerText(message, isDisk)}${inRound}`;
    case RaftType.timeoutNow:
      return `timeoutNow t${term}`;
    case RaftType.resigned:
      return `resigned t${term}`;
    case RaftType.kept:
      return `kept t${term} after ${position(index, logTerm)}: ${framesText(frames)}, log ends at ${position(message.hint, message.subject)}`;
    case RaftType.lacking:
      return `lacking t${term} after ${position(index, logTerm)}`;
    case RaftType.flushed:
      return `flushed t${term} up to ${index}`;
    case RaftType.rejoinGranted:
      return `rejoinGranted t${term} once ${commit} is reached`;
    default:
      throw new Error(`There is no message of type ${type}.`);
  }
}

function answerText({ flags, index, hint, logTerm }: RaftMessage, isDisk: boolean): string {
  // A rejection that names no frame answers a leader of an older term.
  if ((flags & RaftFlag.reject) !== 0)
    return index === 0 ? 'no' : `no at ${index}, try ${position(hint, logTerm)}`;
  const flushed = isDisk ? `, flushed ${hint}` : '';
  const needsSnapshot = (flags & RaftFlag.needsSnapshot) === 0 ? '' : ', fetches a snapshot';
  return `holds ${index}${flushed}${needsSnapshot}`;
}

function position(index: number, term: number): string {
  return index === 0 ? '0' : `${index}(t${term})`;
}
