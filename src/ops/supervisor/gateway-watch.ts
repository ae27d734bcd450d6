/** Waits until the exchange can be used: until the gateway says that it is ready. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type ServerTrust } from '../web-request.ts';

const askEveryMs = 100;
const answerMs = 1_000;

/** True once it is ready; false when `signal` ends the wait or `timeoutMs` is over. */
export async function becomesReady(
  gatewayUrl: string,
  trust: ServerTrust,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const endsAtMs = performance.now() + timeoutMs;
  while (!signal.aborted && performance.now() < endsAtMs) {
    try {
      const { status } = await ask({
        url: `${gatewayUrl}/health/ready`,
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
        trust,
      });
      if (status === 200) return true;
    } catch {
      // Not listening yet.
    }
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
