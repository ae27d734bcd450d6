import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError } from '../admission/refusals.ts';
import type { Exchange } from '../ports.ts';
import { SmallExchange } from '../testing/small-exchange.ts';
import { BookReads } from './book-reads.ts';

const bitcoin = { instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8 };
const ether = { instrumentId: 2, symbol: 'ETH-USD', priceDecimals: 2, quantityDecimals: 4 };

/** An exchange that hears questions when the test ends a turn. */
class Turns {
  readonly exchange = new SmallExchange();
  asked = 0;
  #waiting: (() => void)[] = [];
  readonly books = new BookReads({
    query: (request) =>
      new Promise((resolve, reject) => {
        this.#waiting.push(() => {
          this.asked++;
          request(this.exchange as Exchange).then(resolve, reject);
        });
      }),
  });

  end(): void {
    for (const ask of this.#waiting.splice(0)) ask();
  }

  async buy(): Promise<void> {
    const order = { accountId: 7, instrumentId: 1, side: 'buy', priceTicks: 1234, quantityLots: 5 } as const;
    await this.exchange.placeOrder({ ...order, clientOrderId: `b${this.exchange.orders.size}` });
  }
}

function ordersIn(text: string): number {
  const { bids } = JSON.parse(text) as { readonly bids: readonly (readonly [string, string, number])[] };
  return bids[0]?.[2] ?? 0;
}

test('requests of one turn share a question, and none gets an answer from before it came', async () => {
  const turns = new Turns();
  const early = [1, 2, 3].map(() => turns.books.read(bitcoin, 10));
  await turns.buy();
  const late = turns.books.read(bitcoin, 10);
  turns.end();
  assert.deepEqual((await Promise.all([...early, late])).map(ordersIn), [1, 1, 1, 1]);
  assert.equal(turns.asked, 1);

  // A question that is under way is not shared any more: what it will say may be older than the next request.
  let release = (): void => undefined;
  turns.exchange.before = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  const underWay = turns.books.read(bitcoin, 10);
  turns.end();
  const answerUnderWay = release;
  turns.exchange.before = () => undefined;
  await turns.buy();
  const next = turns.books.read(bitcoin, 10);
  turns.end();
  assert.equal(ordersIn(await next), 2);
  answerUnderWay();
  await underWay;
  assert.equal(turns.asked, 3);
});

test('other instruments and other depths are other questions', async () => {
  const turns = new Turns();
  const texts = [turns.books.read(bitcoin, 10), turns.books.read(bitcoin, 20), turns.books.read(ether, 10)];
  turns.end();
  const symbols = (await Promise.all(texts)).map((text) => (JSON.parse(text) as { symbol: string }).symbol);
  assert.deepEqual(symbols, ['BTC-USD', 'BTC-USD', 'ETH-USD']);
  assert.equal(turns.asked, 3);
});

test('a question that fails, fails for all who share it, and for nobody else', async () => {
  const turns = new Turns();
  turns.exchange.before = () => {
    throw new CoreError('noLeader');
  };
  const failed = [1, 2].map(() => assert.rejects(turns.books.read(bitcoin, 10), { code: 'noLeader' }));
  turns.end();
  await Promise.all(failed);
  turns.exchange.before = () => undefined;
  const next = turns.books.read(bitcoin, 10);
  turns.end();
  assert.equal(ordersIn(await next), 0);

  const shedding = new BookReads({ query: () => Promise.reject(new CoreError('exchangeBusy')) });
  for (let n = 0; n < 2; n++) await assert.rejects(shedding.read(bitcoin, 10), { code: 'exchangeBusy' });
});
