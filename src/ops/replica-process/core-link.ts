/**
 * Between the main thread and the core thread: orders go in, answers and log lines come out. The core never returns to
 * its event loop, so it polls one shared number per cycle and takes a message only when that number has moved.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Control, ControlOrder, Log } from '../../replica/ports.ts';

export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** What the core thread tells the main thread. */
export type CoreMessage =
  | { readonly type: 'reply'; readonly number: number; readonly ok: boolean; readonly text: string }
  | {
      readonly type: 'log';
      readonly level: 'info' | 'warn';
      readonly text: string;
      readonly fields?: LogFields;
    };

export interface OrderAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** How long the main thread waits for the core's answer. */
export const orderTimeoutMs = 10_000;

/** The main thread's end. */
export class CoreLink {
  /** Grows with each order; shared. */
  readonly signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #port: MessagePort;
  readonly #wake: () => void;
  readonly #waiting = new Map<number, (answer: OrderAnswer | undefined) => void>();
  #number = 0;

  /** `wake` rings the core where it sleeps. */
  constructor(port: MessagePort, wake: () => void, log: (message: CoreMessage & { type: 'log' }) => void) {
    this.#port = port;
    this.#wake = wake;
    port.on('message', (message: CoreMessage) => {
      if (message.type === 'log') log(message);
      else this.#settle(message.number, { ok: message.ok, text: message.text });
    });
  }

  /** Gives an order; undefined where the core did not answer in time, so that its outcome is unknown. */
  order(kind: ControlOrder['kind'], replicaId = 0): Promise<OrderAnswer | undefined> {
    const number = ++this.#number;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(number, undefined), orderTimeoutMs);
      this.#waiting.set(number, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      const order: ControlOrder = { number, kind, replicaId };
      this.#port.postMessage(order);
      Atomics.add(this.signal, 0, 1);
      this.#wake();
    });
  }

  close(): void {
    for (const number of [...this.#waiting.keys()]) this.#settle(number, undefined);
    this.#port.close();
  }

  #settle(number: number, answer: OrderAnswer | undefined): void {
    this.#waiting.get(number)?.(answer);
    this.#waiting.delete(number);
  }
}

/** The core thread's end: takes orders in the order in which they were given. */
export class PolledControl implements Control {
  readonly #port: MessagePort;
  readonly #signal: Int32Array;
  #taken = 0;

  constructor(port: MessagePort, signal: Int32Array) {
    this.#port = port;
    this.#signal = signal;
  }

  // hot path: one load per cycle.
  next(): ControlOrder | undefined {
    if (Atomics.load(this.#signal, 0) === this.#taken) return undefined;
    const received = receiveMessageOnPort(this.#port) as { readonly message: ControlOrder } | undefined;
    if (received === undefined) return undefined;
    this.#taken = (this.#taken + 1) | 0;
    return received.message;
  }

  reply(order: ControlOrder, ok: boolean, text: string): void {
    const message: CoreMessage = { type: 'reply', number: order.number, ok, text };
    this.#port.postMessage(message);
  }
}

/** Log lines of the core; the main thread writes them. */
export class PostedLog implements Log {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  info(text: string, fields?: LogFields): void {
    this.#post('info', text, fields);
  }

  warn(text: string, fields?: LogFields): void {
    this.#post('warn', text, fields);
  }

  #post(level: 'info' | 'warn', text: string, fields: LogFields | undefined): void {
    const message: CoreMessage = { type: 'log', level, text, ...(fields === undefined ? {} : { fields }) };
    this.#port.postMessage(message);
  }
}
