/** What the machine gives the core of a replica (replica/ports.ts, MachineLoad), as the main thread finds it. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { counter } from '../../replica/counters.ts';

const lookMs = 1_000;
/** Looks over which time without a processor is counted. */
const looksCounted = 3;

/** Whether two replicas of the configuration run on one machine. */
export function haveOneHost(replicas: readonly { readonly host: string }[]): boolean {
  return new Set(replicas.map(({ host }) => host)).size < replicas.length;
}

/** Looks once a second, until what it returns is called. */
export function watchMachine(machine: ReplicaThreads, folder: string, starvation: Starvation): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    // A disk that stands still does not answer either.
    if (isLooking || machine.counters[counter.cycles] === 0) return;
    isLooking = true;
    const waited = waitedMs(machine.counters[counter.coreThread]!);
    const starvedPermille = starvation.sample(waited, performance.now());
    try {
      const [heapPermille, diskPermille] = await Promise.all([machine.heapPermille(), usedPermille(folder)]);
      machine.showMachine({ starvedPermille, heapPermille, diskPermille });
    } catch {
      // The core has ended, or the folder is gone: the process ends of that.
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  return () => clearInterval(timer);
}

/**
 * The share of the last seconds in which a thread waited for a processor. Replicas that share a machine also share its
 * processors: there the busiest waits longest, whichever it is, so that nothing is known of it.
 */
export class Starvation {
  readonly #sharesMachine: boolean;
  readonly #samples: { readonly waitedMs: number; readonly atMs: number }[] = [];

  constructor(sharesMachine: boolean) {
    this.#sharesMachine = sharesMachine;
  }

  /** In thousandths. A longer time between two looks was a pause of this process, and begins a new stretch. */
  sample(waitedMs: number | undefined, atMs: number): number | undefined {
    if (this.#sharesMachine || waitedMs === undefined) return undefined;
    const samples = this.#samples;
    const last = samples.at(-1);
    if (last !== undefined && atMs - last.atMs > 2 * lookMs) samples.length = 0;
    samples.push({ waitedMs, atMs });
    if (samples.length > looksCounted + 1) samples.shift();
    const first = samples[0]!;
    const passedMs = atMs - first.atMs;
    return passedMs === 0 ? undefined : Math.min(1_000, (1_000 * (waitedMs - first.waitedMs)) / passedMs);
  }
}

/** How long a thread of this process has waited for a processor so far, where the system says it. */
function waitedMs(threadId: number): number | undefined {
  try {
    const [, waitedNs] = readFileSync(`/proc/self/task/${threadId}/schedstat`, 'utf8').split(' ');
    return waitedNs === undefined ? undefined : Number(waitedNs) / 1e6;
  } catch {
    return undefined;
  }
}

/** Of the file system of a folder; what is kept back for root counts as used. */
async function usedPermille(folder: string): Promise<number | undefined> {
  const { blocks, bavail } = await statfs(folder);
  return blocks === 0 ? undefined : 1_000 * (1 - bavail / blocks);
}
