/** When a process is to end: a signal, or the end of the supervisor that started it. */

const signals = ['SIGINT', 'SIGTERM'] as const;
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
  /** What SIGHUP asks for; without it, and at a terminal, which sends it when it closes, that is an end too. */
  reload?(): void;
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
  const { reload } = listener;
  const onHangup = reload === undefined || isAtTerminal() ? onSignal : reload;
  for (const signal of signals) process.on(signal, onSignal);
  process.on('SIGHUP', onHangup);
  // Only a process that a supervisor started has a channel to it.
  if (process.connected) process.once('disconnect', onDisconnect);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('SIGHUP', onHangup);
    process.off('disconnect', onDisconnect);
  };
}

function isAtTerminal(): boolean {
  return process.stdin.isTTY === true || process.stdout.isTTY === true;
}

/**
 * Resolves with the reason, once. A signal that is meant as a second one kills the process, as it would by default.
 * `reload` is called at each SIGHUP that is no end.
 */
export function endRequested(reload?: () => void): Promise<string> {
  return new Promise((resolve) => {
    const stopListening = onEndSignals({
      ...(reload && { reload }),
      end: resolve,
      endAtOnce: (signal) => {
        stopListening();
        process.kill(process.pid, signal);
      },
    });
  });
}
