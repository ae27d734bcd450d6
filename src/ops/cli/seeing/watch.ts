/** `lockstep watch`: keeps a canary, as a gateway does, on a machine of its own; and makes what canaries need. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CanaryReport } from '../../../gateway/canary/report.ts';
import { canaryFaults } from '../../../gateway/canary/report.ts';
import { canaryInstrument, canaryMaker, canaryTaker, watchersMax } from '../../../protocol/canary.ts';
import type { Loaded } from '../../configuration/load.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import { addCommand, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

interface WatchCommandOptions extends CommonOptions {
  readonly watcher?: number;
  readonly rounds?: number;
  readonly found?: readonly number[];
  readonly json?: boolean;
}

export function registerWatch(program: Command, terminal: Terminal): void {
  addCommand(
    program,
    'watch',
    'try the exchange with orders every second, and report the findings to its replicas',
  )
    .option(
      '--watcher <number>',
      'its number, which no other has (key canary.watcher)',
      wholeNumber(1, watchersMax),
    )
    .option(
      '--rounds <count>',
      'end after so many rounds, with an error where one found a fault',
      wholeNumber(1, 1_000_000),
    )
    .option('--found <numbers...>', 'make what watchers with these numbers need, and end', collectNumbers)
    .option('--json', 'print each round as one JSON object')
    .action(async (options: WatchCommandOptions) => {
      const loaded = loadRunning(options);
      if (options.found !== undefined) await found(loaded, options.found, options, terminal);
      else await watch(loaded, options, terminal);
    });
}

function collectNumbers(text: string, before: readonly number[] = []): readonly number[] {
  const value = wholeNumber(1, watchersMax)(text);
  if (before.includes(value)) throw new InvalidArgumentError(`${value} is there twice.`);
  return [...before, value];
}

/** Creates the accounts of the canary and an instrument for each watcher; what is there already stays. */
async function found(
  loaded: Loaded,
  watchers: readonly number[],
  { json }: WatchCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { connectToExchange } = await import('../../clients/exchange-client.ts');
  const client = await connectToExchange(loaded, { feed: 'none' });
  try {
    const outcomes = [
      await client.createAccount({ accountId: canaryMaker, name: 'canary-maker' }),
      await client.createAccount({ accountId: canaryTaker, name: 'canary-taker' }),
    ];
    for (const watcher of watchers)
      outcomes.push(
        await client.createInstrument({
          instrumentId: canaryInstrument(watcher),
          symbol: `CANARY-${watcher}`,
          priceDecimals: 0,
          quantityDecimals: 0,
        }),
      );
    const refused = outcomes.find(({ ok }) => !ok);
    if (refused !== undefined)
      throw new Failure(`What the canary needs could not be made (${refused.code}): ${refused.text}`);
  } finally {
    await client.close();
  }
  const names = watchers.join(', ');
  tell(
    terminal,
    json,
    { ok: true, watchers },
    `The canary of watcher ${names} can begin: key canary, or "lockstep watch".`,
  );
}

async function watch(loaded: Loaded, options: WatchCommandOptions, terminal: Terminal): Promise<void> {
  const { configuration } = loaded;
  const watcher = options.watcher ?? configuration.canary?.watcher;
  if (watcher === undefined)
    throw usageFailure(
      '--watcher is missing: a number from 1 on that no other watcher has (key canary.watcher).',
    );
  const { runWatch } = await import('../../canary/canary-watch.ts');
  let last: string | undefined;
  const onReport = (report: CanaryReport): void => {
    const line = `${report.result}${report.text === '' ? '' : `: ${report.text}`}`;
    if (options.json) terminal.print(JSON.stringify({ atMs: Date.now(), ...report }));
    else if (line !== last) terminal.print(`${new Date().toISOString()} watcher ${watcher}: ${line}`);
    last = line;
  };
  const warn = (text: string): void => terminal.printError(text);
  const report = await runWatch(loaded, { watcher, roundsMax: options.rounds, onReport, warn });
  if (options.rounds === undefined) return;
  const faults = canaryFaults.filter((fault) => report.rounds[fault] > 0);
  if (faults.length > 0)
    throw new Failure(
      `Of ${options.rounds} rounds some found a fault: ${faults.map((fault) => `${report.rounds[fault]} ${fault}`).join(', ')}.`,
      ExitCode.failed,
      { rounds: report.rounds },
    );
}
