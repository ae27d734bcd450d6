/**
 * The main thread's side of a replica: starts the core thread and the threads that work for its disk, hands over
 * orders, and hears what they report. Nothing of the core waits for the main thread.
 */
import { lookup } from 'node:dns/promises';
import { mkdirSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type {
  Applicant,
  GivenVote,
  MachineLoad,
  Membership,
  OperatorAnswer,
  OperatorControlOrder,
  SeenCondition,
  SeenElection,
  SeenProgress,
  TradingStop,
  WouldBe,
} from '../../replica/ports.ts';
import { type FlushTimes, flushTimes } from '../disk/flush-requests.ts';
import { folderMode } from '../disk/private-files.ts';
import { StorageThreads } from '../disk/storage-threads.ts';
import { AddressError } from '../sockets/addresses.ts';
import type { MachineSettings } from '../sockets/settings.ts';
import { createCounters, SharedCounters } from '../system/counters.ts';
import { Doorbell } from '../system/doorbell.ts';
import { threadEnvironment } from '../system/thread-environment.ts';
import {
  ControlDesk,
  type CoreMessage,
  createControlMemory,
  type GivenIdentity,
  type LogFields,
} from './control.ts';
import type { CoreData } from './core-thread.ts';
import { createLeaseMemory, GrantedLease } from './lease-memory.ts';
import { NameLookups } from './name-lookups.ts';
import type { SharedMemory } from './open-ports.ts';

/** Longest wait for a core to end by itself; then it is cut off, as by a crash. */
const stopMsMax = 5_000;
/** Changes of the leader that are remembered. */
const electionsMax = 100;
const voidedMax = 64;
const sparesMax = 64;

/** Receives what happens in the threads. */
export interface ThreadsListener {
  log(level: 'info' | 'warn', text: string, fields: LogFields): void;
  /** The ports are open and the agent runs. */
  ready(ports: { readonly udpPort: number; readonly tcpPort: number }): void;
  /**
   * A thread has ended that should not: this replica does not work any more. `isConfiguration`: it does not fit its
   * folder, so that a restart changes nothing.
   */
  failed(error: Error, isConfiguration: boolean): void;
}

export class ReplicaThreads {
  /** Slots that the core writes. */
  readonly counters: Float64Array;
  /** The members, as the log of this replica has them; undefined until it has been read. */
  members: Membership | undefined;
  /** What of the exchange is not open, as this replica has applied it. */
  stopped: readonly TradingStop[] = [];
  /** How far the other members are, where this replica leads. */
  progress: readonly SeenProgress[] = [];
  /** How the members are, where this replica leads. */
  conditions: readonly SeenCondition[] = [];
  /** The last commands that were passed over, since they are voided, and spares that were given a vote, in order. */
  readonly voided: number[] = [];
  readonly spares: (GivenVote & { readonly number: number })[] = [];
  #sparesGiven = 0;
  readonly #wouldBe: WouldBe[] = [];
  readonly #elections: SeenElection[] = [];
  /** Machines with a join token that wait, as long as this replica leads. */
  applicants: readonly Applicant[] = [];
  /** Of its site, as the core sees it. */
  readonly lease: GrantedLease;
  readonly #listener: ThreadsListener;
  readonly #doorbell = new Doorbell();
  readonly #threads: StorageThreads;
  readonly #desk: ControlDesk;
  readonly #port: MessagePort;
  readonly #core: Worker;
  readonly #coreEnded: Promise<void>;
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  readonly #names = new NameLookups(
    async (host) => (await lookup(host, { family: 4 })).address,
    () => performance.now(),
    (host, address) => this.#desk.giveAddress(host, address),
    (host, error) => this.#noAddress(host, error),
  );

  /** `entry` is a file that passes its `workerData` to `runCore`; `options` reach the agent that it builds. */
  constructor(settings: MachineSettings, entry: URL, options: unknown, listener: ThreadsListener) {
    this.#listener = listener;
    mkdirSync(settings.folder, { recursive: true, mode: folderMode });
    const failed = (error: Error): void => this.#failed(error);
    this.#threads = new StorageThreads(settings.folder, this.#doorbell, failed);
    const shared: SharedMemory = {
      doorbell: this.#doorbell.buffer,
      counters: createCounters(),
      control: createControlMemory(),
      storage: this.#threads.memory,
      lease: createLeaseMemory(),
    };
    this.lease = new GrantedLease(shared.lease);
    this.counters = new SharedCounters(shared.counters).values;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#port.on('message', (message: CoreMessage) => this.#hear(message));
    this.#desk = new ControlDesk(shared.control, port1, this.#doorbell);
    const data: CoreData = { settings, shared, port: port2, options };
    const env = threadEnvironment();
    this.#core = new Worker(entry, { workerData: data, transferList: [port2], name: 'core', env });
    this.#core.on('error', failed);
    this.#coreEnded = new Promise((resolve) => {
      this.#core.once('exit', (code) => {
        this.#hearLast();
        this.#desk.refuseAll('The core thread has ended.');
        if (code === 0 && !this.#isStopping)
          this.#failed(new Error('The core thread ended without being asked to.'));
        resolve();
      });
    });
  }

  /** The last changes of the leader that this process has seen, the oldest first. */
  get elections(): readonly SeenElection[] {
    return this.#elections;
  }

  /** What automatic failover would have done last, where failover is manual, the oldest first. */
  get wouldBe(): readonly WouldBe[] {
    return this.#wouldBe;
  }

  /** How long flushes of the journal took lately. */
  get flushTimes(): FlushTimes {
    return flushTimes(this.#threads.memory.flush);
  }

  /** Of the bound of its heap the core thread uses so many thousandths. */
  async heapPermille(): Promise<number> {
    const { used_heap_size: used, heap_size_limit: limit } = await this.#core.getHeapStatistics();
    return (1_000 * used) / limit;
  }

  /** The core learns what its machine gives it. */
  showMachine(state: MachineLoad): void {
    this.#desk.showMachine(state);
  }

  /** What the core says of works that may take long. */
  get longWork(): ControlDesk['longWork'] {
    return this.#desk.longWork;
  }

  /** Gives the core an order and resolves with its answer. */
  order(given: Omit<OperatorControlOrder, 'number'>): Promise<OperatorAnswer> {
    return this.#desk.order(given);
  }

  /** Renews the identity of the replica, and which ones it believes, without a stop. */
  changeIdentity(identity: GivenIdentity): void {
    this.#desk.changeIdentity(identity);
  }

  /** Starts the thread that writes snapshots and spare files: what it is asked for waits until then. */
  startWriter(): void {
    this.#threads.startWriter();
  }

  /** Ends all threads; what the core had queued is sent and flushed. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    // The core waits for what it has asked the writer for.
    this.#threads.startWriter();
    this.#desk.requestStop();
    const cutOff = setTimeout(() => void this.#core.terminate(), stopMsMax);
    await this.#coreEnded;
    clearTimeout(cutOff);
    await this.#threads.stop();
    this.#port.close();
    this.#doorbell.close();
  }

  /** What the core said before it ended may be on its way still: the answer to the order that ends it, too. */
  #hearLast(): void {
    for (;;) {
      const last = receiveMessageOnPort(this.#port) as { readonly message: CoreMessage } | undefined;
      if (last === undefined) return;
      this.#hear(last.message);
    }
  }

  #hear(message: CoreMessage): void {
    switch (message.kind) {
      case 'reply':
        this.#desk.answered(message.number, message);
        break;
      case 'log':
        this.#listener.log(message.level, message.text, message.fields);
        break;
      case 'members':
        this.members = message.members;
        break;
      case 'stopped':
        this.stopped = message.stopped;
        break;
      case 'election':
        this.#elections.push(message.election);
        if (this.#elections.length > electionsMax) this.#elections.shift();
        break;
      case 'voided':
        this.voided.push(message.seq);
        if (this.voided.length > voidedMax) this.voided.shift();
        break;
      case 'spare':
        this.spares.push({ number: ++this.#sparesGiven, ...message.given });
        if (this.spares.length > sparesMax) this.spares.shift();
        break;
      case 'progress':
        this.progress = message.progress;
        break;
      case 'wouldBe':
        this.#noteWouldBe(message.would);
        break;
      case 'conditions':
        this.conditions = message.conditions;
        break;
      case 'applicants':
        this.applicants = message.applicants;
        break;
      case 'askAddress':
        void this.#names.ask(message.host);
        break;
      case 'ready':
        this.#listener.ready(message);
        break;
      case 'failed':
        // The core waits for what it has asked the writer for.
        this.#threads.startWriter();
        if (message.socket !== undefined) this.#failed(AddressError.from(message.socket));
        else this.#failed(message.error, message.isConfiguration);
    }
  }

  #noteWouldBe(would: WouldBe): void {
    const known = this.#wouldBe.findIndex(({ number }) => number === would.number);
    if (known >= 0) this.#wouldBe[known] = would;
    else this.#wouldBe.push(would);
    if (this.#wouldBe.length > electionsMax) this.#wouldBe.shift();
  }

  #noAddress(host: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#listener.log('warn', 'a host of a member has no IPv4 address', { host, reason });
  }

  #failed(error: Error, isConfiguration = false): void {
    if (!this.#isStopping) this.#listener.failed(error, isConfiguration);
  }
}
