/**
 * `lockstep void try`: applies a command on which processes died once more, by the engine of this release, to the state
 * that the folder of a replica has from before it. A process of its own does so, for it may die or hang of it again.
 * What must stay true: nothing is written, and no replica notices.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { everything, LogReplay } from '../../../backup/replay.ts';
import { framesIn } from '../../../journal/inspect.ts';
import { snapshotIndices, snapshotName } from '../../../journal/snapshot-file.ts';
import type { Storage } from '../../../journal/storage.ts';
import { frameHeaderBytes, voidedIn } from '../../../protocol/frames.ts';
import { Failure, messageOf } from '../../failure.ts';
import { commandMsMax } from '../../health/hang-watch.ts';
import { JournalFolder } from '../../supervisor/journal-folder.ts';
import { programFile } from '../../version.ts';
import type { Terminal } from '../terminal.ts';

/** What the process that tries prints once the state before the command is there. */
const readyLine = 'the state before the command is there';
const lookMs = 100;
const linesMax = 1_000;
const nsPerMs = 1e6;

/** What came of it. */
export type Trial =
  /** The lines are what it answers. */
  | { readonly end: 'applied'; readonly answers: readonly string[] }
  | { readonly end: 'exception' | 'signal'; readonly why: string }
  /** It spends more processor time than a command may take. */
  | { readonly end: 'hang' };

/** In a process of its own, which is ended where it hangs. */
export async function tryCommand(seq: number, folder: string): Promise<Trial> {
  const words = ['void', 'try', String(seq), folder, '--here'];
  const child = spawn(process.execPath, [programFile, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  let readyMs: number | undefined;
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line === readyLine) readyMs = spentMs(child.pid!);
  });
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  let hangs = false;
  const timer = setInterval(() => {
    if (readyMs === undefined || hangs || spentMs(child.pid!) - readyMs < commandMsMax) return;
    hangs = true;
    child.kill('SIGKILL');
  }, lookMs);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...ended) => resolve(ended));
    });
    if (hangs) return { end: 'hang' };
    if (readyMs === undefined)
      throw new Failure(
        errors.join('\n') || `The process ended before it came to command ${seq}: ${signal}.`,
      );
    const last = lines.at(-1)!;
    if (last !== readyLine) return JSON.parse(last) as Trial;
    return { end: 'signal', why: signal ?? `it ended with ${code}: ${errors.join(' ')}` };
  } finally {
    clearInterval(timer);
  }
}

/** Of the main thread of a process; 0 where the system does not say. */
function spentMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / nsPerMs;
  } catch {
    return 0;
  }
}

/** In this process, which it may end. */
export function tryHere(seq: number, folder: string, terminal: Terminal): void {
  const storage = new JournalFolder(folder);
  const { replay, view, at, timeUs } = comeTo(seq, storage, folder);
  const { exchange } = replay;
  terminal.print(readyLine);
  const said = (trial: Trial): void => terminal.print(JSON.stringify(trial));
  try {
    exchange.apply(view, at, 1, seq, timeUs);
  } catch (error) {
    return said({ end: 'exception', why: messageOf(error) });
  }
  said({ end: 'applied', answers: exchange.answersBetween(seq - 1, seq, linesMax) });
}

interface Brought {
  readonly replay: LogReplay;
  /** Where the command is. */
  readonly view: DataView;
  readonly at: number;
  readonly timeUs: number;
}

/** The state from before a command, and the command. */
function comeTo(seq: number, storage: Storage, folder: string): Brought {
  const voids = new Set<number>();
  for (const { view, offset } of framesIn(storage)) voids.add(voidedIn(view, offset));
  const replay = stateBefore(seq, storage);
  replay.voids = voids;
  const goal = { ...everything, seq: seq - 1 };
  for (const { view: file, offset, header } of framesIn(storage, replay.position.index + 1)) {
    const { length, firstSeq, count, timeUs } = header;
    const start = file.byteOffset + offset;
    const frame = new Uint8Array(file.buffer.slice(start, start + length));
    replay.apply(frame, goal);
    if (replay.exchange.lastSeq < seq - 1 || seq >= firstSeq + count) continue;
    if (seq < firstSeq) break;
    const view = new DataView(frame.buffer);
    let at = frameHeaderBytes;
    for (let n = firstSeq; n < seq; n++) at += view.getUint16(at, true);
    return { replay, view, at, timeUs };
  }
  throw new Failure(
    `The journal in ${folder} holds command ${seq} no more, or not yet. Name the folder of another replica, or one that ` +
      '"lockstep backup restore" made.',
  );
}

/** By the newest good snapshot from before, or from the beginning of the log. */
function stateBefore(seq: number, storage: Storage): LogReplay {
  for (const index of snapshotIndices(storage)) {
    const bytes = storage.read(snapshotName(index));
    const replay = bytes === undefined ? undefined : LogReplay.fromSnapshot(bytes);
    if (replay instanceof LogReplay && replay.position.seq < seq) return replay;
  }
  const [first] = framesIn(storage, 1, 1);
  if (first !== undefined) return LogReplay.fromNothing();
  throw new Failure(
    `The folder has no state from before command ${seq}: its snapshots are newer, and its journal does not begin with the first ` +
      'frame. Name the folder of another replica.',
  );
}

/** For a person. */
export function trialText(seq: number, release: string, trial: Trial): string {
  const by = `Release ${release}, in a process of its own`;
  const kept = 'Nothing was changed.';
  switch (trial.end) {
    case 'applied':
      return [`${by}, applied command ${seq}. ${kept} What it answers:`, ...trial.answers].join('\n');
    case 'exception':
      return `${by}, ended on command ${seq} by an exception: ${trial.why}. ${kept}`;
    case 'signal':
      return `${by}, died on command ${seq}: ${trial.why}. ${kept}`;
    case 'hang':
      return `${by}, spent ${commandMsMax} ms of processor time on command ${seq} without an end. ${kept}`;
  }
}
