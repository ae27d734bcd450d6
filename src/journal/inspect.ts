/**
 * Looks at a replica's folder without changing it: every frame with its commands, and a verdict on every file. It
 * believes nothing that a checksum does not prove, and goes on behind what is bad.
 */

import { DecodeCode } from '../protocol/codes.ts';
import { commands, OrderType, SelfMatch, Side, TimeInForce } from '../protocol/commands.ts';
import { type FrameHeader, FrameKind, frameHeaderBytes, readFrameHeader } from '../protocol/frames.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { nameOfNumber } from '../std/number-names.ts';
import { countFramesFrom, scanSegment } from './scan.ts';
import { isSame, type LogPosition, readSegmentHeader, Segment, segmentNumber } from './segment.ts';
import { readSnapshot, snapshotIndices, snapshotName } from './snapshot-file.ts';
import { type ReplicaState, StateFile } from './state-file.ts';
import type { Storage } from './storage.ts';

/** A frame as it is in a file. */
export interface InspectedFrame {
  readonly segment: string;
  readonly offset: number;
  readonly header: FrameHeader;
  /** One line for each command, in the order of their sequence numbers. */
  readonly commands: readonly string[];
}

/** What is wrong, and where. */
export interface JournalProblem {
  readonly file: string;
  /** Bytes from the start of the file; 0 where the whole file is meant. */
  readonly offset: number;
  readonly reason: string;
}

/** One segment file. */
export interface InspectedSegment {
  readonly name: string;
  /** Bytes that the file was created with. */
  readonly bytes: number;
  /** False for a file that is prepared and holds no frame yet. */
  readonly isUsed: boolean;
  readonly clusterId: number;
  readonly replicaId: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly frames: number;
  readonly commands: number;
  /** Offset behind the last good frame. */
  readonly end: number;
  /** Everything up to this index was flushed when this file was written last. */
  readonly watermark: number;
}

/** The verdict on a folder. */
export interface Inspection {
  readonly segments: readonly InspectedSegment[];
  readonly frames: number;
  readonly commands: number;
  readonly snapshots: readonly { readonly name: string; readonly bytes: number; readonly index: number }[];
  readonly state: ReplicaState | undefined;
  /** Empty: everything that is there is good. */
  readonly problems: readonly JournalProblem[];
}

/** All good frames with an index from `from` to `to`, both included, in the order of the files. */
export function* readFrames(
  storage: Storage,
  from = 1,
  to = Number.MAX_SAFE_INTEGER,
): Generator<InspectedFrame> {
  for (const { segment, view, offset, header } of framesIn(storage, from, to))
    yield { segment, offset, header, commands: commandLines(view, offset, header) };
}

/** A frame in the file that holds it. */
export interface FrameInFile {
  readonly segment: string;
  /** Of the whole file; good until the next frame is asked for. */
  readonly view: DataView;
  readonly offset: number;
  readonly header: FrameHeader;
}

/** The same frames, as bytes. */
export function* framesIn(storage: Storage, from = 1, to = Number.MAX_SAFE_INTEGER): Generator<FrameInFile> {
  for (const name of segmentNames(storage)) {
    const { segment, found } = openSegment(storage, name);
    if (segment === undefined) continue;
    scanSegment(segment, found.bytes);
    const last = Math.min(to, segment.lastIndex);
    for (let index = Math.max(from, segment.firstIndex); index <= last; index++) {
      const offset = segment.offsetOf(index);
      const { view } = segment;
      yield { segment: name, view, offset, header: readFrameHeader(view, offset) };
    }
    storage.closeRegion(segment.region);
  }
}

/** Of frames that carry no commands. */
const frameWords: Readonly<Record<number, string>> = {
  [FrameKind.configuration]: 'configuration',
  [FrameKind.instance]: 'instance of the cluster',
  [FrameKind.voided]: 'void of a command',
};

/** A frame and its commands as lines for a person. */
export function frameLines({ segment, offset, header, commands: lines }: InspectedFrame): string[] {
  const { index, term, count, firstSeq, timeUs, length, kind } = header;
  const what = frameWords[kind] ?? `${count} commands from seq ${firstSeq}`;
  const head = `frame ${index} term ${term} time ${timeUs} us, ${length} bytes at ${segment}:${offset}, ${what}`;
  return [head, ...lines.map((line, n) => `  seq ${firstSeq + n} ${line}`)];
}

