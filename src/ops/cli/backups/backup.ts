/**
 * `lockstep backup run | status | list | prune | key`: what is backed up, where, how far, and whether it was proved.
 */
import type { Command } from 'commander';
import type { Chain } from '../../../backup/chains.ts';
import { isSealedOtherwise, removals, remove } from '../../../backup/retention.ts';
import { timeText } from '../../../backup/time-text.ts';
import { bytesPerMegabyte } from '../../../std/units.ts';
import { makeBackupKey } from '../../backup-process/targets.ts';
import { targetsOf } from '../../configuration/backup-keys.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import { alarmsOf, loadStanding, rpoSeconds, type TargetStanding } from '../../standing/backup-standing.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';
import {
  addTargetCommand,
  type ChosenTarget,
  chainsOf,
  chooseTargets,
  inWords,
  type TargetOptions,
} from './backup-options.ts';
import { registerRestore, registerVerify } from './restore.ts';

export function registerBackup(program: Command, terminal: Terminal): void {
  const backup = program
    .command('backup')
    .description('backups: snapshots and log, shipped to folders and object stores');
  addCommand(backup, 'run', 'ship the log of a replica of this machine to all targets, until Ctrl-C').action(
    async (options: CommonOptions) => {
      const loaded = loadConfiguration(options);
      // Native code, which the other commands need not load.
      const { runBackup } = await import('../../backup-process/backup-process.ts');
      await runBackup(loaded);
    },
  );
  addJsonOption(addCommand(backup, 'status', 'show how far each target is, and what alarms')).action(
    (options: CommonOptions & { readonly json?: boolean }) => showStatus(options, terminal),
  );
  addTargetCommand(backup, 'list', 'show what each target can give back, and when that was proved').action(
    (options: TargetOptions) => list(options, terminal),
  );
  registerVerify(backup, terminal);
  registerRestore(backup, terminal);
  addTargetCommand(backup, 'prune', 'remove what the configuration need not keep')
    .option('--plan', 'only say what would be removed')
    .action((options: TargetOptions & { readonly plan?: boolean }) => prune(options, terminal));
  addJsonOption(backup.command('key <file>'))
    .description('make a key that seals backups; keep a copy far from them')
    .action((file: string, { json }: { readonly json?: boolean }) => {
      const name = makeBackupKey(file);
      tell(
        terminal,
        json,
        { ok: true, file, key: name },
        `Key ${name} is in ${file}. Without it the backups that it seals are lost: keep a copy where a fire does not reach both.`,
      );
    });
}

function showStatus(options: CommonOptions & { readonly json?: boolean }, terminal: Terminal): void {
  const { configuration, dataFolder } = loadRunning(options);
  if (targetsOf(configuration.backup).length === 0)
    throw usageFailure('The configuration names no target of backups (backup.folders, backup.buckets).');
  const standing = loadStanding(dataFolder);
  const nowMs = Date.now();
  const alarms = alarmsOf(standing, configuration.backup, nowMs).map(({ text }) => text);
  const targets = standing?.targets ?? [];
  if (!options.json) terminal.print(statusText(standing?.replicaId ?? 0, targets, nowMs));
  const json = {
    ok: alarms.length === 0,
    replicaId: standing?.replicaId ?? 0,
    targets: targets.map((target) => ({ ...target, rpoSeconds: rpoSeconds(target, nowMs) })),
    alarms,
  };
  if (alarms.length > 0) throw new Failure(alarms.join('\n'), ExitCode.failed, json);
  tell(terminal, options.json, json, '');
}

function statusText(replicaId: number, targets: readonly TargetStanding[], nowMs: number): string {
  const rows = targets.map((target) => {
    const { name, seq, behindFrames, proof, error } = target;
    const proved =
      proof === undefined ? 'never: counts as none' : `seq ${proof.seq} at ${timeText(proof.provedUs)}`;
    const rto = proof === undefined ? '-' : `${(proof.restoreMs / 1_000).toFixed(1)} s`;
    return [name, seq, behindFrames, `${rpoSeconds(target, nowMs).toFixed(1)} s`, proved, rto, error];
  });
  const headings = ['target', 'seq', 'behind', 'RPO', 'last proved', 'cold RTO', 'note'];
  const beside = replicaId === 0 ? 'No replica is read.' : `The backup reads replica ${replicaId}.`;
  return `${beside}\n${table(headings, rows)}`;
}

async function list(options: TargetOptions, terminal: Terminal): Promise<void> {
  const found: { readonly open: ChosenTarget; readonly chains: readonly Chain[] }[] = [];
  for (const open of await chooseTargets(options)) found.push({ open, chains: await chainsOf(open) });
  const json = {
    ok: true,
    targets: found.map(({ open, chains }) => ({
      name: open.name,
      place: open.target.place,
      clusterId: open.clusterId,
      chains: chains.map(({ objects, leftovers, folder: _, ...chain }) => ({
        ...chain,
        objects: objects.length,
        leftovers: leftovers.length,
      })),
    })),
  };
  const text = found.flatMap(({ open, chains }) => [
    `${open.name}: ${open.target.place}, cluster ${open.clusterId}`,
    ...(chains.length === 0 ? ['  It holds no backup.'] : chains.flatMap(chainLines)),
  ]);
  tell(terminal, options.json, json, options.json ? '' : text.join('\n'));
}

function chainLines({ id, starts, seq, timeUs, objects, bytes, proof, head, damage }: Chain): string[] {
  const [first] = starts;
  const from = first === undefined ? 'nothing' : first.number === 0 ? 'the beginning' : `seq ${first.seq}`;
  const size = `${objects.length} objects, ${(bytes / bytesPerMegabyte).toFixed(1)} MB`;
  const proved =
    proof === undefined
      ? 'NEVER RESTORED: it counts as none until "lockstep backup verify" has proved it'
      : `proved to seq ${proof.seq} at ${timeText(proof.provedUs)}; a restore took ${(proof.restoreMs / 1_000).toFixed(1)} s`;
  return [
    `  chain ${id}: from ${from} to seq ${seq} (${timeUs === 0 ? '-' : timeText(timeUs)}), ${starts.length} starts, ${size}`,
    `    ${proved}`,
    ...(head?.ended === undefined ? [] : [`    it ended: ${head.ended}`]),
    ...damage.map(({ object, reason }) => `    DAMAGE ${object}: ${reason}`),
  ];
}

async function prune(
  options: TargetOptions & { readonly plan?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (options.backupFolder !== undefined)
    throw usageFailure(
      'Only a target of the configuration says what may be removed: name one with --target.',
    );
  let removed = 0;
  for (const open of await chooseTargets(options)) {
    const chains = await chainsOf(open);
    for (const { id, folder, damage } of chains.filter(isSealedOtherwise)) {
      const why = damage.find(({ object }) => object === `${folder}head`)?.reason ?? 'it has none';
      terminal.printError(
        `Chain ${id} at ${open.target.place} is left as it is. Its head cannot be read: ${why}.`,
      );
    }
    for (const removal of removals(chains, open.retention, Date.now() * 1_000)) {
      const what = `${removal.names.length} objects of chain ${removal.chain.id} at ${open.target.place}`;
      if (!options.plan) await inWords(remove(open.target, removal, open.packing.key));
      removed += removal.names.length;
      if (!options.json) terminal.print(`${options.plan ? 'Would remove' : 'Removed'} ${what}.`);
    }
  }
  const text = removed === 0 ? 'There is nothing to remove.' : '';
  tell(terminal, options.json, { ok: true, removed, plan: options.plan === true }, options.json ? '' : text);
}
