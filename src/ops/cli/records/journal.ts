/**
 * `lockstep journal`: what a replica's folder holds, frame by frame, and whether all of it is good. Changes nothing.
 */
import type { Command } from 'commander';
import { frameLines, inspectFolder, inspectionLines, readFrames } from '../../../journal/inspect.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import { JournalFolder } from '../../supervisor/journal-folder.ts';
import { addJsonOption, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface InspectOptions {
  readonly from: number;
  readonly to?: number;
  readonly json?: boolean;
}

/** Which frames there are. */
function rangeOf(folder: JournalFolder): string {
  const used = inspectFolder(folder).segments.filter(({ frames }) => frames > 0);
  if (used.length === 0) return 'the journal holds none';
  return `the journal holds those with index ${used[0]!.firstIndex} to ${used.at(-1)!.lastIndex}`;
}

/** More frames than a person reads; `--to` asks for more. */
const framesShownMax = 1_000;
const index = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export function registerJournal(program: Command, terminal: Terminal): void {
  const journal = program
    .command('journal')
    .description('look into the journal of a replica, running or not');
  addJsonOption(journal.command('inspect <folder>'))
    .description('print frames with their commands')
    .option('--from <index>', 'first frame', index, 1)
    .option('--to <index>', `last frame (default: ${framesShownMax} frames)`, index)
    .action((folder: string, { from, to = from + framesShownMax - 1, json }: InspectOptions) => {
      if (from > to) throw usageFailure(`--from ${from} is behind --to ${to}.`);
      const journalFolder = new JournalFolder(folder);
      let frames = 0;
      for (const frame of readFrames(journalFolder, from, to)) {
        frames++;
        if (json)
          terminal.print(
            JSON.stringify({
              segment: frame.segment,
              offset: frame.offset,
              ...frame.header,
              commands: frame.commands,
            }),
          );
        else terminal.print(frameLines(frame).join('\n'));
      }
      const [next] = readFrames(journalFolder, to + 1, to + 1);
      const behind = next === undefined ? '' : `; more follow: --from ${to + 1}`;
      tell(
        terminal,
        json,
        { ok: true, from, to, frames, more: next !== undefined },
        json ? '' : frames > 0 ? `${frames} frames${behind}` : `${frames} frames: ${rangeOf(journalFolder)}`,
      );
    });
  addJsonOption(journal.command('verify <folder>'))
    .description('check every frame, snapshot and the state file against their checksums')
    .action((folder: string, { json }: Pick<InspectOptions, 'json'>) => {
      const inspection = inspectFolder(new JournalFolder(folder));
      const { problems } = inspection;
      for (const line of inspectionLines(inspection)) terminal.print(line);
      if (problems.length > 0) {
        const text =
          `${folder} has ${problems.length} problems. A torn last frame of a running or killed replica is normal; anything else ` +
          'is repaired from the other replicas when this one starts.';
        throw new Failure(text, ExitCode.failed, { problems });
      }
      tell(terminal, json, { ok: true, ...inspection }, '');
    });
}
