/**
 * Spares: where a voter has been silent for longer than a bound, its leader gives a spare the vote, and the voter
 * becomes the spare, in one joint change. So the machine that returns waits for the next one that goes. One at a time,
 * and only where the exchange bears one failure more afterwards: the spare has caught up and answers.
 */
import { type Member, MemberRole } from '../../protocol/roster.ts';
import { type ConfigurationChange, isJoint } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import { placementWarnings } from '../peers/placement.ts';
import type { Ports } from '../ports.ts';
import { fitsIntoFrame } from './member-orders.ts';
import { bearableOf } from './redundancy.ts';

/** How often it is looked whether a voter is gone. */
const lookUs = 20_000;
/** Between two spares that are given a vote this part of the bound passes. */
const pausesPerBound = 4;

/** What it needs of the log. */
export interface SparedLog {
  readonly options: Pick<ReplicaOptions, 'spareAfterUs' | 'frameBytes'>;
  readonly ports: Pick<Ports, 'control' | 'counters' | 'log'>;
  readonly raft: Pick<Raft, 'role' | 'configuration' | 'changeConfiguration' | 'counts' | 'progressOf'>;
  appendConfiguration(configuration: Configuration): boolean;
}

interface SpareChange {
  readonly spareId: number;
  readonly memberId: number;
  readonly next: Configuration;
}

export class Spares {
  readonly #log: SparedLog;
  #nextUs = 0;
  #count = 0;

  constructor(log: SparedLog) {
    this.#log = log;
  }

  doWork(nowUs: number): void {
    const { raft, options } = this.#log;
    if (raft.role !== Role.leader || nowUs < this.#nextUs) return;
    this.#nextUs = nowUs + lookUs;
    if (isJoint(raft.configuration)) return;
    for (const member of this.#gone(nowUs)) {
      const change = this.#changeFor(member);
      if (change === undefined || !this.#log.appendConfiguration(change.next)) continue;
      this.#nextUs = nowUs + options.spareAfterUs / pausesPerBound;
      this.#tell(change, this.#silenceUs(member.replicaId, nowUs));
      return;
    }
  }

  /** Voters that were silent for too long, the longest silence first. */
  #gone(nowUs: number): Member[] {
    const { raft, options } = this.#log;
    const { voters, roster } = raft.configuration;
    const silenceOf = ({ replicaId }: Member): number => this.#silenceUs(replicaId, nowUs);
    return roster
      .filter(
        (member) =>
          voters.includes(member.replicaId) &&
          // A spare has an engine, and is no witness.
          member.role !== MemberRole.witness &&
          silenceOf(member) >= options.spareAfterUs &&
          // An operator has said already what is to become of it.
          !roster.some(({ replaces }) => replaces === member.replicaId),
      )
      .sort((a, b) => silenceOf(b) - silenceOf(a));
  }

  /** Time in which this leader stood still is no silence of the others. */
  #silenceUs(replicaId: number, nowUs: number): number {
    const progress = this.#log.raft.progressOf(replicaId);
    return progress === undefined ? 0 : nowUs - progress.lastHeardUs;
  }

  /** The best spare in the place of a member: the one with which the failure of a place takes least away. */
  #changeFor(member: Member): SpareChange | undefined {
    const { raft } = this.#log;
    const { learners, roster, voters } = raft.configuration;
    const bearable = bearableOf(raft, voters);
    let best: SpareChange | undefined;
    for (const spare of roster) {
      const { replicaId: spareId, role, replaces } = spare;
      if (!learners.includes(spareId) || role !== MemberRole.spare || replaces !== 0) continue;
      const changes: ConfigurationChange[] = [
        { kind: 'addVoter', replicaId: spareId, member: { ...spare, role: MemberRole.voter } },
        {
          kind: 'addLearner',
          replicaId: member.replicaId,
          member: { ...member, role: MemberRole.spare },
        },
      ];
      const next = raft.changeConfiguration(changes);
      if (typeof next === 'string' || !fitsIntoFrame(this.#log, next)) continue;
      if (bearable < 0 || bearableOf(raft, next.voters) <= bearable) continue;
      if (best === undefined || placementWarnings(next).length < placementWarnings(best.next).length)
        best = { spareId, memberId: member.replicaId, next };
    }
    return best;
  }

  #tell({ spareId, memberId, next }: SpareChange, silenceUs: number): void {
    const { control, counters, log } = this.#log.ports;
    this.#count += 1;
    control.showSpare({ spareId, memberId });
    counters.set(counter.sparesGivenVote, this.#count);
    log.warn('a voter is gone: a spare takes its place, and it becomes the spare', {
      member: memberId,
      silentSeconds: Math.round(silenceUs / 1e6),
      spare: spareId,
      voters: next.voters.join(', '),
    });
  }
}
