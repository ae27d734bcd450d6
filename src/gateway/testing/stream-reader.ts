import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import type { Gateway } from '../gateway.ts';
import { streamMessages } from '../websocket/manual.ts';
import { apiKey } from './desk.ts';
import { closeOf } from './strangers.ts';
import { type KeyOfReader, streamLogin } from './stream-login.ts';

export type StreamMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** Where the gateway is that is read from. */
interface Place {
  readonly gateway: Pick<Gateway, 'url'>;
}

/** A reader that keeps what arrives, in order. */
export class StreamReader {
  readonly socket: WebSocket;
  readonly #messages: StreamMessage[] = [];
  #wake: () => void = () => undefined;

  constructor({ gateway }: Place, options: ClientOptions = {}) {
    this.socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/v1/stream`, options);
    this.socket.on('message', (data) => {
      this.#messages.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.socket.on('error', () => undefined);
  }

  static async open(place: Place, options?: ClientOptions): Promise<StreamReader> {
    const reader = new StreamReader(place, options);
    await once(reader.socket, 'open');
    return reader;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Logs in by a key; gives the answer, whether or not it is good. */
  async login(key: KeyOfReader = apiKey): Promise<StreamMessage> {
    this.send({ auth: streamLogin(key, await this.challenge()) });
    return this.nextOf('authenticated', 'error');
  }

  async challenge(): Promise<string> {
    this.send({ challenge: 1 });
    return String((await this.next('challenge'))['challenge']);
  }

  /** The next message of a type; others before it are dropped. */
  next(type: string): Promise<StreamMessage> {
    return this.nextOf(type);
  }

  /** The next message of one of these types. */
  async nextOf(...types: readonly string[]): Promise<StreamMessage> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) assertDocumented(message);
      if (message !== undefined && types.includes(message.type)) return message;
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async closed(): Promise<[code: number, reason: string]> {
    const [code, reason] = await closeOf(this.socket);
    return [code as number, String(reason)];
  }
}

/** The manual names each message and each field of it. */
function assertDocumented({ type, ...fields }: StreamMessage): void {
  assert.ok(Object.hasOwn(streamMessages, type), type);
  const known = Object.keys(streamMessages[type as keyof typeof streamMessages].fields);
  for (const name of Object.keys(fields)) assert.ok(known.includes(name), `${type}.${name}`);
}
