/** How the lab waits: for what must come, however slow the machine is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './monotonic.ts';

/** A wait hangs when nothing has come nearer to its end for so long. */
const standstillMs = 180_000;
/** A longer time between two looks was a pause of this process, or of the machine, and counts as so much. */
const lookMsMax = 2_000;
const pollMs = 20;

export interface WaitOptions {
  /** Grows as the end comes nearer. */
  readonly progress?: () => number;
  readonly standstillMs?: number;
  readonly pollMs?: number;
  readonly nowMs?: () => number;
}

/** What was waited for has not come, and nothing has come nearer to it. */
export class EndlessWait extends Error {}

/** Polls until `isDone`; the failure names the awaited condition. */
export async function until(
  what: string,
  isDone: () => boolean | Promise<boolean>,
  options: WaitOptions = {},
): Promise<void> {
  const { progress = () => 0, nowMs = monotonicMs } = options;
  const boundMs = options.standstillMs ?? standstillMs;
  let seen = progress();
  let waitedMs = 0;
  for (let lastMs = nowMs(); !(await isDone()); ) {
    const atMs = nowMs();
    waitedMs += Math.min(atMs - lastMs, lookMsMax);
    lastMs = atMs;
    const reached = progress();
    if (reached > seen) {
      seen = reached;
      waitedMs = 0;
    }
    if (waitedMs > boundMs)
      throw new EndlessWait(
        `It did not come true that ${what}: nothing came nearer for ${boundMs / 1_000} s.`,
      );
    await sleep(options.pollMs ?? pollMs);
  }
}

/** A command that does not fail in the end. */
export function comesTrue(what: string, command: () => Promise<string>): Promise<void> {
  return until(what, () =>
    command().then(
      () => true,
      () => false,
    ),
  );
}
