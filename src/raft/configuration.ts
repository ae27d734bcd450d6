/**
 * Changes of a configuration (Ongaro 2014, chapter 4) and its bytes in a frame. At most one voter may change at a time;
 * more need a joint configuration. A replica is a voter or a learner of the new half, never both. Ids are in order.
 */

import { cutBytes, readCut, writeCut } from '../protocol/cut.ts';
import { replicasMax } from '../protocol/limits.ts';
import {
  areSoundTokens,
  isRosterOf,
  type JoinToken,
  type Member,
  packRoster,
  readRoster,
} from '../protocol/roster.ts';
import { alignUp } from '../std/integers.ts';
import type { Configuration } from './types.ts';

/** One wish of the operator. `addLearner` for a voter demotes it, `addVoter` for a learner promotes it. */
export interface ConfigurationChange {
  readonly kind: 'addVoter' | 'addLearner' | 'removeReplica';
  readonly replicaId: number;
  /** How it is reached, where that is new. */
  readonly member?: Member;
}

/** Why a change is refused, in words for the operator. */
export const refusal = {
  noVoters: 'The change would leave no voter: let another member have a vote first.',
  tooManyVoters: 'More than one voter would change at once. Use a joint change.',
  alreadyJoint: 'A change is under way. Wait until it is finished.',
  notJoint: 'No change is under way, so there is none to finish.',
} as const;

/** Why a change would change nothing; undefined where it does. */
export function changesNothing(
  configuration: Configuration,
  { kind, replicaId }: ConfigurationChange,
): string | undefined {
  const { voters, learners, learnersNext } = configuration;
  if (kind === 'addVoter')
    return voters.includes(replicaId) ? `Replica ${replicaId} votes already.` : undefined;
  if (kind === 'addLearner') {
    const isLearner = learners.includes(replicaId) || learnersNext.includes(replicaId);
    return isLearner ? `Replica ${replicaId} is a learner already.` : undefined;
  }
  const members = membersOf(configuration);
  if (members.includes(replicaId)) return undefined;
  return `Replica ${replicaId} is not a member. Members are ${members.join(', ')}.`;
}

/** The configuration of a replica that has no log: it knows no members. */
export const noMembers: Configuration = {
  voters: [],
  outgoing: [],
  learners: [],
  learnersNext: [],
  roster: [],
  tokens: [],
};

export function isJoint(configuration: Configuration): boolean {
  return configuration.outgoing.length > 0;
}

/** Whether `id` votes, in either half. */
export function isVoter(configuration: Configuration, id: number): boolean {
  return configuration.voters.includes(id) || configuration.outgoing.includes(id);
}

/** Every replica that takes frames, in order. */
export function membersOf(configuration: Configuration): number[] {
  return sorted(
    new Set([
      ...configuration.voters,
      ...configuration.outgoing,
      ...configuration.learners,
      ...configuration.learnersNext,
    ]),
  );
}

/** The configuration after changes that touch one voter at the most; a text when they are refused. */
export function changeSimply(
  configuration: Configuration,
  changes: readonly ConfigurationChange[],
): Configuration | string {
  if (isJoint(configuration)) return refusal.alreadyJoint;
  const next = apply(configuration, changes);
  if (next.voters.length === 0) return refusal.noVoters;
  return votersChanged(configuration.voters, next.voters) > 1 ? refusal.tooManyVoters : next;
}

/** The joint configuration that leads to any other; a text when it is refused. */
export function enterJoint(
  configuration: Configuration,
  changes: readonly ConfigurationChange[],
): Configuration | string {
  if (isJoint(configuration)) return refusal.alreadyJoint;
  if (configuration.voters.length === 0) return refusal.noVoters;
  const next = apply({ ...configuration, outgoing: configuration.voters }, changes);
  return next.voters.length === 0 ? refusal.noVoters : next;
}

/** The configuration after the joint one; a text when there is nothing to leave. */
export function leaveJoint(configuration: Configuration): Configuration | string {
  if (!isJoint(configuration)) return refusal.notJoint;
  const learners = sorted(new Set([...configuration.learners, ...configuration.learnersNext]));
  return withRoster({ ...configuration, outgoing: [], learners, learnersNext: [] }, configuration.roster);
}

function apply(configuration: Configuration, changes: readonly ConfigurationChange[]): Configuration {
  const voters = new Set(configuration.voters);
  const learners = new Set(configuration.learners);
  const learnersNext = new Set(configuration.learnersNext);
  const roster = new Map(configuration.roster.map((member) => [member.replicaId, member]));
  for (const { kind, replicaId, member } of changes) {
    if (replicaId === 0) continue;
    if (member !== undefined) roster.set(replicaId, member);
    voters.delete(replicaId);
    learners.delete(replicaId);
    learnersNext.delete(replicaId);
    if (kind === 'addVoter') voters.add(replicaId);
    // It still votes in the old half, so it becomes a learner only when that half is left.
    else if (kind === 'addLearner') {
      (configuration.outgoing.includes(replicaId) ? learnersNext : learners).add(replicaId);
    }
  }
  const next = {
    voters: sorted(voters),
    outgoing: configuration.outgoing,
    learners: sorted(learners),
    learnersNext: sorted(learnersNext),
    roster: [],
    tokens: configuration.tokens,
    ...(configuration.cut && { cut: configuration.cut }),
  };
  return withRoster(next, [...roster.values()]);
}

/** The configuration with the records of its members, of those that are given, and with the open tokens of others. */
export function withRoster(
  configuration: Configuration,
  records: readonly Member[],
  tokens: readonly JoinToken[] = configuration.tokens,
): Configuration {
  const members = membersOf(configuration);
  const roster = records
    .filter(({ replicaId }) => members.includes(replicaId))
    .sort((a, b) => a.replicaId - b.replicaId);
  return withTokens({ ...configuration, roster }, tokens);
}

