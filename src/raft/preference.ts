/**
 * Which voter is to lead, where the log says so: one that is to lead asks for votes first, one that is not to lead asks
 * last. This decides which replica asks and which is asked, never which wins an election. Pure.
 */
import { MemberRole, Preference } from '../protocol/roster.ts';
import type { Configuration } from './types.ts';

const preferences: readonly number[] = [Preference.prefer, Preference.normal, Preference.never];
const lastRank = preferences.length - 1;

type Preferring = Pick<Configuration, 'voters' | 'roster'>;

/** 0 is to lead, 2 is not; the lowest goes first. */
export function rankOf({ roster }: Pick<Configuration, 'roster'>, id: number): number {
  const member = roster.find(({ replicaId }) => replicaId === id);
  return preferences.indexOf(member?.preference ?? Preference.normal);
}

/** Whether one voter goes before another where both could lead. */
export function goesBefore(configuration: Preferring, one: number, other: number): boolean {
  const difference = rankOf(configuration, one) - rankOf(configuration, other);
  return difference === 0 ? one < other : difference < 0;
}

/** Whether a voter is not to lead while another one can. A witness never can, nor one that is gone. */
export function isAverse(configuration: Preferring, id: number, goneId = 0): boolean {
  const isOther = (voter: number): boolean =>
    voter !== goneId && rankOf(configuration, voter) < lastRank && !isWitness(configuration, voter);
  return rankOf(configuration, id) === lastRank && configuration.voters.some(isOther);
}

function isWitness({ roster }: Preferring, id: number): boolean {
  return roster.some(({ replicaId, role }) => replicaId === id && role === MemberRole.witness);
}
