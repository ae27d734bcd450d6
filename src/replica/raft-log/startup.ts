/**
 * What a replica finds on its disk at the start, and what it may therefore do. Four findings make it `recovering`, so
 * that it neither votes nor counts until a leader has granted its return: a blank folder in a living cluster (its votes
 * are forgotten), an unclean boot in `memory` mode (frames it acknowledged may be lost), a damaged journal or state
 * file (frames or votes are missing), and a folder that is a copy (it may be older than what was promised since). A
 * fifth comes from the others: they know of a life of this replica that its folder does not (`raft/lives.ts`).
 */
import { Journal, type LogPosition, logStart } from '../../journal/journal.ts';
import type { RecoveryReport } from '../../journal/recovery.ts';
import { segmentNumber } from '../../journal/segment.ts';
import { newestSnapshot, type SnapshotFile, snapshotIndices } from '../../journal/snapshot-file.ts';
import { type OpenedState, type ReplicaState, StateFile } from '../../journal/state-file.ts';
import type { Storage } from '../../journal/storage.ts';
import {
  epochIn,
  FrameKind,
  frameAt,
  frameHeaderBytes,
  instanceIndex,
  voidedIn,
} from '../../protocol/frames.ts';
import { replicaIdMax } from '../../protocol/limits.ts';
import {
  configurationBytes,
  membersOf,
  noMembers,
  readConfiguration,
  writeConfiguration,
} from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import { ConfigurationFault, ReplicaFault } from '../fault.ts';
import { poisonedSnapshot } from '../mark/apply-mark.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { replaceFolder } from './next-generation.ts';
import { type ClusterOrigin, commonOrigin } from './origin.ts';

const everyId = Array.from({ length: replicaIdMax }, (_, n) => n + 1);
/** Of the founding frame: the same at every founder, before any time that a leader stamps. */
const foundingTimeUs = 1;
const foundingFault =
  'The founding configuration cannot be written. Check the disk and its free space, then start again.';
/** A part of a second, in microseconds: it must not outrun the clock. */
const lifeChance = 2 ** 19;

const stateFileFault =
  'The state file cannot be written. Check the disk and its free space, then start again.';

/** The contents of the folder before anything is written. */
export interface FoundFolder extends FoundState {
  readonly newest: SnapshotFile | undefined;
  /** There are snapshots, and none can be read. */
  readonly snapshotsLost: boolean;
  readonly known: ClusterOrigin;
}

/** Everything that a log starts with. */
export interface Started {
  readonly stateFile: StateFile;
  readonly journal: Journal;
  /** Index of the newest snapshot; 0 is none. */
  readonly snapshotIndex: number;
  /** The founding voters; none where there is no log. */
  readonly founders: readonly number[];
  /** The instance of the cluster; 0 where this folder does not hold it. */
  readonly instance: number;
  /** The epoch of the snapshot, or of the cluster's beginning; 0 where this folder does not hold it. */
  readonly epoch: number;
  /** The site that writes in it; 0: none was named. */
  readonly site: number;
  /** The configuration at the snapshot. */
  readonly configuration: Configuration;
  /** Changes of it that are in the journal behind the snapshot, in order. */
  readonly changes: readonly { readonly index: number; readonly configuration: Configuration }[];
  /** The commands that are voided in the journal. */
  readonly voids: readonly { readonly index: number; readonly seq: number }[];
}

/** Looks at everything, and writes only what an operator ordered: files of another cluster are not ours to cut. */
export function findFolder(options: ReplicaOptions, ports: Ports): FoundFolder {
  const { storage, log } = ports;
  replaceFolder(storage);
  const found = findState(options, ports);
  const { newest, bad } = newestSnapshot(storage, poisonedSnapshot(storage));
  for (const { name, reason } of bad) log.warn(`snapshot ${name} is not used: ${reason}`);
  const known = commonOrigin([found.file?.state, newest]);
  return { ...found, newest, snapshotsLost: bad.length > 0 && newest === undefined, known };
}

