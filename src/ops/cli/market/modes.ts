/**
 * `lockstep mode` and `lockstep kill`: what the exchange, an instrument or an account takes. They go to the leader by a
 * session of their own, past all gateways, and end once the command is committed.
 */

import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { Client, ModeName, ModeRow, Outcome, SetMode } from '../../../client/index.ts';
import { LockstepError } from '../../../client/index.ts';
import { namesOf } from '../../../protocol/layout.ts';
import { modeReasonBytes } from '../../../protocol/limits.ts';
import { Mode } from '../../../protocol/mode-commands.ts';
import { isTextValue, LINE_LEAST } from '../../../protocol/texts.ts';
import { u32Max } from '../../../std/integers.ts';
import { connectToExchange } from '../../clients/exchange-client.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const usualTimes = { connectTimeoutMs: 5_000, commandTimeoutMs: 15_000 };
/** Before a leader with more orders than it takes a session and a command may wait for seconds. */
const urgentTimes = { connectTimeoutMs: 60_000, commandTimeoutMs: 60_000 };
const msPerSecond = 1_000;
const daySeconds = 86_400;

interface ModeOptions extends CommonOptions {
  readonly json?: boolean;
  readonly instrument?: number;
  readonly account?: number;
  readonly reason?: string;
  readonly openAfter?: number;
}

/** Modes as an operator writes them, such as `cancel-only`. */
const modeWords = new Map(namesOf(Mode).map((name) => [wordOf(name), name]));

export function registerMode(program: Command, terminal: Terminal): void {
  const id = wholeNumber(1, u32Max);
  addJsonOption(
    addCommand(program, 'mode', 'show what the exchange takes, or set it: for all, or for one thing'),
  )
    .addArgument(new Argument('[mode]', 'what it takes from now on').choices([...modeWords.keys()]))
    .option('--instrument <id>', 'of this instrument', id)
    .option('--account <id>', 'of this account', id)
    .option('--reason <text>', 'why: members see it in refusals, on the stream and in the status', reasonText)
    .option('--open-after <seconds>', 'it opens by itself after so long', wholeNumber(1, daySeconds))
    .action(async (word: string | undefined, options: ModeOptions) => {
      if (options.instrument !== undefined && options.account !== undefined)
        throw usageFailure('Name --instrument or --account, not both.');
      if (word === undefined) {
        if (options.reason !== undefined || options.openAfter !== undefined)
          throw usageFailure(
            '--reason and --open-after go with the mode that is to be set, such as "lockstep mode halted --reason TEXT".',
          );
        return show(options, terminal);
      }
      const mode = modeWords.get(word)!;
      if (mode === 'open' && options.openAfter !== undefined)
        throw usageFailure('--open-after says when another mode ends: leave it out with "open".');
      return set(mode, options, terminal);
    });
}

export function registerKill(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'kill', 'stop an account at once and cancel all its open orders'))
    .argument('<account>', 'its number', wholeNumber(1, u32Max))
    .option('--reason <text>', 'why: the account sees it in refusals', reasonText)
    .action(async (accountId: number, { reason, ...options }: ModeOptions) => {
      const outcome = await ask(options, (client) => client.killAccount({ accountId, reason }), urgentTimes);
      const { seq, count } = requireDone(outcome);
      tell(
        terminal,
        options.json,
        { ok: true, accountId, seq, count },
        `Account ${accountId} is halted from seq ${seq} on, and its ${count} open orders are cancelled. ` +
          `"lockstep mode open --account ${accountId}" opens it again.`,
      );
    });
}

async function set(mode: ModeName, options: ModeOptions, terminal: Terminal): Promise<void> {
  const { instrument: instrumentId, account: accountId, reason, openAfter, json } = options;
  const openAfterMs = openAfter === undefined ? undefined : openAfter * msPerSecond;
  const command: SetMode = { mode, instrumentId, accountId, reason, openAfterMs };
  const { seq } = requireDone(await ask(options, (client) => client.setMode(command)));
  const until = openAfter === undefined ? '' : ` It opens by itself after ${openAfter} s.`;
  const result = { ok: true, mode, seq, ...(openAfterMs === undefined ? {} : { openAfterMs }) };
  tell(terminal, json, result, `From seq ${seq} on ${subjectOf(options)} is ${wordOf(mode)}.${until}`);
}

async function show(options: ModeOptions, terminal: Terminal): Promise<void> {
  const { instrument: instrumentId, account: accountId } = options;
  const modes = await ask(options, (client) => client.modes({ instrumentId, accountId }));
  const isShown = modes.some(
    (row) => row.instrumentId === (instrumentId ?? 0) && row.accountId === (accountId ?? 0),
  );
  if (!isShown) throw new Failure(`There is no ${subjectOf(options)}.`);
  tell(terminal, options.json, { ok: true, modes }, modes.map(lineOf).join('\n'));
}

function lineOf({ scope, instrumentId, accountId, mode, reasonText: reason, opensAtMs }: ModeRow): string {
  const number = scope === 'instrument' ? ` ${instrumentId}` : scope === 'account' ? ` ${accountId}` : '';
  const opens = opensAtMs === 0 ? '' : `, opens at ${new Date(opensAtMs).toISOString()}`;
  return `${scope}${number}: ${wordOf(mode)}${reason === '' ? '' : ` (${reason})`}${opens}`;
}

function subjectOf({ instrument, account }: ModeOptions): string {
  if (instrument !== undefined) return `instrument ${instrument}`;
  return account === undefined ? 'the exchange' : `account ${account}`;
}

/** Asks in a session of its own, which then ends. */
async function ask<T>(
  options: CommonOptions,
  question: (client: Client) => Promise<T>,
  times = usualTimes,
): Promise<T> {
  let client: Client | undefined;
  try {
    client = await connectToExchange(loadRunning(options), { feed: 'own', ...times });
    return await question(client);
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const isUnknown = error.code === 'outcomeUnknown';
    throw new Failure(isUnknown ? `${error.message} See "lockstep mode".` : error.message);
  } finally {
    await client?.close();
  }
}

function requireDone(outcome: Outcome): Outcome {
  if (outcome.ok) return outcome;
  throw new Failure(`The exchange refuses: ${outcome.text}`);
}

function reasonText(text: string): string {
  if (isTextValue(text, modeReasonBytes, LINE_LEAST)) return text;
  throw new InvalidArgumentError(`At most ${modeReasonBytes} characters of printable ASCII.`);
}

/** `cancelOnly` as `cancel-only`. */
function wordOf(name: ModeName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
