/**
 * Runs a fuzzer in a thread and watches it: a case that does not end, or takes all memory, is a failure like any other.
 */
import { Worker } from 'node:worker_threads';
import { type FuzzResult, secondsSince } from './run.ts';

/** The orders for the thread. */
export interface WatchedOrder {
  readonly name: string;
  readonly seed: number;
  readonly casesMax: number;
  readonly millisecondsMax: number;
  /** One number of 32 bits: cases that have begun. */
  readonly progress: SharedArrayBuffer;
}

export interface WatchOptions extends Omit<WatchedOrder, 'progress'> {
  /** A case that takes longer hangs. */
  readonly caseMillisecondsMax?: number;
  /** Heap of the thread. */
  readonly megabytesMax?: number;
}

const caseMillisecondsDefault = 20_000;
const megabytesDefault = 768;

/** The result of the run; what ended the thread is the failure of the case that it was at. */
export async function runWatched(options: WatchOptions): Promise<FuzzResult> {
  const { caseMillisecondsMax = caseMillisecondsDefault, megabytesMax = megabytesDefault, ...rest } = options;
  const startedMs = performance.now();
  const order: WatchedOrder = { ...rest, progress: new SharedArrayBuffer(4) };
  const cases = new Int32Array(order.progress);
  const worker = new Worker(new URL('./fuzz.worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: megabytesMax },
  });
  const { promise, resolve } = Promise.withResolvers<FuzzResult>();
  const fail = (text: string): void => {
    const begun = Atomics.load(cases, 0);
    const iteration = Math.max(0, begun - 1);
    const failure = { seed: order.seed + iteration, iteration, text };
    resolve({ name: order.name, iterations: begun, seconds: secondsSince(startedMs), failure });
  };
  worker.on('message', (result: FuzzResult) => resolve(result));
  worker.on('error', (error) =>
    fail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  worker.on('exit', () => fail('The thread ended before the run did.'));
  let seen = 0;
  const watch = setInterval(() => {
    const begun = Atomics.load(cases, 0);
    if (begun > 0 && begun === seen) fail(`The case did not end within ${caseMillisecondsMax} ms.`);
    seen = begun;
  }, caseMillisecondsMax);
  const result = await promise;
  clearInterval(watch);
  await worker.terminate();
  return result;
}
