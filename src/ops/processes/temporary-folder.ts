/**
 * Folders that a command makes and removes again. What is in them may be keys, or all that the exchange holds: also a
 * person who ends the command leaves nothing behind, and what one leaves that is killed the next one removes.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, ownIdentity } from './process-identity.ts';

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Processes that the command started may write into it until they have ended, too. */
const removals = 20;

/** A new temporary folder. Its name says which process has it; those of processes that are gone are removed. */
export function makeTemporary(name: string): string {
  const place = tmpdir();
  const before = `${name}-${processSpace()}-`;
  for (const entry of readdirSync(place)) {
    const [, pid, startedTicks] = /^(\d+)-(\d+)-\w+$/.exec(entry.slice(before.length)) ?? [];
    if (!entry.startsWith(before) || startedTicks === undefined) continue;
    if (!isRunning({ pid: Number(pid), startedTicks })) removeOwn(join(place, entry));
  }
  const { pid, startedTicks } = ownIdentity();
  return mkdtempSync(join(place, `${before}${pid}-${startedTicks}-`));
}

/** Containers may share a place, and do not see each other's processes. */
function processSpace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}

/** A folder of this user; what cannot be removed stays, and keeps the command from nothing. */
function removeOwn(path: string): void {
  try {
    const stats = lstatSync(path);
    if (stats.isDirectory() && stats.uid === process.getuid?.()) removeFolder(path);
  } catch {
    // Another command may have removed it.
  }
}

/** Until the returned function is called, a signal that ends this process removes the folder first. */
export function removedAtEnd(folder: string): () => void {
  const end = (signal: NodeJS.Signals): void => {
    removeFolder(folder);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of endSignals) process.on(signal, end);
  return () => {
    for (const signal of endSignals) process.off(signal, end);
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: removals });
}
