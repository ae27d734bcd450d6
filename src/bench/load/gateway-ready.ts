/** Waits until a gateway takes orders. */
import { setTimeout as sleep } from 'node:timers/promises';

const readyTimeoutMs = 30_000;

/** Throws where it does not within half a minute. */
export async function gatewayReady(url: string): Promise<void> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`The gateway was not ready in ${readyTimeoutMs / 1_000} s.`);
}
