/**
 * Files of LOBSTER (lobsterdata.com). A message file has time, type, order id, size, price in 1/10,000 dollar,
 * direction. New orders, partial and whole cancellations are sent as they are; an execution of a visible order is sent
 * as the order that takes it, because the file does not show that one. Hidden executions, crosses and halts are
 * counted. Both files end with their last line.
 *
 * Where the book file is beside it, the orders from before the first message are placed, and after each message the
 * book is what its row shows: a message file that was cut to a few levels is silent about what happens below them.
 */
import { basename } from 'node:path';
import { FileTimes, type FlowFormat, isTorn, linesOf, tornRemark, unreadable } from './flow.ts';
import { LobsterBook } from './lobster-book.ts';
import { type LobsterMessage, LobsterType, readLobsterMessage } from './lobster-message.ts';
import { Venue } from './venue.ts';

const format = 'lobster';
const priceDecimals = 4;
const instrumentId = 1002;

export const readLobster: FlowFormat = async function* (file, name, bookFile) {
  const symbol = /^([A-Z]{1,8})_/.exec(basename(name))?.[1] ?? 'LOBSTER';
  yield { kind: 'instrument', instrument: { instrumentId, symbol, priceDecimals, quantityDecimals: 0 } };
  const venue = new Venue(priceDecimals);
  const book = bookFile === undefined ? undefined : new LobsterBook(bookFile, venue, instrumentId);
  const times = new FileTimes('line');
  for await (const line of linesOf(file, name, format)) {
    const message = readLobsterMessage(line.text);
    if (message === undefined) {
      if (!isTorn(line, 6, ['-1', '1'])) throw unreadable(name, line, format);
      yield tornRemark(name, line);
      break;
    }
    times.take(message.time, line.number);
    await book?.before(message);
    apply(venue, message);
    book?.after();
    yield* venue.takeActions();
  }
  const remark = await book?.end(name);
  yield* venue.takeActions();
  if (remark !== undefined) yield { kind: 'remark', text: remark };
  yield* times.remarks(name);
};

function apply(venue: Venue, { type, orderId, size, price, isBuy }: LobsterMessage): void {
  const isKnown = venue.has(orderId);
  switch (type) {
    case LobsterType.submission:
      return venue.submit(instrumentId, orderId, isBuy, price, size);
    case LobsterType.partialCancellation:
      if (isKnown) return venue.reduce(orderId, size);
      return venue.lessenUnseen(instrumentId, isBuy, price, size);
    case LobsterType.deletion:
      if (isKnown) return venue.cancel(orderId);
      return venue.lessenUnseen(instrumentId, isBuy, price, size);
    case LobsterType.visibleExecution:
      if (isKnown) return venue.execute(orderId, size);
      return venue.executeUnseen(instrumentId, isBuy, price, size);
    case LobsterType.hiddenExecution:
      return venue.note('hiddenExecutions');
    case LobsterType.cross:
      return venue.note('crosses');
    default:
      return venue.note('halts');
  }
}
