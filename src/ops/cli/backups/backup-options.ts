/** What the commands about backups share: which target they mean, and what reads it. */

import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type Chain, type KnownHead, mixedWith, readChains } from '../../../backup/chains.ts';
import { loadLedger, shippedHead } from '../../../backup/ledger.ts';
import { RestoreFault } from '../../../backup/restore.ts';
import { TargetError } from '../../../backup/targets/target.ts';
import { timeText } from '../../../backup/time-text.ts';
import type { ReadFrom } from '../../../backup/walk.ts';
import { u32Max } from '../../../std/integers.ts';
import { LedgerWriter, ledgerPath } from '../../backup-process/ledger-writer.ts';
import { folderTarget, loadBackupKey, type OpenTarget, targetNamed } from '../../backup-process/targets.ts';
import { targetsOf } from '../../configuration/backup-keys.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import { addCommand, addJsonOption, type CommonOptions, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

export interface TargetOptions extends CommonOptions {
  readonly target?: string;
  readonly backupFolder?: string;
  readonly keyFile?: string;
  readonly clusterId?: number;
  readonly json?: boolean;
}

/** A command with the options that choose a target. */
export function addTargetCommand(parent: Command, usage: string, description: string): Command {
  return addJsonOption(addCommand(parent, usage, description))
    .option('--target <name>', 'the target, as the configuration names it')
    .option('--backup-folder <folder>', 'a folder of backups that no configuration names')
    .option('--key-file <file>', 'the key of the backup (default: keyFile of the target)')
    .option('--cluster-id <id>', 'the cluster (default: the only one there)', wholeNumber(1, u32Max));
}

/** A target that commands read, and the cluster that is meant. */
export interface ChosenTarget extends OpenTarget {
  readonly clusterId: number;
  /** The data folder whose backup ships there; absent where no configuration says so. */
  readonly dataFolder?: string;
  /** The exchange of that data folder, as its backup has noted it; absent where it has noted none. */
  readonly instance?: number;
}

/** The target that the options mean. */
export async function chooseTarget(options: TargetOptions): Promise<ChosenTarget> {
  const open = openChosen(options);
  if (options.backupFolder !== undefined)
    return { ...open, clusterId: options.clusterId ?? (await onlyCluster(open)) };
  const { configuration, dataFolder } = loadConfiguration(options);
  const { clusterId } = configuration;
  if (options.clusterId === undefined || options.clusterId === clusterId) {
    const instance = shippedTo(dataFolder, open.name)?.head.instance ?? 0;
    return { ...open, clusterId, dataFolder, instance };
  }
  return { ...open, clusterId: options.clusterId };
}

/** All targets of the configuration, or the chosen one. */
export async function chooseTargets(options: TargetOptions): Promise<ChosenTarget[]> {
  const { configuration } = loadConfiguration(options);
  if (
    options.backupFolder !== undefined ||
    options.target !== undefined ||
    targetsOf(configuration.backup).length < 2
  )
    return [await chooseTarget(options)];
  const names = targetsOf(configuration.backup).map(({ name }) => name);
  return Promise.all(names.map((target) => chooseTarget({ ...options, target })));
}

function openChosen({ backupFolder, keyFile, target, ...options }: TargetOptions): OpenTarget {
  if (backupFolder !== undefined) {
    if (target !== undefined)
      throw usageFailure('--target and --backup-folder name two targets. Give one of them.');
    return folderTarget(backupFolder, keyFile);
  }
  const open = targetNamed(loadConfiguration(options).configuration.backup, target);
  if (keyFile === undefined) return open;
  return { ...open, packing: { ...open.packing, key: loadBackupKey(keyFile) } };
}

async function onlyCluster({ target }: OpenTarget): Promise<number> {
  const listed = await inWords(target.list('cluster-'));
  const ids = new Set(listed.flatMap(({ name }) => /^cluster-(\d+)\//.exec(name)?.[1] ?? []));
  if (ids.size === 1) return Number([...ids][0]);
  throw usageFailure(
    ids.size === 0
      ? `${target.place} holds no backup.`
      : `${target.place} holds backups of clusters ${[...ids].join(', ')}. Name one with --cluster-id.`,
  );
}

/** What the target shows, and what of its own it should show and does not. */
export async function chainsOf({
  name,
  dataFolder,
  target,
  clusterId,
  packing,
}: ChosenTarget): Promise<Chain[]> {
  // Noted after the target had it, so read before that is asked.
  const known = dataFolder === undefined ? undefined : shippedTo(dataFolder, name);
  return inWords(readChains(target, clusterId, packing.key, known));
}

/** Where nothing says which exchange this machine had, the one that wrote last would be as good as any. */
export function refuseMixed(
  { target, clusterId, instance = 0 }: ChosenTarget,
  chains: readonly Chain[],
  chosen: Chain,
): void {
  const others = instance === 0 ? mixedWith(chains, chosen) : [];
  if (others.length === 0) return;
  const known = [chosen, ...others].map(
    ({ id, seq, timeUs, head }) => `${id} (exchange ${head?.instance}, to seq ${seq}, ${timeText(timeUs)})`,
  );
  throw new Failure(
    `${target.place} holds what several exchanges with the id ${clusterId} wrote: chains ${known.join(', ')}. Name the one that you mean ` +
      'with --chain.',
  );
}

function shippedTo(dataFolder: string, name: string): KnownHead | undefined {
  const ledger = loadLedger(new LedgerWriter(ledgerPath(dataFolder, name)));
  return typeof ledger === 'object' ? shippedHead(ledger) : undefined;
}

/** What goes wrong with a target is for the person who gave the command. */
export async function inWords<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof TargetError) throw new Failure(error.message);
    if (error instanceof RestoreFault) {
      const { damage, nearest } = error;
      throw new Failure(error.message, ExitCode.failed, { damage, nearest });
    }
    throw error;
  }
}

/** Reads with a bar where a person watches. */
export async function withBar<T>(
  { target, clusterId, packing: { key }, instance = 0 }: ChosenTarget,
  terminal: Terminal,
  read: (from: ReadFrom) => Promise<T>,
): Promise<T> {
  const bar = terminal.isScreen
    ? new SingleBar({ format: '{bar} {percentage}% | {value} of {total} bytes read', clearOnComplete: true })
    : undefined;
  let isStarted = false;
  const progress = (bytes: number, of: number): void => {
    if (isStarted) bar?.setTotal(of);
    else bar?.start(of, 0);
    isStarted = true;
    bar?.update(bytes);
  };
  try {
    return await inWords(read({ target, clusterId, key, instance, progress }));
  } finally {
    if (isStarted) bar?.stop();
  }
}
