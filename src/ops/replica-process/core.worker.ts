/** The first file of the core thread. */
import { workerData } from 'node:worker_threads';
import { importByPath } from '../../io/system/imports-by-path.ts';
import type { CoreData } from '../../io/threads/core-thread.ts';

importByPath();
const { runReplicaCore } = await import('./replica-core.ts');
runReplicaCore(workerData as CoreData);
