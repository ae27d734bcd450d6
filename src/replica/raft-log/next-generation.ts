/**
 * How the next generation of a cluster begins from the log of one replica, and how a folder of an earlier generation is
 * given up. What is to become of the folder is durable in the state file first, and carried out at the next start, also
 * where a crash came in between: the folder is then that of the one generation or of the other, never of both.
 */
import type { Journal } from '../../journal/journal.ts';
import { segmentNumber } from '../../journal/segment.ts';
import {
  parseSnapshot,
  type SnapshotFile,
  snapshotIndices,
  snapshotName,
} from '../../journal/snapshot-file.ts';
import { blankFolder, type ReplicaState, StateFile, stateFileName } from '../../journal/state-file.ts';
import type { Storage } from '../../journal/storage.ts';
import { type Cut, cutTermsMax, type TermStart } from '../../protocol/cut.ts';
import { MemberRole } from '../../protocol/roster.ts';
import { configurationPayload, membersOf, noMembers, withRoster } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { ReplicaFault } from '../fault.ts';
import type { SnapshotPosition } from '../log/replicated-log.ts';

/** What the next generation is, and which members go on in it. */
export interface NextGeneration {
  readonly replicaId: number;
  /** Members that come back blank and are given their votes again. */
  readonly others: readonly number[];
  readonly instance: number;
  readonly epoch: number;
}

/** The place of the snapshot with which it begins: behind the last frame of the journal, with one voter. */
export function firstPosition(
  journal: Journal,
  members: Configuration,
  { replicaId, others, instance, epoch }: NextGeneration,
): SnapshotPosition {
  const index = journal.lastIndex;
  const term = journal.lastTerm;
  const cut: Cut = {
    ...{ epoch, index, term },
    seq: journal.nextSeq - 1,
    timeUs: journal.lastTimeUs,
    terms: termStarts(journal),
  };
  const learners = membersOf(members).filter((id) => id !== replicaId && others.includes(id));
  const roster = members.roster.map((member) =>
    [replicaId, ...learners].includes(member.replicaId)
      ? { ...member, role: MemberRole.voter, replaces: 0 }
      : member,
  );
  const next = withRoster({ ...noMembers, voters: [replicaId], learners, cut }, roster);
  const configuration = configurationPayload(next);
  return { index, term, founders: [replicaId], instance, epoch, configuration };
}

/** Where the newest terms of the journal begin, as far as it is held. */
function termStarts(journal: Journal): TermStart[] {
  const starts: TermStart[] = [];
  for (let index = journal.lastIndex; index >= journal.firstIndex && starts.length < cutTermsMax; index--) {
    const term = journal.termAt(index);
    if (index === journal.firstIndex || journal.termAt(index - 1) !== term) starts.unshift({ term, index });
  }
  return starts;
}

/** The files of the folder that hold its log and what its replica promised. */
export function logFiles(storage: Storage): string[] {
  const snapshots = snapshotIndices(storage).map(snapshotName);
  return storage
    .list()
    .filter(
      (name) => name === stateFileName || segmentNumber(name) !== undefined || snapshots.includes(name),
    );
}

/** Carries out what the state file says is to become of the folder. */
export function replaceFolder(storage: Storage): void {
  const opened = StateFile.open(storage);
  if (opened.kind !== 'open') return;
  const { file } = opened;
  const { nextInstance } = file.state;
  if (nextInstance !== 0 && !file.save(stateAfter(storage, file))) {
    throw new ReplicaFault(
      'The folder cannot be made that of another generation: the disk does not flush. Check the disk, then start again.',
    );
  }
  file.close();
}

/** Removes what does not belong to the folder that is to be; returns its state. */
function stateAfter(storage: Storage, { state, isCopy }: StateFile): ReplicaState {
  const { nextInstance, replicaId, term } = state;
  const isBlank = nextInstance === blankFolder;
  const first = isBlank ? undefined : snapshotOf(storage, nextInstance);
  // The snapshot of the generation was not written: this one goes on.
  if (!isBlank && first === undefined)
    return { ...state, nextInstance: 0, recovering: state.recovering || isCopy };
  for (const index of snapshotIndices(storage))
    if (index !== first?.index) storage.remove(snapshotName(index));
  for (const name of storage.list()) if (segmentNumber(name) !== undefined) storage.remove(name);
  const next = { ...state, nextInstance: 0, votedFor: 0, bootId: '', isClean: true };
  if (first === undefined) return { ...next, term: 0, founders: [], instance: 0, recovering: true };
  const later = Math.max(term, first.term);
  return { ...next, term: later, founders: [replicaId], instance: first.instance, recovering: false };
}

function snapshotOf(storage: Storage, instance: number): SnapshotFile | undefined {
  for (const index of snapshotIndices(storage)) {
    const bytes = storage.read(snapshotName(index));
    const snapshot = bytes === undefined ? undefined : parseSnapshot(bytes);
    if (snapshot?.instance === instance) return snapshot;
  }
  return undefined;
}
