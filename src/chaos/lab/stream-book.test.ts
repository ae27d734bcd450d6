import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookText, StreamBook } from './stream-book.ts';

const none = { bids: [], asks: [] } as const;

test('a reader of a book has what its snapshot and all changes make, or none', () => {
  const book = new StreamBook();
  assert.equal(book.text, 'none');
  book.heard({ type: 'book', seq: 5, bids: [['1.00', '3', 1]], asks: [['1.10', '2', 2]] });
  book.heard({ type: 'bookChange', seq: 8, previousSeq: 5, ...none, bids: [['0.90', '4', 1]] });
  book.heard({ type: 'bookChange', seq: 9, previousSeq: 8, ...none, asks: [['1.10', '0', 0]] });
  const exchange = {
    bids: [
      ['1.00', '3', 1],
      ['0.90', '4', 1],
    ],
    asks: [],
  } as const;
  assert.equal(book.text, bookText(exchange));
  book.heard({ type: 'bookChange', seq: 11, previousSeq: 10, ...none });
  assert.equal(book.text, 'none', 'the change before this one was missed');
  book.heard({ type: 'book', seq: 12, ...none });
  assert.equal(book.text, bookText(none));
  assert.notEqual(book.text, 'none');
  book.drop();
  assert.equal(book.text, 'none');
});
