/**
 * Orders of the operator, from the main thread to a core thread that never returns to its event loop, and the answers
 * back. A word of shared memory says whether an order waits, so that a cycle without one costs a single load.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type {
  Applicant,
  Control,
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
import type { Authorities } from '../../trust/certificates.ts';
import type { OwnIdentity } from '../../trust/handshake.ts';
import type { SocketFailure } from '../sockets/addresses.ts';
import type { Doorbell } from '../system/doorbell.ts';

/** Words of the shared memory. */
const waitingAt = 0;
const stopAt = 1;
/** How many long works are under way in the core, and how many have begun. */
const longWorksAt = 2;
const longWorksBegunAt = 3;
/** What the main thread knows of the machine: time without a processor, heap, disk; thousandths. */
const machineAt = 4;
const words = 7;
/** An operator waits so long for an answer; an order that is older is not carried out. */
const orderMsMax = 10_000;

interface QueuedOrder {
  readonly order: OperatorControlOrder;
  readonly givenMs: number;
}

/** The identity of a replica from now on, and which ones it believes. */
export interface GivenIdentity {
  readonly own: OwnIdentity;
  readonly authorities: Authorities;
}

/** The address of a name that the core asked for. */
interface GivenAddress {
  readonly host: string;
  readonly address: string;
}

/** The same in all threads of a process; stands still for none of them. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

/** What a core tells the main thread. */
export type CoreMessage =
  | ({ readonly kind: 'reply'; readonly number: number } & OperatorAnswer)
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn';
      readonly text: string;
      readonly fields: LogFields;
    }
  | { readonly kind: 'members'; readonly members: Membership }
  | { readonly kind: 'stopped'; readonly stopped: readonly TradingStop[] }
  | { readonly kind: 'election'; readonly election: SeenElection }
  | { readonly kind: 'voided'; readonly seq: number }
  | { readonly kind: 'spare'; readonly given: GivenVote }
  | { readonly kind: 'progress'; readonly progress: readonly SeenProgress[] }
  | { readonly kind: 'wouldBe'; readonly would: WouldBe }
  | { readonly kind: 'conditions'; readonly conditions: readonly SeenCondition[] }
  | { readonly kind: 'applicants'; readonly applicants: readonly Applicant[] }
  | { readonly kind: 'askAddress'; readonly host: string }
  | { readonly kind: 'ready'; readonly udpPort: number; readonly tcpPort: number }
  /** Errors lose their class and fields on the way, so those that matter go beside. */
  | {
      readonly kind: 'failed';
      readonly error: Error;
      readonly socket?: SocketFailure;
      readonly isConfiguration?: boolean;
    };

export type LogFields = Readonly<Record<string, string | number | boolean>>;

export function createControlMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(words * 4);
}

/** The side of the core. */
export class CoreControl implements Control {
  /** Called where the identity of the replica has changed. */
  onIdentity: (identity: GivenIdentity) => void = () => undefined;
  /** Called with the address of a name that was asked for. */
  onAddress: (host: string, address: string) => void = () => undefined;
  readonly #words: Int32Array;
  readonly #port: MessagePort;

  constructor(memory: SharedArrayBuffer, port: MessagePort) {
    this.#words = new Int32Array(memory);
    this.#port = port;
  }

