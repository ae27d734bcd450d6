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
  readonly #ended: readonly Promise<void>[];

  /** The folder must exist. `failed` is called when a thread ends by itself; the core must stop then. */
  constructor(folder: string, doorbell: Doorbell, failed: (error: Error) => void) {
    const data: StorageThreadData = { folder, memory: this.memory, doorbell: doorbell.buffer };
    this.#ended = ['flusher', 'writer'].map((name) => {
      const file = new URL(`./${name}.worker${extname(import.meta.url)}`, import.meta.url);
      const worker = new Worker(file, { workerData: data, name, env: threadEnvironment() });
      worker.on('error', (error) => failed(error as Error));
      return new Promise((resolve) => worker.once('exit', () => resolve()));
    });
  }

  /** Once the core has closed its storage. */
  async stop(): Promise<void> {
    stopFlusher(this.memory.flush);
    stopWriter(this.memory.writer);
    await Promise.all(this.#ended);
  }
}
