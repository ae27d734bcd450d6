/** `lockstep export`: commands and events of a range, from a backup or from the folder of a replica, for audit. */
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { csvHeading, Exporter, type ExportFormat, exportFormats } from '../../../backup/export.ts';
import { restore } from '../../../backup/restore.ts';
import { StateFile } from '../../../journal/state-file.ts';
import { replayFolder } from '../../backup-process/folder-replay.ts';
import { statusOfReplica } from '../../clients/control-client.ts';
import { Failure, messageOf, usageFailure } from '../../failure.ts';
import { JournalFolder } from '../../supervisor/journal-folder.ts';
import { loadRunning, tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { addTargetCommand, chainsOf, chooseTarget, type TargetOptions, withBar } from './backup-options.ts';

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
    .addOption(
      new Option(
        '--folder <folder>',
        'the folder of a replica, running or not, such as lockstep-data/replica-1',
      ).conflicts(['target', 'backupFolder', 'keyFile', 'clusterId']),
    )
    .option('--out <file>', 'the file to write; it must not be there yet (default: the terminal)')
    .action((given: ExportOptions) => exportRange(given, terminal));
}

async function exportRange(options: ExportOptions, terminal: Terminal): Promise<void> {
  const { from, to, format, out, folder, json } = options;
  if (from > to) throw usageFailure(`--from ${from} is behind --to ${to}.`);
  if (json && out === undefined)
    throw usageFailure('--json speaks on the terminal: write the range to a file with --out.');
  const output = outputTo(out, terminal);
  let isWhole = false;
  try {
    const exporter = new Exporter({ from, to }, format, headed(output.write, format));
    if (folder === undefined) await fromBackup(options, exporter, terminal);
    else replayFolder(folder, { from, to }, exporter, await committedAt(folder, options, terminal));
    exporter.flush();
    const { commands, events } = exporter;
    if (commands < to - from + 1)
      throw new Failure(`Of ${to - from + 1} commands ${commands} are there: the log ends before seq ${to}.`);
    isWhole = true;
    const text = out === undefined ? '' : `${commands} commands and ${events} events are in ${out}.`;
    tell(terminal, json, { ok: true, from, to, format, commands, events, file: out }, text);
  } finally {
    output.close(isWhole);
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

/** The heading comes with the first row, so that a refusal has none. */
function headed(write: (line: string) => void, format: ExportFormat): (line: string) => void {
  let isDue = format === 'csv';
  return (line) => {
    if (isDue) write(csvHeading);
    isDue = false;
    write(line);
  };
}

interface LineOutput {
  write(line: string): void;
  /** A file that is not whole is removed, so that the command can be given again. */
  close(isWhole: boolean): void;
}

function outputTo(path: string | undefined, terminal: Terminal): LineOutput {
  if (path === undefined) return { write: (line) => terminal.print(line), close: () => undefined };
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw usageFailure(`${path} cannot be written: ${messageOf(error)}. An existing file is never replaced.`);
  }
  return {
    // Writes all of it, or throws: `writeSync` stops early on a disk that runs full.
    write: (line) => writeFileSync(file, `${line}\n`),
    close: (isWhole) => {
      closeSync(file);
      if (!isWhole) rmSync(path, { force: true });
    },
  };
}

function seqOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Allowed: the number of a command, from 1.');
}
