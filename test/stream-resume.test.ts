// Executions on the stream of a running exchange: a reader whose WebSocket breaks again and again, also while the
// leader dies, resumes from the last one that it has, and ends with every fill once and in order.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { TestExchange } from '../src/chaos/exchange.ts';
import type { Client } from '../src/client/index.ts';
import { streamLogin } from '../src/gateway/testing/stream-login.ts';

const fillsWanted = 400;
const breaks = 6;

interface Place {
  readonly seq: number;
  readonly n: number;
}
type Message = Readonly<Record<string, unknown>> & { readonly type: string };

/** Follows the executions of the key; keeps only what a client would: the fills, and where it is. */
class Follower {
  readonly fills: Place[] = [];
  readonly #exchange: TestExchange;
  #socket: WebSocket | undefined;
  #last: Place | undefined;
  gaps = 0;

  constructor(exchange: TestExchange) {
    this.#exchange = exchange;
  }

  async connect(): Promise<void> {
    const socket = new WebSocket(`${this.#exchange.gatewayUrl.replace('http', 'ws')}/v1/stream`);
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.#onMessage(JSON.parse(String(data)) as Message));
    await once(socket, 'open');
    socket.send('{"challenge": 1}');
  }

  break(): void {
    this.#socket?.terminate();
    this.#socket?.removeAllListeners('message');
  }

  #subscribe(challenge: string): void {
    const auth = streamLogin(this.#exchange.keys.apiKeys[0]!, challenge);
    const place =
      this.#last === undefined ? { fromSeq: 0 } : { fromSeq: this.#last.seq, afterN: this.#last.n };
    this.#socket?.send(JSON.stringify({ auth, subscribe: { executions: true, ...place } }));
  }

  #onMessage(message: Message): void {
    if (message.type === 'gap') this.gaps++;
    if (message.type === 'challenge') this.#subscribe(String(message['challenge']));
    if (message.type !== 'execution') return;
    const place = { seq: Number(message['seq']), n: Number(message['n']) };
    this.#last = place;
    if (message['event'] === 'executed') this.fills.push(place);
  }
}

test('a reader that resumes has every fill once and in order, across broken sockets and a dead leader', async (t) => {
  const exchange = await TestExchange.start();
  t.after(() => exchange.end());
  const client = await exchange.client();
  const instrument = { instrumentId: 1, symbol: 'ACME', priceDecimals: 0, quantityDecimals: 0 };
  assert.ok((await client.createInstrument(instrument)).ok);
  for (const accountId of [1, 2])
    assert.ok((await client.createAccount({ accountId, name: `a${accountId}` })).ok);
  const follower = new Follower(exchange);
  t.after(() => follower.break());
  await follower.connect();

  let traded = 0;
  const mayTrade = (until: number) => (): boolean => traded < until && traded++ >= 0;
  for (let part = 0; part < breaks; part++) {
    const until = Math.ceil((fillsWanted * (part + 1)) / breaks);
    const trading = trade(client, mayTrade(until));
    if (part === breaks / 2) process.kill((await exchange.leader()).pid, 'SIGKILL');
    follower.break();
    await trade(client, mayTrade(until));
    await follower.connect();
    await trading;
  }
  const all = await client.fills({ accountId: 1, limit: 100_000 });
  const expected = all.fills.map(({ seq, n }) => ({ seq, n }));
  assert.ok(expected.length >= fillsWanted);
  await exchange.until('the reader has the last fill', () =>
    Promise.resolve(follower.fills.at(-1)?.seq === expected.at(-1)?.seq),
  );
  assert.deepEqual(follower.fills, expected);
  assert.equal(follower.gaps, 0);
});

/** Account 1 buys from account 2, one lot at a time, as long as `goesOn` says so. */
async function trade(client: Client, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    const order = { instrumentId: 1, priceTicks: 100, quantityLots: 1 } as const;
    await client.placeOrder({ ...order, accountId: 2, side: 'sell' });
    await client.placeOrder({ ...order, accountId: 1, side: 'buy' });
  }
}
