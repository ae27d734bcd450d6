/** When a process is to end: a signal, or the end of the supervisor that started it. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the reason, once. */
export function endRequested(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal));
    // Only a process that a supervisor started has a channel to it.
    if (process.connected) process.once('disconnect', () => resolve('the supervisor is gone'));
  });
}
