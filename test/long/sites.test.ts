/**
 * Two sites of three replicas each, with orders through the gateways: the one that writes is lost whole, under load,
 * and the other one promoted; it comes back, and writes again; and the way between them is gone for a minute.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareMarket } from '../../src/chaos/orders.ts';
import type { Client } from '../../src/client/index.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';
import { gatewayUrl } from '../../src/ops/configuration/addresses.ts';
import { openKeys } from '../../src/ops/configuration/keys.ts';
import { ScratchCluster, sameHashes } from '../../src/ops/drills/scratch-cluster.ts';

const names = ['north', 'south'] as const;
const idsOf = { north: [1, 2, 3], south: [11, 12, 13] } as const;
const shared = ['keys.json', 'gateway-root.key', 'authority', 'identities'];
const callMs = 5_000;
const callers = 8;

interface Placed {
  readonly id: string;
  readonly seq: number;
}

/** Orders through one gateway, from several callers at once, each one after the other. */
class GatewayFlow {
  readonly acknowledged: Placed[] = [];
  /** No answer came, or one that says nothing of the outcome. */
  readonly inDoubt: string[] = [];
  firstMs = 0;
  readonly #url: string;
  readonly #key: { readonly keyId: string; readonly secret: string };
  readonly #prefix: string;
  #sent = 0;
  #isOver = false;
  readonly #done: Promise<unknown>;

  constructor(cluster: ScratchCluster, prefix: string) {
    const { configuration, dataFolder } = cluster.loaded;
    this.#url = gatewayUrl(configuration);
    this.#key = openKeys(configuration, dataFolder).apiKeys[0]!;
    this.#prefix = prefix;
    this.#done = Promise.all(Array.from({ length: callers }, () => this.#call()));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #call(): Promise<void> {
    while (!this.#isOver) {
      const id = `${this.#prefix}-${this.#sent++}`;
      const n = this.#sent;
      const side = n % 2 === 0 ? 'buy' : 'sell';
      const price = (100 + (side === 'buy' ? -1 : 1) * (n % 40) * 0.01).toFixed(2);
      const body = JSON.stringify({ symbol: 'TEST', side, price, quantity: '1', clientOrderId: id });
      const signed = { timestamp: String(Date.now()), method: 'POST', pathWithQuery: '/v1/orders', body };
      const { keyId, secret } = this.#key;
      const headers = { ...signedHeaders(keyId, secret, signed), 'content-type': 'application/json' };
      try {
        const init = { method: 'POST', headers, body, signal: AbortSignal.timeout(callMs) };
        const response = await fetch(`${this.#url}/v1/orders`, init);
        const answer = (await response.json()) as { readonly seq?: number };
        if (response.status === 201) {
          if (this.acknowledged.length === 0) this.firstMs = Date.now();
          this.acknowledged.push({ id, seq: answer.seq! });
        } else this.inDoubt.push(id);
      } catch {
        this.inDoubt.push(id);
        await sleep(5);
      }
    }
  }
}

/** Both sites, the second of which follows, level; with a market in which keys of the configuration trade. */
class Sites {
  readonly root = mkdtempSync(join(tmpdir(), 'lockstep-sites-'));
  north!: ScratchCluster;
  south!: ScratchCluster;
  client!: Client;
  readonly #flows: GatewayFlow[] = [];

  flow(cluster: ScratchCluster, prefix: string): GatewayFlow {
    const flow = new GatewayFlow(cluster, prefix);
    this.#flows.push(flow);
    return flow;
  }

  static async start(t: TestContext): Promise<Sites> {
    const sites = new Sites();
    t.after(() => sites.end());
    mkdirSync(join(sites.root, 'way'));
    for (const name of names) sites[name] = await ScratchCluster.make(join(sites.root, name), idsOf[name]);
    for (const name of names)
      sites[name].configure({
        sites: names.map((each) => ({
          name: each,
          fence: ['true'],
          replicas: sites[each].replicas.map(({ id, tcpPort }) => ({ id, host: '127.0.0.1', tcpPort })),
        })),
        site: { name, target: 'way', everyMilliseconds: 50, openAfterSeconds: 0 },
        backup: { verifyHours: 720, folders: [{ name: 'way', folder: join(sites.root, 'way') }] },
      });
    const { north, south } = sites;
    north.start();
    sites.client = await north.session();
    await prepareMarket(sites.client);
    const [key] = openKeys(north.loaded.configuration, north.dataFolder).apiKeys;
    for (const accountId of key!.accountIds) await sites.client.createAccount({ accountId, name: 'holder' });
    await north.until('it has shipped', async () =>
      /"chain":"\w/.test((await north.try('backup', 'status')).out),
    );
    await south.run('site', 'seed', '--into', south.dataFolder);
    for (const name of shared)
      cpSync(join(north.dataFolder, name), join(south.dataFolder, name), { recursive: true });
    south.start();
    await sites.level('south');
    return sites;
  }

