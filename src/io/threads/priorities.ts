/**
 * Which threads of a replica's process give way to the core. Where processors are few, a vote waits for whatever else
 * runs: log lines, status pages, and above all the end of the process that has just been killed. The kernel takes its
 * memory apart in the thread that dies last, which is most often one that runs behind the others.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** The core, what it waits for with `durability: disk`, and what collects its garbage: named as in /proc/self/task. */
const keptNames: ReadonlySet<string> = new Set(['core', 'flusher', 'node-V8Worker']);
/** A tenth of a core thread's share where both want the same processor. */
const behindNice = 10;
const tasksFolder = '/proc/self/task';

/** Called once the threads run. A machine that does not allow it goes on without. */
export function putBehindCore(): void {
  for (const task of readdirSync(tasksFolder)) {
    try {
      const name = readFileSync(`${tasksFolder}/${task}/comm`, 'utf8').trim();
      if (!keptNames.has(name)) setPriority(Number(task), behindNice);
    } catch {
      // The thread has ended meanwhile, or the machine forbids it.
    }
  }
}
