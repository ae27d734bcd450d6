/**
 * What the roster says is to become of members, and the leader carries out: a learner whose role is to vote is given a
 * vote once it has caught up, and where it replaces another member, both change in one joint step. The plan is in the
 * log, so that any leader goes on with it, and a removal of the learner ends it.
 */
import type { Member } from '../../protocol/roster.ts';
import { type ConfigurationChange, isJoint, membersOf } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import type { Log } from '../ports.ts';
import { isVoting } from './places.ts';
import { bearableOf } from './redundancy.ts';
import { witnessProblem } from './witnesses.ts';

/** How often it is looked whether a plan can be carried out. */
const lookUs = 20_000;

/** What the plans need of the log. */
export interface PlannedLog {
  readonly raft: Pick<
    Raft,
    'role' | 'id' | 'configuration' | 'changeConfiguration' | 'counts' | 'successor' | 'transferLeadership'
  >;
  appendConfiguration(configuration: Configuration): boolean;
}

export class MemberPlans {
  readonly #log: PlannedLog;
  readonly #out: Pick<Log, 'info'>;
  #lookAtUs = 0;

  constructor(log: PlannedLog, out: Pick<Log, 'info'>) {
    this.#log = log;
    this.#out = out;
  }

  doWork(nowUs: number): void {
    const { raft } = this.#log;
    if (raft.role !== Role.leader || nowUs < this.#lookAtUs) return;
    this.#lookAtUs = nowUs + lookUs;
    const { configuration } = raft;
    if (isJoint(configuration)) return;
    const members = membersOf(configuration);
    const planned = configuration.roster.filter(({ replicaId, role, replaces }) =>
      configuration.learners.includes(replicaId)
        ? isVoting(role) || replaces !== 0
        : members.includes(replaces),
    );
    // One that does not come, or that waits for the vote of another, holds up none.
    for (const member of planned) if (this.#carryOut(member, configuration)) return;
  }

  /** False where it must wait. */
  #carryOut(member: Member, configuration: Configuration): boolean {
    const { raft } = this.#log;
    const { replicaId, replaces, role } = member;
    const isReplacing = replaces !== 0 && membersOf(configuration).includes(replaces);
    const kind = isVoting(role) ? 'addVoter' : 'addLearner';
    // The only voter has none to hand over to: the new one has its vote beside it first.
    const isBeside = isReplacing && replaces === raft.id && configuration.voters.length === 1;
    const changes: ConfigurationChange[] = [
      { kind, replicaId, member: isBeside ? member : { ...member, replaces: 0 } },
    ];
    if (isReplacing && !isBeside) changes.push({ kind: 'removeReplica', replicaId: replaces });
    const next = raft.changeConfiguration(changes);
    if (typeof next === 'string' || bearableOf(raft, next.voters) < 0 || witnessProblem(next) !== undefined)
      return false;
    // Another leader goes on with the plan.
    if (isReplacing && !isBeside && replaces === raft.id) {
      const successor = raft.successor();
      return successor !== 0 && raft.transferLeadership(successor) === undefined;
    }
    if (!this.#log.appendConfiguration(next)) return false;
    this.#out.info('a member has caught up and is given what it was added for', {
      member: replicaId,
      ...(isReplacing && !isBeside && { inPlaceOf: replaces }),
      voters: next.voters.join(', '),
    });
    return true;
  }
}
