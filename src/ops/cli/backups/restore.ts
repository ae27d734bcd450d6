/** `lockstep backup verify | restore`: proves backups by restoring them, and makes a data folder of one. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Chain, Damage } from '../../../backup/chains.ts';
import { writeNote } from '../../../backup/notes.ts';
import { everything, type Goal } from '../../../backup/replay.ts';
import { type Restored, restore } from '../../../backup/restore.ts';
import { timeText, timeUsIn } from '../../../backup/time-text.ts';
import { type Verified, verifyChain } from '../../../backup/verify.ts';
import { refuseFilled, UnwrittenFailure, writeRestored } from '../../backup-process/restored-folder.ts';
import { type Loaded, loadConfiguration } from '../../configuration/load.ts';
import { ExitCode, Failure, messageOf, usageFailure } from '../../failure.ts';
import { makeTemporary, removedAtEnd, removeFolder } from '../../processes/temporary-folder.ts';
import { clusterSize, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import {
  addTargetCommand,
  type ChosenTarget,
  chainsOf,
  chooseTarget,
  chooseTargets,
  inWords,
  refuseMixed,
  type TargetOptions,
  withBar,
} from './backup-options.ts';

interface RestoreOptions extends TargetOptions {
  readonly toSeq?: number;
  readonly toTime?: number;
  readonly latest?: boolean;
  readonly into: string;
  readonly chain?: string;
  readonly replicas?: number;
}

export function registerVerify(backup: Command, terminal: Terminal): void {
  addTargetCommand(
    backup,
    'verify',
    'prove backups: restore what came since the last proof, and compare every hash',
  )
    .option('--all', 'all that is kept, also what was proved before')
    .action(async (options: TargetOptions & { readonly all?: boolean }) => {
      const results: object[] = [];
      const damage: Damage[] = [];
      for (const open of await chooseTargets(options)) {
        const chains = await chainsOf(open);
        const kept = chains.filter(({ objects, lostTail }) => objects.length > 0 || lostTail !== undefined);
        if (kept.length === 0)
          throw new Failure(`${open.target.place} holds no backup of cluster ${open.clusterId}.`);
        for (const chain of kept) {
          const result = await prove(open, chain, options.all === true, terminal);
          results.push({ target: open.name, ...result });
          damage.push(...result.damage);
          if (!options.json) terminal.print(verifiedText(open, result));
        }
      }
      if (damage.length > 0) {
        const lines = damage.map(({ object, reason }) => `${object}: ${reason}`);
        throw new Failure(
          `${lines.length} ${lines.length === 1 ? 'object is' : 'objects are'} not good.\n${lines.join('\n')}\n` +
            'Nothing was changed. What can still be restored: "lockstep backup list", "lockstep backup restore".',
          ExitCode.failed,
          { results },
        );
      }
      tell(terminal, options.json, { ok: true, results }, '');
    });
}

interface Proved {
  readonly chain: string;
  readonly fromNumber: number;
  readonly toNumber: number;
  readonly seq: number;
  readonly stateHash: string;
  readonly economicHash: string;
  readonly snapshots: number;
  readonly restoreMs: number;
  readonly damage: readonly Damage[];
  /** Whether the target keeps it. */
  readonly isNoted: boolean;
}

/** Verifies a chain, then restores its newest state into a folder that is removed again, and writes the proof down. */
async function prove(open: ChosenTarget, chain: Chain, isAll: boolean, terminal: Terminal): Promise<Proved> {
  const found = await withBar(open, terminal, (from) => verifyChain(from, chain, isAll));
  if (found === undefined) {
    const damage = [
      ...chain.damage,
      { object: chain.folder, reason: 'it has no start: no snapshot and no beginning' },
    ];
    return { ...nothingProved, chain: chain.id, damage };
  }
  const { chain: _, ...verified } = found;
  if (verified.damage.length > 0) return { ...verified, chain: chain.id, restoreMs: 0, isNoted: false };
  const { restored, restoreMs } = await timedRestore(open, chain);
  const damage = differenceOf(found, restored);
  const result = { ...verified, chain: chain.id, restoreMs, damage, isNoted: false };
  if (damage.length > 0) return result;
  const { fromNumber, toNumber, seq, timeUs, stateHash, economicHash, snapshots } = verified;
  const proof = {
    ...{
      fromNumber: isAll ? fromNumber : Math.min(fromNumber, chain.proof?.fromNumber ?? fromNumber),
      toNumber,
    },
    ...{ seq, timeUs, stateHash, economicHash, snapshots, restoreMs, provedUs: Date.now() * 1_000 },
  };
  const unnoted = await inWords(writeNote(open.target, chain.folder, 'proof', proof, open.packing.key)).then(
    () => '',
    (error: unknown) => messageOf(error),
  );
  if (unnoted !== '')
    terminal.printError(
      `Chain ${chain.id} is good, and the target does not keep the proof of it, so "list" does not show it: ${unnoted}`,
    );
  return { ...result, isNoted: unnoted === '' };
}

