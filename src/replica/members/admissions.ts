/**
 * Machines with a join token become members by themselves: the leader takes one as soon as it is reached, in the frame
 * that uses its token up. A token that is over by the exchange's time is taken out of the log, and cannot be used.
 */
import { isJoined, type JoinToken } from '../../protocol/roster.ts';
import { Role } from '../../raft/types.ts';
import type { Applicant } from '../ports.ts';
import { openTokens } from './join-tokens.ts';
import { fitsIntoFrame, newcomer, noRoom } from './member-orders.ts';
import type { OperatedLog } from './operated-log.ts';
import { kindProblem } from './witnesses.ts';

/** How often it is looked whether a machine has come. */
const lookUs = 20_000;
/** The machine and the members take a moment to call each other: a shorter wait is no news. */
const tellUs = 1_000_000;

export class Admissions {
  readonly #log: OperatedLog;
  #lookAtUs = 0;
  #shown = '';
  /** Since when each machine waits. */
  readonly #sinceUs = new Map<number, number>();

  constructor(log: OperatedLog) {
    this.#log = log;
  }

  doWork(nowUs: number): void {
    const { raft } = this.#log;
    const { tokens } = raft.configuration;
    const isAtWork = raft.role === Role.leader && tokens.length > 0;
    if (!isAtWork) {
      this.#sinceUs.clear();
      return this.#show([]);
    }
    if (nowUs < this.#lookAtUs) return;
    this.#lookAtUs = nowUs + lookUs;
    const open = openTokens(this.#log);
    if (open.length < tokens.length) return this.#end(open);
    const applicants: Applicant[] = [];
    for (const token of open) {
      const why = this.#admit(token);
      if (this.#hasWaited(token.replicaId, why !== '', nowUs))
        applicants.push({ replicaId: token.replicaId, why });
    }
    this.#show(applicants);
  }

  #hasWaited(replicaId: number, isWaiting: boolean, nowUs: number): boolean {
    const sinceUs = this.#sinceUs.get(replicaId) ?? nowUs;
    if (isWaiting) this.#sinceUs.set(replicaId, sinceUs);
    else this.#sinceUs.delete(replicaId);
    return isWaiting && nowUs - sinceUs >= tellUs;
  }

  #end(open: readonly JoinToken[]): void {
    const next = this.#log.raft.describeMembers(this.#log.raft.configuration.roster, open);
    if (typeof next !== 'string' && this.#log.appendConfiguration(next))
      this.#log.ports.log.info('a join token has expired and can be used no more');
  }

  /** Takes the machine as a member; a text says why it must wait, an empty one that nothing is to be said. */
  #admit({ replicaId, role, replaces }: JoinToken): string {
    const log = this.#log;
    const said = log.introductions.described(replicaId);
    if (said === undefined) return log.introductions.refusalOf(replicaId) ?? '';
    // One with a certificate of this number is added by an operator.
    if (!isJoined(said)) return '';
    const member = newcomer(log, replicaId);
    if (typeof member === 'string') return member;
    const problem = kindProblem(member, role);
    if (problem !== undefined) return problem;
    const change = { kind: 'addLearner', replicaId, member: { ...member, role, replaces } } as const;
    const next = log.raft.changeConfiguration([change]);
    if (typeof next === 'string') return next;
    if (!fitsIntoFrame(log, next)) return noRoom;
    if (log.appendConfiguration(next))
      log.ports.log.info('a machine with a join token is a member now', {
        member: replicaId,
        host: member.host,
      });
    return '';
  }

  #show(applicants: readonly Applicant[]): void {
    const text = applicants.map(({ replicaId, why }) => `${replicaId} ${why}`).join('\n');
    if (text === this.#shown) return;
    this.#shown = text;
    for (const { replicaId, why } of applicants)
      this.#log.ports.log.warn('a machine with a join token cannot be taken as a member yet', {
        replicaId,
        why,
      });
    this.#log.ports.control.showApplicants(applicants);
  }
}
