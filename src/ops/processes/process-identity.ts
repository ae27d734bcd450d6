/** Which process is meant: its number and when it started, for the system gives numbers out again. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in ticks since the machine did. */
  readonly startedTicks: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** A process that runs. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, startedTicks: startTicks(pid) };
}

/** Whether this very process runs, and not a later one with its number. */
export function isRunning({ pid, startedTicks }: ProcessIdentity): boolean {
  return isAlive(pid) && startTicks(pid) === startedTicks;
}

/** Whether a process has this number. */
export function isAlive(pid: number): boolean {
  // To the system 0 and below are groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Empty where no process has the number. */
function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
