/**
 * Reads of books and trades by all clients. Requests for the same that come in one turn of the event loop share one
 * question to the exchange and one text. The question leaves after all of them came, so no answer is older than its
 * request; unless more ask for the same than a person or a program has use for: then they get the text of a moment ago.
 * Answers leave together at the end of a turn: one after the other would wake those that read them for each.
 */
import { Buckets } from '../admission/buckets.ts';
import type { Instrument } from '../admission/orders.ts';
import type { GatewayCore } from '../core.ts';
import { levelAnswer, tradeAnswer } from '../exchange/answers.ts';
import type { LevelRow, PublicReads, Rows, TradeRow } from '../ports.ts';

/** So old a text may be that is given again. */
const ageMsMax = 1_000;
/** Texts that are kept to be given again. */
const textsMax = 256;

interface Kept {
  readonly text: Promise<string>;
  readonly askedMs: number;
}

export class MarketReads {
  readonly #core: Pick<GatewayCore, 'query' | 'era' | 'endOfTurn'>;
  /** Questions that may leave for the same text. */
  readonly #questions: Buckets;
  readonly #now: () => number;
  /** Answers to questions that have not left yet. */
  readonly #unasked = new Map<string, Promise<string>>();
  /** Answers to those that left lately, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(
    core: Pick<GatewayCore, 'query' | 'era' | 'endOfTurn'>,
    questionsPerSecondMax: number,
    now = () => performance.now(),
  ) {
    this.#core = core;
    this.#now = now;
    this.#questions = new Buckets(
      { perSecond: questionsPerSecondMax, burst: questionsPerSecondMax },
      textsMax,
    );
  }

  /** The book as JSON; rejects with a RequestError. */
  book(instrument: Instrument, levels: number): Promise<string> {
    return this.#read(
      `book ${instrument.instrumentId} ${levels}`,
      (exchange) => exchange.book(instrument.instrumentId, levels),
      (book) => bookText(book, instrument, levels),
    );
  }

  /** The last trades as JSON; rejects with a RequestError. */
  trades(instrument: Instrument, limit: number): Promise<string> {
    return this.#read(
      `trades ${instrument.instrumentId} ${limit}`,
      (exchange) => exchange.trades(instrument.instrumentId, limit),
      (trades) => tradesText(trades, instrument),
    );
  }

  #read<T>(
    what: string,
    question: (exchange: PublicReads) => Promise<T>,
    textOf: (answer: T) => string,
  ): Promise<string> {
    const name = `${this.#core.era} ${what}`;
    const shared = this.#unasked.get(name);
    if (shared !== undefined) return shared;
    const nowMs = this.#now();
    const kept = this.#kept.get(name);
    const isKept = kept !== undefined && nowMs - kept.askedMs < ageMsMax;
    if (this.#questions.take(name, 1, nowMs) > 0 && isKept)
      return this.#core.endOfTurn().then(() => kept.text);
    const text = this.#core
      .query((exchange) => {
        this.#unasked.delete(name);
        return question(exchange);
      })
      .then(textOf)
      .finally(() => {
        if (this.#unasked.get(name) === text) this.#unasked.delete(name);
      });
    this.#unasked.set(name, text);
    text.then(
      () => this.#keep(name, { text, askedMs: nowMs }),
      () => undefined,
    );
    return text;
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    if (this.#kept.size <= textsMax) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}

function bookText(book: Rows<LevelRow>, instrument: Instrument, levels: number): string {
  const side = (name: 'buy' | 'sell') =>
    book
      .filter((row) => row.side === name)
      .slice(0, levels)
      .map((row) => levelAnswer(row, instrument));
  return JSON.stringify({
    symbol: instrument.symbol,
    seq: book.appliedSeq,
    bids: side('buy'),
    asks: side('sell'),
  });
}

function tradesText(trades: readonly TradeRow[], instrument: Instrument): string {
  return JSON.stringify({ trades: trades.map((row) => tradeAnswer(row, instrument)) });
}
