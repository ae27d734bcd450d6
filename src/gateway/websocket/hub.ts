/**
 * Spreads the events of the exchange to the subscribers of books, trades, executions and leadership.
 * One book per instrument is kept, however many read it; a text is made once for all its readers.
 */
import type { Instrument } from '../admission/orders.ts';
import { executionAnswer, levelAnswer, tradeAnswer } from '../exchange/answers.ts';
import type { Readership } from '../exchange/feed-ports.ts';
import type { LeadershipInEpoch } from '../exchange/health.ts';
import type { BookLevelEvent, ExchangeEvent, ExecutionEvent, LevelRow, Rows, TradeEvent } from '../ports.ts';
import { type BookSnapshot, depthLevels, LiveBook } from './live-book.ts';
import { type ModePorts, ModeReaders } from './mode-readers.ts';

/** A reader of the executions of some accounts. */
export interface ExecutionReader {
  onEvent(event: ExecutionEvent, text: string): void;
  onGap(lostSeq: number, cutSeq?: number): void;
}

/** One reader. `send` takes the text or cuts the reader; it never blocks and never throws. */
export interface StreamSubscriber {
  send(text: string): void;
}

/** What the hub needs from outside. */
export interface HubPorts extends ModePorts {
  readonly book: (instrumentId: number, rows: number) => Promise<Rows<LevelRow>>;
  /** Calls back soon, after the events that wait now were taken. */
  readonly defer: (callback: () => void) => void;
  readonly leadership: () => LeadershipInEpoch;
  readonly onReload: () => void;
}

interface BookTopic {
  readonly instrument: Instrument;
  readonly book: LiveBook;
  readonly subscribers: Set<StreamSubscriber>;
  /** Bumped when the snapshot that was loaded, or is being loaded, becomes invalid. */
  generation: number;
  isLoading: boolean;
}

export class Hub implements Readership {
  readonly #ports: HubPorts;
  readonly #books = new Map<number, BookTopic>();
  readonly #trades = new Map<number, Set<StreamSubscriber>>();
  readonly #executions = new Map<number, Set<ExecutionReader>>();
  readonly #leadership = new Set<StreamSubscriber>();
  readonly modes: ModeReaders;
  readonly #changed = new Set<BookTopic>();
  #seenSeq = 0;
  #isFlushDue = false;

  constructor(ports: HubPorts) {
    this.#ports = ports;
    this.modes = new ModeReaders(ports);
  }

  /** Highest seq that the feed has brought. */
  get seenSeq(): number {
    return this.#seenSeq;
  }

  /** Whether events have a reader. */
  get isRead(): boolean {
    return this.#books.size + this.#trades.size + this.#executions.size > 0 || this.modes.isRead;
  }

  readsBook(instrumentId: number): boolean {
    return this.#books.has(instrumentId);
  }

  readsTrades(instrumentId: number): boolean {
    return this.#trades.has(instrumentId);
  }

  readsExecutions(accountId: number): boolean {
    return this.#executions.has(accountId);
  }

  readsModes(): boolean {
    return this.modes.isRead;
  }

  /** The reader gets a snapshot as soon as there is one, and then every change. */
  subscribeBook(subscriber: StreamSubscriber, instrument: Instrument): void {
    let topic = this.#books.get(instrument.instrumentId);
    if (topic === undefined) {
      topic = { instrument, book: new LiveBook(), subscribers: new Set(), generation: 0, isLoading: false };
      this.#books.set(instrument.instrumentId, topic);
    }
    if (topic.subscribers.has(subscriber)) return;
    if (topic.book.isLive) {
      this.#sendChange(topic);
      subscriber.send(snapshotText(topic.book.snapshot(), topic.instrument));
    }
    topic.subscribers.add(subscriber);
    if (!topic.book.isLive) void this.#load(topic);
  }

