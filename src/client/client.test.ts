import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { DecodeCode, ReplyCode } from '../protocol/codes.ts';
import { type ClientCommandName, commandSources, commands, commandsByName } from '../protocol/commands.ts';
import { type Fields, type Layout, TYPE_AT, WIRE_VERSION } from '../protocol/layout.ts';
import { TrustFailure } from '../trust/failures.ts';
import { AnswererHandshake, type OwnIdentity } from '../trust/handshake.ts';
import { bytesFrom, identity, smallCluster } from '../trust/testing/parties.ts';
import { SocketLink } from '../trust/testing/socket-link.ts';
import { FakeCluster, type FakeConnection } from './core/testing/fake-cluster.ts';
import {
  type Client,
  type ClientOptions,
  ClosedError,
  connect,
  type ExchangeEvent,
  encodeCommand,
  InvalidArgumentError,
  LockstepError,
  type Outcome,
  OutcomeUnknownError,
  QueryFailedError,
  WindowFullError,
} from './index.ts';
import { samples } from './testing/sample-commands.ts';

const { replica1, replica2, replica3, gateway1, gateway2, authority } = smallCluster();
const replicas = [replica1, replica2, replica3];
let calls = 0;

/** Ends what a test opened. */
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const order = { accountId: 1, instrumentId: 1, side: 'buy', priceTicks: 5, quantityLots: 1 } as const;

/** The fake cluster behind real sockets on the loopback. */
class Loopback {
  readonly cluster: FakeCluster;
  readonly servers: Server[] = [];
  readonly sockets = new Map<number, Set<Socket>>();
  /** Bytes of one write to the client; everything at once by default. */
  pieceBytes = Number.POSITIVE_INFINITY;
  replicas: { id: number; host: string; port: number }[] = [];

  constructor(count: number) {
    this.cluster = new FakeCluster(count);
  }

