/** Looks again and again, until something is so or too long was waited. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What `look` gives once it gives something; undefined after `withinMs` without it. It looks at least once. */
export async function lookUntil<T>(
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() >= endMs) return found;
    await sleep(everyMs);
  }
}
