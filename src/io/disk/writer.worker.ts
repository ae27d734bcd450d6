/** The writer thread: writes snapshots and makes spare journal files beside the core. */
import { workerData } from 'node:worker_threads';
import { Doorbell } from '../system/doorbell.ts';
import { serveWrites } from './background-writer.ts';
import type { StorageThreadData } from './storage-threads.ts';

const { folder, memory, doorbell } = workerData as StorageThreadData;
serveWrites(memory.writer, folder, new Doorbell(doorbell));
