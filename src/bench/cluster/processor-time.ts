/** What a process has taken of the machine, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

const nanosecondsPerMillisecond = 1e6;
const bytesPerKilobyte = 1_024;

/** Milliseconds of processor time of all threads that live. */
export function processorMs(pid: number): number {
  return [...threadsMs(pid).values()].reduce((sum, ms) => sum + ms, 0);
}

/** The same of each thread. */
export function threadsMs(pid: number): ReadonlyMap<string, number> {
  return new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      return [thread, Number(nanoseconds) / nanosecondsPerMillisecond];
    }),
  );
}

/** Bytes in memory that are the process's own: the pages of mapped files are left out. */
export function ownMemoryBytes(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * bytesPerKilobyte;
}
