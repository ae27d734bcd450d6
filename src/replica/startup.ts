/**
 * What a replica finds on its disk at the start, and what it may therefore do. Three findings make it `recovering`, so
 * that it neither votes nor counts until a leader has granted its return: a blank folder in a living cluster (its votes
 * are forgotten), an unclean boot in `memory` mode (frames it acknowledged may be lost), and a damaged journal or state
 * file (frames or votes are missing).
 */
import { Engine, type EngineOptions } from '../engine/engine.ts';
import { Journal, type LogPosition, logStart } from '../journal/journal.ts';
import type { RecoveryReport } from '../journal/recovery.ts';
import { newestSnapshot, type SnapshotFile } from '../journal/snapshot-file.ts';
import { type ReplicaState, StateFile } from '../journal/state-file.ts';
import { FrameKind, frameAt, frameHeaderBytes } from '../protocol/frames.ts';
import { readConfiguration } from '../raft/configuration.ts';
import type { Configuration } from '../raft/types.ts';
import { counter } from './counters.ts';
import { ReplicaFault } from './fault.ts';
import type { ReplicaOptions } from './options.ts';
import type { Ports } from './ports.ts';

const stateFileFault =
  'The state file cannot be written. Check the disk and its free space, then start again.';

/** Everything that a replica starts with. */
export interface Started {
  readonly stateFile: StateFile;
  readonly journal: Journal;
  readonly engine: Engine;
  /** Index of the snapshot that the engine was restored from; 0 is none. */
  readonly snapshotIndex: number;
  /** The configuration at the snapshot. */
  readonly configuration: Configuration;
  /** Changes of it that stand in the journal behind the snapshot, in order. */
  readonly changes: readonly { readonly index: number; readonly configuration: Configuration }[];
}

/** Recovers; throws ReplicaFault with what to do when the disk cannot be used. */
export function startReplica(options: ReplicaOptions, ports: Ports): Started {
  const { storage, log } = ports;
  const found = findState(options, ports);
  const { newest, bad } = newestSnapshot(storage);
  for (const { name, reason } of bad) log.warn(`snapshot ${name} is damaged and not used: ${reason}`);
  const engine = newest === undefined ? new Engine(engineOptions(options)) : restoreEngine(newest, options);
  const stateFile = openStateFile(options, ports, found, bad.length > 0 && newest === undefined);
  const journal = openJournal(options, ports, stateFile, found.mayBeTorn, newest);
  // The log has a later term only where the state was lost. Kept, it does not fall back where the log is lost next.
  const { term, votedFor } = stateFile.state;
  const logTerm = journal.termAt(journal.lastIndex);
  // Without this a later crash would pass for a clean end, and what it lost for never written.
  const running = {
    ...stateFile.state,
    ...(logTerm > term ? { term: logTerm, votedFor: 0 } : { term, votedFor }),
    bootId: storage.bootId,
    isClean: false,
    durability: options.durability,
  };
  if (!stateFile.save(running)) throw new ReplicaFault(stateFileFault);
  if (stateFile.state.recovering) {
    log.warn(
      'this replica is recovering: it stores and applies, but votes only once the leader has let it return',
    );
  }
  return {
    stateFile,
    journal,
    engine,
    snapshotIndex: newest?.index ?? 0,
    configuration: configurationOf(options, newest),
    changes: configurationChanges(journal, newest?.index ?? 0),
  };
}

interface FoundState {
  readonly file: StateFile | undefined;
  /** Why this replica may have lost what it promised; undefined where it cannot have. */
  readonly lossReason: string | undefined;
  readonly mayBeTorn: boolean;
}

function findState(options: ReplicaOptions, { storage }: Ports): FoundState {
  const opened = StateFile.open(storage);
  switch (opened.kind) {
    case 'refused':
      throw new ReplicaFault(opened.reason);
    case 'damaged':
      return { file: undefined, lossReason: opened.reason, mayBeTorn: true };
    case 'none': {
      const lossReason = options.bootstrap
        ? undefined
        : 'its folder is blank, so what it voted for is not known';
      return { file: undefined, lossReason, mayBeTorn: true };
    }
    case 'open': {
      const { state } = opened.file;
      if (state.clusterId !== options.clusterId || state.replicaId !== options.replicaId) {
        throw new ReplicaFault(
          `The folder belongs to replica ${state.replicaId} of cluster ${state.clusterId}, not to replica ` +
            `${options.replicaId} of cluster ${options.clusterId}. Check dataFolder, clusterId and replicas.`,
        );
      }
      const mayBeTorn = state.bootId !== storage.bootId && !state.isClean;
      const lossReason =
        mayBeTorn && state.durability === 'memory'
          ? 'the machine went down without a clean end in `memory` mode, so frames it acknowledged may be lost'
          : undefined;
      return { file: opened.file, lossReason, mayBeTorn };
    }
  }
}