const nothingProved = {
  ...{ fromNumber: 0, toNumber: 0, seq: 0, stateHash: '', economicHash: '', snapshots: 0, restoreMs: 0 },
  isNoted: false,
};

/** From the first byte that is read to the folder on the disk. */
async function timedRestore(
  { target, clusterId, packing }: ChosenTarget,
  chain: Chain,
): Promise<{ readonly restored: Restored; readonly restoreMs: number }> {
  const folder = proofFolder();
  const forget = removedAtEnd(folder);
  try {
    const startedMs = performance.now();
    const restored = await inWords(restore({ target, clusterId, key: packing.key }, [chain], everything));
    if (restored.replay.position.index > 0)
      writeRestored(join(folder, 'data'), restored.replay, clusterId, [1]);
    return { restored, restoreMs: Math.round(performance.now() - startedMs) };
  } catch (error) {
    throw error instanceof UnwrittenFailure ? noRoom(error.reason) : error;
  } finally {
    forget();
    removeFolder(folder);
  }
}

function proofFolder(): string {
  try {
    return makeTemporary('lockstep-proof');
  } catch (error) {
    throw noRoom(messageOf(error));
  }
}

/** A proof writes what it restores, and removes it again. */
function noRoom(reason: string): Failure {
  return new Failure(
    `The backup was not proved: the restore of it cannot be written to ${tmpdir()}: ${reason}. Make room there, or set TMPDIR to a ` +
      'folder that has room, and give the command again.',
  );
}

/** The same state must come from the newest start and along the whole log. */
function differenceOf({ chain, seq, stateHash }: Verified, { replay }: Restored): Damage[] {
  const hash = replay.exchange.stateHash();
  if (replay.position.seq === seq && hash === stateHash) return [];
  const reason = `the whole log leads to hash ${stateHash} at seq ${seq}, a restore from the newest start to ${hash} at seq ${replay.position.seq}`;
  return [{ object: chain.folder, reason }];
}

function verifiedText(
  open: ChosenTarget,
  { chain, seq, stateHash, economicHash, snapshots, restoreMs, damage }: Proved,
): string {
  const what = `${open.name}, chain ${chain}`;
  if (damage.length > 0) return `${what}: NOT GOOD`;
  return (
    `${what}: proved to seq ${seq}, state hash ${stateHash}, economic hash ${economicHash}; ${snapshots} snapshots agree with ` +
    `the log; a restore of the newest state takes ${(restoreMs / 1_000).toFixed(1)} s here`
  );
}

