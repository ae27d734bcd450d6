/** One processor's share of a campaign: runs the seeds that it is given, one at a time. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../../std/assert.ts';
import { type RunOptions, runSeed } from '../runs/run.ts';

const port = parentPort;
assert(port !== null, 'a campaign starts its workers');
port.on('message', (options: RunOptions) => {
  port.postMessage(runSeed(options));
});
