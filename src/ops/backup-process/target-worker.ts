/**
 * Keeps one target up to date, turn by turn: ships what is committed, orders snapshots when they are due, has the
 * target proved when that is due, and notes its state. What fails is tried again in the next turn.
 */
import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import { readChains } from '../../backup/chains.ts';
import type { LedgerFile } from '../../backup/ledger.ts';
import type { ProofNote } from '../../backup/notes.ts';
import { Shipper, SourceError } from '../../backup/shipper.ts';
import type { LogSource } from '../../backup/source.ts';
import { TargetError } from '../../backup/targets/target.ts';
import { msPerHour, msPerMinute } from '../../std/units.ts';
import { messageOf } from '../failure.ts';
import type { ReplicaStatus } from '../health/status.ts';
import type { TargetStanding } from '../standing/backup-standing.ts';
import type { OpenTarget } from './targets.ts';

export interface WorkerSettings {
  readonly clusterId: number;
  /** The number of this site; 0: there is one alone. */
  readonly site: number;
  /** Names of all sites, in their order. */
  readonly sites: readonly string[];
  readonly snapshotMinutes: number;
  readonly verifyHours: number;
}

/** The replica that is read, and what it says of itself. */
export interface ChosenReplica extends LogSource {
  /**
   * Chooses, and asks the chosen one, which should have come to this epoch. What is read until the next call is its
   * log, bound by this commit index.
   */
  status(epoch: number): Promise<WorkerView>;
  /** Asks the one that is chosen, and changes nothing: another replica may hold other frames up to that index. */
  look(): Promise<WorkerView | undefined>;
}

type WorkerView = Pick<ReplicaStatus, 'replicaId' | 'role' | 'voters' | 'commitIndex' | 'appliedIndex'> & {
  readonly counters: Pick<ReplicaStatus['counters'], 'instance'> &
    Partial<Pick<ReplicaStatus['counters'], 'epoch' | 'standby' | 'appliedSeq'>>;
};

export interface WorkerParts {
  readonly open: OpenTarget;
  readonly ledger: LedgerFile;
  readonly choice: ChosenReplica;
  readonly settings: WorkerSettings;
  readonly log: Logger;
  /** Orders a snapshot of a replica. */
  orderSnapshot(replicaId: number): Promise<void>;
  /** Proves the target by restoring it; rejects with what was found. */
  verify(name: string): Promise<void>;
}

/** An order that failed is not given again for so long; and a proof that failed. */
const orderAgainMs = 60_000;
const verifyAgainMs = 600_000;

export class TargetWorker {
  readonly #parts: WorkerParts;
  readonly #shipper: Shipper;
  #behindFrames = 0;
  #behindSeqs = 0;
  #behindSinceMs = 0;
  #levelMs = 0;
  #error = '';
  #failingSinceMs = 0;
  #proof: ProofNote | undefined;
  #proofError = '';
  #broken = '';
  #orderedMs = Number.NEGATIVE_INFINITY;
  #verifiedMs = Number.NEGATIVE_INFINITY;
  #isVerifying = false;
  #knowsProof = false;

