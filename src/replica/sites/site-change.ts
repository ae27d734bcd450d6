/**
 * Another site is to write from here on. Its leader appends a frame that raises the epoch and names the site, and that
 * frame ends what the site before has to say: nothing is stamped between the order and the frame's commit, so that no
 * command is behind it. The same frame, shipped, opens the successor of a planned switch; a standby site that is
 * promoted appends one of its own.
 */
import { accepted, asksForLeader, type OperatorAnswer, refused } from '../answers.ts';
import type { CommandRing } from '../log/command-ring.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';

/** What an order says: the site that is to write, and how far the operator believes this site to be. */
export interface OperatorSiteOrder {
  readonly site: number;
  /** An epoch that began since the order was thought of makes it another one. */
  readonly epoch: number;
  /** The last command that was shown to be here. */
  readonly seq: number;
}

/** The replica that is to carry it out. */
export interface ChangingSite {
  readonly isStandby: boolean;
  readonly serving: boolean;
  readonly takesShipped: boolean;
  readonly appliedSeq: number;
}

type ChangedLog = Pick<ReplicatedLog, 'epoch' | 'writingSite' | 'nextSeq' | 'openEpoch'>;

export class SiteChange {
  readonly #options: Pick<ReplicaOptions, 'site'>;
  readonly #log: ChangedLog;
  readonly #ring: CommandRing;
  readonly #replica: ChangingSite;
  /** The site that is to write; 0: no change is under way. */
  #site = 0;
  #isAppended = false;

  constructor(
    options: Pick<ReplicaOptions, 'site'>,
    log: ChangedLog,
    ring: CommandRing,
    replica: ChangingSite,
  ) {
    this.#options = options;
    this.#log = log;
    this.#ring = ring;
    this.#replica = replica;
  }

  /** Neither clients nor another site may add to the log until the change is through. */
  get isUnderWay(): boolean {
    return this.#site !== 0;
  }

  order({ site, epoch, seq }: OperatorSiteOrder): OperatorAnswer {
    const { site: own = 0 } = this.#options;
    const { isStandby, serving, takesShipped, appliedSeq } = this.#replica;
    if (own === 0)
      return refused('The configuration of this replica names no sites: set "site" and "sites".');
    if (this.isUnderWay)
      return refused(`Site ${this.#site} is being opened already. Wait for it: "lockstep site status".`);
    if (epoch !== this.#log.epoch)
      return refused(
        `The epoch is ${this.#log.epoch} here, and the order was given for ${epoch}. Look again: "lockstep site status".`,
      );
    if (site === this.#log.writingSite) return refused(`Site ${site} writes already, in epoch ${epoch}.`);
    if (isStandby ? !takesShipped : !serving)
      return asksForLeader(
        'This replica does not lead its site now, or has yet to apply what it has. Ask its leader.',
      );
    if (isStandby && site !== own)
      return refused(`This is site ${own}, a standby: only itself can be opened here. Ask site ${site}.`);
    if (appliedSeq < seq)
      return refused(
        `This site is at seq ${appliedSeq}, behind ${seq} that was shown. Look again: "lockstep site status".`,
      );
    this.#site = site;
    this.#ring.close();
    const answer = accepted(
      isStandby
        ? `Site ${site} begins epoch ${epoch + 1} behind seq ${appliedSeq}.`
        : `Site ${own} ends what it writes, and site ${site} begins epoch ${epoch + 1} once it has applied all of it.`,
    );
    return { ...answer, end: () => this.#endOf(answer, { site, epoch }) };
  }

  /** The order has ended where its epoch has begun, and the site that is to write, if it is this one, serves. */
  #endOf(
    answer: OperatorAnswer,
    { site, epoch }: Pick<OperatorSiteOrder, 'site' | 'epoch'>,
  ): OperatorAnswer | undefined {
    if (this.#log.epoch > epoch)
      return site !== this.#options.site || this.#replica.serving ? answer : undefined;
    if (this.isUnderWay) return undefined;
    return asksForLeader(
      `This replica lost its leadership before epoch ${epoch + 1} had begun. Ask the next leader.`,
    );
  }

  /** The part of a leader's cycle, once everything that waited is stamped, and applied by a site that ends. @hot */
  doWork(): void {
    if (this.#site === 0 || this.#isAppended || this.#ring.count > 0) return;
    // A command that ends processes could be voided yet (decision 26), behind what the other site hears.
    const { isStandby, appliedSeq } = this.#replica;
    if (!isStandby && appliedSeq < this.#log.nextSeq - 1) return;
    this.#isAppended = this.#log.openEpoch(this.#site);
  }

  /** Another leadership, or the epoch has begun: what is not in the log will not be. */
  end(): void {
    this.#site = 0;
    this.#isAppended = false;
    this.#ring.open();
  }
}
