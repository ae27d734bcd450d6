/**
 * Files and folders that are for their owner alone: they hold orders, positions and secrets, and a user that can open a
 * lock can hold it. Modes are set and not left to the umask, and what an earlier release left open is closed.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { exposureOf } from '../../std/exposure.ts';

export const fileMode = 0o600;
export const folderMode = 0o700;
const others = 0o077;

/**
 * Makes the folder where there is none, and closes it to others where there is one; returns whether others had a way
 * in. Throws where it belongs to another user.
 */
export function makePrivate(folder: string): boolean {
  makeFolder(folder);
  return close(folder, folderMode);
}

/** Makes a folder, and those above it, where there is none; a power cut does not take them away again. */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = dirname(at)) missing.push(at);
  // Where it is there, only its kind is looked at. Node makes a whole path that is missing in an endless loop where a
  // file system refuses with ENOENT, as /proc does, so each folder is made on its own.
  if (missing.length === 0) mkdirSync(folder, { recursive: true, mode: folderMode });
  for (const at of missing.toReversed()) makeOne(at);
  for (const at of missing) flushFolder(dirname(at));
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: folderMode });
  } catch (error) {
    // Another process may have made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(folder)) throw error;
  }
}

/** Makes the names in a folder durable. */
export function flushFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Does the same to the files in a folder; returns how many others could open. */
export function closeFiles(folder: string): number {
  let count = 0;
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    if (close(join(folder, name), fileMode)) count++;
  }
  return count;
}

/** What is wrong with the owner or the mode of a file that must be private, and the command that mends it. */
export function exposure(path: string, stats: Stats): string | undefined {
  return exposureOf(path, stats, process.geteuid?.());
}

export function isForeign({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own !== undefined && uid !== own;
}

function close(path: string, mode: number): boolean {
  const stats = lstatSync(path);
  if (isForeign(stats)) throw new Error(`${exposure(path, stats)}.`);
  if ((stats.mode & others) === 0) return false;
  chmodSync(path, mode);
  return true;
}
