/** Starts and ends the two threads that work for a core's storage. They belong to the main thread. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Doorbell } from '../system/doorbell.ts';
import { threadEnvironment } from '../system/thread-environment.ts';
import { createWriterMemory, stopWriter } from './background-writer.ts';
import { createFlushMemory, stopFlusher } from './flush-requests.ts';

/** What the core and its storage threads share. */
export interface StorageMemory {
  readonly flush: SharedArrayBuffer;
  readonly writer: SharedArrayBuffer;
}

/** What a storage thread is started with. */
export interface StorageThreadData {
  readonly folder: string;
  readonly memory: StorageMemory;
  readonly doorbell: SharedArrayBuffer;
}

export class StorageThreads {
  readonly memory: StorageMemory = { flush: createFlushMemory(), writer: createWriterMemory() };
  readonly #data: StorageThreadData;
  readonly #failed: (error: Error) => void;
  readonly #ended: Promise<void>[] = [];
  #hasWriter = false;

  /**
   * Starts the flusher. The folder must exist. `failed` is called when a thread ends by itself; the core must stop
   * then.
   */
  constructor(folder: string, doorbell: Doorbell, failed: (error: Error) => void) {
    this.#data = { folder, memory: this.memory, doorbell: doorbell.buffer };
    this.#failed = failed;
    this.#start('flusher');
  }

  /** Once. What it is asked for waits until then: a core that starts is not kept from its processor. */
  startWriter(): void {
    if (this.#hasWriter) return;
    this.#hasWriter = true;
    this.#start('writer');
  }

  #start(name: string): void {
    const file = new URL(`./${name}.worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { workerData: this.#data, name, env: threadEnvironment() });
    worker.on('error', (error) => this.#failed(error as Error));
    this.#ended.push(new Promise((resolve) => worker.once('exit', () => resolve())));
  }

  /** Once the core has closed its storage. */
  async stop(): Promise<void> {
    stopFlusher(this.memory.flush);
    stopWriter(this.memory.writer);
    await Promise.all(this.#ended);
  }
}
