// Raw connections to a gateway, from callers that break its rules and are cut off while they still write.
import type { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection whose errors are expected: the other side may reset it at any byte. */
export function callAsStranger(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

/**
 * The arguments of the event that says that the connection is closed, also after an error (`once` of node:events would
 * throw that error).
 */
export function closeOf(socket: EventEmitter): Promise<unknown[]> {
  return new Promise((resolve) => socket.once('close', (...args: unknown[]) => resolve(args)));
}