  subscribeTrades(subscriber: StreamSubscriber, instrument: Instrument): void {
    addTo(this.#trades, instrument.instrumentId, subscriber);
  }

  subscribeExecutions(reader: ExecutionReader, accountIds: readonly number[]): void {
    for (const accountId of accountIds) addTo(this.#executions, accountId, reader);
  }

  subscribeLeadership(subscriber: StreamSubscriber): void {
    this.#leadership.add(subscriber);
    subscriber.send(JSON.stringify({ type: 'cluster', ...this.#ports.leadership() }));
  }

  unsubscribeBook(subscriber: StreamSubscriber, instrumentId: number): void {
    const topic = this.#books.get(instrumentId);
    topic?.subscribers.delete(subscriber);
    if (topic?.subscribers.size === 0) this.#dropBook(topic);
  }

  unsubscribeTrades(subscriber: StreamSubscriber, instrumentId: number): void {
    removeFrom(this.#trades, instrumentId, subscriber);
  }

  unsubscribeExecutions(reader: ExecutionReader): void {
    for (const accountId of [...this.#executions.keys()]) removeFrom(this.#executions, accountId, reader);
  }

  unsubscribeLeadership(subscriber: StreamSubscriber): void {
    this.#leadership.delete(subscriber);
  }

  /** Forgets a reader of books, trades, modes and the leader. */
  remove(subscriber: StreamSubscriber): void {
    for (const instrumentId of [...this.#books.keys()]) this.unsubscribeBook(subscriber, instrumentId);
    for (const instrumentId of [...this.#trades.keys()]) this.unsubscribeTrades(subscriber, instrumentId);
    this.unsubscribeLeadership(subscriber);
    this.modes.remove(subscriber);
  }

  /** The feed has come to this seq, whether the event is read or not. */
  onSeq(seq: number): void {
    if (seq > this.#seenSeq) this.#seenSeq = seq;
  }

  /** Takes one event that is read, in order. */
  onEvent(event: ExchangeEvent): void {
    switch (event.type) {
      case 'bookLevel':
        this.#onBookLevel(event);
        return;
      case 'trade':
        this.#onTrade(event);
        return;
      case 'modeChanged':
        this.modes.onEvent(event);
        return;
      case 'orderAccepted':
      case 'orderExecuted':
      case 'orderCancelled':
      case 'orderReplaced':
        this.#onExecution(event);
        return;
      default:
        return;
    }
  }

  /** Events up to `lostSeq` may be missing: all books are read again, and readers of executions ask for fills. */
  onGap(lostSeq: number, cutSeq?: number): void {
    this.#seenSeq = Math.max(this.#seenSeq, lostSeq);
    for (const topic of this.#books.values()) this.#reload(topic);
    this.modes.reload();
    for (const reader of this.#executionReaders()) reader.onGap(lostSeq, cutSeq);
  }

  /**
   * Another exchange begins, or the feed does, and has come to `seq`: what comes counts from there, however low its
   * seqs. What has readers is read again.
   */
  begin(seq: number): void {
    this.#seenSeq = seq;
    for (const topic of this.#books.values()) this.#reload(topic);
    this.modes.reload();
    for (const reader of this.#executionReaders()) reader.onGap(seq);
  }

  /** Another replica leads, or none. */
  onLeadership(): void {
    const text = JSON.stringify({ type: 'cluster', ...this.#ports.leadership() });
    for (const subscriber of this.#leadership) subscriber.send(text);
  }

  #executionReaders(): ReadonlySet<ExecutionReader> {
    return new Set([...this.#executions.values()].flatMap((some) => [...some]));
  }

  #onBookLevel(event: BookLevelEvent): void {
    const topic = this.#books.get(event.instrumentId);
    if (topic === undefined) return;
    topic.book.apply(event);
    this.#changed.add(topic);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#ports.defer(() => this.#flush());
  }

  #onTrade(event: TradeEvent): void {
    const subscribers = this.#trades.get(event.instrumentId);
    const instrument = this.#ports.instrumentOf(event.instrumentId);
    if (subscribers === undefined || instrument === undefined) return;
    const text = JSON.stringify({ type: 'trade', ...tradeAnswer(event, instrument) });
    for (const subscriber of subscribers) subscriber.send(text);
  }

  #onExecution(event: ExecutionEvent): void {
    const readers = this.#executions.get(event.accountId);
    if (readers === undefined) return;
    const text = JSON.stringify(executionAnswer(event, this.#ports.instrumentOf(event.instrumentId)));
    for (const reader of readers) reader.onEvent(event, text);
  }

  #flush(): void {
    this.#isFlushDue = false;
    for (const topic of this.#changed) {
      this.#sendChange(topic);
      if (topic.book.mustReload) this.#reload(topic);
    }
    this.#changed.clear();
  }

  #sendChange(topic: BookTopic): void {
    const change = topic.book.isLive ? topic.book.takeChange() : undefined;
    if (change === undefined) return;
    const text = changeText(change, topic.instrument);
    for (const subscriber of topic.subscribers) subscriber.send(text);
  }

  #reload(topic: BookTopic): void {
    topic.generation++;
    topic.book.begin(this.#seenSeq);
    this.#ports.onReload();
    void this.#load(topic);
  }

  /** Asks for the book until an answer fits the events; one such loop runs per book. */
  async #load(topic: BookTopic): Promise<void> {
    if (topic.isLoading) return;
    topic.isLoading = true;
    try {
      while (topic.subscribers.size > 0) {
        const { generation } = topic;
        topic.book.begin(this.#seenSeq);
        const book = await this.#ports
          .book(topic.instrument.instrumentId, depthLevels)
          .catch(() => undefined);
        if (topic.generation !== generation) continue;
        if (book !== undefined && topic.book.load(book)) break;
        await this.#ports.pause();
      }
    } finally {
      topic.isLoading = false;
    }
    if (!topic.book.isLive || topic.subscribers.size === 0) return;
    const text = snapshotText(topic.book.snapshot(), topic.instrument);
    for (const subscriber of topic.subscribers) subscriber.send(text);
  }

  #dropBook(topic: BookTopic): void {
    topic.generation++;
    this.#changed.delete(topic);
    if (this.#books.get(topic.instrument.instrumentId) === topic)
      this.#books.delete(topic.instrument.instrumentId);
  }
}

function snapshotText(book: BookSnapshot, instrument: Instrument): string {
  return JSON.stringify({
    type: 'book',
    symbol: instrument.symbol,
    seq: book.seq,
    ...sides(book, instrument),
  });
}

function changeText(change: BookSnapshot & { readonly previousSeq: number }, instrument: Instrument): string {
  const { seq, previousSeq } = change;
  return JSON.stringify({
    type: 'bookChange',
    symbol: instrument.symbol,
    seq,
    previousSeq,
    ...sides(change, instrument),
  });
}

function sides(book: BookSnapshot, instrument: Instrument): object {
  return {
    bids: book.bids.map((level) => levelAnswer(level, instrument)),
    asks: book.asks.map((level) => levelAnswer(level, instrument)),
  };
}

function addTo<T>(topics: Map<number, Set<T>>, id: number, subscriber: T): void {
  const subscribers = topics.get(id);
  if (subscribers === undefined) topics.set(id, new Set([subscriber]));
  else subscribers.add(subscriber);
}

function removeFrom<T>(topics: Map<number, Set<T>>, id: number, subscriber: T): void {
  const subscribers = topics.get(id);
  subscribers?.delete(subscriber);
  if (subscribers?.size === 0) topics.delete(id);
}
