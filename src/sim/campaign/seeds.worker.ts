/** One processor's share of a campaign: runs the seeds that it is given, one at a time. */
import { parentPort } from 'node:worker_threads';
import { type RunOptions, runSeed } from '../runs/run.ts';

const port = parentPort!;
port.on('message', (options: RunOptions) => {
  port.postMessage(runSeed(options));
});