export function registerRestore(backup: Command, terminal: Terminal): void {
  addTargetCommand(backup, 'restore', 'make a data folder that a cluster starts from, at exactly one command')
    .option('--to-seq <seq>', 'the state behind this command', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option(
      '--to-time <time>',
      'the state at this time, such as 2026-11-29T10:00:00Z: the last command at or before it',
      timeUsOf,
    )
    .option('--latest', 'the newest state')
    .requiredOption('--into <folder>', 'the data folder to make; it is empty or not there yet')
    .option('--chain <id>', 'the chain, as "list" shows it (default: the newest that reaches there)')
    .option(
      '--replicas <count>',
      'so many replicas: 1, 3 or 5 (default: those of the configuration file)',
      clusterSize,
    )
    .action((options: RestoreOptions) => restoreInto(options, terminal));
}

async function restoreInto(options: RestoreOptions, terminal: Terminal): Promise<void> {
  const goal = goalOf(options);
  refuseFilled(options.into);
  const loaded = loadConfiguration(options);
  const open = await chooseTarget(options);
  const all = await chainsOf(open);
  const chains = options.chain === undefined ? all : all.filter(({ id }) => id === options.chain);
  if (chains.length === 0) {
    const known = all.map(({ id }) => id).join(', ');
    throw new Failure(
      options.chain === undefined
        ? `${open.target.place} holds no backup of cluster ${open.clusterId}.`
        : `There is no chain ${options.chain} at ${open.target.place}; there are: ${known || 'none'}.`,
    );
  }
  const restored = await withBar(open, terminal, (from) => restore(from, chains, goal));
  const { replay, damage, isAtEnd, chain } = restored;
  refuseMixed(open, chains, chain);
  const { position, exchange } = replay;
  if (position.index === 0)
    throw new Failure('The log has no frame up to there: there is nothing to start from.');
  const replicaIds = replicaIdsOf(options, loaded, replay.voters);
  const instance = writeRestored(options.into, replay, open.clusterId, replicaIds);
  const hashes = { stateHash: exchange.stateHash(), economicHash: exchange.engine.economicHash() };
  for (const { object, reason } of damage) terminal.printError(`Passed over: ${object}: ${reason}.`);
  if (options.toTime !== undefined && isAtEnd)
    terminal.printError(
      `The backup ends here: whatever was stamped after ${timeText(position.timeUs)} and before the time that you gave is not in it.`,
    );
  tell(
    terminal,
    options.json,
    {
      ok: true,
      into: options.into,
      chain: chain.id,
      ...position,
      ...hashes,
      instance,
      replicas: replicaIds,
      isAtEnd,
      damage,
    },
    restoredText(options.into, open, restored, { ...hashes, instance, replicaIds }),
  );
}

function restoredText(
  into: string,
  { clusterId }: ChosenTarget,
  { replay, chain }: Restored,
  {
    stateHash,
    economicHash,
    instance,
    replicaIds,
  }: {
    readonly stateHash: string;
    readonly economicHash: string;
    readonly instance: number;
    readonly replicaIds: readonly number[];
  },
): string {
  const { seq, timeUs } = replay.position;
  return (
    `${into} holds cluster ${clusterId} at seq ${seq} (${timeUs === 0 ? 'before the first command' : timeText(timeUs)}), from chain ` +
    `${chain.id}.\nState hash ${stateHash}, economic hash ${economicHash}.\n` +
    `It is a new exchange (${instance}): replicas of the old one and it do not hear each other, and clients see another number in ` +
    'X-Lockstep-Exchange.\n' +
    'Keys are not in a backup: put keys.json and gateway-root.key of the old data folder beside it, or API keys have other secrets.\n' +
    `Switch the old cluster off, then: "lockstep up --data ${into} --replicas ${replicaIds.length}", or copy replica-N to machine N.`
  );
}

function replicaIdsOf(
  { replicas }: RestoreOptions,
  { configuration, namesReplicas }: Loaded,
  voters: readonly number[],
): readonly number[] {
  const sizes = [1, 3, 5];
  if (replicas !== undefined) return Array.from({ length: replicas }, (_, n) => n + 1);
  if (namesReplicas) {
    const ids = configuration.replicas.map(({ id }) => id).toSorted((a, b) => a - b);
    if (sizes.includes(ids.length)) return ids;
    throw usageFailure(
      `The configuration names ${ids.length} replicas, and a cluster starts with 1, 3 or 5. Give --replicas, and add others later.`,
    );
  }
  return sizes.includes(voters.length) ? voters : [1, 2, 3];
}

function goalOf({ toSeq, toTime, latest }: RestoreOptions): Goal {
  if ([toSeq, toTime, latest].filter((given) => given !== undefined).length !== 1)
    throw usageFailure('Say how far, in one way: --to-seq N, --to-time T, or --latest.');
  return { seq: toSeq ?? everything.seq, timeUs: toTime ?? everything.timeUs };
}

function timeUsOf(text: string): number {
  const timeUs = timeUsIn(text);
  if (timeUs !== undefined) return timeUs;
  throw new InvalidArgumentError(
    'Allowed: a time with its zone, such as 2026-11-29T10:00:00Z or …T11:00:00.25+01:00.',
  );
}