  async listen(): Promise<this> {
    for (const { id } of this.cluster.replicas) {
      const server = createServer({ noDelay: true }, (socket) => this.#serve(id, socket));
      this.servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      this.replicas.push({ id, host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    }
    endings.push(() => {
      for (const { id } of this.replicas) this.kill(id);
    });
    return this;
  }

  kill(id: number): void {
    this.servers[id - 1]!.close();
    for (const socket of this.sockets.get(id) ?? []) socket.resetAndDestroy();
  }

  async connect(options: Partial<ClientOptions> = {}): Promise<Client> {
    const client = await connect(this.options(options));
    endings.push(() => client.close({ keepSession: true }));
    return client;
  }

  options(options: Partial<ClientOptions> = {}): ClientOptions {
    return { replicas: this.replicas, identity: { own: gateway1, verifier: authority }, ...options };
  }

  #serve(id: number, socket: Socket): void {
    const sockets = this.sockets.get(id) ?? new Set();
    this.sockets.set(id, sockets.add(socket));
    const write = (bytes: Uint8Array): void => {
      for (let from = 0; from < bytes.length; from += this.pieceBytes) {
        socket.write(Uint8Array.from(bytes.subarray(from, from + this.pieceBytes)));
      }
    };
    let connection: FakeConnection | undefined;
    const handshake = new AnswererHandshake(replicas[id - 1]!, authority, bytesFrom(`call ${calls++}`));
    const link = new SocketLink(handshake, write, {
      proven: ({ send }) => {
        connection = this.cluster.replica(id).accept(send.bind(link), () => socket.end());
      },
      received: (bytes) => connection?.received(bytes),
      failed: () => socket.end(),
    });
    socket.on('data', (bytes: Buffer) => link.take(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      connection?.closed();
    });
  }
}

async function running(replicas = 3): Promise<Loopback> {
  const loopback = await new Loopback(replicas).listen();
  loopback.cluster.elect(1);
  return loopback;
}

/** What a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<LockstepError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LockstepError, String(error));
  return error;
}

test('orders are placed over real connections, many at once', async () => {
  const loopback = await running();
  const client = await loopback.connect();
  const ids = Array.from({ length: 3_000 }, (_, n) => `order${n}`);
  const outcomes = await Promise.all(
    ids.map((clientOrderId) => client.placeOrder({ ...order, clientOrderId })),
  );
  assert.deepEqual(
    outcomes.map((outcome) => outcome.clientOrderId),
    ids,
  );
  const { ok, code, text, status, filledLots, repeated } = outcomes[0]!;
  assert.deepEqual(
    { ok, code, text, status, filledLots, repeated },
    { ok: true, code: 'ok', text: 'Done.', status: 'filled', filledLots: 1, repeated: false },
  );
  assert.deepEqual(client.status.pending, 0);
  assert.equal(client.status.acknowledged, 3_000);
  assert.equal(client.status.leaderId, 1);
});

test('answers may come byte by byte', async () => {
  const loopback = await running(1);
  loopback.pieceBytes = 1;
  const client = await loopback.connect({ feed: 'all' });
  assert.equal((await client.placeOrder(order)).ok, true);
});

test('every command has its promise, and its outcome', async () => {
  const loopback = await running(1);
  const client = await loopback.connect();
  const name = { accountId: 1, clientOrderId: 'x' };
  const outcomes = await Promise.all([
    client.createInstrument({ instrumentId: 1, symbol: 'BTC-EUR', priceDecimals: 2, quantityDecimals: 8 }),
    client.createAccount({ accountId: 1, name: 'first' }),
    client.setLimits({ accountId: 1, orderLotsMax: 0, openOrdersMax: 5, priceBandBasisPoints: 0 }),
    client.placeOrder({ ...order, type: 'market', priceTicks: undefined }),
    client.replaceOrder({ ...name, priceTicks: 6, quantityLots: 2 }),
    client.cancelOrder(name),
    client.massCancel({ accountId: 1, side: 'sell' }),
    client.endDay(),
  ]);
  assert.deepEqual(
    outcomes.map(({ code }) => code),
    Array.from({ length: 8 }, () => 'ok'),
  );
});

test('a killed leader is followed by the next one; what was pending runs once', async () => {
  const loopback = await running();
  const client = await loopback.connect();
  await client.placeOrder({ ...order, clientOrderId: 'a' });
  const failover = once(client, 'failover');
  loopback.cluster.replica(1).isHolding = true;
  const pending = client.placeOrder({ ...order, clientOrderId: 'b' });
  await new Promise(setImmediate);
  loopback.kill(1);
  loopback.cluster.elect(2);
  assert.equal((await pending).ok, true);
  const [told] = await failover;
  assert.deepEqual([told.term, told.leaderId], [2, 2]);
  assert.ok(told.gapMs >= 0);
  assert.deepEqual(client.status.failovers, [told]);
  assert.deepEqual(loopback.cluster.executed, ['a', 'b']);
  assert.deepEqual(
    client.status.connections.map(({ isLeader }) => isLeader),
    [false, true, false],
  );
});

test('failure 20: an outcome that does not come in time is an error that says how to ask, and settles late', async () => {
  const loopback = await running(1);
  const client = await loopback.connect({ commandTimeoutMs: 30 });
  loopback.cluster.replica(1).isHolding = true;
  const error = await rejection(client.placeOrder({ ...order, clientOrderId: 'late' }));
  assert.ok(error instanceof OutcomeUnknownError);
  assert.equal(error.code, 'outcomeUnknown');
  assert.match(
    error.message,
    /placeOrder, command 1, is unknown.*client\.order\(\{ accountId, clientOrderId \}\)/,
  );
  loopback.cluster.replica(1).release();
  assert.equal((await error.settled)?.clientOrderId, 'late');

  loopback.cluster.replica(1).isHolding = true;
  const never = (await rejection(client.placeOrder(order))) as OutcomeUnknownError;
  loopback.cluster.evict(client.status.sessionId, true);
  assert.equal(await never.settled, undefined);
});

test('events come in words, and only as long as somebody listens', async () => {
  const loopback = await running();
  const client = await loopback.connect({ feed: 'all' });
  const seen: ExchangeEvent[] = [];
  client.on('event', (event) => seen.push(event));
  await client.placeOrder({ ...order, clientOrderId: 'a' });
  const [trade, outcome] = seen;
  assert.ok(trade?.type === 'trade' && outcome?.type === 'outcome');
  assert.equal(trade.aggressorSide, 'buy');
  assert.equal('reserved2' in trade, false);
  assert.deepEqual([outcome.code, outcome.orderStatus, outcome.repeated], ['ok', 'filled', false]);
  assert.equal(outcome.seq, trade.seq);
});

test('a listener or callback that throws disturbs nobody else', async () => {
  const loopback = await running(1);
  const client = await loopback.connect();
  const uncaught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  const thrown = new Error('of the caller');
  client.once('event', () => {
    throw thrown;
  });
  const done = new Promise<Outcome | undefined>((resolve) => {
    client.submitWith({ command: 'placeOrder', ...order }, () => {
      throw thrown;
    });
    client.submitWith({ command: 'placeOrder', ...order }, resolve);
  });
  assert.equal((await done)?.ok, true);
  await new Promise(setImmediate);
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  assert.deepEqual(uncaught, [thrown, thrown]);
});

test('a command carries the stamp of the request that led to it, behind its fields', () => {
  const request = { timeMs: 1_700_000_000_123, id: '89abcdef01234567', keyNumber: 7, keyVersion: 2 };
  const plain = encodeCommand({ command: 'placeOrder', ...order });
  const name = { accountId: 1, orderId: 5, request };
  for (const command of [
    { command: 'placeOrder', ...order, request },
    { command: 'cancelOrder', ...name },
    { command: 'replaceOrder', ...name, priceTicks: 1, quantityLots: 1 },
    { command: 'massCancel', accountId: 1, request },
  ] as const) {
    const bytes = encodeCommand(command);
    const view = new DataView(bytes.buffer);
    assert.equal(commands.check(view, 0, bytes.length), DecodeCode.ok);
    assert.deepEqual(commands.of(bytes[TYPE_AT]!)?.readOptional(view, 0), {
      requestTimeMs: request.timeMs,
      requestLow: 0x0123_4567,
      requestHigh: 0x89ab_cdef,
      keyNumber: 7,
      keyVersion: 2,
      step: 0,
    });
  }
  assert.equal(encodeCommand({ command: 'placeOrder', ...order, request }).length, plain.length + 24);
  for (const id of ['', '89abcdef0123456', '89abcdef012345678', '89abcdef0123456g']) {
    const bad = { ...order, request: { timeMs: 1, id } };
    assert.throws(() => encodeCommand({ command: 'placeOrder', ...bad }), /request\.id.*16 hexadecimal/);
  }
});

test('commands may come encoded, and nothing else may', async () => {
  const loopback = await running(1);
  const client = await loopback.connect();
  const bytes = encodeCommand({ command: 'placeOrder', ...order, clientOrderId: 'encoded' });
  const submit = (command: Uint8Array): Promise<Outcome | undefined> =>
    new Promise((resolve) => client.submitWith(command, resolve));
  const outcomes = await Promise.all([submit(bytes), submit(bytes)]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome?.clientOrderId),
    ['encoded', 'encoded'],
  );
  const closing = Uint8Array.from([24, 0, 2, WIRE_VERSION, ...Array.from({ length: 20 }, () => 0)]);
  for (const bad of [new Uint8Array(0), bytes.subarray(0, 32), new Uint8Array(200), closing]) {
    assert.throws(() => client.submitWith(bad, () => {}), InvalidArgumentError);
  }
  assert.equal((await client.placeOrder(order)).ok, true, 'a refused command leaves no gap');
});

test('of the encoded commands those that callers ask for are taken, and no other', async () => {
  const client = await (await running(1)).connect();
  for (const [name, source] of Object.entries(commandSources)) {
    const layout: Layout<Fields> = commandsByName[name as keyof typeof commandsByName];
    const isOfCallers = source === 'caller';
    const bytes = isOfCallers ? encodeCommand(samples[name as ClientCommandName]) : zeroRecord(layout);
    const view = new DataView(bytes.buffer);
    assert.equal(commands.check(view, 0, bytes.length), DecodeCode.ok, name);
    const submit = (): number => client.submitWith(bytes, () => {});
    if (isOfCallers) assert.doesNotThrow(submit, name);
    else assert.throws(submit, InvalidArgumentError, name);
  }
});

/** A record with zero in each of its fields. */
function zeroRecord(layout: Layout<Fields>): Uint8Array {
  const bytes = new Uint8Array(layout.size);
  layout.writePrefix(new DataView(bytes.buffer), 0);
  return bytes;
}

test('a full window is an error before anything is sent', async () => {
  const loopback = await running(1);
  const client = await loopback.connect({ windowCommandsMax: 2 });
  const pending = [client.placeOrder(order), client.placeOrder(order)];
  const error = await rejection(client.placeOrder(order));
  assert.ok(error instanceof WindowFullError);
  assert.match(error.message, /2 commands wait.*windowCommandsMax/);
  await Promise.all(pending);
  assert.equal((await client.placeOrder(order)).ok, true);
});

test('fills are asked for until the limit or the end, also where an answer has found none', async () => {
  const client = await (await running()).connect();
  const { fills, more, rememberedFromSeq, appliedSeq } = await client.fills({ accountId: 3 });
  assert.deepEqual(
    fills.map(({ seq, n, side, liquidity, clientOrderId }) => [seq, n, side, liquidity, clientOrderId]),
    [11, 12, 13, 14, 15].map((seq) => [seq, 3, 'buy', 'taker', 'f']),
  );
  assert.deepEqual([more, rememberedFromSeq, appliedSeq], [false, 10, 20]);
  const some = await client.fills({ accountId: 3, fromSeq: 12, limit: 1 });
  assert.deepEqual([some.fills.map(({ seq }) => seq), some.more], [[12], true]);
  const rest = await client.fills({ accountId: 3, fromSeq: 14, afterN: 3, orderId: 7, instrumentId: 1 });
  assert.deepEqual([rest.fills.map(({ seq }) => seq), rest.more], [[15], false]);
  assert.match((await rejection(client.fills({ accountId: 3, limit: 0 }))).message, /limit/);
});

test('open orders are asked for in pages, each as large as one answer', async () => {
  const client = await (await running()).connect();
  const first = await client.openOrdersPage({ accountId: 3, limit: 1_000 });
  assert.deepEqual([first.orders.map(({ orderId }) => orderId), first.more], [[1, 2], true]);
  const last = await client.openOrdersPage({ accountId: 3, afterOrderId: 4, limit: 2 });
  assert.deepEqual([last.orders.map(({ orderId }) => orderId), last.more], [[5], false]);
  const none = await client.openOrdersPage({ accountId: 4, limit: 10 });
  assert.deepEqual([none.orders, none.more, first.nextAfter, none.nextAfter], [[], true, 2, 3]);
  assert.equal((await client.openOrders(4)).map(({ orderId }) => orderId).join(), '4,5');
  assert.match((await rejection(client.openOrdersPage({ accountId: 3, limit: 0 }))).message, /limit/);
});

test('queries give typed rows, page by page', async () => {
  const loopback = await running();
  const client = await loopback.connect();
  const rows = await client.openOrders(1);
  assert.deepEqual(
    rows.map(({ orderId, clientOrderId, side, orderType, status, code }) => [
      orderId,
      clientOrderId,
      side,
      orderType,
      status,
      code,
    ]),
    [1, 2, 3, 4, 5].map((id) => [id, `o${id}`, 'sell', 'postOnly', 'open', 'ok']),
  );
  assert.equal(rows.appliedSeq, loopback.cluster.seq);
  assert.equal(loopback.cluster.replica(1).asked.length, 3);
  await client.openOrders(1, { from: 3 });
  assert.equal(loopback.cluster.replica(3).asked.length, 3);
  assert.equal((await client.order({ accountId: 1, orderId: 1 }))?.orderId, 2);

  loopback.cluster.replica(1).queryCode = ReplyCode.unknownSubject;
  assert.equal(await client.order({ accountId: 1, clientOrderId: 'x' }), undefined);
  assert.equal(await client.account(5), undefined);
  const error = await rejection(client.book(9, 10));
  assert.ok(error instanceof QueryFailedError && error.isUnknown);
  assert.equal(error.message, 'There is no instrument 9.');
  assert.match(
    (await rejection(client.hashes({ from: 9 }))).message,
    /replica 9 is not among the configured ones/,
  );
});

test('arguments are checked by name before anything is sent', async () => {
  const client = await (await running(1)).connect();
  const cases: readonly [Promise<unknown>, string][] = [
    [
      client.placeOrder({ ...order, quantityLots: 1.5 }),
      'quantityLots is 1.5, but must be an integer from 0 to',
    ],
    [client.placeOrder({ ...order, priceTicks: undefined }), 'priceTicks is undefined'],
    [client.placeOrder({ ...order, type: 'market' }), 'priceTicks of a market order is 5, but must be'],
    [
      client.placeOrder({ ...order, side: 'short' as 'sell' }),
      'side is "short", but must be one of buy, sell',
    ],
    [client.placeOrder({ ...order, side: 'toString' as 'sell' }), 'side is "toString"'],
    [client.placeOrder({ ...order, accountId: -1 }), 'accountId is -1'],
    [client.placeOrder({ ...order, clientOrderId: 'a b' }), 'clientOrderId is "a b"'],
    [client.placeOrder({ ...order, clientOrderId: 'x'.repeat(21) }), '20 characters of printable ASCII'],
    [
      client.cancelOrder({ accountId: 1 }),
      'orderId or clientOrderId is "neither given", but must be exactly one',
    ],
    [client.cancelOrder({ accountId: 1, orderId: 1, clientOrderId: 'a' }), 'both given'],
    [
      client.createInstrument({ instrumentId: 0, symbol: 'A', priceDecimals: 0, quantityDecimals: 0 }),
      'instrumentId is 0',
    ],
    [client.book(1, 1_001), 'levels is 1001, but must be an integer from 1 to 1000'],
    [client.order({ accountId: 1 }), 'neither given'],
    [client.fills({ accountId: 1, orderId: 0 }), 'orderId is 0'],
    [client.modes({ accountId: 0 }), 'accountId is 0'],
  ];
  for (const [promise, text] of cases) {
    const error = await rejection(promise);
    assert.ok(error instanceof InvalidArgumentError);
    assert.ok(error.message.includes(text), `${error.message} has no ${text}`);
  }
  assert.equal((await client.placeOrder(order)).ok, true);
});

test('failure 3: what keeps a client from connecting is said in words', async () => {
  const loopback = await running(2);
  const as = (own: OwnIdentity): Promise<LockstepError> =>
    rejection(connect(loopback.options({ identity: { own, verifier: authority } })));
  const unknown = await as(identity('gateway', 9));
  assert.equal(unknown.code, 'notAuthorized');
  assert.match(unknown.message, /it refused this side.*not from the authority of this cluster/);
  authority.finds(gateway2, TrustFailure.revoked);
  assert.match((await as(gateway2)).message, /^(?!.*permit).*of this side was revoked\..*certificates renew/);
  const cluster = await as({ ...gateway1, clusterUuid: new Uint8Array(16) });
  assert.equal(cluster.code, 'wrongCluster');
  assert.match(cluster.message, /different clusters.*127\.0\.0\.1|127\.0\.0\.1.*different clusters/);
  loopback.kill(1);
  loopback.kill(2);
  const nobody = await rejection(connect(loopback.options({ connectTimeoutMs: 40 })));
  assert.equal(nobody.code, 'unreachable');
  assert.match(
    nobody.message,
    new RegExp(`replica 1 \\(127\\.0\\.0\\.1:${loopback.replicas[0]!.port}\\): ECONNREFUSED`),
  );
  for (const [options, text] of [
    [{ replicas: [] }, /replicas is/],
    [{ identity: '' }, /identity is "hidden", but must be the folder of an identity/],
    [{ identity: '/nowhere' }, /The identity in \/nowhere cannot be used.*lockstep certificates/],
    [{ windowCommandsMax: 0 }, /windowCommandsMax is 0/],
    [{ replicas: [loopback.replicas[0]!, loopback.replicas[0]!] }, /replicas\[1\]\.id/],
  ] as const) {
    const error = await rejection(connect(loopback.options(options)));
    assert.equal(error.code, 'invalidArgument');
    assert.match(error.message, text);
  }
});

test('closing waits for what was submitted, ends the session, and then refuses', async () => {
  const loopback = await running();
  const client = await loopback.connect();
  const pending = client.placeOrder(order);
  const closing = client.close();
  assert.equal((await rejection(client.placeOrder(order))).code, 'closed');
  await closing;
  assert.equal((await pending).ok, true);
  assert.equal(loopback.cluster.sessions.size, 0);
  assert.ok((await rejection(client.instruments())) instanceof ClosedError);
  await client.close();
});

test('a client that keeps its session ends what is pending as unknown', async () => {
  const loopback = await running();
  const client = await loopback.connect();
  loopback.cluster.replica(1).isHolding = true;
  const pending = rejection(client.placeOrder(order));
  const question = rejection(client.instruments());
  await client.close({ keepSession: true });
  assert.match((await pending).message, /the client was closed before the outcome came/);
  assert.equal((await question).code, 'closed');
  assert.equal(loopback.cluster.sessions.size, 1);
});

test('pressure and warnings reach their listeners', async () => {
  const loopback = await running(2);
  const client = await loopback.connect();
  const pressure = once(client, 'pressure');
  loopback.cluster.replica(1).say(930);
  assert.deepEqual(await pressure, [930]);
  assert.equal(client.pressurePermille, 930);
  const warning = once(client, 'warning');
  for (const connection of loopback.cluster.replica(2).connections)
    connection.putBytes(Uint8Array.of(1, 2, 3, 4));
  assert.match((await warning)[0], /replica 2 .*(?:no message|different wire versions)/);
});