  /** Until this standby has what the other one has now. */
  async level(name: (typeof names)[number]): Promise<void> {
    const other = name === 'north' ? this.south : this.north;
    const seq = Math.max(...(await other.statuses()).map(({ appliedSeq }) => appliedSeq));
    await this[name].until(`${name} is level`, async () => {
      const { out } = await this[name].try('site', 'status');
      const json = JSON.parse(out.trim().split('\n').at(-1) || '{}') as {
        isStandby?: boolean;
        appliedSeq?: number;
      };
      return json.isStandby === true && json.appliedSeq! >= seq;
    });
  }

  async assertSame(): Promise<void> {
    const hashes = await sameHashes(this.south, this.client, [...idsOf.north, ...idsOf.south]);
    assert.equal(new Set(hashes.map(({ stateHash }) => stateHash)).size, 1, JSON.stringify(hashes));
  }

  async end(): Promise<void> {
    await Promise.all(this.#flows.map((flow) => flow.end()));
    await this.client?.close({ keepSession: true });
    for (const name of names) for (const pid of this[name].pids()) process.kill(pid, 'SIGCONT');
    await Promise.all(names.map((name) => this[name].stop()));
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Every acknowledged order is there once, but those that are known to be lost. */
async function verify(client: Client, accountId: number, placed: readonly Placed[]): Promise<void> {
  for (const { id } of placed) {
    const row = await client.order({ accountId, clientOrderId: id });
    assert.ok(row !== undefined, `order ${id} was acknowledged`);
  }
}

test('failures 10, 13 and 15: a site is killed whole under orders; the other one is promoted, the lost one returns and writes again', async (t) => {
  const sites = await Sites.start(t);
  const { north, south } = sites;
  const [{ accountIds: [accountId = 0] = [] } = {}] = openKeys(
    north.loaded.configuration,
    north.dataFolder,
  ).apiKeys;
  const before = sites.flow(north, 'north');
  await north.until('orders flow', async () => before.acknowledged.length > 500);
  await north.kill();
  const killedMs = Date.now();
  await before.end();
  const startedMs = performance.now();
  const plan = await south.run('site', 'promote', 'south', '--plan');
  assert.ok(Number((plan['plan'] as { readonly lostAtLeast: number }).lostAtLeast) >= 0);
  const promoteMs = performance.now();
  const promoted = await south.run('site', 'promote', 'south', '--yes');
  const after = sites.flow(south, 'south');
  await south.until('orders flow at the other site', async () => after.acknowledged.length > 100);
  t.diagnostic(
    `plan ${Math.round(promoteMs - startedMs)} ms; promote ${JSON.stringify(promoted['steps'])}; killed to the first acknowledged order ` +
      `${after.firstMs - killedMs} ms`,
  );
  await after.end();
  const promotedSeq = Number(promoted['seq']);
  const lost = await north.run('site', 'return');
  t.diagnostic(
    `promoted behind seq ${promotedSeq}; ${lost['commands']} commands are lost, from seq ${lost['fromSeq']} on`,
  );
  const report = JSON.parse(readFileSync(String(lost['report']), 'utf8')) as { readonly entries: unknown };
  const listed = JSON.stringify(report.entries);
  const beyond = before.acknowledged.filter(({ seq }) => seq > promotedSeq);
  for (const { id } of beyond) assert.ok(listed.includes(`"${id}"`), `${id} is lost, and not listed`);
  const kept = before.acknowledged.filter(({ seq }) => seq <= promotedSeq);
  for (const { id } of kept) assert.ok(!listed.includes(`"${id}"`), `${id} is listed, and not lost`);
  t.diagnostic(
    `${before.acknowledged.length} acknowledged, ${beyond.length} of them lost, ${before.inDoubt.length} in doubt`,
  );
  north.start();
  await sites.level('north');
  await sites.client.close({ keepSession: true });
  sites.client = await south.session();
  await verify(sites.client, accountId, [...kept, ...after.acknowledged]);
  await sites.assertSame();
  const back = await south.run('site', 'switch', 'north');
  t.diagnostic(`back: gap ${back['gapMs']} ms`);
  const again = sites.flow(north, 'again');
  await north.until('orders flow at the first site', async () => again.acknowledged.length > 100);
  await again.end();
  await sites.level('south');
  await sites.assertSame();
  await verify(sites.client, accountId, [...kept, ...after.acknowledged, ...again.acknowledged]);
  await sites.client.close();
});

test('failure 15: a site that stood still while the other one was promoted acknowledges nothing when it goes on', async (t) => {
  const sites = await Sites.start(t);
  const { north, south } = sites;
  const before = sites.flow(north, 'north');
  await north.until('orders flow', async () => before.acknowledged.length > 200);
  const pids = north.pids();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await south.run('site', 'promote', 'south', '--yes');
  const acknowledged = before.acknowledged.length;
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await sleep(10_000);
  await before.end();
  const { client } = sites;
  const later = before.acknowledged.slice(acknowledged).map(({ id }) => id);
  t.diagnostic(`${later.length} orders were acknowledged by the old site's gateway after it went on`);
  const [{ accountIds: [accountId = 0] = [] } = {}] = openKeys(
    north.loaded.configuration,
    north.dataFolder,
  ).apiKeys;
  const successor = await south.session();
  // Its gateway knows both sites: what it acknowledged later, the promoted one has.
  for (const id of later)
    assert.ok((await successor.order({ accountId, clientOrderId: id })) !== undefined, `${id} is nowhere`);
  await successor.close();
  await client.close({ keepSession: true });
});

test('a planned switch under orders loses nothing and doubles nothing', async (t) => {
  const sites = await Sites.start(t);
  const { north, south } = sites;
  const [{ accountIds: [accountId = 0] = [] } = {}] = openKeys(
    north.loaded.configuration,
    north.dataFolder,
  ).apiKeys;
  const flow = sites.flow(north, 'switch');
  const gaps: unknown[] = [];
  for (const [from, name] of [
    [north, 'south'],
    [south, 'north'],
    [north, 'south'],
    [south, 'north'],
  ] as const) {
    const count = flow.acknowledged.length;
    await north.until('orders flow', async () => flow.acknowledged.length > count + 300);
    gaps.push((await from.run('site', 'switch', name))['gapMs']);
  }
  const count = flow.acknowledged.length;
  await north.until('orders flow', async () => flow.acknowledged.length > count + 300);
  await flow.end();
  t.diagnostic(
    `gaps ${gaps.join(', ')} ms; ${flow.acknowledged.length} orders, ${flow.inDoubt.length} in doubt`,
  );
  await sites.level('south');
  await sites.assertSame();
  await verify(sites.client, accountId, flow.acknowledged);
  assert.equal(new Set(flow.acknowledged.map(({ seq }) => seq)).size, flow.acknowledged.length);
  await sites.client.close();
});

test('failure 15: a minute without a way between the sites promotes nothing, holds nothing up, and the standby comes level', async (t) => {
  const sites = await Sites.start(t);
  const { north, south } = sites;
  const flow = sites.flow(north, 'cut');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const way = join(sites.root, 'way');
  renameSync(way, `${way}-gone`);
  let slowest = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 60; second++) {
    const count = flow.acknowledged.length;
    await sleep(1_000);
    slowest = Math.min(slowest, flow.acknowledged.length - count);
  }
  renameSync(`${way}-gone`, way);
  const healedMs = Date.now();
  await flow.end();
  await sites.level('south');
  t.diagnostic(`slowest second ${slowest} orders; level ${Date.now() - healedMs} ms after the way was back`);
  assert.ok(slowest > 0, 'the site that writes stood still');
  assert.equal((await south.run('site', 'status'))['epoch'], 1);
  await sites.assertSame();
  await sites.client.close();
});
