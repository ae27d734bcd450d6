/** `lockstep export`: commands and events of a range, from a backup or from the folder of a replica, for audit. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { csvHeading, Exporter, type ExportFormat, exportFormats } from '../../backup/export.ts';
import { LogReplay, ReplayFault } from '../../backup/replay.ts';
import { restore } from '../../backup/restore.ts';
import { JournalSource, type SourcePosition } from '../../backup/source.ts';
import { newestSnapshot } from '../../journal/snapshot-file.ts';
import { StateFile } from '../../journal/state-file.ts';
import { replicaFiles } from '../backup-process/replica-files.ts';
import { statusOfReplica } from '../control-client.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { JournalFolder } from '../journal-folder.ts';
import { addTargetCommand, chainsOf, chooseTarget, type TargetOptions, withBar } from './backup-options.ts';
import { loadRunning, tell } from './command.ts';
import type { Terminal } from './terminal.ts';

interface ExportOptions extends TargetOptions {
  readonly from: number;
  readonly to: number;
  readonly format: ExportFormat;
  readonly folder?: string;
  readonly out?: string;
}

export function registerExport(program: Command, terminal: Terminal): void {
  addTargetCommand(program, 'export', 'write commands and events of a range, for audit')
    .requiredOption('--from <seq>', 'the first command', seqOf)
    .requiredOption('--to <seq>', 'the last command', seqOf)
    .addOption(new Option('--format <format>', 'jsonl or csv').choices(exportFormats).default('jsonl'))
    .option('--folder <folder>', 'the folder of a replica, running or not, such as lockstep-data/replica-1')
    .option('--out <file>', 'the file to write; it must not be there yet (default: the terminal)')
    .action((given: ExportOptions) => exportRange(given, terminal));
}

async function exportRange(options: ExportOptions, terminal: Terminal): Promise<void> {
  const { from, to, format, out, folder, json } = options;
  if (from > to) throw usageFailure(`--from ${from} is behind --to ${to}.`);
  if (json && out === undefined)
    throw usageFailure('--json speaks on the terminal: write the range to a file with --out.');
  const output = outputTo(out, terminal);
  try {
    const exporter = new Exporter({ from, to }, format, output.write);
    if (format === 'csv') output.write(csvHeading);
    if (folder === undefined) await fromBackup(options, exporter, terminal);
    else fromFolder(folder, options, exporter, await committedAt(folder, options, terminal));
    exporter.flush();
    const { commands, events } = exporter;
    if (commands < to - from + 1)
      throw new Failure(`Of ${to - from + 1} commands ${commands} are there: the log ends before seq ${to}.`);
    const text = out === undefined ? '' : `${commands} commands and ${events} events are in ${out}.`;
    tell(terminal, json, { ok: true, from, to, format, commands, events, file: out }, text);
  } finally {
    output.close();
  }
}

async function fromBackup(options: ExportOptions, exporter: Exporter, terminal: Terminal): Promise<void> {
  const { from: first, to } = options;
  const open = await chooseTarget(options);
  const chains = await chainsOf(open);
  const goal = { seq: to, timeUs: Number.POSITIVE_INFINITY };
  await withBar(open, terminal, (from) =>
    restore({ ...from, observer: exporter }, chains, goal, { ...goal, seq: first - 1 }),
  );
}

/** The journal of a replica from its newest snapshot before the range on, or from its beginning. */
function fromFolder(
  folder: string,
  { from, to }: ExportOptions,
  exporter: Exporter,
  commitIndex: number,
): void {
  const files = replicaFiles(folder);
  const source = new JournalSource(files);
  const beginning: SourcePosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };
  let at = beginning;
  let replay = LogReplay.fromNothing(exporter);
  if (source.read(beginning, commitIndex) === 'gone') {
    const { newest } = newestSnapshot(files.storage);
    if (newest === undefined || newest.seq >= from) {
      throw new Failure(
        `${folder} no longer holds what leads to seq ${from}: its log begins ${newest === undefined ? 'later' : `behind seq ${newest.seq}`}. ` +
          'Export it from a backup.',
      );
    }
    const { state } = newest;
    const found = LogReplay.fromSnapshot(
      new Uint8Array(state.buffer, 0, state.byteOffset + state.length),
      exporter,
    );
    if (typeof found === 'string') throw new Failure(`The snapshot of ${folder} cannot be used: ${found}.`);
    replay = found;
    at = { index: newest.index, term: newest.term, nextSeq: newest.seq + 1, timeUs: newest.timeUs, crc: 0 };
  }
  try {
    for (;;) {
      const piece = source.read(at, commitIndex);
      if (typeof piece === 'string') return;
      if (replay.apply(piece.frames, { seq: to, timeUs: Number.POSITIVE_INFINITY })) return;
      at = piece.end;
    }
  } catch (error) {
    if (error instanceof ReplayFault) throw new Failure(`${folder}: ${error.message}.`);
    throw error;
  }
}

/** Up to where the frames of the folder are committed, as its replica says; without it that is not known. */
async function committedAt(folder: string, options: ExportOptions, terminal: Terminal): Promise<number> {
  const opened = StateFile.open(new JournalFolder(folder));
  const replicaId = opened.kind === 'open' ? opened.file.state.replicaId : 0;
  const { configuration } = loadRunning(options);
  const replica = configuration.replicas.find(({ id }) => id === replicaId);
  const answer = replica && (await statusOfReplica(replica, configuration));
  if (answer !== undefined && 'status' in answer) return answer.status.commitIndex;
  terminal.printError(
    `Replica ${replicaId} does not answer, so that it is not known which frames of ${folder} are committed: the last ones ` +
      'may have been taken back by the others.',
  );
  return Number.MAX_SAFE_INTEGER;
}

interface Output {
  write(line: string): void;
  close(): void;
}

function outputTo(path: string | undefined, terminal: Terminal): Output {
  if (path === undefined) return { write: (line) => terminal.print(line), close: () => undefined };
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw usageFailure(`${path} cannot be written: ${messageOf(error)}. An existing file is never replaced.`);
  }
  return { write: (line) => void writeSync(file, `${line}\n`), close: () => closeSync(file) };
}

function seqOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Allowed: the number of a command, from 1.');
}
