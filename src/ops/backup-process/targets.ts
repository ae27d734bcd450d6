/** The targets of the configuration, ready to be used, each with its key. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type BackupKey, backupKey, backupKeyBytes } from '../../backup/encryption.ts';
import type { Packing } from '../../backup/objects.ts';
import type { Retention } from '../../backup/retention.ts';
import { FolderTarget } from '../../backup/targets/folder.ts';
import { GuardedTarget, type TargetGuard } from '../../backup/targets/guarded.ts';
import { ObjectStoreTarget } from '../../backup/targets/object-store.ts';
import { TargetError } from '../../backup/targets/target.ts';
import { exposure, fileMode, flushFolder } from '../../io/disk/private-files.ts';
import type { BreakerState } from '../breaker-states.ts';
import { Breakers, RestingError } from '../breakers.ts';
import { type BackupSettings, type TargetSettings, targetsOf } from '../configuration/backup-keys.ts';
import { loadSmallFile } from '../configuration/small-file.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';

const hourUs = 3_600_000_000;
/** Longest wait for an answer of a target, and beside it for each megabyte. */
const waitMs = 30_000;
const waitMsPerMegabyte = 4_000;
/** Shorter than the rest of others: what waits here is what a lost cluster would lose. */
const restMs = 10_000;
const failuresMax = 3;

/** The breaker of a target, and its state. */
export interface OpenGuard extends TargetGuard {
  state(): BreakerState;
}

export function targetGuard(name: string): OpenGuard {
  const breakers = new Breakers([name], { restMs, failuresMax });
  // Why it rests: that alone says what to do.
  let reason = '';
  return {
    waitMs,
    waitMsPerMegabyte,
    run: async (withinMs, call) => {
      try {
        return await breakers.run(name, withinMs, call);
      } catch (error) {
        if (error instanceof RestingError) throw new TargetError(`${error.message}. ${reason}`);
        const told = error instanceof Failure ? new TargetError(`${error.message}.`) : error;
        reason = messageOf(told);
        throw told;
      }
    },
    state: () => breakers.stateOf(name),
  };
}

export interface OpenTarget {
  readonly name: string;
  readonly guard: OpenGuard;
  readonly target: GuardedTarget;
  readonly packing: Packing;
  readonly retention: Retention;
}

/** Every target of the configuration. Throws a Failure where a key cannot be read. */
export function openTargets(backup: BackupSettings): OpenTarget[] {
  return targetsOf(backup).map(openTarget);
}

/** The target of this name, or the only one. */
export function targetNamed(backup: BackupSettings, name: string | undefined): OpenTarget {
  const all = targetsOf(backup);
  const names = all.map((target) => target.name).join(', ');
  if (all.length === 0) {
    throw usageFailure(
      'The configuration names no target of backups (backup.folders, backup.buckets). Name one there, or a folder with --backup-folder.',
    );
  }
  if (name === undefined && all.length > 1)
    throw usageFailure(`There are several targets: ${names}. Name one with --target.`);
  const found = all.find((target) => name === undefined || target.name === name);
  if (found === undefined)
    throw usageFailure(`There is no target ${name}; the configuration names ${names}.`);
  return openTarget(found);
}

/** A folder as a target that no configuration names: what is left after a disaster. */
export function folderTarget(folder: string, keyFile: string | undefined): OpenTarget {
  const guard = targetGuard(folder);
  return {
    name: folder,
    guard,
    target: new GuardedTarget(new FolderTarget(resolve(folder)), guard),
    packing: { compression: 'zstd', key: keyFile === undefined ? undefined : loadBackupKey(keyFile) },
    retention: { count: Number.MAX_SAFE_INTEGER, ageUs: Number.POSITIVE_INFINITY },
  };
}

function openTarget(settings: TargetSettings): OpenTarget {
  const { name, compression, keyFile, keepHours, keepCount } = settings;
  const target =
    'folder' in settings
      ? new FolderTarget(settings.folder)
      : new ObjectStoreTarget({ ...settings, prefix: settings.prefix ?? '' });
  const guard = targetGuard(name);
  return {
    name,
    guard,
    target: new GuardedTarget(target, guard),
    packing: { compression, key: keyFile === undefined ? undefined : loadBackupKey(keyFile) },
    retention: { count: keepCount, ageUs: keepHours * hourUs },
  };
}

/** Reads the key of a target. Throws a Failure. */
export function loadBackupKey(path: string): BackupKey {
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(path);
  } catch (error) {
    throw usageFailure(`The key of the backup in ${path} cannot be read: ${messageOf(error)}.`);
  }
  const problem = exposure(path, found.stats);
  if (problem !== undefined) throw usageFailure(`${problem}. Make another key if others had access.`);
  const text = found.text.trim();
  if (!new RegExp(`^[0-9a-f]{${backupKeyBytes * 2}}$`, 'i').test(text))
    throw usageFailure(`${path} holds no key of a backup: ${backupKeyBytes * 2} hexadecimal digits.`);
  return backupKey(new Uint8Array(Buffer.from(text, 'hex')));
}

/** Makes a key in a file that must not be there yet; gives its name. */
export function makeBackupKey(path: string): string {
  const bytes = randomBytes(backupKeyBytes);
  try {
    const file = openSync(path, 'wx', fileMode);
    writeSync(file, `${bytes.toString('hex')}\n`);
    fsyncSync(file);
    closeSync(file);
    flushFolder(dirname(path));
  } catch (error) {
    throw usageFailure(
      `The key cannot be written to ${path}: ${messageOf(error)}. An existing file is never replaced.`,
    );
  }
  return backupKey(new Uint8Array(bytes)).name;
}
