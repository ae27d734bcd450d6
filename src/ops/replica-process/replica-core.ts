/** What the core thread of a replica runs: a Replica on the ports of this machine, until the main thread stops it. */
import { readlinkSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { type CoreAgent, type CoreData, runCore } from '../../io/threads/core-thread.ts';
import { counter } from '../../replica/counters.ts';
import { type MemberReplica, startExchangeReplica, startWitness } from '../../replica/exchange-replica.ts';
import type { ReplicaOptions } from '../../replica/options.ts';
import type { Counters, Ports } from '../../replica/ports.ts';
import { type LongWorks, workLong } from '../../std/long-work.ts';
import { Practice } from './warm-up/warm-up.ts';

/** Of the system; 0 where it has no such list. */
function ownThreadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return 0;
  }
}

/** Shows that the duty cycle turns, and how much of it was work; practises where there was none. */
class CountedReplica implements CoreAgent {
  readonly #replica: MemberReplica;
  readonly #counters: Counters;
  readonly #works: LongWorks;
  #practice: Practice | undefined;
  #cycles = 0;
  #busyCycles = 0;

  constructor(options: ReplicaOptions, ports: Ports) {
    const isWitness = options.isWitness === true;
    this.#replica = isWitness ? startWitness(options, ports) : startExchangeReplica(options, ports);
    // One that never leads has nothing to practise.
    if (!isWitness) this.#practice = new Practice(options);
    this.#counters = ports.counters;
    this.#works = ports.control;
    this.#counters.set(counter.coreThread, ownThreadId());
  }

  get deadlineUs(): number {
    return this.#replica.deadlineUs;
  }

  /** @hot */
  doWork(nowUs: number): number {
    const work = this.#replica.doWork(nowUs);
    this.#counters.set(counter.cycles, ++this.#cycles);
    if (work > 0) this.#counters.set(counter.busyCycles, ++this.#busyCycles);
    else if (this.#practice !== undefined) return this.#practise(this.#practice);
    return work;
  }

  /** A follower practises; one that leads has no time for it, and learns by its work. */
  #practise(practice: Practice): number {
    const { isLeader, leaderId } = this.#replica.log;
    if (isLeader) practice.end();
    else if (leaderId !== 0) practice.step();
    if (!practice.isOver) return leaderId === 0 ? 0 : 1;
    this.#practice = undefined;
    // A process that is killed does not get to it: with what has run by now the next start is a fast one.
    workLong(this.#works, flushCompileCache);
    return 0;
  }

  stop(): void {
    this.#practice?.end();
    this.#replica.stop();
  }
}

export function runReplicaCore(data: CoreData): void {
  runCore(data, (options, ports) => new CountedReplica(options as ReplicaOptions, ports));
}
