/**
 * Two sites of three replicas each, of real processes, the second of which follows, with a market and orders through
 * their gateways.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client/index.ts';
import { signedHeaders } from '../gateway/http/signing.ts';
import { makeBackupKey } from '../ops/backup-process/targets.ts';
import { gatewayUrl } from '../ops/configuration/addresses.ts';
import { openKeys } from '../ops/configuration/keys.ts';
import { ScratchCluster, sameHashes } from '../ops/drills/scratch-cluster.ts';
import { prepareMarket } from './orders.ts';

export const siteNames = ['north', 'south'] as const;
const idsOf = { north: [1, 2, 3], south: [11, 12, 13] } as const;
/** A member of the first site, where there is one. */
const witnessId = 3;
/** What belongs to the exchange, and not to the log of a site. */
export const sharedNames = ['keys.json', 'gateway-root.key', 'authority', 'identities'];
const callMs = 5_000;
/** A caller that is refused tries again after this. */
const retryMs = 20;
const callers = 8;

export interface Placed {
  readonly id: string;
  readonly seq: number;
}

/** Orders through one gateway, from several callers at once, each one after the other. */
export class GatewayFlow {
  readonly acknowledged: Placed[] = [];
  /** No answer came, or one that says nothing of the outcome. */
  readonly inDoubt: string[] = [];
  firstMs = 0;
  #longestGapMs = 0;
  #lastMs = performance.now();
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

  /** The longest time between two acknowledgements, of all callers together, since it was asked last. */
  takeGapMs(): number {
    const gapMs = Math.round(this.#longestGapMs);
    this.#longestGapMs = 0;
    return gapMs;
  }

  #noteGap(): void {
    const nowMs = performance.now();
    if (this.acknowledged.length > 0) this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
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
          this.#noteGap();
          this.acknowledged.push({ id, seq: answer.seq! });
          continue;
        }
        this.inDoubt.push(id);
      } catch {
        this.inDoubt.push(id);
      }
      await sleep(retryMs);
    }
  }
}

export interface TestSiteOptions {
  /** What is to switch a site off; usually all is well. */
  readonly fence?: readonly string[];
  /** The sites write under the lease of a witness, and no fence command is there. */
  readonly leaseSeconds?: number;
  /** Makes the market; without it there is one in which keys of the configuration trade. */
  readonly prepare?: (client: Client) => Promise<void>;
}

/** Both sites, the second of which follows, level; with a market in which keys of the configuration trade. */
export class TestSites {
  readonly root = mkdtempSync(join(tmpdir(), 'lockstep-sites-'));
  /** The folder through which they follow each other, and its key. */
  readonly way = join(this.root, 'way');
  readonly keyFile = join(this.root, 'way.key');
  north!: ScratchCluster;
  south!: ScratchCluster;
  client!: Client;
  /** Ids of the replicas that have a state, at each site. */
  readonly idsOf: Readonly<Record<(typeof siteNames)[number], readonly number[]>>;
  readonly #flows: GatewayFlow[] = [];

  flow(cluster: ScratchCluster, prefix: string): GatewayFlow {
    const flow = new GatewayFlow(cluster, prefix);
    this.#flows.push(flow);
    return flow;
  }

  private constructor(hasWitness: boolean) {
    this.idsOf = hasWitness ? { ...idsOf, north: idsOf.north.filter((id) => id !== witnessId) } : idsOf;
  }

  /** Ends with the test. */
  static async start(t: TestContext, options: TestSiteOptions = {}): Promise<TestSites> {
    const sites = new TestSites(options.leaseSeconds !== undefined);
    t.after(() => sites.end());
    await sites.#begin(options);
    return sites;
  }

  static async open(options: TestSiteOptions = {}): Promise<TestSites> {
    const sites = new TestSites(options.leaseSeconds !== undefined);
    await sites.#begin(options).catch(async (error: unknown) => {
      await sites.end();
      throw error;
    });
    return sites;
  }

  async #begin({ leaseSeconds, fence = ['true'], prepare }: TestSiteOptions): Promise<void> {
    const { way, keyFile } = this;
    mkdirSync(way);
    makeBackupKey(keyFile);
    const hasLease = leaseSeconds !== undefined;
    for (const name of siteNames)
      this[name] = await ScratchCluster.make(
        join(this.root, name),
        idsOf[name],
        hasLease ? witnessId : undefined,
      );
    const { controlPort } = this.north.replicas.find(({ id }) => id === witnessId)!;
    const lease = { witnessId, host: '127.0.0.1', controlPort, seconds: leaseSeconds };
    for (const name of siteNames)
      this[name].configure({
        sites: siteNames.map((each) => ({
          name: each,
          fence: hasLease ? [] : fence,
          replicas: this[each].replicas
            .filter(({ role }) => role !== 'witness')
            .map(({ id, tcpPort }) => ({ id, host: '127.0.0.1', tcpPort })),
        })),
        site: {
          ...{ name, target: 'way', everyMilliseconds: 50, openAfterSeconds: 0 },
          ...(hasLease && { lease }),
        },
        backup: { verifyHours: 720, folders: [{ name: 'way', folder: way, keyFile }] },
      });
    const { north, south } = this;
    north.start();
    this.client = await north.session();
    await (prepare?.(this.client) ?? this.#prepareMarket());
    await north.until('it has shipped', async () =>
      /"chain":"\w/.test((await north.try('backup', 'status')).out),
    );
    await south.run('site', 'seed', '--into', south.dataFolder);
    for (const name of sharedNames)
      cpSync(join(north.dataFolder, name), join(south.dataFolder, name), { recursive: true });
    south.start();
    await this.level('south');
  }

  async #prepareMarket(): Promise<void> {
    await prepareMarket(this.client);
    const { configuration } = this.north.loaded;
    const [key] = openKeys(configuration, this.north.dataFolder).apiKeys;
    for (const accountId of key!.accountIds) await this.client.createAccount({ accountId, name: 'holder' });
  }

  /** The process of the witness. */
  async witnessPid(): Promise<number> {
    return (await this.north.statuses()).find(({ replicaId }) => replicaId === witnessId)!.pid;
  }

  /** Until this standby has what the other one has now. */
  async level(name: (typeof siteNames)[number]): Promise<void> {
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
    const hashes = await sameHashes(this.south, this.client, [...this.idsOf.north, ...this.idsOf.south]);
    assert.equal(new Set(hashes.map(({ stateHash }) => stateHash)).size, 1, JSON.stringify(hashes));
  }

  async end(): Promise<void> {
    await Promise.all(this.#flows.map((flow) => flow.end()));
    await this.client?.close({ keepSession: true });
    for (const name of siteNames) for (const pid of this[name].pids()) process.kill(pid, 'SIGCONT');
    await Promise.all(siteNames.map((name) => this[name].stop()));
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Every acknowledged order is there, but those that are known to be lost. */
export async function verifyPlaced(
  client: Client,
  accountId: number,
  placed: readonly Placed[],
): Promise<void> {
  for (const { id } of placed) {
    const row = await client.order({ accountId, clientOrderId: id });
    assert.ok(row !== undefined, `order ${id} was acknowledged`);
  }
}

/** The account that the key of the gateways' callers trades for. */
export function callersAccount(cluster: ScratchCluster): number {
  const [key] = openKeys(cluster.loaded.configuration, cluster.dataFolder).apiKeys;
  return key!.accountIds[0]!;
}
