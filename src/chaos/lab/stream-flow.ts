/**
 * A reader of executions, and of a book, on the gateways' stream. A socket that breaks or says nothing any more is
 * given up, and the next gateway goes on from the last execution that was read.
 */
import { WebSocket } from 'ws';
import { streamLogin } from '../../gateway/testing/stream-login.ts';
import { streamPath } from '../../gateway/websocket/manual.ts';
import type { AgentSettings } from './agent-orders.ts';
import { market } from './http-flow.ts';
import { type BookNews, StreamBook } from './stream-book.ts';

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly seq?: number;
  readonly n?: number;
  readonly clientOrderId?: string;
  readonly lastLots?: number;
  readonly quantityLots?: number;
  readonly accountId?: number;
  readonly challenge?: string;
}

/** Something that the stream said, or its reader did, behind the last execution that was read. */
interface Word {
  readonly fromSeq: number;
  readonly afterN?: number;
  readonly text: string;
}

/** What shows the progress of a stream that is whole. */
const plainTypes = ['execution', 'heartbeat', 'authenticated', 'book', 'bookChange'];
/** So many words before and behind a place are shown. */
const wordsBefore = 6;
const wordsBehind = 6;
const retryMs = 100;
/**
 * A stream with orders behind it that says nothing for so long is given up; the next one has twice as long, until an
 * execution comes: one on a busy machine needs more.
 */
const silenceMsMin = 2_000;
const silencesMax = 8;

export class StreamFlow {
  /** How often each execution was read, and of which order it is. */
  readonly seen = new Map<string, { readonly clientOrderId: string; times: number }>();
  gaps = 0;
  readonly book = new StreamBook();
  readonly #words: Word[] = [];
  readonly #settings: AgentSettings;
  #last: { readonly fromSeq: number; readonly afterN?: number } = { fromSeq: 0 };
  #socket: WebSocket | undefined;
  #gateway = 0;
  #heardMs = 0;
  readonly #silenceMsMin: number;
  #silenceMs: number;
  #isEnding = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: AgentSettings, firstSilenceMs = silenceMsMin) {
    this.#settings = settings;
    this.#silenceMsMin = firstSilenceMs;
    this.#silenceMs = firstSilenceMs;
  }

  start(): void {
    this.#connect();
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heardMs <= this.#silenceMs) return;
      this.#silenceMs = Math.min(2 * this.#silenceMs, silencesMax * this.#silenceMsMin);
      this.#next();
    }, this.#silenceMsMin / 4);
  }

  /** Orders of which it has read fewer executions than lots of them traded, in the order in which they were sent. */
  missed(filled: ReadonlyMap<string, number>): string[] {
    const read = new Map<string, number>();
    for (const { clientOrderId } of this.seen.values())
      read.set(clientOrderId, (read.get(clientOrderId) ?? 0) + 1);
    return [...filled]
      .filter(([clientOrderId, lots]) => (read.get(clientOrderId) ?? 0) < lots)
      .map(([clientOrderId]) => clientOrderId);
  }

  /** What the stream said, and the reader did, when it had read about as far as a seq. */
  wordsAround(seq: number): string {
    const first = this.#words.findIndex(({ fromSeq }) => fromSeq >= seq);
    const place = first < 0 ? this.#words.length : first;
    return this.#words
      .slice(Math.max(0, place - wordsBefore), place + wordsBehind)
      .map(({ fromSeq, afterN, text }) => `[behind ${fromSeq}/${afterN ?? '-'}] ${text}`)
      .join(', ');
  }

  /** Executions that it has read more than once. */
  get doubled(): number {
    return [...this.seen.values()].filter(({ times }) => times > 1).length;
  }

  end(): void {
    this.#isEnding = true;
    clearInterval(this.#timer);
    this.#socket?.terminate();
  }

  #connect(): void {
    if (this.#isEnding) return;
    const base = this.#settings.gatewayUrls[this.#gateway]!.replace('http', 'ws');
    const socket = new WebSocket(`${base}${streamPath}`);
    this.#socket = socket;
    this.book.drop();
    this.#note(`it calls ${base}`);
    this.#heardMs = performance.now();
    socket.on('open', () => socket.send('{"challenge": 1}'));
    socket.on('message', (data) => this.#heard(JSON.parse(String(data)) as Message));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) setTimeout(() => this.#next(), retryMs);
    });
  }

  #next(): void {
    this.#socket?.removeAllListeners('close');
    this.#socket?.removeAllListeners('message');
    this.#socket?.terminate();
    this.#gateway = (this.#gateway + 1) % this.#settings.gatewayUrls.length;
    this.#connect();
  }

  #heard(message: Message): void {
    const { type, event, seq, n, clientOrderId } = message;
    if (!plainTypes.includes(type)) this.#note(JSON.stringify(message));
    if (type === 'gap') this.gaps += 1;
    if (type === 'book' || type === 'bookChange') this.book.heard(message as unknown as BookNews);
    if (type === 'challenge' && message.challenge !== undefined) {
      const auth = streamLogin(this.#settings.apiKey, message.challenge);
      const subscribe = { executions: true, book: [market.symbol], ...this.#last };
      this.#socket?.send(JSON.stringify({ auth, subscribe }));
    }
    // Only executions show that the gateway still has them for this reader.
    if (type === 'error') this.#heardMs = Number.NEGATIVE_INFINITY;
    if (type !== 'execution' || seq === undefined || n === undefined) return;
    this.#heardMs = performance.now();
    this.#silenceMs = this.#silenceMsMin;
    this.#last = { fromSeq: seq, afterN: n };
    if (event !== 'executed' || message.accountId !== market.buyerId || clientOrderId === undefined) return;
    // A site that is promoted in place of a lost one gives the same seq to something else.
    const place = `${seq}/${n}/${clientOrderId}`;
    const known = this.seen.get(place);
    if (known === undefined) this.seen.set(place, { clientOrderId, times: 1 });
    else known.times += 1;
  }
  #note(text: string): void {
    this.#words.push({ ...this.#last, text });
  }
}
