/** How much of the machine is in use, over the last seconds. */
import { cpus, freemem, totalmem } from 'node:os';
import type { ResourceLimits, Resources } from './health.ts';

const windowSamples = 10;
/** Where more of the processors is in use for a minute, hooks hear of it. */
const busyPercent = 90;

/** Call `sample` once a second; the processor's share is an average over ten. */
export class ResourceMeter {
  readonly #samples: { readonly busy: number; readonly total: number }[] = [];

  sample(): void {
    let busy = 0;
    let total = 0;
    for (const { times } of cpus()) {
      const all = times.user + times.nice + times.sys + times.irq + times.idle;
      busy += all - times.idle;
      total += all;
    }
    this.#samples.push({ busy, total });
    if (this.#samples.length > windowSamples + 1) this.#samples.shift();
  }

  /** What hooks hear of where it lasts. */
  shortage({ memoryPercentMax }: Pick<ResourceLimits, 'memoryPercentMax'>): Shortage {
    return shortageOf(this.used(), memoryPercentMax);
  }

  used(): Resources {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const spent = first && last ? last.total - first.total : 0;
    const cpuPercent = first && last && spent > 0 ? (100 * (last.busy - first.busy)) / spent : 0;
    return { memoryPercent: memoryPercent(), cpuPercent };
  }
}

/** What a machine has too little of. */
export interface Shortage {
  readonly isMemoryShort: boolean;
  readonly isBusy: boolean;
}

export function shortageOf({ memoryPercent, cpuPercent }: Resources, memoryPercentMax: number): Shortage {
  return { isMemoryShort: memoryPercent > memoryPercentMax, isBusy: cpuPercent > busyPercent };
}

/** Of the container where there is a limit, else of the machine. */
function memoryPercent(): number {
  const limit = process.constrainedMemory();
  if (limit > 0 && limit < totalmem()) return 100 * (1 - process.availableMemory() / limit);
  return 100 * (1 - Math.max(process.availableMemory(), freemem()) / totalmem());
}
