// Hooks of a real cluster with its usual times: an endpoint that answers 500 for ten minutes, and one that takes its
// time for each answer.
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestExchange } from '../../src/chaos/exchange.ts';
import type { Notice } from '../../src/ops/notify/notice.ts';

const { createServer } = process.getBuiltinModule('node:http');

const rounds = 20;
const roundMs = 30_000;
const slowMs = 2_000;
/** As long as a hook may have: a machine that gives the processes no turn is no reason to send again. */
const timeoutMs = 60_000;

/** Takes notices over HTTP, and keeps those that it answered with 200, each time that they came. */
class Endpoint {
  readonly taken: Notice[] = [];
  status: number;
  readonly #delayMs: number;
  #url = '';

  private constructor(status: number, delayMs: number) {
    this.status = status;
    this.#delayMs = delayMs;
  }

  static async listen(context: TestContext, { status = 200, delayMs = 0 } = {}): Promise<Endpoint> {
    const endpoint = new Endpoint(status, delayMs);
    const server = createServer(async (request, reply) => {
      let body = '';
      for await (const part of request) body += String(part);
      await sleep(endpoint.#delayMs);
      if (endpoint.status === 200) endpoint.taken.push(JSON.parse(body) as Notice);
      reply.writeHead(endpoint.status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    context.after(() => server.close());
    endpoint.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return endpoint;
  }

  hook(name: string): object {
    return { name, url: this.#url, on: ['all'], timeoutMs };
  }

  /** As a receiver has them that drops an id that it knows. */
  get once(): readonly Notice[] {
    return this.taken.filter(({ id }, at) => this.taken.findIndex((each) => each.id === id) === at);
  }

  ofModes(): readonly string[] {
    const modes = this.once.filter(({ kind }) => kind === 'modeChanged');
    return modes.map(({ state, text }) => `${state}: ${text}`);
  }

  /** How many came again. */
  get repeated(): number {
    return this.taken.length - new Set(this.taken.map(({ id }) => id)).size;
  }

  assertOrdered(): void {
    const newest = new Map<string, number>();
    for (const { kind, subject, number, id } of this.once) {
      const of = `${kind} ${subject}`;
      assert.ok(number > (newest.get(of) ?? 0), `${id} came after a later one of its kind`);
      newest.set(of, number);
    }
  }
}

test('an endpoint that answers 500 for ten minutes gets all once and in order afterwards, a slow one meanwhile', async (t) => {
  const down = await Endpoint.listen(t, { status: 500 });
  const slow = await Endpoint.listen(t, { delayMs: slowMs });
  const exchange = await TestExchange.start({
    configuration: { notify: { webhooks: [down.hook('down'), slow.hook('slow')] } },
  });
  t.after(() => exchange.end());
  await exchange.whole();
  const { term } = await exchange.leader();
  const told: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const next = sleep(roundMs);
    for (const words of [['halted', '--reason', `round ${round}`], ['open']]) {
      const { code, out } = await exchange.run('mode', ...words);
      assert.equal(code, 0, out);
      const before = told.length;
      await exchange.until('the slow endpoint has it', async () => slow.ofModes().length > before);
      told.push(slow.ofModes().at(-1)!);
    }
    assert.match(told.at(-2)!, new RegExp(`begins: .* in mode halted: round ${round}`));
    assert.match(told.at(-1)!, /ends: Open again/);
    await next;
  }
  await exchange.until('all wait for the other one, which is left in peace', async () => {
    const { hooks } = await exchange.leader();
    const { waiting, breaker, givenUp } = hooks.find(({ name }) => name === 'down')!;
    assert.equal(givenUp, 0);
    return waiting >= told.length && breaker !== 'closed';
  });

  down.status = 200;
  await exchange.until('the other one has all of them', async () => down.ofModes().length >= told.length);
  await exchange.until('nothing waits', async () =>
    (await exchange.leader()).hooks.every(({ waiting }) => waiting === 0),
  );
  const leader = await exchange.leader();
  for (const [name, endpoint] of Object.entries({ down, slow })) {
    assert.deepEqual(endpoint.ofModes(), told, `${name} has each, in order`);
    endpoint.assertOrdered();
    // A leader that dies may leave one to its successor, which is then sent again under its id.
    assert.ok(endpoint.repeated <= leader.term - term, `${name}: ${endpoint.repeated} came again`);
  }
  const ids = (endpoint: Endpoint): string[] =>
    [...new Set(endpoint.taken.map(({ id }) => id))].filter((id) => !id.includes('hook')).toSorted();
  assert.deepEqual(ids(down), ids(slow));
});