/** Recovers; throws ReplicaFault with what to do when the disk cannot be used. */
export function openFolder(options: ReplicaOptions, ports: Ports, found: FoundFolder): Started {
  const { storage, log } = ports;
  const { newest, known } = found;
  const stateFile = openStateFile(options, ports, found);
  const journal = openJournal(options, ports, stateFile, found);
  if (found.mayFound) appendFounding(options, journal);
  const ofJournal = { founders: foundingVoters(journal) ?? [], instance: journal.instance };
  const { founders, instance } = commonOrigin([known, ofJournal]);
  journal.instance = instance;
  // The log has a later term only where the state was lost. Kept, it does not fall back where the log is lost next.
  const { term, votedFor, recovering, heard } = stateFile.state;
  const logTerm = journal.termAt(journal.lastIndex);
  // Without this a later crash would pass for a clean end, and what it lost for never written.
  const running = {
    ...stateFile.state,
    ...(logTerm > term ? { term: logTerm, votedFor: 0 } : { term, votedFor }),
    bootId: storage.bootId,
    isClean: false,
    durability: options.durability,
    founders,
    instance,
    // They may be of a founding that never came about (decision 8).
    heard: recovering && instance === 0 ? new Float64Array(heard.length) : heard,
  };
  if (!stateFile.save(running)) throw new ReplicaFault(stateFileFault);
  if (stateFile.state.recovering && !found.isBlank) {
    log.warn(
      'this replica is recovering: it stores and applies, but votes only once the leader has let it return',
    );
  }
  const started = {
    stateFile,
    journal,
    founders,
    instance,
    epoch: newest?.epoch ?? firstEpochOf(journal),
    site: newest?.site ?? 0,
    snapshotIndex: newest?.index ?? 0,
    configuration: configurationOf(newest),
    changes: configurationChanges(journal, newest?.index ?? 0),
    voids: voidsIn(journal),
  };
  compareWithFile(options, ports, started.changes.at(-1)?.configuration ?? started.configuration);
  return started;
}

/**
 * The log says the members, the configuration file where they are. A voter that cannot be called is a mistake
 * in the file; a learner without an address may be in the log of an older release, and `CallableMembers` reports it.
 */
function compareWithFile(
  { replicaId }: ReplicaOptions,
  { connections, log }: Ports,
  members: Configuration,
): void {
  const isNamed = (id: number): boolean =>
    id === replicaId || connections.knows(id) || members.roster.some((member) => member.replicaId === id);
  const voters = [...new Set([...members.voters, ...members.outgoing])];
  const missing = voters.filter((id) => !isNamed(id));
  if (missing.length > 0) {
    const named = everyId.filter(isNamed).join(', ');
    throw new ConfigurationFault(
      `The log of this replica has the voters ${voters.join(', ')}, and the configuration file names ${named}: there is no ` +
        `address of replica ${missing.join(', ')}. A file adds and removes no members. Name replica ${missing.join(', ')} ` +
        'again, with any address where it is dead; then a new machine takes its place: "lockstep members replace".',
    );
  }
  if (voters.length === 0) return;
  const known = membersOf(members);
  const strangers = everyId.filter((id) => isNamed(id) && !known.includes(id));
  if (strangers.length === 0) return;
  log.warn(
    'the configuration file names replicas that are no members: they have no vote until they are added',
    {
      members: known.join(', '),
      others: strangers.join(', '),
    },
  );
}

interface FoundState {
  readonly file: StateFile | undefined;
  /** Why this replica may have lost what it promised; undefined where it cannot have. */
  readonly lossReason: string | undefined;
  /** There is nothing at all, as on a new machine. */
  readonly isBlank: boolean;
  readonly mayBeTorn: boolean;
  /** This replica founds its cluster: its folder is empty, and it was started with `--bootstrap`. */
  readonly mayFound: boolean;
}

function findState(options: ReplicaOptions, { storage }: Ports): FoundState {
  const opened = StateFile.open(storage);
  const hasNothing = holdsNothing(opened, storage);
  const mayFound = options.bootstrap && hasNothing;
  const isBlank = opened.kind === 'none' && hasNothing && !mayFound;
  switch (opened.kind) {
    case 'refused':
      throw new ReplicaFault(opened.reason);
    case 'damaged':
      return { file: undefined, lossReason: opened.reason, isBlank, mayBeTorn: true, mayFound };
    case 'none': {
      const lossReason = mayFound ? undefined : 'its folder is blank, so what it voted for is not known';
      return { file: undefined, lossReason, isBlank, mayBeTorn: true, mayFound };
    }
    case 'open': {
      const { state } = opened.file;
      if (state.clusterId !== options.clusterId || state.replicaId !== options.replicaId) {
        throw new ConfigurationFault(
          `The folder belongs to replica ${state.replicaId} of cluster ${state.clusterId}, not to replica ` +
            `${options.replicaId} of cluster ${options.clusterId}. Check dataFolder and clusterId; where they are right, move that folder ` +
            'away: this replica begins with a blank one, and the others give it what it lacks.',
        );
      }
      const mayBeTorn = state.bootId !== storage.bootId && !state.isClean;
      let lossReason: string | undefined;
      if (opened.file.isCopy) {
        lossReason =
          'its folder is a copy, moved or restored, so it may be older than what this replica promised since';
      } else if (mayBeTorn && state.durability === 'memory' && state.term > 0) {
        lossReason =
          'the machine went down without a clean end in `memory` mode, so frames it acknowledged may be lost';
      } else if (state.founders.length === 0 && !mayFound) lossReason = 'it has no log yet';
      return { file: opened.file, lossReason, isBlank, mayBeTorn, mayFound };
    }
  }
}

