/** Waits until a gateway takes orders. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../ops/web-request.ts';

const readyTimeoutMs = 30_000;
const askTimeoutMs = 2_000;

/** Throws where it does not within half a minute. */
export async function gatewayReady(url: string): Promise<void> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (performance.now() < deadlineMs) {
    const signal = AbortSignal.timeout(askTimeoutMs);
    const asked = ask({ url: `${url}/health/ready`, signal, trust: { isUnchecked: true } });
    if ((await asked.catch(() => undefined))?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`The gateway was not ready in ${readyTimeoutMs / 1_000} s.`);
}
