/** What is read of a journal for a person: bytes of a frame, where a sequence number is, counters. */
import { describeCommand } from '../../journal/inspect.ts';
import type { Journal } from '../../journal/journal.ts';
import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import { epochIn, frameAt, frameHeaderBytes } from '../../protocol/frames.ts';
import { readConfiguration } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';
import { assert } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import { counter } from '../counters.ts';
import type { LogListener } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import { maskedIdMax } from '../peers/callable-members.ts';
import type { IntroducedState } from '../peers/introductions.ts';
import type { Tethers } from '../peers/tether.ts';
import type { Ports, SeenProgress } from '../ports.ts';

const hearingUs = 50_000;
const progressUs = 1_000_000;

export class JournalFacts {
  readonly #journal: Journal;
  #heardUs = Number.NEGATIVE_INFINITY;
  #shownUs = Number.NEGATIVE_INFINITY;
  #hasShown = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  copyOf(index: number): Uint8Array | undefined {
    const journal = this.#journal;
    if (!journal.locate(index)) return undefined;
    return journal.foundBytes.slice(journal.foundAt, journal.foundAt + journal.foundLength);
  }

  mayKnowEpoch(epoch: number, { commitIndex, term }: Pick<Raft, 'commitIndex' | 'term'>): boolean {
    const journal = this.#journal;
    for (let index = commitIndex + 1; index <= journal.lastIndex; index++) {
      if (!journal.locate(index)) return true;
      const { foundView, foundAt } = journal;
      const isFormer = getU53(foundView, foundAt + frameAt.term) < term;
      if (isFormer && epochIn(foundView, foundAt) >= epoch) return true;
    }
    return false;
  }

  /** Which of the others are heard, often; and how far they are, where this replica leads, now and then. */
  showPeers(log: HearingLog, others: readonly number[], nowUs: number): void {
    if (nowUs - this.#heardUs < hearingUs) return;
    this.#heardUs = nowUs;
    log.ports.counters.set(counter.peersHeard, peersHeard(log, others, nowUs));
    if (nowUs - this.#shownUs < progressUs) return;
    this.#shownUs = nowUs;
    const progress = this.#progressOf(log.raft, others, nowUs);
    if (progress.length > 0 || this.#hasShown) log.ports.control.showProgress(progress);
    this.#hasShown = progress.length > 0;
  }

  #progressOf(raft: HearingLog['raft'], others: readonly number[], nowUs: number): SeenProgress[] {
    const journal = this.#journal;
    const found: SeenProgress[] = [];
    for (const memberId of others) {
      const progress = raft.progressOf(memberId);
      if (progress === undefined) continue;
      const { matchedIndex, lastHeardUs, state } = progress;
      found.push({
        memberId,
        behindFrames: Math.max(0, journal.lastIndex - matchedIndex),
        behindBytes: journal.bytesSince(matchedIndex),
        silentUs: Math.max(0, nowUs - lastHeardUs),
        state,
      });
    }
    return found;
  }

  lastSeqOf(index: number): number {
    const journal = this.#journal;
    if (index >= journal.lastIndex) return journal.nextSeq - 1;
    return journal.locate(index + 1) ? getU53(journal.foundView, journal.foundAt + frameAt.firstSeq) - 1 : 0;
  }

  describe(seq: number): string | undefined {
    const journal = this.#journal;
    let first = journal.firstIndex;
    let last = journal.lastIndex;
    if (seq < 1 || seq >= journal.nextSeq || this.lastSeqOf(first - 1) >= seq) return undefined;
    while (first < last) {
      const middle = Math.floor((first + last) / 2);
      if (this.lastSeqOf(middle) >= seq) last = middle;
      else first = middle + 1;
    }
    const frame = this.copyOf(first);
    return frame === undefined ? undefined : describeCommand(frame, seq);
  }
}

/** How far log and leadership are. */
export function publishLog(counters: Ports['counters'], raft: Raft, journal: Journal): void {
  counters.set(counter.role, raft.role);
  counters.set(counter.term, raft.term);
  counters.set(counter.leaderId, raft.leaderId);
  counters.set(counter.commitIndex, raft.commitIndex);
  counters.set(counter.leaderCommitIndex, raft.leaderCommitIndex);
  counters.set(counter.lastIndex, journal.lastIndex);
  counters.set(counter.lastLogTerm, journal.lastTerm);
  counters.set(counter.durableIndex, journal.durableIndex);
  counters.set(counter.firstIndex, journal.firstIndex);
  counters.set(counter.stampedSeq, journal.nextSeq - 1);
  counters.set(counter.founding, raft.isFounding ? 1 : 0);
  counters.set(counter.superseded, raft.isSuperseded ? 1 : 0);
  counters.set(counter.lastTimeUs, journal.lastTimeUs);
  counters.set(counter.recovering, raft.isRecovering ? 1 : 0);
}

/** What says whether a replica hears another one. */
interface HearingLog {
  readonly ports: Pick<Ports, 'control' | 'counters'>;
  readonly options: Pick<ReplicaOptions, 'electionTimeoutUs'>;
  readonly raft: Pick<Raft, 'leaderId' | 'progressOf'>;
  readonly peers: Pick<Tethers, 'reaches' | 'isCalledBy'>;
}

/**
 * Which of the others this replica hears, as a set. A leader goes by the answers that it gets, a follower by its
 * leader's signs of life; of the others it knows only whether a tether to them is open, which a machine that vanished
 * leaves standing for a while.
 */
function peersHeard({ options, raft, peers }: HearingLog, others: readonly number[], nowUs: number): number {
  let heard = 0;
  for (const id of others) {
    const progress = raft.progressOf(id);
    const isHeard =
      progress === undefined
        ? id === raft.leaderId || peers.reaches(id) || peers.isCalledBy(id)
        : nowUs - progress.lastHeardUs <= options.electionTimeoutUs;
    if (isHeard && id <= maskedIdMax) heard += 2 ** (id - 1);
  }
  return heard;
}

/** The members that are in a snapshot; undefined where they cannot be read. */
export function configurationIn({ configuration }: SnapshotFile): Configuration | undefined {
  return readConfiguration(configuration, 0, configuration.length);
}

/** The members in the frame that the journal has found. */
export function configurationOfFrame({ foundBytes, foundAt, foundLength }: Journal): Configuration {
  const found = readConfiguration(foundBytes, foundAt + frameHeaderBytes, foundAt + foundLength);
  assert(found !== undefined, () => `a configuration in the log is sound: the frame of ${foundLength} bytes`);
  return found;
}

/** What a replica says of its log when it introduces itself. */
export function standingOf(
  { founders, voters, instance, epoch, raft, journal }: IntroducedLog,
  { stateVersion }: Pick<LogListener, 'stateVersion'>,
): IntroducedState {
  const { epochSeen, configuration } = raft;
  const { roster } = configuration;
  const { lastIndex, lastTerm } = journal;
  const ends = { lastIndex, lastLogTerm: lastTerm, stateVersion };
  return { founders, voters, roster, instance, epoch, epochSeen, ...ends };
}

type IntroducedLog = Pick<IntroducedState, 'founders' | 'voters' | 'instance' | 'epoch'> & {
  readonly raft: Pick<Raft, 'epochSeen' | 'configuration'>;
  readonly journal: Pick<Journal, 'lastIndex' | 'lastTerm'>;
};
