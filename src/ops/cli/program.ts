/** The command line: all commands, and how every one of them ends: an exit code, and one clear paragraph on errors. */
import { Command, CommanderError } from 'commander';
import { ExitCode, Failure, messageOf } from '../failure.ts';
import { version } from '../version.ts';
import { registerCertificates } from './certificates.ts';
import type { Register } from './command.ts';
import { registerConfig } from './config.ts';
import { registerCurl } from './curl.ts';
import { registerDemo } from './demo.ts';
import { registerFailover } from './failover.ts';
import { registerJournal } from './journal.ts';
import { registerKeys } from './keys.ts';
import { registerMembers } from './members.ts';
import { registerRecover, registerSnapshot } from './operator.ts';
import { registerGateway, registerReplica, registerUp } from './processes.ts';
import { registerReplay } from './replay.ts';
import { registerSample } from './sample.ts';
import { registerStatus } from './status.ts';
import type { Terminal } from './terminal.ts';

/** Every command, in the order of the help. A new command adds its line here. */
const registrations: readonly Register[] = [
  registerUp,
  registerReplica,
  registerGateway,
  registerStatus,
  registerMembers,
  registerFailover,
  registerSnapshot,
  registerRecover,
  registerCertificates,
  registerJournal,
  registerKeys,
  registerConfig,
  registerReplay,
  registerSample,
  registerCurl,
  registerDemo,
];

/** All commands, which write what is wrong with a command line to the terminal. */
export function programOn(terminal: Terminal): Command {
  const program = new Command('lockstep')
    .description('A fault-tolerant exchange core: replicated, deterministic, with failover in milliseconds.')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.printError(text.trimEnd()),
    });
  for (const register of registrations) register(program, terminal);
  return program;
}

/** Runs one command line, without the program's name; gives its exit code. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = programOn(terminal);
  const wantsJson = words.includes('--json');
  try {
    await program.parseAsync(words, { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.ok : usage(error, terminal, wantsJson);
    const failure = error instanceof Failure ? error : unexpected(error);
    terminal.printError(failure.message);
    if (wantsJson) terminal.print(JSON.stringify({ ok: false, error: failure.message, ...failure.details }));
    return failure.exitCode;
  }
}

/** Commander has printed what is wrong. */
function usage(error: CommanderError, terminal: Terminal, wantsJson: boolean): ExitCode {
  if (wantsJson) terminal.print(JSON.stringify({ ok: false, error: error.message }));
  return ExitCode.usage;
}

/** A defect of ours: the stack is shown only on request. */
function unexpected(error: unknown): Failure {
  if (process.env['LOCKSTEP_STACK'] && error instanceof Error)
    return new Failure(error.stack ?? error.message);
  return new Failure(`Unexpected: ${messageOf(error)}. Set LOCKSTEP_STACK=1 to see where it happened.`);
}
