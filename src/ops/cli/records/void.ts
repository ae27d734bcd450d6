/** `lockstep void list | show | decide | try`: commands that ended processes of replicas, and decisions about them. */
import { Argument, type Command } from 'commander';
import { AuditKind } from '../../../protocol/audit.ts';
import { reached, statusOfAll } from '../../clients/control-client.ts';
import { atLeader, leadingReplica } from '../../clients/leader-orders.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, messageOf } from '../../failure.ts';
import { giveOrder } from '../../orders/control-orders.ts';
import { version } from '../../version.ts';
import {
  addCommand,
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  loadWithMembers,
  replicaNumber,
  tell,
  wholeNumber,
} from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { entriesAfter, lineOf, withClient } from './audit.ts';

interface VoidOptions extends CommonOptions {
  readonly replica?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface TryOptions {
  readonly here?: boolean;
  readonly json?: boolean;
}

const seqArgument = (): Argument =>
  new Argument('<seq>', 'the number of the command').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER));

export function registerVoid(program: Command, terminal: Terminal): void {
  const group = program
    .command('void')
    .description('commands that ended the processes of replicas, and decisions about them');
  addJsonOption(
    addCommand(group, 'list', 'print the commands that wait for a decision, and those voided'),
  ).action(async (options: VoidOptions) => list(options, terminal));
  addJsonOption(addOrderCommand(group, 'show', 'print a command that is in the log, and its bytes'))
    .addArgument(seqArgument())
    .option('--replica <id>', 'the replica whose log is read (default: the leader)', replicaNumber)
    .action(async (seq: number, options: VoidOptions) => {
      const loaded = await loadWithMembers(options);
      const replicaId = options.replica ?? (await leaderIdOf(loaded));
      const text = await giveOrder(loaded, replicaId, 'show-command', { seq });
      tell(terminal, options.json, { ok: true, seq, text }, text);
    });
  addJsonOption(addOrderCommand(group, 'decide', 'void a command, where not all voters can be asked'))
    .addArgument(seqArgument())
    .option('--force', 'do it; without this option only what may be lost is printed')
    .action(async (seq: number, options: VoidOptions) => {
      const loaded = await loadWithMembers(options);
      const body = { seq, ...(options.force ? { force: true as const } : {}) };
      const text = await atLeader(loaded, await leaderIdOf(loaded), (replicaId) =>
        giveOrder(loaded, replicaId, 'decide-void', body),
      );
      tell(terminal, options.json, { ok: true, seq, text }, text);
    });
  registerTry(group, terminal);
}

function registerTry(group: Command, terminal: Terminal): void {
  addJsonOption(group.command('try'))
    .description(
      'apply such a command once more, by this release, in a process of its own; it changes nothing',
    )
    .addArgument(seqArgument())
    .argument('<folder>', 'the folder of a replica on this machine, running or not')
    .option('--here', 'in this process, which may die or hang of it')
    .action(async (seq: number, folder: string, { here, json }: TryOptions) => {
      const { tryCommand, tryHere, trialText } = await import('./void-trial.ts');
      if (here) return tryHere(seq, folder, terminal);
      const trial = await tryCommand(seq, folder);
      tell(terminal, json, { ok: true, seq, release: version, ...trial }, trialText(seq, version, trial));
    });
}

async function list(options: VoidOptions, terminal: Terminal): Promise<void> {
  const statuses = reached(await statusOfAll((await loadWithMembers(options)).configuration));
  const waiting = statuses
    .map(({ replicaId, role, counters }) => ({ replicaId, role, seq: counters.stoppedBeforeSeq }))
    .filter(({ seq }) => seq > 0);
  const voided = await voidedCommands(options).catch(messageOf);
  const lines = waiting.map(
    ({ replicaId, role, seq }) =>
      `Replica ${replicaId} (${role}) died on command ${seq}, and applies nothing from there on. See "lockstep void show ` +
      `${seq}", and the log of the leader for what it waits for.`,
  );
  if (typeof voided === 'string') lines.push(`Which commands were voided is not known: ${voided}`);
  else lines.push(...voided.map(({ seq, text }) => `Command ${seq} was voided: ${text}`));
  if (lines.length === 0) lines.push('No command waits for a decision, and none was voided.');
  tell(terminal, options.json, { ok: true, waiting, voided }, lines.join('\n'));
}

/** As the audit trail remembers. */
async function voidedCommands(options: VoidOptions): Promise<{ seq: number; text: string }[]> {
  const entries = await withClient(options, (client) => entriesAfter(client, 0));
  return entries
    .filter(({ entryKind }) => entryKind === AuditKind.voided)
    .map((row) => ({ seq: row.seq, text: lineOf(row) }));
}

async function leaderIdOf(loaded: Loaded): Promise<number> {
  const leader = await leadingReplica(loaded);
  if (leader === undefined)
    throw new Failure('Nothing was done: no replica that answers leads. See "lockstep status".');
  return leader.replicaId;
}