/** The configuration with these open tokens. One whose machine is a member has been used. */
function withTokens(configuration: Configuration, tokens: readonly JoinToken[]): Configuration {
  const members = membersOf(configuration);
  const open = tokens.filter(({ replicaId }) => !members.includes(replicaId));
  return { ...configuration, tokens: open.sort((a, b) => a.replicaId - b.replicaId) };
}

function votersChanged(before: readonly number[], after: readonly number[]): number {
  const left = before.filter((id) => !after.includes(id)).length;
  return left + after.filter((id) => !before.includes(id)).length;
}

function sorted(ids: Iterable<number>): number[] {
  return [...ids].sort((a, b) => a - b);
}

// In a frame: four counts of one byte, the ids of the four lists one byte each, zero bytes up to a multiple of 8; then
// the cut, where the first count says that there is one (protocol/cut.ts), and the roster and the open join tokens
// (protocol/roster.ts).
const countBytes = 4;
const hasCut = 0x80;

/** The lists in the order of their bytes. */
function listsOf(configuration: Configuration): readonly (readonly number[])[] {
  return [configuration.voters, configuration.outgoing, configuration.learners, configuration.learnersNext];
}

/** Bytes that {@link writeConfiguration} takes, a multiple of 8. */
export function configurationBytes(configuration: Configuration): number {
  return rosterOffset(configuration) + packRoster(configuration).length;
}

/** Bytes before the roster. */
function rosterOffset(configuration: Configuration): number {
  return listBytes(configuration) + (configuration.cut === undefined ? 0 : cutBytes);
}

function listBytes(configuration: Configuration): number {
  const ids = listsOf(configuration).reduce((sum, list) => sum + list.length, 0);
  return alignUp(countBytes + ids, 8);
}

/** A configuration as a snapshot holds it: the payload of a frame. */
export function configurationPayload(configuration: Configuration): Uint8Array {
  const bytes = new Uint8Array(configurationBytes(configuration));
  writeConfiguration(configuration, bytes, 0);
  return bytes;
}

/** Writes a configuration as the payload of a frame; returns its bytes. */
export function writeConfiguration(configuration: Configuration, into: Uint8Array, at: number): number {
  const { cut } = configuration;
  const cutAt = at + listBytes(configuration);
  const rosterAt = at + rosterOffset(configuration);
  const roster = packRoster(configuration);
  into.fill(0, at, rosterAt);
  into.set(roster, rosterAt);
  let position = at + countBytes;
  listsOf(configuration).forEach((list, n) => {
    into[at + n] = list.length;
    for (const id of list) into[position++] = id;
  });
  if (cut !== undefined) {
    into[at]! |= hasCut;
    writeCut(cut, new DataView(into.buffer, into.byteOffset), cutAt);
  }
  return rosterAt + roster.length - at;
}

/** Reads the payload `bytes[from, to)`; undefined when it is not a configuration. Never throws. */
export function readConfiguration(bytes: Uint8Array, from: number, to: number): Configuration | undefined {
  if (from < 0 || to > bytes.length || to - from < 8) return undefined;
  const lists: number[][] = [];
  let position = from + countBytes;
  for (let n = 0; n < countBytes; n++) {
    const end = position + (n === 0 ? bytes[from]! & ~hasCut : bytes[from + n]!);
    if (end > to) return undefined;
    lists.push([...bytes.subarray(position, end)]);
    position = end;
  }
  const isCut = (bytes[from]! & hasCut) !== 0;
  const cutAt = from + alignUp(position - from, 8);
  const rosterAt = cutAt + (isCut ? cutBytes : 0);
  if (rosterAt > to) return undefined;
  for (; position < cutAt; position++) if (bytes[position] !== 0) return undefined;
  const cut = isCut ? readCut(new DataView(bytes.buffer, bytes.byteOffset), cutAt) : undefined;
  if (isCut && cut === undefined) return undefined;
  const described = readRoster(bytes.subarray(rosterAt, to));
  if (described === undefined) return undefined;
  const [voters, outgoing, learners, learnersNext] = lists as [number[], number[], number[], number[]];
  const configuration = { voters, outgoing, learners, learnersNext, ...described, ...(cut && { cut }) };
  return isSound(configuration) ? configuration : undefined;
}

/** Whether a configuration keeps the rules at the top of this file. */
export function isSound(configuration: Configuration): boolean {
  const { voters, outgoing, learners, learnersNext } = configuration;
  const areOrdered = listsOf(configuration).every((list) =>
    list.every((id, n) => id > (n === 0 ? 0 : list[n - 1]!) && id <= 0xff),
  );
  return (
    areOrdered &&
    voters.length > 0 &&
    !learners.some((id) => voters.includes(id) || outgoing.includes(id)) &&
    learnersNext.every((id) => outgoing.includes(id) && !voters.includes(id)) &&
    membersOf(configuration).length <= replicasMax &&
    isRosterOf(configuration.roster, membersOf(configuration)) &&
    areSoundTokens(configuration.tokens)
  );
}

/**
 * A configuration and the frame that brought it. It is read in each turn for as long as the replica lives, so it is an
 * object of a class (docs/HACKING.md, "Hot paths").
 */
export class PlacedConfiguration {
  readonly index: number;
  readonly configuration: Configuration;
  /** The last frame that this replica may apply under it: the one that removed it, where it is a member no more. */
  readonly lastOwnIndex: number;

  constructor(index: number, configuration: Configuration, lastOwnIndex: number) {
    this.index = index;
    this.configuration = configuration;
    this.lastOwnIndex = lastOwnIndex;
  }
}