/** The state file, with this start's incarnation, and `recovering` set where something may be lost. */
function openStateFile(
  options: ReplicaOptions,
  ports: Ports,
  found: FoundState,
  snapshotsLost: boolean,
): StateFile {
  const { storage, clock, log } = ports;
  const before: ReplicaState = found.file?.state ?? {
    clusterId: options.clusterId,
    replicaId: options.replicaId,
    term: 0,
    votedFor: 0,
    recovering: false,
    incarnation: 0,
    bootId: '',
    isClean: false,
    durability: options.durability,
  };
  const lossReason = found.lossReason ?? (snapshotsLost ? 'no snapshot can be read' : undefined);
  if (lossReason !== undefined) log.warn(`this replica may have lost something: ${lossReason}`);
  // A replica that lost its disk must still come back with a higher number than before: the time gives one, and where
  // the clock was set back, the others tell.
  const incarnation = Math.max(before.incarnation + 1, Math.floor(clock.wallUs()));
  const recovering = before.recovering || lossReason !== undefined;
  const state = { ...before, incarnation, recovering };
  const file = found.file ?? StateFile.create(storage, state);
  if (file === undefined || !file.save(state)) {
    throw new ReplicaFault(stateFileFault);
  }
  return file;
}

function openJournal(
  options: ReplicaOptions,
  { storage, log, counters }: Ports,
  stateFile: StateFile,
  mayBeTorn: boolean,
  snapshot: SnapshotFile | undefined,
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
    startAfter: positionOf(snapshot),
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

/** How the engines of a replica are made. */
export function engineOptions({ reservesOrders, looksAheadFrom }: ReplicaOptions): EngineOptions {
  return { reserved: reservesOrders, ...(looksAheadFrom === undefined ? {} : { looksAheadFrom }) };
}

function restoreEngine(snapshot: SnapshotFile, options: ReplicaOptions): Engine {
  const engine = Engine.restore(snapshot.state, engineOptions(options));
  if (engine === undefined) {
    throw new ReplicaFault(
      `The snapshot at index ${snapshot.index} is of another release. Start that release, or remove the folder.`,
    );
  }
  if (engine.stateHash() !== snapshot.stateHash) {
    throw new ReplicaFault(
      `The state of the snapshot at index ${snapshot.index} is not the one that was saved, though its bytes are. ` +
        'Start the release that wrote it, or remove the folder.',
    );
  }
  return engine;
}

function configurationOf(options: ReplicaOptions, snapshot: SnapshotFile | undefined): Configuration {
  const bytes = snapshot?.configuration;
  const stored = bytes === undefined ? undefined : readConfiguration(bytes, 0, bytes.length);
  if (stored !== undefined) return stored;
  const voters = [...options.voters].sort((a, b) => a - b);
  return { voters, outgoing: [], learners: [], learnersNext: [] };
}

/** The journal may begin before the snapshot; a change up to there is part of the snapshot's configuration. */
function configurationChanges(
  journal: Journal,
  snapshotIndex: number,
): { index: number; configuration: Configuration }[] {
  const changes: { index: number; configuration: Configuration }[] = [];
  for (let index = Math.max(journal.firstIndex, snapshotIndex + 1); index <= journal.lastIndex; index++) {
    journal.locate(index);
    const { foundBytes, foundView, foundAt, foundLength } = journal;
    if (foundView.getUint32(foundAt + frameAt.kind, true) !== FrameKind.configuration) continue;
    const configuration = readConfiguration(foundBytes, foundAt + frameHeaderBytes, foundAt + foundLength);
    if (configuration !== undefined) changes.push({ index, configuration });
  }
  return changes;
}
