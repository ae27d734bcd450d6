/**
 * Locks of folders: one process has each, and only the owner of the folder can take it. The kernel keeps them, so that
 * none outlives its process, and what is written into a lock decides nothing.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { flock } from '../system/native.ts';
import { LOCK_EX, LOCK_NB } from '../system/platform.ts';
import { exposure, fileMode, isForeign } from './private-files.ts';

export const lockName = '.lock';

/** The lock of a replica's folder; throws where another process has it. */
export function lockFolder(folder: string): number {
  return takeLock(join(folder, lockName), (holder) => new Error(refusal(folder, holder)));
}

/**
 * Takes a lock for as long as the descriptor that it returns is open; throws what `refusedBy` says where another
 * process has it. The file must stay: of two that take it while it is removed, each has another one.
 */
export function takeLock(path: string, refusedBy: (holder: string | undefined) => Error): number {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, fileMode);
  try {
    const stats = fstatSync(fd);
    if (isForeign(stats)) throw new Error(`${exposure(path, stats)}.`);
    if (flock(fd, LOCK_EX | LOCK_NB) !== 0) throw refusedBy(holderOf(stats.ino));
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`, 0);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function refusal(folder: string, holder = 'of another user'): string {
  return (
    `The folder ${folder} is in use by process ${holder}: two replicas cannot share it. ` +
    'Stop that process, or give this replica a folder of its own.'
  );
}

/** The process that holds the lock, as the kernel says: the one that wrote its number into the file may be gone. */
function holderOf(inode: number): string | undefined {
  const lines = readFileSync('/proc/locks', 'utf8').split('\n');
  const line = lines.find((text) => text.includes('FLOCK') && text.includes(`:${inode} `));
  return line === undefined ? undefined : / (\d+) [0-9a-f]+:[0-9a-f]+:\d+ /.exec(line)?.[1];
}
