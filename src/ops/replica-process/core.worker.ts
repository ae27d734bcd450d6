/** The core thread of a replica: a Replica on the ports of this machine, until the main thread stops it. */
import { flushCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';
import { type CoreAgent, type CoreData, runCore } from '../../io/threads/core-thread.ts';
import { counter } from '../../replica/counters.ts';
import { type ExchangeReplica, startExchangeReplica } from '../../replica/exchange-replica.ts';
import type { ReplicaOptions } from '../../replica/options.ts';
import type { Counters, Ports } from '../../replica/ports.ts';
import { warmUp } from './warm-up/warm-up.ts';

/** Shows that the duty cycle turns, and how much of it was work. */
class CountedReplica implements CoreAgent {
  readonly #replica: ExchangeReplica;
  readonly #counters: Counters;
  #cycles = 0;
  #busyCycles = 0;

  constructor(options: ReplicaOptions, ports: Ports) {
    this.#replica = startExchangeReplica(options, ports);
    this.#counters = ports.counters;
  }

  get deadlineUs(): number {
    return this.#replica.deadlineUs;
  }

  /** @hot */
  doWork(nowUs: number): number {
    const work = this.#replica.doWork(nowUs);
    this.#counters.set(counter.cycles, ++this.#cycles);
    if (work > 0) this.#counters.set(counter.busyCycles, ++this.#busyCycles);
    return work;
  }

  stop(): void {
    this.#replica.stop();
  }
}

const data = workerData as CoreData;
warmUp(data.options as ReplicaOptions);
// A process that is killed does not get to it: with what has run by now the next start is a fast one.
flushCompileCache();
runCore(data, (options, ports) => new CountedReplica(options as ReplicaOptions, ports));
