// Strangers that connect to a replica, say nothing and never hang up: callers that know the key are let in all the
// same.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { sessionHello } from '../src/chaos/hello.ts';
import { challenge, welcome } from '../src/protocol/messages.ts';

const rounds = 60;
/** In each round, as fast as they can; together several times as many as a replica has places for. */
const silentEach = 20;

test('silent callers do not keep out those that know the key', async (t) => {
  const exchange = await TestExchange.start({ replicas: 1 });
  t.after(() => exchange.end());
  const { tcpPort: port, host } = exchange.loaded.configuration.replicas[0]!;
  const strangers: Socket[] = [];
  t.after(() => {
    for (const socket of strangers) socket.destroy();
  });
  let welcomed = 0;
  for (let round = 0; round < rounds; round++) {
    const honest = connect(port, host);
    const answers = new Answers(honest);
    const asked = await answers.next(challenge.size);
    for (let n = 0; n < silentEach; n++) strangers.push(await silentCaller(port, host));
    honest.write(sessionHello(asked, exchange.loaded.configuration.clusterId, exchange.keys.session));
    const answer = await answers.next(welcome.size);
    if (answer.length === welcome.size && answer.readUInt16LE(welcome.at.code) === 0) welcomed++;
    honest.destroy();
  }
  assert.equal(welcomed, rounds);
  const { counters } = await exchange.leader();
  assert.ok(counters.connectionsRefused > 0, 'strangers had to go');
});

/** Neither speaks nor hangs up, whatever the other side does. */
async function silentCaller(port: number, host: string): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** What a replica answers, record by record; short where it has ended the connection. */
class Answers {
  readonly #chunks: AsyncIterator<Buffer>;
  #read = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async next(size: number): Promise<Buffer> {
    while (this.#read.length < size) {
      const chunk = await this.#chunks.next().catch(() => undefined);
      if (chunk === undefined || chunk.done) break;
      this.#read = Buffer.concat([this.#read, chunk.value]);
    }
    const record = this.#read.subarray(0, size);
    this.#read = this.#read.subarray(size);
    return record;
  }
}
