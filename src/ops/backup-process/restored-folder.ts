/**
 * The data folder of a restored cluster, written whole or not at all: it is made beside its place and gets its name
 * when everything in it is flushed. A folder that holds something is refused.
 */
import { randomInt } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Founding, foundedFolders } from '../../backup/founding.ts';
import type { LogReplay } from '../../backup/replay.ts';
import { fileMode, flushFolder, folderMode, makeFolder } from '../../io/disk/private-files.ts';
import { instanceNumber } from '../../protocol/foundation.ts';
import { ExitCode, Failure, messageOf, usageFailure } from '../failure.ts';
import { isAlive } from '../processes/process-identity.ts';
import { replicaFolder, writeFormatted } from '../supervisor/cluster-folder.ts';

/** Throws where the folder is not there to be filled: it holds something, or is a file. */
export function refuseFilled(folder: string): void {
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw usageFailure(`${folder} cannot be used: ${messageOf(error)}. Name a folder with --into.`);
  }
  if (entries.length === 0) return;
  throw usageFailure(
    `${folder} is not empty: it holds ${entries[0]}. A restore replaces nothing. Name a folder that is empty, or not there yet.`,
  );
}

/** Writes the folder of a new cluster; gives its instance. */
export function writeRestored(
  folder: string,
  replay: LogReplay,
  clusterId: number,
  replicaIds: readonly number[],
): number {
  const instance = instanceNumber(Date.now() * 1_000, randomInt(2 ** 32));
  writeFolder(folder, replay, { clusterId, replicaIds, instance });
  return instance;
}

/** Writes the folder of another site of the same exchange. */
export function writeStandby(
  folder: string,
  replay: LogReplay,
  clusterId: number,
  replicaIds: readonly number[],
): void {
  writeFolder(folder, replay, { clusterId, replicaIds, instance: undefined });
}

function writeFolder(folder: string, replay: LogReplay, founding: Founding): void {
  const path = resolve(folder);
  refuseFilled(path);
  const making = join(dirname(path), `.${basename(path)}.restoring-${process.pid}`);
  try {
    makeFolder(dirname(path));
    removeUnfinished(path);
    mkdirSync(making, { mode: folderMode });
    for (const { replicaId, files } of foundedFolders(replay, founding)) {
      const into = replicaFolder(making, replicaId);
      mkdirSync(into, { mode: folderMode });
      for (const { name, bytes } of files) writeFlushed(join(into, name), bytes);
      flushFolder(into);
    }
    writeFormatted(making, founding.clusterId, founding.replicaIds);
    flushFolder(making);
    rmdirIfThere(path);
    renameSync(making, path);
    flushFolder(dirname(path));
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw new UnwrittenFailure(path, messageOf(error));
  }
}

/** The folder could not be written; what was begun is removed. */
export class UnwrittenFailure extends Failure {
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(
      `The restored state cannot be written to ${path}: ${reason}. Nothing was left there. Make room, or name another folder ` +
        'with --into; the same command then begins again.',
      ExitCode.usage,
    );
    this.reason = reason;
  }
}

/** What a process that was killed has left beside the folder. */
function removeUnfinished(path: string): void {
  const name = basename(path);
  for (const entry of readdirSync(dirname(path))) {
    const [, beside, pid] = /^\.(.*)\.restoring-(\d+)$/.exec(entry) ?? [];
    const isOwn = Number(pid) === process.pid;
    if (beside === name && (isOwn || !isAlive(Number(pid))))
      rmSync(join(dirname(path), entry), { recursive: true, force: true });
  }
}

function rmdirIfThere(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function writeFlushed(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', fileMode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
