/** What a leader does for its members by itself, besides what operators order. */

import type { CallableMembers } from '../peers/callable-members.ts';
import { Admissions } from './admissions.ts';
import { MemberPlans } from './member-plans.ts';
import type { OperatedLog } from './operated-log.ts';
import { RosterKeeper } from './roster-keeper.ts';
import { Spares } from './spares.ts';

/** How often it is looked whether another voter is to lead. */
const lookUs = 20_000;

export class MemberDuties {
  readonly #log: OperatedLog;
  #nextUs = 0;
  readonly #rosterKeeper: RosterKeeper;
  readonly #memberPlans: MemberPlans;
  readonly #admissions: Admissions;
  readonly #spares: Spares;

  constructor(log: OperatedLog, members: CallableMembers) {
    this.#log = log;
    this.#rosterKeeper = new RosterKeeper(log, members);
    this.#memberPlans = new MemberPlans(log, log.ports.log);
    this.#admissions = new Admissions(log);
    this.#spares = new Spares(log);
  }

  doWork(nowUs: number): void {
    this.#rosterKeeper.doWork();
    this.#memberPlans.doWork(nowUs);
    this.#admissions.doWork(nowUs);
    this.#spares.doWork(nowUs);
    this.#followPreference(nowUs);
  }

  #followPreference(nowUs: number): void {
    if (nowUs < this.#nextUs) return;
    this.#nextUs = nowUs + lookUs;
    const to = this.#log.raft.followPreference();
    if (to !== 0)
      this.#log.ports.log.info('this leader hands over to a voter that is to lead before it', { to });
  }
}
