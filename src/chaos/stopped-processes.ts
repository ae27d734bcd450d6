/** Processes that stand still, as one does whose machine is paused or whose debugger is attached. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Stops processes, and resolves once every thread of theirs has stopped: on a busy machine the others go on for a while
 * after the signal, until the one that takes it has a processor.
 */
export async function standStill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  while (!pids.every(stands)) await sleep(1);
}

/** Lets stopped processes go on; one that is gone meanwhile is gone. */
export function goOn(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function stands(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The name before the state may hold anything, also parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
