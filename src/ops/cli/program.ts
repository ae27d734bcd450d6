/** The command line: all commands, and how every one of them ends: an exit code, and one clear paragraph on errors. */
import { Command, CommanderError } from 'commander';
import { LockstepError } from '../../client/errors.ts';
import { ExitCode, Failure, messageOf, usageFailure } from '../failure.ts';
import { version } from '../version.ts';
import type { Register } from './command.ts';
import type { Terminal } from './terminal.ts';

/**
 * Every command, in the order of the help, and the file that knows it. A process reads the file of its own command
 * alone: a replica that starts again has no time for those of the others.
 */
const registrations: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./processes.ts')).registerUp,
  init: async () => (await import('./setup/init.ts')).registerInit,
  doctor: async () => (await import('./setup/doctor.ts')).registerDoctor,
  replica: async () => (await import('./processes.ts')).registerReplica,
  gateway: async () => (await import('./processes.ts')).registerGateway,
  vip: async () => (await import('./vip.ts')).registerVip,
  dns: async () => (await import('./vip.ts')).registerDns,
  status: async () => (await import('./seeing/status.ts')).registerStatus,
  where: async () => (await import('./seeing/where.ts')).registerWhere,
  availability: async () => (await import('./seeing/availability.ts')).registerAvailability,
  members: async () => (await import('./members/members.ts')).registerMembers,
  failover: async () => (await import('./members/failover.ts')).registerFailover,
  restart: async () => (await import('./members/restart.ts')).registerRestart,
  upgrade: async () => (await import('./members/upgrade.ts')).registerUpgrade,
  snapshot: async () => (await import('./backups/snapshot.ts')).registerSnapshot,
  void: async () => (await import('./records/void.ts')).registerVoid,
  diverged: async () => (await import('./records/diverged.ts')).registerDiverged,
  certificates: async () => (await import('./setup/certificates.ts')).registerCertificates,
  backup: async () => (await import('./backups/backup.ts')).registerBackup,
  site: async () => (await import('./sites/site.ts')).registerSite,
  drill: async () => (await import('./backups/drill.ts')).registerDrill,
  export: async () => (await import('./backups/export.ts')).registerExport,
  journal: async () => (await import('./records/journal.ts')).registerJournal,
  keys: async () => (await import('./market/keys.ts')).registerKeys,
  watch: async () => (await import('./seeing/watch.ts')).registerWatch,
  mode: async () => (await import('./market/modes.ts')).registerMode,
  kill: async () => (await import('./market/modes.ts')).registerKill,
  notify: async () => (await import('./seeing/notify.ts')).registerNotify,
  audit: async () => (await import('./records/audit.ts')).registerAudit,
  config: async () => (await import('./config.ts')).registerConfig,
  replay: async () => (await import('./market/replay.ts')).registerReplay,
  sample: async () => (await import('./market/sample.ts')).registerSample,
  curl: async () => (await import('./market/curl.ts')).registerCurl,
  demo: async () => (await import('./market/demo.ts')).registerDemo,
  manual: async () => {
    const { registerManual } = await import('./manual.ts');
    return (program, terminal) => registerManual(program, terminal, () => programOn(terminal));
  },
};

/** The one argument of which nothing is something: what a request sends. */
const mayBeEmpty = 'body';

/**
 * The command that a command line begins with, or all where it begins with none. What is wrong with the rest is written
 * to the terminal.
 */
export async function programOn(terminal: Terminal, words: readonly string[] = []): Promise<Command> {
  const program = new Command('lockstep')
    .description('A fault-tolerant exchange core: replicated, deterministic, with failover in milliseconds.')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.printError(text.trimEnd()),
    });
  const named = Object.hasOwn(registrations, words[0] ?? '')
    ? [registrations[words[0]!]!]
    : Object.values(registrations);
  for (const register of named) (await register())(program, terminal);
  program.hook('preAction', (_, command) => refuseEmpty(command));
  return program;
}

/** What is given may be a variable of a shell that is not set: it means nothing, so nothing is done. */
function refuseEmpty(command: Command): void {
  const { options, registeredArguments, args } = command;
  const option = options.find((each) => {
    const value: unknown = command.getOptionValue(each.attributeName());
    return value === '' || (Array.isArray(value) && value.includes(''));
  });
  const argument = registeredArguments.find((each, at) => args[at] === '' && each.name() !== mayBeEmpty);
  const name = option?.long ?? (argument && `<${argument.name()}>`);
  if (name !== undefined)
    throw usageFailure(
      `${name} is empty. Give it a value, or leave it out; a variable of the shell may not be set. Nothing was done.`,
    );
}

/** Runs one command line, without the program's name; gives its exit code. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = await programOn(terminal, words);
  const wantsJson = words.includes('--json');
  try {
    await program.parseAsync(words, { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? ExitCode.ok : usage(error, terminal, wantsJson);
    const failure = error instanceof Failure ? error : failureOf(error);
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

/** What the exchange did not do is no defect; of one of ours the stack is shown on request. */
function failureOf(error: unknown): Failure {
  if (error instanceof LockstepError) return new Failure(error.message);
  if (process.env['LOCKSTEP_STACK'] && error instanceof Error)
    return new Failure(error.stack ?? error.message);
  return new Failure(`Unexpected: ${messageOf(error)}. Set LOCKSTEP_STACK=1 to see where it happened.`);
}
