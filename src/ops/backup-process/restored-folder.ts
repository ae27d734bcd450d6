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
import { messageOf, usageFailure } from '../failure.ts';
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
  rmSync(making, { recursive: true, force: true });
  try {
    makeFolder(dirname(path));
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
    throw usageFailure(
      `The restored state cannot be written to ${path}: ${messageOf(error)}. Nothing was left there. Make room, or name ` +
        'another folder with --into.',
    );
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