/**
 * Whether this folder holds no log: it is blank, its founding was interrupted, or its replica was started without
 * `--bootstrap`. That one is recovering, and stays so: an earlier folder may have promised something.
 */
function holdsNothing(opened: OpenedState, storage: Storage): boolean {
  if (opened.kind === 'none')
    return (
      !storage.list().some((name) => segmentNumber(name) !== undefined) &&
      snapshotIndices(storage).length === 0
    );
  if (opened.kind !== 'open') return false;
  const { founders, bootId, recovering, term } = opened.file.state;
  return founders.length === 0 && (recovering || (bootId === '' && term === 0));
}

/**
 * The founding configuration, the first frame of the log: the same bytes at every founder whose file names the same
 * members, and durable before anything is promised.
 */
function appendFounding({ founders }: ReplicaOptions, journal: Journal): void {
  const voters = founders.toSorted((a, b) => a - b);
  const configuration = { ...noMembers, voters };
  if (journal.lastIndex === 0) {
    const length = frameHeaderBytes + configurationBytes(configuration);
    const at = journal.reserve(length);
    if (at < 0) throw new ReplicaFault(foundingFault);
    writeConfiguration(configuration, journal.bytes, at + frameHeaderBytes);
    journal.seal(length, 0, foundingTimeUs, 0, FrameKind.configuration);
  }
  const found = foundingVoters(journal);
  if (found?.join() !== voters.join()) {
    throw new ConfigurationFault(
      `The founding of this replica was interrupted with replicas ${found?.join(', ')}, and is now to go on with ` +
        `${voters.join(', ')}. Name the same replicas, or empty its folder.`,
    );
  }
  if (!journal.flushNow()) throw new ReplicaFault(foundingFault);
}

/** The voters of the first frame; undefined where the journal does not hold it. */
function foundingVoters(journal: Journal): readonly number[] | undefined {
  return configurationChanges(journal, 0).find(({ index }) => index === 1)?.configuration.voters;
}

/** The epoch in which the cluster began; 0 where the journal does not hold the frame that names it. */
function firstEpochOf(journal: Journal): number {
  if (journal.firstIndex > instanceIndex || !journal.locate(instanceIndex)) return 0;
  return epochIn(journal.foundView, journal.foundAt);
}

/** The state file, with this start's incarnation, and `recovering` set where something may be lost. */
function openStateFile(options: ReplicaOptions, ports: Ports, found: FoundFolder): StateFile {
  const { storage, clock, log } = ports;
  const before: ReplicaState = found.file?.state ?? {
    clusterId: options.clusterId,
    replicaId: options.replicaId,
    term: 0,
    votedFor: 0,
    recovering: false,
    incarnation: 0,
    founders: [],
    instance: 0,
    epochSeen: 0,
    nextInstance: 0,
    previousIncarnation: 0,
    hasBegun: true,
    heard: new Float64Array(256),
    bootId: '',
    isClean: false,
    durability: options.durability,
  };
  const lossReason = found.lossReason ?? (found.snapshotsLost ? 'no snapshot can be read' : undefined);
  if (found.isBlank)
    log.info(
      'the folder of this replica is blank, as that of a new machine is: it stores and applies, and votes once the leader ' +
        'has given it what the others have. Where it had one, look whether "dataFolder" is mounted',
    );
  else if (lossReason !== undefined) log.warn(`this replica may have lost something: ${lossReason}`);
  const recovering = before.recovering || lossReason !== undefined;
  const state = { ...before, ...lifeAfter(before, Math.floor(clock.wallUs()), options.seed), recovering };
  const file = found.file ?? StateFile.create(storage, state);
  if (file?.save(state) !== true || !file.renew() || !file.save(state))
    throw new ReplicaFault(stateFileFault);
  return file;
}

