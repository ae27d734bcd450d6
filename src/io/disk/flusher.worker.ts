/** The flusher thread: flushes what the core has written, so that the core never waits for the disk. */
import { openSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Doorbell } from '../system/doorbell.ts';
import { serveFlushes } from './flush-requests.ts';
import type { StorageThreadData } from './storage-threads.ts';

const { folder, memory, doorbell } = workerData as StorageThreadData;
serveFlushes(memory.flush, openSync(folder, 'r'), new Doorbell(doorbell));
