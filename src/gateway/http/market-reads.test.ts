import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError } from '../admission/refusals.ts';
import type { GatewayExchange } from '../ports.ts';
import { SmallExchange } from '../testing/small-exchange.ts';
import { MarketReads } from './market-reads.ts';

const bitcoin = { instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8 };
const ether = { instrumentId: 2, symbol: 'ETH-USD', priceDecimals: 2, quantityDecimals: 4 };

/** An exchange that hears questions when the test ends a turn. */
class Turns {
  readonly exchange = new SmallExchange();
  asked = 0;
  nowMs = 0;
  #waiting: (() => void)[] = [];
  readonly books = new MarketReads(
    {
      era: 1,
      query: (request) =>
        new Promise((resolve, reject) => {
          this.#waiting.push(() => {
            this.asked++;
            request(this.exchange as GatewayExchange).then(resolve, reject);
          });
        }),
      endOfTurn: () => new Promise((resolve) => this.#waiting.push(resolve)),
    },
    5,
    () => this.nowMs,
  );

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
  const early = [1, 2, 3].map(() => turns.books.book(bitcoin, 10));
  await turns.buy();
  const late = turns.books.book(bitcoin, 10);
  turns.end();
  assert.deepEqual((await Promise.all([...early, late])).map(ordersIn), [1, 1, 1, 1]);
  assert.equal(turns.asked, 1);

  // A question that is under way is not shared any more: what it will say may be older than the next request.
  let release = (): void => undefined;
  turns.exchange.before = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  const underWay = turns.books.book(bitcoin, 10);
  turns.end();
  const answerUnderWay = release;
  turns.exchange.before = () => undefined;
  await turns.buy();
  const next = turns.books.book(bitcoin, 10);
  turns.end();
  assert.equal(ordersIn(await next), 2);
  answerUnderWay();
  await underWay;
  assert.equal(turns.asked, 3);
});

test('other instruments and other depths are other questions', async () => {
  const turns = new Turns();
  const texts = [turns.books.book(bitcoin, 10), turns.books.book(bitcoin, 20), turns.books.book(ether, 10)];
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
  const failed = [1, 2].map(() => assert.rejects(turns.books.book(bitcoin, 10), { code: 'noLeader' }));
  turns.end();
  await Promise.all(failed);
  turns.exchange.before = () => undefined;
  const next = turns.books.book(bitcoin, 10);
  turns.end();
  assert.equal(ordersIn(await next), 0);

  const shedding = new MarketReads(
    {
      era: 1,
      query: () => Promise.reject(new CoreError('exchangeBusy')),
      endOfTurn: () => Promise.resolve(),
    },
    5,
  );
  for (let n = 0; n < 2; n++) await assert.rejects(shedding.book(bitcoin, 10), { code: 'exchangeBusy' });
});

test('more questions than there may be get the text of a moment ago, and never an old one', async () => {
  const turns = new Turns();
  const read = async (): Promise<number> => {
    const text = turns.books.book(bitcoin, 10);
    turns.end();
    return ordersIn(await text);
  };
  for (let n = 0; n < 5; n++) assert.equal(await read(), 0);
  assert.equal(turns.asked, 5);
  await turns.buy();
  for (let n = 0; n < 50; n++) assert.equal(await read(), 0);
  assert.equal(turns.asked, 5, 'the exchange is not asked');
  turns.nowMs += 200;
  assert.equal(await read(), 1);
  turns.nowMs += 5_000;
  await turns.buy();
  for (let n = 0; n < 9; n++) assert.equal(await read(), 2);
  assert.equal(turns.asked, 11);
});

test('texts of a moment ago leave together, at the end of the turn in which they are asked for', async () => {
  const turns = new Turns();
  for (let n = 0; n < 5; n++) {
    const text = turns.books.book(bitcoin, 10);
    turns.end();
    await text;
  }
  const given: number[] = [];
  for (const n of [1, 2]) void turns.books.book(bitcoin, 10).then(() => given.push(n));
  await new Promise(setImmediate);
  assert.deepEqual(given, []);
  turns.end();
  await new Promise(setImmediate);
  assert.deepEqual(given, [1, 2]);
  assert.equal(turns.asked, 5);
});
