/** What a gateway says on its stream to a reader who comes now. */
import { WebSocket } from 'ws';
import { streamPath } from '../../gateway/websocket/manual.ts';
import type { ServiceAnswer } from './agent-orders.ts';

const timeoutMs = 3_000;
const upgraded = 101;

interface Message {
  readonly type: string;
  readonly mode?: string;
  readonly code?: string;
}

/** Subscribes to a book and to what the gateway knows of the leader; fails where neither both nor a refusal comes. */
export function probeStream(gatewayUrl: string, symbol: string): Promise<ServiceAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ServiceAnswer>();
  const socket = new WebSocket(`${gatewayUrl.replace('http', 'ws')}${streamPath}`);
  const timer = setTimeout(() => reject(new Error('the stream has not answered in time')), timeoutMs);
  let mode: string | undefined;
  let hasBook = false;
  socket.on('open', () => socket.send(JSON.stringify({ subscribe: { book: [symbol], cluster: true } })));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.type === 'error') resolve({ status: upgraded, code: message.code ?? '' });
    if (message.type === 'cluster') mode = message.mode;
    hasBook ||= message.type === 'book';
    if (hasBook && mode !== undefined) resolve({ status: upgraded, code: '', mode });
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the stream was closed')));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.terminate();
  });
}