/** One command of a frame in words, and its bytes; undefined where it is not in it. */
export function describeCommand(frame: Uint8Array, seq: number): string | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const { firstSeq, count, length } = readFrameHeader(view, 0);
  if (seq < firstSeq || seq >= firstSeq + count) return undefined;
  let at = frameHeaderBytes;
  for (let n = firstSeq; n < seq; n++) at += view.getUint16(at, true);
  const bytes = frame.subarray(at, Math.min(at + view.getUint16(at, true), length));
  return `seq ${seq} ${commandLine(view, at, length) ?? 'a malformed command'}\n${hexOf(bytes)}`;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A command in words; undefined where it is malformed. */
function commandLine(view: DataView, at: number, end: number): string | undefined {
  const code = commands.check(view, at, end - at);
  const layout = commands.of(view.getUint8(at + TYPE_AT));
  if (code !== DecodeCode.ok || layout === undefined) return undefined;
  const values = { ...layout.read(view, at), ...layout.readOptional(view, at) };
  const fields = Object.entries(values).filter(([name]) => !name.startsWith('reserved'));
  return `${layout.name} ${fields.map(([name, value]) => `${name}=${inWords(name, value)}`).join(' ')}`;
}

function commandLines(view: DataView, offset: number, header: FrameHeader): string[] {
  const lines: string[] = [];
  if (header.kind !== FrameKind.commands) return lines;
  const end = offset + header.length;
  for (let at = offset + frameHeaderBytes; at < end; at += view.getUint16(at, true)) {
    const line = commandLine(view, at, end);
    lines.push(line ?? `malformed command at offset ${at}`);
    if (line === undefined) break;
  }
  return lines;
}

/** Fields that are numbers on the wire and words for a person. */
const wordsByField: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  side: { both: 0, ...Side },
  orderType: OrderType,
  timeInForce: TimeInForce,
  selfMatch: SelfMatch,
  cancelOnDisconnect: { no: 0, yes: 1 },
};

function inWords(field: string, value: unknown): string {
  return nameOfNumber(wordsByField[field] ?? {}, value) ?? String(value);
}

/** How many commands the good frame at `offset` holds; a text where its header gives another number. */
function countCommands(view: DataView, offset: number, header: FrameHeader): number | string {
  if (header.kind !== FrameKind.commands)
    return header.count === 0 ? 0 : 'a frame without commands counts some';
  const end = offset + header.length;
  let count = 0;
  for (let at = offset + frameHeaderBytes; at < end; at += view.getUint16(at, true)) {
    if (commands.check(view, at, end - at) !== DecodeCode.ok) return `command ${count + 1} is malformed`;
    count += 1;
  }
  return count === header.count ? count : `${count} commands stand where the header says ${header.count}`;
}

/** Checks every segment, snapshot and the state file. */
export function inspectFolder(storage: Storage): Inspection {
  const problems: JournalProblem[] = [];
  const segments: InspectedSegment[] = [];
  let before: LogPosition | undefined;
  let watermark = 0;
  for (const name of segmentNames(storage)) {
    const { segment, found } = openSegment(storage, name, problems);
    segments.push(found);
    watermark = Math.max(watermark, found.watermark);
    if (segment === undefined) continue;
    if (before !== undefined && !isSame(before, segment.start)) {
      const reason = `it begins behind index ${segment.start.index}, the file before ends at ${before.index}`;
      problems.push({ file: name, offset: 0, reason });
    }
    segments[segments.length - 1] = { ...found, ...inspectSegment(segment, found.bytes, problems) };
    before = segment.position();
    storage.closeRegion(segment.region);
  }
  if (before !== undefined && before.index < watermark) {
    const reason = `frames up to index ${watermark} were flushed, the last good one is ${before.index}`;
    problems.push({ file: segments.findLast(({ isUsed }) => isUsed)?.name ?? '', offset: 0, reason });
  }
  return {
    segments,
    frames: segments.reduce((sum, { frames }) => sum + frames, 0),
    commands: segments.reduce((sum, found) => sum + found.commands, 0),
    snapshots: inspectSnapshots(storage, problems),
    state: inspectState(storage, problems),
    problems,
  };
}

