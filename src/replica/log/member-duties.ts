/** What a leader does for its members by itself, besides what operators order. */
import { Admissions } from './admissions.ts';
import { MemberPlans } from './member-plans.ts';
import type { Members } from './members.ts';
import type { OperatedLog } from './operated-log.ts';
import { RosterKeeper } from './roster-keeper.ts';

export class MemberDuties {
  readonly #rosterKeeper: RosterKeeper;
  readonly #memberPlans: MemberPlans;
  readonly #admissions: Admissions;

  constructor(log: OperatedLog, members: Members) {
    this.#rosterKeeper = new RosterKeeper(log, members);
    this.#memberPlans = new MemberPlans(log, log.ports.log);
    this.#admissions = new Admissions(log);
  }

  doWork(nowUs: number): void {
    this.#rosterKeeper.doWork();
    this.#memberPlans.doWork(nowUs);
    this.#admissions.doWork(nowUs);
  }
}
