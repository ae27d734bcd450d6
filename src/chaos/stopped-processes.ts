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

/** Whether a process was killed, and is not gone yet: some thread of it does not come back from the system. */
export function isBeingKilled(pid: number): boolean {
  const ways = ['status', ...threadsOf(pid).map((thread) => `task/${thread}/status`)];
  return ways.some((way) => {
    const status = textOf(`/proc/${pid}/${way}`);
    const pending = [...status.matchAll(/^(?:Sig|Shd)Pnd:\s+(\S+)$/gm)].map(([, mask]) =>
      BigInt(`0x${mask}`),
    );
    return /^State:\s+Z/m.test(status) || pending.some((mask) => (mask & killBit) !== 0n);
  });
}

/** Signal 9 in the masks of `proc(5)`. */
const killBit = 0x100n;

function stands(pid: number): boolean {
  return threadsOf(pid).every((thread) => {
    const stat = textOf(`/proc/${pid}/task/${thread}/stat`);
    // The name before the state may hold anything, also parentheses. A thread that is gone runs no more.
    return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}

/** None of a process that is gone. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty where it is not there any more. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