/**
 * The life that begins with this start. A life in which nothing can have been promised goes on, or its number would
 * be that of a life that the others have heard of and this folder does not know. A replica that lost its disk must come
 * back with a higher number than before: the time gives one, and where the clock was set back, the others tell. Chance
 * is added, so that no two lives that begin from one folder have the same number.
 */
function lifeAfter(before: ReplicaState, wallUs: number, seed: number) {
  const { incarnation, previousIncarnation } = before;
  if (!before.hasBegun && !before.recovering) return { incarnation, previousIncarnation, hasBegun: false };
  return {
    incarnation: Math.max(incarnation + 1, wallUs) + (seed % lifeChance),
    previousIncarnation: incarnation,
    hasBegun: false,
  };
}

function openJournal(
  options: ReplicaOptions,
  { storage, log, counters }: Ports,
  stateFile: StateFile,
  { mayBeTorn, newest, known }: FoundFolder,
): Journal {
  const { clusterId, replicaId, segmentBytes } = options;
  // The boot is noted only once a journal was open: from then on there must be one.
  const mustExist = stateFile.state.bootId !== '';
  const wanted = {
    clusterId,
    replicaId,
    segmentBytes,
    mayBeTorn,
    mustExist,
    startAfter: positionOf(newest),
    instance: known.instance,
  };
  let { journal, report } = Journal.open(storage, wanted);
  if (journal === undefined && report.damage !== undefined) {
    const { segment, offset, index, reason } = report.damage;
    log.warn(
      `the journal is damaged: ${segment}, byte ${offset}, frame ${index}: ${reason}; it is repaired from the peers`,
    );
    counters.add(counter.damagedRecords, 1);
    // Durable first: once the journal is cut, nothing in it tells that something is missing.
    if (!stateFile.save({ ...stateFile.state, recovering: true })) {
      throw new ReplicaFault(stateFileFault);
    }
    ({ journal, report } = Journal.open(storage, { ...wanted, cutDamage: true }));
  }
  if (journal === undefined) throw new ReplicaFault(report.refusal ?? 'The journal cannot be opened.');
  noteReport(report, journal, log);
  return journal;
}

function noteReport({ cutTail, frames }: RecoveryReport, journal: Journal, log: Ports['log']): void {
  const { firstIndex, lastIndex } = journal;
  if (cutTail !== undefined) {
    log.info('a torn tail of the journal was cut: it had not been flushed', { index: cutTail.index });
  }
  log.info('journal opened', { frames, firstIndex, lastIndex });
}

function positionOf(snapshot: SnapshotFile | undefined): LogPosition {
  if (snapshot === undefined) return logStart;
  const { index, term, seq, timeUs } = snapshot;
  return { index, term, nextSeq: seq + 1, timeUs };
}

/** The configuration at the snapshot. Before the first frame of the log there are no members. */
function configurationOf(snapshot: SnapshotFile | undefined): Configuration {
  const bytes = snapshot?.configuration;
  return (bytes === undefined ? undefined : readConfiguration(bytes, 0, bytes.length)) ?? noMembers;
}

/** The journal may begin before the snapshot; a change up to there is part of the snapshot's configuration. */
export function configurationChanges(
  journal: Journal,
  snapshotIndex: number,
): { index: number; configuration: Configuration }[] {
  const changes: { index: number; configuration: Configuration }[] = [];
  forEachOfKind(journal, snapshotIndex, FrameKind.configuration, (index) => {
    const { foundBytes, foundAt, foundLength } = journal;
    const configuration = readConfiguration(foundBytes, foundAt + frameHeaderBytes, foundAt + foundLength);
    if (configuration !== undefined) changes.push({ index, configuration });
  });
  return changes;
}

/**
 * The voided commands are known before the first frame is applied; those before the snapshot too, for a member that is
 * behind gets these frames of this replica, and must know that a void is to come.
 */
function voidsIn(journal: Journal): { index: number; seq: number }[] {
  const voids: { index: number; seq: number }[] = [];
  forEachOfKind(journal, 0, FrameKind.voided, (index) => {
    voids.push({ index, seq: voidedIn(journal.foundView, journal.foundAt) });
  });
  return voids;
}

/** Finds each frame of a kind that is in the journal behind the snapshot, in order. */
function forEachOfKind(
  journal: Journal,
  snapshotIndex: number,
  kind: FrameKind,
  take: (index: number) => void,
): void {
  for (let index = Math.max(journal.firstIndex, snapshotIndex + 1); index <= journal.lastIndex; index++) {
    journal.locate(index);
    if (journal.foundView.getUint32(journal.foundAt + frameAt.kind, true) === kind) take(index);
  }
}