  /** @hot */
  next(): OperatorControlOrder | undefined {
    let order: OperatorControlOrder | undefined;
    // What is no order is done on the way: an order waits for none of it.
    for (let left = Atomics.load(this.#words, waitingAt); left > 0 && order === undefined; left--)
      order = this.#take();
    return order;
  }

  reply({ number }: OperatorControlOrder, answer: OperatorAnswer): void {
    this.tell({ kind: 'reply', number, ...answer });
  }

  showMembers(members: Membership): void {
    this.tell({ kind: 'members', members });
  }

  showStopped(stopped: readonly TradingStop[]): void {
    this.tell({ kind: 'stopped', stopped });
  }

  showElection(election: SeenElection): void {
    this.tell({ kind: 'election', election });
  }

  showVoided(seq: number): void {
    this.tell({ kind: 'voided', seq });
  }

  showSpare(given: GivenVote): void {
    this.tell({ kind: 'spare', given });
  }

  showProgress(progress: readonly SeenProgress[]): void {
    this.tell({ kind: 'progress', progress });
  }

  showApplicants(applicants: readonly Applicant[]): void {
    this.tell({ kind: 'applicants', applicants });
  }

  get machine(): MachineLoad {
    const [starvedPermille, heapPermille, diskPermille] = [0, 1, 2].map((n) => {
      const word = Atomics.load(this.#words, machineAt + n);
      return word === 0 ? undefined : word - 1;
    }) as [number?, number?, number?];
    return { starvedPermille, heapPermille, diskPermille };
  }

  showWouldBe(would: WouldBe): void {
    this.tell({ kind: 'wouldBe', would });
  }

  showConditions(conditions: readonly SeenCondition[]): void {
    this.tell({ kind: 'conditions', conditions });
  }

  showLongWork(begins: boolean): void {
    if (begins) Atomics.add(this.#words, longWorksBegunAt, 1);
    Atomics.add(this.#words, longWorksAt, begins ? 1 : -1);
  }

  /** Asks the main thread for the address of a name. */
  askAddress(host: string): void {
    this.tell({ kind: 'askAddress', host });
  }

  tell(message: CoreMessage): void {
    this.#port.postMessage(message);
  }

  /** Whether the main thread wants the core to end. @hot */
  stopRequested(): boolean {
    return Atomics.load(this.#words, stopAt) !== 0;
  }

  #take(): OperatorControlOrder | undefined {
    const waiting = receiveMessageOnPort(this.#port) as
      | { readonly message: QueuedOrder | GivenIdentity | GivenAddress }
      | undefined;
    if (waiting === undefined) return undefined;
    Atomics.sub(this.#words, waitingAt, 1);
    if ('own' in waiting.message) {
      this.onIdentity(waiting.message);
      return undefined;
    }
    if ('host' in waiting.message) {
      this.onAddress(waiting.message.host, waiting.message.address);
      return undefined;
    }
    const { order, givenMs } = waiting.message;
    if (monotonicMs() - givenMs <= orderMsMax) return order;
    this.reply(order, {
      ok: false,
      text: 'The replica stood still and read this order too late. Nothing was done. Give it again.',
    });
    return undefined;
  }
}

/** The side of the main thread. */
export class ControlDesk {
  readonly #words: Int32Array;
  readonly #port: MessagePort;
  readonly #doorbell: Doorbell;
  readonly #unanswered = new Map<number, (answer: OperatorAnswer) => void>();
  #orders = 0;

  constructor(memory: SharedArrayBuffer, port: MessagePort, doorbell: Doorbell) {
    this.#words = new Int32Array(memory);
    this.#port = port;
    this.#doorbell = doorbell;
  }

  /** Whether the core is at a work that may take long, and how many of these it has begun. */
  get longWork(): { readonly isUnderWay: boolean; readonly begun: number } {
    const isUnderWay = Atomics.load(this.#words, longWorksAt) > 0;
    return { isUnderWay, begun: Atomics.load(this.#words, longWorksBegunAt) };
  }

  /** The core sees it when it looks next. */
  showMachine({ starvedPermille, heapPermille, diskPermille }: MachineLoad): void {
    for (const [n, value] of [starvedPermille, heapPermille, diskPermille].entries())
      Atomics.store(this.#words, machineAt + n, value === undefined ? 0 : 1 + Math.round(value));
  }

  /** Gives an order; resolves with its answer, or with a refusal when the core ends first. */
  order(given: Omit<OperatorControlOrder, 'number'>): Promise<OperatorAnswer> {
    const number = ++this.#orders;
    const order = { ...given, number };
    return new Promise((resolve) => {
      this.#unanswered.set(number, resolve);
      this.#post({ order, givenMs: monotonicMs() });
    });
  }

  /** The core uses it for new links, and ends those of parties that it believes no more. */
  changeIdentity(identity: GivenIdentity): void {
    this.#post(identity);
  }

  /** A name that the core asked for has this address. */
  giveAddress(host: string, address: string): void {
    this.#post({ host, address });
  }

  #post(message: QueuedOrder | GivenIdentity | GivenAddress): void {
    this.#port.postMessage(message);
    Atomics.add(this.#words, waitingAt, 1);
    this.#doorbell.ring();
  }

  /** An answer came from the core. */
  answered(number: number, answer: OperatorAnswer): void {
    const { ok, text, needsSecond = false, isForLeader = false } = answer;
    this.#unanswered.get(number)?.({
      ok,
      text,
      ...(needsSecond && { needsSecond }),
      ...(isForLeader && { isForLeader }),
    });
    this.#unanswered.delete(number);
  }

  /** No answer comes any more. */
  refuseAll(text: string): void {
    for (const resolve of this.#unanswered.values()) resolve({ ok: false, text });
    this.#unanswered.clear();
  }

  requestStop(): void {
    Atomics.store(this.#words, stopAt, 1);
    this.#doorbell.ring();
  }
}