/** The verdict as lines for a person. */
export function inspectionLines(inspection: Inspection): string[] {
  const { segments, snapshots, state, problems, frames } = inspection;
  const lines = segments.map((found) =>
    found.isUsed
      ? `${found.name}: frames ${found.firstIndex} to ${found.lastIndex}, ${found.commands} commands, ` +
        `${found.end} of ${found.bytes} bytes used, flushed up to ${found.watermark} or more`
      : `${found.name}: prepared, holds no frame`,
  );
  for (const { name, bytes, index } of snapshots)
    lines.push(`${name}: state at index ${index}, ${bytes} bytes`);
  if (state !== undefined) {
    lines.push(
      `state: replica ${state.replicaId} of cluster ${state.clusterId}, term ${state.term}, voted for ` +
        `${state.votedFor === 0 ? 'none' : state.votedFor}, ${state.recovering ? 'recovering' : 'voting'}, ` +
        `last run in ${state.durability} mode ${state.isClean ? 'ended cleanly' : 'has not ended cleanly: it runs, or was killed'}`,
    );
  }
  for (const { file, offset, reason } of problems) lines.push(`PROBLEM ${file} at ${offset}: ${reason}`);
  const verdict = problems.length === 0 ? 'everything is good' : `${problems.length} problems`;
  lines.push(`${frames} frames, ${inspection.commands} commands: ${verdict}`);
  return lines;
}

function segmentNames(storage: Storage): string[] {
  return storage
    .list()
    .filter((name) => segmentNumber(name) !== undefined)
    .sort();
}

/** Maps a segment; `segment` is there when its frames can be read. */
function openSegment(
  storage: Storage,
  name: string,
  problems: JournalProblem[] = [],
): { readonly segment?: Segment; readonly found: InspectedSegment } {
  const region = storage.openRegion(name);
  const nothing = { clusterId: 0, replicaId: 0, firstIndex: 0, lastIndex: 0, frames: 0, commands: 0, end: 0 };
  const found = { name, bytes: region?.bytes.length ?? 0, isUsed: true, ...nothing, watermark: 0 };
  if (region === undefined) {
    problems.push({ file: name, offset: 0, reason: 'it cannot be mapped' });
    return { found };
  }
  const number = segmentNumber(name) ?? 0;
  const header = readSegmentHeader(region, number);
  if (header.kind === 'used') {
    const { owner, watermark, start, segmentBytes: bytes } = header;
    return { segment: new Segment(number, region, start), found: { ...found, ...owner, bytes, watermark } };
  }
  storage.closeRegion(region);
  if (header.kind === 'unused') return { found: { ...found, isUsed: false } };
  const reason = header.kind === 'bad' ? header.reason : 'it was written by a release with another format';
  problems.push({ file: name, offset: 0, reason });
  return { found };
}

function inspectSegment(
  segment: Segment,
  segmentBytes: number,
  problems: JournalProblem[],
): Pick<InspectedSegment, 'firstIndex' | 'lastIndex' | 'frames' | 'commands' | 'end'> {
  const file = segment.name;
  const reason = scanSegment(segment, segmentBytes);
  let count = 0;
  for (let index = segment.firstIndex; index <= segment.lastIndex; index++) {
    const offset = segment.offsetOf(index);
    const inFrame = countCommands(segment.view, offset, readFrameHeader(segment.view, offset));
    if (typeof inFrame === 'number') count += inFrame;
    else problems.push({ file, offset, reason: `frame ${index}: ${inFrame}` });
  }
  const { firstIndex, lastIndex, end } = segment;
  if (reason !== undefined) {
    const behind = countFramesFrom(segment.bytes, segment.view, end, lastIndex);
    const more = behind > 0 ? `; ${behind} good frames stand behind it` : '';
    problems.push({ file, offset: end, reason: `frame ${lastIndex + 1}: ${reason}${more}` });
  }
  return { firstIndex, lastIndex, frames: segment.count, commands: count, end };
}

function inspectSnapshots(storage: Storage, problems: JournalProblem[]): Inspection['snapshots'] {
  const good: { name: string; bytes: number; index: number }[] = [];
  for (const index of snapshotIndices(storage)) {
    const name = snapshotName(index);
    const bytes = storage.read(name) ?? new Uint8Array(0);
    const parsed = readSnapshot(bytes);
    if (typeof parsed === 'string') problems.push({ file: name, offset: 0, reason: parsed });
    else if (parsed.index !== index)
      problems.push({ file: name, offset: 0, reason: `it is the snapshot at index ${parsed.index}` });
    else good.push({ name, bytes: bytes.length, index });
  }
  return good;
}

function inspectState(storage: Storage, problems: JournalProblem[]): ReplicaState | undefined {
  const opened = StateFile.open(storage);
  if (opened.kind === 'none') return undefined;
  if (opened.kind !== 'open') {
    problems.push({ file: 'state', offset: 0, reason: opened.reason });
    return undefined;
  }
  const { repairedSlot, state } = opened.file;
  if (repairedSlot !== undefined) {
    problems.push({ file: 'state', offset: 0, reason: `one of two copies: ${repairedSlot}` });
  }
  opened.file.close();
  return state;
}
