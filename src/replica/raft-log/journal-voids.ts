/** The commands that the log voids (decision 26), and what must be known before one more is. */
import { FrameKind, frameHeaderBytes, siteIn, voidedFrameBytes } from '../../protocol/frames.ts';
import { withEngine } from '../../protocol/roster.ts';
import { membersOf } from '../../raft/configuration.ts';
import type { Configuration, DeathListener } from '../../raft/types.ts';
import { setU53 } from '../../std/integers.ts';
import type { LogVoids } from '../log/replicated-log.ts';
import { type OwnLog, sealOwn } from './own-frames.ts';
import { configurationChanges, type Started } from './startup.ts';

interface PassedLog extends OwnLog {
  /** The configuration in force after the frame that was read last. */
  readonly passedConfiguration: Configuration;
}

export class JournalVoids implements LogVoids {
  readonly #log: PassedLog;
  /** What {@link membersSince} found last, and for what. */
  #members: readonly number[] = [];
  #membersSince = -1;
  #newest: Configuration | undefined;

  constructor(log: PassedLog, { voids }: Pick<Started, 'voids'>, listener: DeathListener) {
    this.#log = log;
    for (const { index, seq } of voids) log.raft.reports.voids.appended(index, seq);
    log.raft.reports.deaths = listener;
  }

  /** @hot */
  get seqMax(): number {
    return this.#log.raft.reports.voids.seqMax;
  }

  /** @hot */
  get isAwaited(): boolean {
    return this.#log.raft.reports.voids.isAwaited;
  }

  has(seq: number): boolean {
    return this.#log.raft.reports.voids.has(seq);
  }

  holds(seq: number): boolean {
    return this.#log.raft.reports.voids.holds(seq);
  }

  settle(): void {
    this.#log.raft.reports.voids.settle();
  }

  get newestIndex(): number {
    return this.#log.raft.reports.voids.newestIndex;
  }

  opensSiteAfter(index: number): boolean {
    const { journal } = this.#log;
    for (let at = index + 1; at <= journal.lastIndex; at++)
      if (journal.locate(at) && siteIn(journal.foundView, journal.foundAt) !== 0) return true;
    return false;
  }

  membersSince(applied: number): readonly number[] {
    const { journal, raft, passedConfiguration } = this.#log;
    if (this.#membersSince !== applied || this.#newest !== raft.configuration) {
      this.#membersSince = applied;
      this.#newest = raft.configuration;
      const later = configurationChanges(journal, applied).map(({ configuration }) => configuration);
      const each = [passedConfiguration, ...later].flatMap((configuration) =>
        withEngine(membersOf(configuration), configuration.roster),
      );
      this.#members = [...new Set(each)].sort((a, b) => a - b);
    }
    return this.#members;
  }

  append(seq: number): boolean {
    const { journal, raft } = this.#log;
    const at = this.#log.reserve(voidedFrameBytes);
    if (at < 0) return false;
    setU53(journal.view, at + frameHeaderBytes, seq);
    sealOwn(this.#log, voidedFrameBytes, FrameKind.voided);
    raft.reports.voids.appended(journal.lastIndex, seq);
    raft.appended();
    return true;
  }

  /** @hot */
  get earlierIndex(): number {
    return this.#log.raft.earlierIndex;
  }
}
