/**
 * docs/MEMBERS.md, word for word: each command in it is read from there and given, in an exchange that grows, replaces
 * each of its first machines under orders, and is rebuilt from a survivor; and in one of two replicas and a witness,
 * founded by the file of the page, which loses each of the three once. How long each operation took is said.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../../src/chaos/machines.ts';
import { instrumentId, OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import type { Client } from '../../src/client/index.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';

const timeout = 900_000;
const attempts = 10;
const text = readFileSync(join(import.meta.dirname, '../../docs/MEMBERS.md'), 'utf8');
/**
 * Those in the document, without `npx lockstep`, in blocks and in sentences, and which of them a test has given. What
 * a sentence has without `npx` and other words is the name of a command.
 */
const commands = [
  ...[...text.matchAll(/^npx lockstep ([^#\n]+)/gm)].map(([, words]) => words!.trim()),
  ...[...text.matchAll(/`(npx )?lockstep ((?:members|mode|replica) [^`]+)`/g)].map(([, , words]) =>
    words!.replaceAll(/\s+/g, ' '),
  ),
];
const given = new Set<string>();

after(() => {
  assert.deepEqual(
    commands.filter((command) => !given.has(command)),
    [],
    'every command of docs/MEMBERS.md is given',
  );
});

/** Gives a command of the document on a machine; what means a place of the reader is replaced. */
async function give(
  machines: Machines,
  desk: number,
  command: string,
  replaced: readonly (readonly [string, string])[] = [],
): Promise<string> {
  assert.ok(commands.includes(command), `docs/MEMBERS.md has no "npx lockstep ${command}"`);
  given.add(command);
  const words = replaced.reduce((all, [from, to]) => all.replace(from, to), command).split(' ');
  for (let left = attempts; ; left--) {
    const { code, out } = await machines.run(desk, ...words);
    if (code === 0) return out;
    // On a machine that does much else an answer may be late, or a leader be replaced: a person repeats the command.
    assert.ok(
      left > 1 && /answers|No replica leads|has ended|has not called|Wait until/.test(out),
      `${command}: ${out}`,
    );
    await sleep(1_000);
  }
}

const joinCommand = commands.find((command) => command.startsWith('replica join'))!;

/** A new machine runs the command that `members token` has printed. */
function joins(machines: Machines, id: number, printed: string): void {
  const [, at, token] = /replica join --at (\S+) --token (\S+)/.exec(printed) ?? [];
  assert.ok(at !== undefined && token !== undefined, printed);
  given.add(joinCommand);
  const words = joinCommand.replace(/--at \S+/, `--at ${at}`).replace(/--token \S+/, `--token ${token}`);
  machines.join(id, ...words.split(' '));
}

/** Until the members that vote are these, as one of them says. */
async function votersAre(machines: Machines, at: number, voters: readonly number[]): Promise<void> {
  await machines.until(`voters are ${voters.join(', ')}`, async () => {
    const status = await machines.statusOf(at);
    return status?.voters.join() === voters.join();
  });
}

/** Says how long an operation took, from its command until it was done: docs/MEMBERS.md has some of these. */
async function measured<T>(t: TestContext, what: string, operation: () => Promise<T>) {
  const startedMs = performance.now();
  const result = await operation();
  t.diagnostic(`${what}: ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  return result;
}

/** Until these replicas have applied the same command, after which their states are the same. */
async function haveOneState(machines: Machines, client: Client, ids: readonly number[]): Promise<void> {
  await machines.until(`replicas ${ids.join(', ')} have applied the same`, async () => {
    const rows = await Promise.all(ids.map((from) => client.hashes({ from }).catch(() => undefined)));
    if (rows.some((row) => row?.appliedSeq !== rows[0]?.appliedSeq || row === undefined)) return false;
    assert.equal(new Set(rows.map((row) => row!.stateHash)).size, 1, 'one state');
    return true;
  });
}

/** Orders without an end, of a program that was started with one address. */
class Flow {
  readonly orders: OrderStream;
  readonly #client: Client;
  readonly #done: Promise<void>;
  #isOver = false;

  constructor(client: Client, prefix: string) {
    this.#client = client;
    this.orders = new OrderStream(prefix);
    this.#done = this.#send();
  }

  async #send(): Promise<void> {
    while (!this.#isOver) {
      await this.orders.send(this.#client, 5);
      await sleep(100);
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }
}

const trader = { keyId: 'trader', secret: 'c1'.repeat(32), accountIds: [701] };

/** Orders through a gateway, one after the other; each is given until it is answered, and means one order. */
class GatewayFlow {
  readonly #gateway: Gateway;
  readonly #done: Promise<void>;
  readonly orderIds = new Map<string, number>();
  #isOver = false;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.#done = this.#send();
  }

  async #send(): Promise<void> {
    for (let n = 0; !this.#isOver; n++) {
      const clientOrderId = `way-${n}`;
      const body = { symbol: 'TEST', side: 'buy', price: '1.00', quantity: '1', clientOrderId };
      let answer = await this.#ask('POST', '/v1/orders', body);
      while (answer.status >= 500 || answer.status === 429) {
        await sleep(50);
        answer = await this.#ask('POST', '/v1/orders', body);
      }
      assert.ok(answer.status === 201 || answer.status === 200, JSON.stringify(answer));
      this.orderIds.set(clientOrderId, answer.orderId);
      await sleep(30);
    }
  }

  async #ask(method: string, path: string, body: object) {
    const content = JSON.stringify(body);
    const timestamp = String(Date.now());
    const asked = { timestamp, nonce: undefined, method, pathWithQuery: path, body: content };
    const headers = {
      ...signedHeaders(trader.keyId, trader.secret, asked),
      'content-type': 'application/json',
    };
    const response = await fetch(this.#gateway.url + path, { method, headers, body: content });
    const { orderId = 0 } = (await response.json()) as { readonly orderId?: number };
    return { status: response.status, orderId };
  }

  /** Each order that was answered is there, once. */
  async end(client: Client): Promise<void> {
    this.#isOver = true;
    await this.#done;
    const ids = new Set<number>();
    for (const [clientOrderId, orderId] of this.orderIds) {
      const row = await client.order({ accountId: 701, clientOrderId });
      assert.equal(row?.orderId, orderId, clientOrderId);
      ids.add(orderId);
    }
    assert.equal(ids.size, this.orderIds.size);
  }
}

/** Starts replicas again that end meanwhile, as a supervisor would. */
async function supervised<T>(machines: Machines, ids: readonly number[], command: Promise<T>): Promise<T> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  command.then(end, end);
  const start = (): void => {
    for (const id of ids) if (!machines.isRunning(id)) machines.start(id);
  };
  while (!isOver) {
    start();
    await sleep(100);
  }
  start();
  return await command;
}

async function awaitStatus(
  machines: Machines,
  id: number,
  isSo: (role: string, isMember: boolean) => boolean,
) {
  await machines.until(`replica ${id} is so`, async () => {
    const members = (await machines.statusOf(id))?.members ?? [];
    const own = members.find((one) => one.id === id);
    return isSo(own?.role ?? '', own !== undefined);
  });
}

/** One machine becomes three, by tokens; a fourth comes with a certificate. */
async function growsToFour(machines: Machines, t: TestContext): Promise<void> {
  assert.match(await give(machines, 1, 'members'), /Replica 1 leads/);
  JSON.parse(await give(machines, 1, 'members --json'));
  for (const id of [2, 3])
    await measured(t, `a machine joins by a token, and has its vote as one of ${id}`, async () => {
      joins(machines, id, await give(machines, 1, 'members token'));
      await votersAre(machines, id, [1, 2, 3].slice(0, id));
    });
  const restart = supervised(machines, [1, 2, 3], give(machines, 1, 'restart --rolling'));
  assert.match(
    await measured(t, 'a rolling restart of three', () => restart),
    /All 3 replicas were restarted/,
  );
  assert.match(await give(machines, 1, 'upgrade'), /the newest that the leader has/);
  given.add('upgrade --switch');
  assert.match((await machines.run(1, 'upgrade', '--switch')).out, /Nothing is to be switched/);
  machines.write(4, [4, 1]);
  machines.start(4);
  given.add('replica --id 4');
  await measured(t, 'a machine with a certificate is added, and has its vote', async () => {
    await give(machines, 1, 'members add 4');
    await votersAre(machines, 4, [1, 2, 3, 4]);
  });
  await measured(t, 'a vote is taken', () => give(machines, 1, 'members demote 4'));
  await votersAre(machines, 4, [1, 2, 3]);
  await measured(t, 'a vote is given', () => give(machines, 1, 'members promote 4'));
  await votersAre(machines, 4, [1, 2, 3, 4]);
  await give(machines, 1, 'members prefer 2 never');
  await give(machines, 1, 'members demote 4');
  await votersAre(machines, 4, [1, 2, 3]);
}

/** All of the first machines are replaced, dead and alive. */
async function losesTheFirstThree(machines: Machines, t: TestContext): Promise<void> {
  joins(machines, 5, await give(machines, 1, 'members token --role spare'));
  await awaitStatus(machines, 5, (role) => role === 'spare');
  await measured(t, 'a member is removed', () => give(machines, 1, 'members remove 5'));
  await machines.until('replica 5 is no member', async () => {
    const status = await machines.statusOf(1);
    return status?.members.every(({ id }) => id !== 5) === true;
  });
  await machines.kill(5);

  await machines.kill(3);
  await measured(t, 'a learner takes the place of a dead voter', async () => {
    await give(machines, 1, 'members replace 3 4');
    await votersAre(machines, 4, [1, 2, 4]);
  });
  await measured(t, 'a new machine takes the place of a voter, by a token', async () => {
    joins(machines, 6, await give(machines, 4, 'members token --replaces 2'));
    await votersAre(machines, 4, [1, 4, 6]);
  });
  await machines.kill(2);
  // The first machine goes too: what began with its address alone goes on.
  joins(machines, 7, (await machines.run(4, 'members', 'token', '--replaces', '1')).out);
  await votersAre(machines, 4, [4, 6, 7]);
  await machines.stop(1);
  await machines.leader([4, 6, 7]);
  await sleep(1_000);
}

test('an exchange grows, and all of its machines are replaced under orders, by the commands of the document', {
  timeout,
}, async (t: TestContext) => {
  const machines = await Machines.make(7);
  t.after(() => machines.end());
  machines.write(1, [1]);
  machines.start(1, '--bootstrap');
  await machines.leader([1]);
  const client = await machines.client(1);
  await prepareMarket(client);
  const limits = { usePermilleMax: 1_000 };
  const gateway = await machines.gateway(1, {
    apiKeys: [trader],
    operatorToken: 'the-operator',
    timeWindowMs: 60_000,
    limits,
  });
  t.after(() => gateway.close());
  await machines.until('the gateway is ready', async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  const flow = new Flow(client, 'flow');
  const gatewayFlow = new GatewayFlow(gateway);

  await growsToFour(machines, t);
  await losesTheFirstThree(machines, t);

  await flow.end();
  await gatewayFlow.end(client);
  await flow.orders.verify(client);
  assert.ok(flow.orders.acknowledged.size > 0 && gatewayFlow.orderIds.size > 0);
  t.diagnostic(
    `${flow.orders.acknowledged.size} orders of a program, ${gatewayFlow.orderIds.size} of a gateway`,
  );
  await haveOneState(machines, client, [4, 6, 7]);
  assert.ok((await client.instruments()).some((one) => one.instrumentId === instrumentId));
});

test('an exchange shrinks, and is rebuilt from a survivor, by the commands of the document', {
  timeout,
}, async (t) => {
  const machines = await Machines.make(3);
  t.after(() => machines.end());
  for (const id of [1, 2, 3]) {
    machines.write(id, [1, 2, 3]);
    machines.start(id, '--bootstrap');
  }
  await machines.leader([1, 2, 3]);
  const client = await machines.client(1);
  await prepareMarket(client);
  const orders = new OrderStream('before');
  await orders.send(client, 200);
  await machines.kill(1);
  const after1 = new OrderStream('beyond');
  await machines.leader([2, 3]);
  await after1.send(client, 50);
  await machines.kill(2);
  await machines.kill(3);
  machines.start(1);
  await machines.until('it runs', async () => (await machines.statusOf(1)) !== undefined);
  assert.match(await give(machines, 1, 'members rebuild --plan'), /2/);
  await measured(t, 'a survivor begins another generation, and leads', async () => {
    await supervised(machines, [1], give(machines, 1, 'members rebuild --confirm 1 --switched-off 2,3'));
    await machines.leader([1]);
  });
  await give(machines, 1, 'mode open');
  await orders.verify(client);
  machines.start(2);
  await machines.until(
    'it knows that its generation is over',
    async () => (await machines.statusOf(2))?.superseded === true,
  );
  await supervised(machines, [2], give(machines, 1, 'members return 2'));
  await machines.until('it is blank', async () => {
    if (!machines.isRunning(2)) machines.start(2);
    return (await machines.statusOf(2))?.superseded === false;
  });
  await measured(t, 'a machine that returned blank has its vote again', async () => {
    await give(machines, 1, 'members add 2');
    await votersAre(machines, 1, [1, 2]);
  });
  await haveOneState(machines, client, [1, 2]);
  const folder = 'lockstep-data/replica-2/generation-1';
  await give(machines, 2, `members tail --folder ${folder} --csv`, [
    [folder, machines.pathIn(2, 'generation-1')],
  ]);
  const { out } = await machines.run(1, 'members', 'remove', '2');
  assert.match(out, /--confirm 1/);
});

interface FoundingFile {
  readonly replicas: readonly { readonly id: number; readonly role?: string }[];
}

/** The file of the page from which three machines found a cluster, one of them as a witness. */
const withWitness = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)]
  .map(([, block]) => JSON.parse(block!) as FoundingFile)
  .find(({ replicas }) => replicas.some(({ role }) => role === 'witness'))!;

/** Which members vote, and which of them are witnesses, as replica 1 says. */
async function membersAre(machines: Machines, wanted: string): Promise<void> {
  await machines.until(`the members are ${wanted}`, async () => {
    const { members = [] } = (await machines.statusOf(1)) ?? {};
    return members.map(({ id, role, votes }) => `${id} ${votes ? role : '-'}`).join(', ') === wanted;
  });
}

/** The leader sends a member what comes, as it comes. */
async function follows(machines: Machines, id: number): Promise<void> {
  await machines.until(`replica ${id} follows`, async () => {
    const leader = await machines.leader([1, 2]);
    const { progress = [] } = (await machines.statusOf(leader)) ?? {};
    return leader === id || progress.some(({ memberId, state }) => memberId === id && state === 'following');
  });
}

test('two replicas and a witness are founded by the file of the document, lose each of the three, and the witness twice', {
  timeout,
}, async (t) => {
  const machines = await Machines.make(5);
  t.after(() => machines.end());
  const entry = ({ id, role }: FoundingFile['replicas'][number]) => ({ id, role, ...machines.ports(id) });
  for (const { id } of withWitness.replicas) {
    machines.write(id, [], { replicas: withWitness.replicas.map(entry) });
    machines.start(id, '--bootstrap');
  }
  await membersAre(machines, '1 voter, 2 voter, 3 witness');
  const client = await machines.client(1);
  await prepareMarket(client);
  const flow = new Flow(client, 'loss');
  const leader = await machines.leader([1, 2]);
  for (const lost of [3, leader === 1 ? 2 : 1, leader]) {
    await machines.kill(lost);
    const orders = new OrderStream(`without-${lost}`);
    await orders.send(client, 50);
    await orders.verify(client);
    machines.start(lost);
    await follows(machines, lost);
  }

  await give(machines, 1, 'members remove 3 --confirm 1');
  await membersAre(machines, '1 voter, 2 voter');
  await machines.kill(3);
  machines.write(4, [], { replicas: [{ id: 4, role: 'witness' }, { id: 1 }].map(entry) });
  machines.start(4);
  await measured(t, 'a witness with a certificate is added, and has its vote', async () => {
    await give(machines, 1, 'members add 4 --role witness');
    await membersAre(machines, '1 voter, 2 voter, 4 witness');
  });
  await give(machines, 1, 'members remove 3 --confirm 1', [['3', '4']]);
  await membersAre(machines, '1 voter, 2 voter');
  await machines.kill(4);
  await measured(t, 'a witness joins by a token, and has its vote', async () => {
    joins(machines, 5, await give(machines, 1, 'members token --role witness'));
    await membersAre(machines, '1 voter, 2 voter, 5 witness');
  });
  await machines.kill(await machines.leader([1, 2]));
  await machines.leader([1, 2]);
  await flow.end();
  await flow.orders.verify(client);
  for (const id of [1, 2]) if (!machines.isRunning(id)) machines.start(id);
  await haveOneState(machines, client, [1, 2]);
});
