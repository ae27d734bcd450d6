/**
 * A book as a reader of the stream holds it, by the rules of the manual: a change that does not follow the seq that it
 * holds makes it drop the book until the next snapshot.
 */
type BookLevelText = readonly [price: string, quantity: string, orders: number];

export interface BookSides {
  readonly bids: readonly BookLevelText[];
  readonly asks: readonly BookLevelText[];
}

export interface BookNews extends BookSides {
  readonly type: 'book' | 'bookChange';
  readonly seq: number;
  /** Of a change. */
  readonly previousSeq?: number;
}

export class StreamBook {
  /** Undefined where it holds none. */
  #seq: number | undefined;
  readonly #bids = new Map<string, BookLevelText>();
  readonly #asks = new Map<string, BookLevelText>();

  /** The stream has ended. */
  drop(): void {
    this.#seq = undefined;
    this.#bids.clear();
    this.#asks.clear();
  }

  heard({ type, seq, previousSeq, bids, asks }: BookNews): void {
    if (type === 'book' || previousSeq !== this.#seq) this.drop();
    if (type === 'bookChange' && previousSeq !== this.#seq) return;
    this.#seq = seq;
    set(this.#bids, bids);
    set(this.#asks, asks);
  }

  get text(): string {
    if (this.#seq === undefined) return 'none';
    return bookText({ bids: [...this.#bids.values()], asks: [...this.#asks.values()] });
  }
}

/** The same text of the same book, whatever the order of its levels. */
export function bookText({ bids, asks }: BookSides): string {
  const sorted = (side: readonly BookLevelText[]): string =>
    side
      .toSorted(([one], [other]) => Number(one) - Number(other))
      .map(([price, quantity, orders]) => `${quantity} at ${price} of ${orders}`)
      .join(', ');
  return `bids ${sorted(bids) || 'none'}; asks ${sorted(asks) || 'none'}`;
}

function set(side: Map<string, BookLevelText>, levels: readonly BookLevelText[]): void {
  for (const level of levels) {
    const [price, quantity] = level;
    if (Number(quantity) === 0) side.delete(price);
    else side.set(price, level);
  }
}
