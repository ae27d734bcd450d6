/** `lockstep notify`: the state of the hooks, and a test notice to each of them from this machine. */
import type { Command } from 'commander';
import { leaderOf, reached, statusOfMembers } from '../../clients/control-client.ts';
import { ExitCode, Failure, messageOf } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import type { HookStanding } from '../../notify/dispatcher.ts';
import { hooksOf } from '../../notify/hooks.ts';
import type { Notice } from '../../notify/notice.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';

interface NotifyOptions extends CommonOptions {
  readonly json?: boolean;
  readonly test?: boolean;
}

export function registerNotify(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'notify', 'show the state of hooks, or send a test notice to each'))
    .option('--test', 'send a notice that says it is a test to every hook, from this machine')
    .action((options: NotifyOptions) => (options.test ? test(options, terminal) : show(options, terminal)));
}

async function show(options: NotifyOptions, terminal: Terminal): Promise<void> {
  const { answers } = await statusOfMembers(loadRunning(options).configuration);
  const leader = leaderOf(answers);
  if (leader === undefined) throw leaderless(reached(answers));
  const { replicaId, hooks } = leader;
  const text =
    hooks.length === 0
      ? 'No hook is configured (key notify).'
      : `Replica ${replicaId} leads and sends.\n\n${table(headings, hooks.map(row))}`;
  tell(terminal, options.json, { ok: true, replicaId, hooks }, text);
}

/** Then one of those that see each other sends: where a notice is lacking, each shows what it tried. */
function leaderless(statuses: readonly ReplicaStatus[]): Failure {
  const replicas = statuses.map(({ replicaId, hooks }) => ({ replicaId, hooks }));
  const rows = replicas.flatMap(({ replicaId, hooks }) => hooks.map((hook) => [replicaId, ...row(hook)]));
  const shown = rows.length === 0 ? '' : `\n\n${table(['replica', ...headings], rows)}`;
  return new Failure(
    'No replica leads. The one with the lowest number of those that see each other sends notices then. See "lockstep ' +
      `status".${shown}`,
    ExitCode.failed,
    { replicas },
  );
}

const headings = ['hook', 'breaker', 'waiting', 'oldest', 'delivered', 'failed', 'given up', 'last error'];

function row({ name, breaker, waiting, waitingSinceMs, delivered, failed, givenUp, error }: HookStanding) {
  const since = waitingSinceMs === 0 ? '-' : new Date(waitingSinceMs).toISOString();
  return [name, breaker, waiting, since, delivered, failed, givenUp, error];
}

async function test(options: NotifyOptions, terminal: Terminal): Promise<void> {
  const { notify, clusterId } = loadRunning(options).configuration;
  const hooks = hooksOf(notify, clusterId, (name, line) => terminal.print(`${name}: ${line}`));
  if (hooks.length === 0)
    throw new Failure(
      'No notice was sent: the configuration here names no hook. Write webhooks or commands under the key notify, the same at ' +
        'all replicas (docs/HOOKS.md).',
      ExitCode.failed,
      { hooks: [] },
    );
  const results = await Promise.all(
    hooks.map(async (hook) => {
      const signal = AbortSignal.timeout(hook.timeoutMs);
      try {
        await hook.deliver(testNotice(), signal);
        return { name: hook.name, error: '' };
      } catch (error) {
        const why = signal.aborted ? `no end within ${hook.timeoutMs / 1_000} s` : messageOf(error);
        return { name: hook.name, error: why };
      }
    }),
  );
  const text = results.map(
    ({ name, error }) => `${name}: ${error === '' ? 'delivered' : `FAILED, ${error}`}`,
  );
  const ok = results.every(({ error }) => error === '');
  const json = { ok, hooks: results };
  if (!ok) throw new Failure(text.join('\n'), ExitCode.failed, json);
  tell(terminal, options.json, json, text.join('\n'));
}

function testNotice(): Notice {
  const atMs = Date.now();
  return {
    id: `test-${atMs}`,
    kind: 'test',
    subject: '',
    number: 1,
    order: atMs,
    state: 'happens',
    value: 'test',
    severity: 'info',
    text: 'This is a test of "lockstep notify --test"; nothing has happened.',
    facts: { test: true },
    atMs,
    reporter: 0,
  };
}
