/** When a process is to end: a signal, or the end of the supervisor that started it. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * One Ctrl-C may arrive two or three times, because npm and others pass on what the terminal has sent to all already. A
 * second one that a person means comes later.
 */
const repeatMsMin = 1_000;

/** What the process does about it. */
export interface EndListener {
  /** Called once, with the reason: end in good order. */
  end(reason: string): void;
  /** A later signal asks to end at once. */
  endAtOnce(signal: NodeJS.Signals): void;
}

/** Listens until the returned function is called. */
export function onEndSignals(listener: EndListener): () => void {
  let askedMs: number | undefined;
  const ask = (reason: string): void => {
    if (askedMs !== undefined) return;
    askedMs = performance.now();
    listener.end(reason);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (askedMs !== undefined && performance.now() - askedMs >= repeatMsMin) listener.endAtOnce(signal);
    else ask(signal);
  };
  const onDisconnect = (): void => ask('the supervisor is gone');
  for (const signal of signals) process.on(signal, onSignal);
  // Only a process that a supervisor started has a channel to it.
  if (process.connected) process.once('disconnect', onDisconnect);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('disconnect', onDisconnect);
  };
}

/** Resolves with the reason, once. A signal that is meant as a second one kills the process, as it would by default. */
export function endRequested(): Promise<string> {
  return new Promise((resolve) => {
    const stopListening = onEndSignals({
      end: resolve,
      endAtOnce: (signal) => {
        stopListening();
        process.kill(process.pid, signal);
      },
    });
  });
}