  constructor(parts: WorkerParts) {
    const { open, ledger, choice, settings, log } = parts;
    this.#parts = parts;
    this.#shipper = new Shipper({
      target: open.target,
      source: choice,
      ledger,
      clusterId: settings.clusterId,
      site: settings.site,
      sites: settings.sites,
      packing: open.packing,
      retention: open.retention,
      chance: () => randomInt(2 ** 32),
      warn: (text) => {
        this.#broken = text;
        log.error({ target: open.name }, text);
      },
    });
  }

  get standing(): TargetStanding {
    const { open } = this.#parts;
    const ledger = this.#shipper.standing;
    return {
      name: open.name,
      place: open.target.place,
      chain: ledger?.chain ?? '',
      seq: (ledger?.position.nextSeq ?? 1) - 1,
      index: ledger?.position.index ?? 0,
      behindFrames: this.#behindFrames,
      behindSeqs: this.#behindSeqs,
      behindSinceMs: this.#behindSinceMs,
      levelMs: this.#levelMs,
      error: this.#error,
      failingSinceMs: this.#failingSinceMs,
      breaker: open.guard.state(),
      proof: this.#proof,
      proofError: this.#proofError,
      broken: [this.#broken, this.#shipper.sharedBy].filter((text) => text !== '').join(' '),
    };
  }

  /** One turn; never rejects. `epochSeen`: of a replica of this site. */
  async turn(nowMs: number, epochSeen = 0): Promise<void> {
    try {
      const status = await this.#parts.choice.status(epochSeen);
      const { instance, epoch = 1, standby } = status.counters;
      const view = { commitIndex: status.commitIndex, instance, epoch, isStandby: standby === 1 };
      if (view.isStandby) {
        while (await this.#shipper.ship(view, nowMs * 1_000));
        return this.#rest(nowMs);
      }
      this.#noteBehind(status, nowMs);
      while (await this.#shipper.ship(view, nowMs * 1_000)) this.#noteBehind(status, nowMs);
      this.#noteBehind(status, Date.now());
      this.#error = '';
      this.#failingSinceMs = 0;
      await this.#learnProof();
      await this.#orderSnapshot(status, nowMs);
      this.#verifyWhenDue(nowMs);
    } catch (error) {
      this.#fail(error, nowMs);
    }
  }

  #rest(nowMs: number): void {
    this.#behindFrames = 0;
    this.#behindSeqs = 0;
    this.#behindSinceMs = 0;
    this.#levelMs = nowMs;
    this.#error = '';
    this.#failingSinceMs = 0;
  }

  #fail(error: unknown, nowMs: number): void {
    const { log, open } = this.#parts;
    const text = messageOf(error);
    if (this.#failingSinceMs === 0) this.#failingSinceMs = nowMs;
    if (text !== this.#error) {
      const isExpected = error instanceof TargetError || error instanceof SourceError;
      log.warn(isExpected ? { target: open.name } : { target: open.name, err: error }, text);
    }
    this.#error = text;
  }

  /** Notes what is committed beyond the target; between turns too, so that what is shown is true at each moment. */
  async observe(nowMs: number): Promise<void> {
    const status = await this.#parts.choice.look();
    if (status !== undefined && status.counters.standby !== 1) this.#noteBehind(status, nowMs);
  }

  /** The oldest frame that waits was stamped after the last one that is there, and after the target had everything. */
  #noteBehind({ commitIndex, counters: { appliedSeq = 0 } }: WorkerView, nowMs: number): void {
    const { index, timeUs, nextSeq } = this.#shipper.standing?.position ?? {
      index: 0,
      timeUs: 0,
      nextSeq: 1,
    };
    this.#behindSeqs = Math.max(0, appliedSeq + 1 - nextSeq);
    this.#behindFrames = Math.max(0, commitIndex - index);
    if (this.#behindFrames === 0) {
      this.#behindSinceMs = 0;
      this.#levelMs = nowMs;
    } else if (this.#behindSinceMs === 0 || timeUs / 1_000 > this.#behindSinceMs)
      this.#behindSinceMs = Math.max(this.#levelMs, Math.floor(timeUs / 1_000)) || nowMs;
  }

  /** What was proved before this process began, or by a command beside it. */
  async #learnProof(): Promise<void> {
    if (this.#knowsProof) return;
    const { open, settings } = this.#parts;
    const chains = await readChains(open.target, settings.clusterId, open.packing.key);
    const own = this.#shipper.standing?.chain;
    this.#proof = chains.find(({ id }) => id === own)?.proof;
    this.#knowsProof = true;
  }

  async #orderSnapshot({ replicaId, role, voters, appliedIndex }: WorkerView, nowMs: number): Promise<void> {
    const ledger = this.#shipper.standing;
    const { settings, orderSnapshot, log, open } = this.#parts;
    // A leader copies its state at once, and serves no session meanwhile: it is asked only where it is alone.
    const mayOrder = role === 'follower' || voters.length === 1;
    if (ledger === undefined || !mayOrder || appliedIndex <= ledger.snapshotIndex) return;
    const isDue = nowMs - ledger.snapshotUs / 1_000 >= settings.snapshotMinutes * msPerMinute;
    if (!isDue || nowMs - this.#orderedMs < orderAgainMs) return;
    this.#orderedMs = nowMs;
    try {
      await orderSnapshot(replicaId);
    } catch (error) {
      log.warn({ target: open.name }, `a snapshot for the backup was refused: ${messageOf(error)}`);
    }
  }

  #verifyWhenDue(nowMs: number): void {
    const { settings, open, log } = this.#parts;
    const provedMs = (this.#proof?.provedUs ?? 0) / 1_000;
    const isDue = nowMs - provedMs >= settings.verifyHours * msPerHour;
    if (this.#isVerifying || !isDue || nowMs - this.#verifiedMs < verifyAgainMs) return;
    if (this.#shipper.standing === undefined) return;
    this.#isVerifying = true;
    this.#verifiedMs = nowMs;
    this.#parts
      .verify(open.name)
      .then(
        () => {
          this.#proofError = '';
          this.#broken = '';
          log.info({ target: open.name }, 'the backup was proved by restoring it');
        },
        (error: unknown) => {
          this.#proofError = messageOf(error);
          log.error({ target: open.name }, `the backup could not be proved: ${this.#proofError}`);
        },
      )
      .finally(() => {
        this.#isVerifying = false;
        this.#knowsProof = false;
      });
  }
}
