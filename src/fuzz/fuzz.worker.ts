/** The thread that a fuzzer runs in: it may hang or run out of memory without taking the runner with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzerNamed } from './registry.ts';
import { runCases } from './run.ts';
import type { WatchedOrder } from './watched.ts';

const { name, seed, casesMax, millisecondsMax, progress } = workerData as WatchedOrder;
const cases = new Int32Array(progress);
const fuzzer = fuzzerNamed(name);
if (fuzzer === undefined) throw new Error(`There is no fuzzer "${name}".`);
parentPort?.postMessage(
  await runCases(fuzzer, {
    seed,
    casesMax,
    millisecondsMax,
    onCase: (iteration) => Atomics.store(cases, 0, iteration + 1),
  }),
);
