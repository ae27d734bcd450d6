/**
 * The book file of LOBSTER: one row for each message, the state after it. Each level has ask price, ask size, bid
 * price, bid size; a level that does not exist has the price 9,999,999,999 or its negative.
 */
import { type BookFile, isTorn, linesOf, type TextLine, unreadable } from './flow.ts';
import { type LobsterMessage, LobsterType } from './lobster-message.ts';
import type { ShownLevel, ShownLevels, Venue } from './venue.ts';

const format = 'lobster';
const noPrice = 9_999_999_999;

interface Row {
  readonly buys: ShownLevels;
  readonly sells: ShownLevels;
}

export class LobsterBook {
  readonly #name: string;
  readonly #lines: AsyncGenerator<TextLine>;
  readonly #venue: Venue;
  readonly #instrumentId: number;
  #columns = 0;
  #row: Row | undefined;
  #rows = 0;
  #messages = 0;
  #isTorn = false;

  constructor({ bytes, name }: BookFile, venue: Venue, instrumentId: number) {
    this.#name = name;
    this.#lines = linesOf(bytes, name, format);
    this.#venue = venue;
    this.#instrumentId = instrumentId;
  }

  /** To be called before each message: reads its row. The first one tells what stood before. */
  async before(message: LobsterMessage): Promise<void> {
    this.#messages += 1;
    const row = await this.#read();
    if (row === undefined) return;
    this.#row = row;
    if (this.#rows > 1) return;
    const before = withoutMessage(row, message);
    for (const isBuy of [true, false]) {
      const { levels } = isBuy ? before.buys : before.sells;
      for (const level of levels) this.#venue.seed(this.#instrumentId, isBuy, level, 'stoodBefore');
    }
  }

  /** To be called after each message: makes the book what its row shows. */
  after(): void {
    if (this.#row === undefined || this.#rows < this.#messages) return;
    const { buys, sells } = this.#row;
    this.#venue.removeUnshown(this.#instrumentId, true, buys);
    this.#venue.removeUnshown(this.#instrumentId, false, sells);
    this.#venue.addShown(this.#instrumentId, true, buys);
    this.#venue.addShown(this.#instrumentId, false, sells);
  }

  /** To be called after the last message; gives a remark when the files do not end together. */
  async end(messageFile: string): Promise<string | undefined> {
    if (this.#row !== undefined && this.#rows === this.#messages) {
      this.#venue.settle(this.#instrumentId, true, this.#row.buys);
      this.#venue.settle(this.#instrumentId, false, this.#row.sells);
    }
    if (this.#rows < this.#messages) {
      const torn = this.#isTorn ? ' and is cut within its last line' : '';
      return `${this.#name} has rows for ${this.#rows} of ${this.#messages} messages${torn}: the rest went without it.`;
    }
    const more = await this.#read();
    if (more === undefined && !this.#isTorn) return undefined;
    return `${this.#name} has more rows than ${messageFile} has messages (${this.#messages}): do they belong together?`;
  }

  async #read(): Promise<Row | undefined> {
    const { value: line, done } = await this.#lines.next();
    if (done || line === undefined) return undefined;
    const fields = line.text.split(',');
    const isGood =
      fields.length >= 4 && fields.length % 4 === 0 && fields.every((field) => /^-?\d{1,15}$/.test(field));
    if (isGood && this.#columns === 0) this.#columns = fields.length;
    if (!isGood || fields.length !== this.#columns) {
      if (!isTorn(line, this.#columns, ['-1', '1'])) throw unreadable(this.#name, line, format);
      this.#isTorn = true;
      return undefined;
    }
    this.#rows += 1;
    const numbers = fields.map(Number);
    return { sells: levelsOf(numbers, 0), buys: levelsOf(numbers, 2) };
  }
}

/** The levels of one side, whose price is `from` columns into each group of four. */
function levelsOf(numbers: readonly number[], from: number): ShownLevels {
  const levels: ShownLevel[] = [];
  for (let at = from; at < numbers.length; at += 4) {
    const price = numbers[at]!;
    const lots = numbers[at + 1]!;
    if (Math.abs(price) !== noPrice && lots > 0) levels.push([price, lots]);
  }
  return { levels, isWhole: levels.length * 4 < numbers.length };
}

/** The row as it must have been before its message. */
function withoutMessage(row: Row, { type, price, size, isBuy }: LobsterMessage): Row {
  if (type > LobsterType.visibleExecution || size === 0) return row;
  const side = isBuy ? row.buys : row.sells;
  const change = type === LobsterType.submission ? -size : size;
  const stood = side.levels.find((level) => level[0] === price)?.[1] ?? 0;
  const levels = side.levels.filter((level) => level[0] !== price);
  if (stood + change > 0) levels.push([price, stood + change]);
  const changed = { levels, isWhole: side.isWhole };
  return isBuy ? { ...row, buys: changed } : { ...row, sells: changed };
}
