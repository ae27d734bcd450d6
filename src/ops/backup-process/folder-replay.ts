/** The log of a replica's folder, applied again: from its beginning, or from the newest snapshot. */
import { LogReplay, ReplayFault, voidsIn } from '../../backup/replay.ts';
import { lastEpochIn } from '../../backup/seal.ts';
import { JournalSource, type LogPiece, type SourcePosition } from '../../backup/source.ts';
import { newestSnapshot, type SnapshotFile, snapshotName } from '../../journal/snapshot-file.ts';
import { firstEpoch } from '../../protocol/foundation.ts';
import type { Observer } from '../../replica/options.ts';
import { Failure } from '../failure.ts';
import { replicaFiles } from './replica-files.ts';

const beginning: SourcePosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };

interface Start {
  readonly at: SourcePosition;
  readonly snapshot: SnapshotFile | undefined;
}

/** Where the log of the folder can be read from. */
function startOf(folder: string, commitIndex: number): Start | undefined {
  const files = replicaFiles(folder);
  if (new JournalSource(files).read(beginning, commitIndex) !== 'gone')
    return { at: beginning, snapshot: undefined };
  const { newest } = newestSnapshot(files.storage);
  if (newest === undefined) return undefined;
  const { index, term, seq, timeUs } = newest;
  return { at: { index, term, nextSeq: seq + 1, timeUs, crc: 0 }, snapshot: newest };
}

/** The frames of the folder, as far as they can be read. */
export function* piecesOf(folder: string, commitIndex: number): Generator<LogPiece> {
  const start = startOf(folder, commitIndex);
  if (start === undefined) return;
  const source = new JournalSource(replicaFiles(folder));
  let { at } = start;
  for (;;) {
    const piece = source.read(at, commitIndex);
    if (typeof piece === 'string') return;
    yield piece;
    at = piece.end;
  }
}

/** The first command that the folder can apply again: what was before it is in its snapshot alone. */
export function firstSeqOf(folder: string, commitIndex: number): number {
  return startOf(folder, commitIndex)?.at.nextSeq ?? 1;
}

/** The newest epoch in the log of the folder. */
export function epochOf(folder: string, commitIndex: number): number {
  const epochs = [...piecesOf(folder, commitIndex)].map(({ frames }) => lastEpochIn(frames));
  return Math.max(firstEpoch, startOf(folder, commitIndex)?.snapshot?.epoch ?? 0, ...epochs);
}

/** The commands that its frames void, each of them at a place behind the command. */
export function voidsOf(folder: string, commitIndex: number): ReadonlySet<number> {
  const voids = new Set<number>();
  for (const { frames } of piecesOf(folder, commitIndex)) for (const seq of voidsIn(frames)) voids.add(seq);
  return voids;
}

/** Applies the log of the folder up to `to`; the observer sees what comes from `from` on, and some before. */
export function replayFolder(
  folder: string,
  { from, to }: { readonly from: number; readonly to: number },
  observer: Observer,
  commitIndex: number,
): void {
  const snapshot = startOf(folder, commitIndex)?.snapshot;
  const replay =
    snapshot === undefined ? LogReplay.fromNothing(observer) : restored(folder, snapshot, from, observer);
  replay.voids = voidsOf(folder, commitIndex);
  try {
    for (const { frames } of piecesOf(folder, commitIndex))
      if (replay.apply(frames, { seq: to, timeUs: Number.POSITIVE_INFINITY })) return;
  } catch (error) {
    if (error instanceof ReplayFault) throw new Failure(`${folder}: ${error.message}.`);
    throw error;
  }
}

function restored(folder: string, { index, seq }: SnapshotFile, from: number, observer: Observer): LogReplay {
  if (seq >= from) {
    throw new Failure(
      `${folder} no longer holds what leads to seq ${from}: its log begins behind seq ${seq}. Export it from a backup.`,
    );
  }
  const bytes = replicaFiles(folder).storage.read(snapshotName(index));
  const found = LogReplay.fromSnapshot(bytes ?? new Uint8Array(0), observer);
  if (typeof found === 'string') throw new Failure(`The snapshot of ${folder} cannot be used: ${found}.`);
  return found;
}
