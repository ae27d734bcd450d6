/**
 * Reads of books by all clients. Requests for the same book that come in one turn of the event loop share one question
 * to the exchange and one text. The question leaves after all of them came, so no answer is older than its request.
 */
import type { Instrument } from '../admission/orders.ts';
import type { GatewayCore } from '../core.ts';
import { levelAnswer } from '../exchange/answers.ts';
import type { LevelRow, Rows } from '../ports.ts';

export class BookReads {
  readonly #core: Pick<GatewayCore, 'query'>;
  /** Answers to questions that have not left yet, by instrument and levels. */
  readonly #unasked = new Map<string, Promise<string>>();

  constructor(core: Pick<GatewayCore, 'query'>) {
    this.#core = core;
  }

  /** The book as JSON; rejects with a RequestError. */
  read(instrument: Instrument, levels: number): Promise<string> {
    const name = `${instrument.instrumentId} ${levels}`;
    const shared = this.#unasked.get(name);
    if (shared !== undefined) return shared;
    const text = this.#core
      .query((exchange) => {
        this.#unasked.delete(name);
        return exchange.book(instrument.instrumentId, levels);
      })
      .then((book) => textOf(book, instrument, levels))
      .finally(() => {
        if (this.#unasked.get(name) === text) this.#unasked.delete(name);
      });
    this.#unasked.set(name, text);
    return text;
  }
}

function textOf(book: Rows<LevelRow>, instrument: Instrument, levels: number): string {
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
