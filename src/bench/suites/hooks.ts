/**
 * What hooks cost an order: the same orders at a fixed rate through a cluster without a hook, and through one whose
 * webhook is dead, or takes the connection and never answers, while modes change and make notices. In turn, so that
 * what else the machine does falls on all.
 */
import { strict as assert } from 'node:assert';
import { createServer, type Server, type Socket } from 'node:net';
import type { Client } from '../../client/index.ts';
import { freePorts } from '../../ops/replay/own-exchange.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { assertAgreement, createMarket } from '../load/book-flow.ts';
import { spread } from '../load/latencies.ts';
import { SteadyLoad } from '../load/steady-load.ts';
import type { BenchOptions, Suite, SuiteReport } from '../report/suite.ts';

const rounds = 5;
const secondsStandard = 5;
const rateStandard = 2_000;
const warmUpSeconds = 3;
/** A mode that changes is a notice. */
const changeMs = 100;
/** Stopped and opened, and no party of the orders. */
const idleAccount = 3;

type Case = 'without' | 'dead' | 'silent';
const cases: readonly Case[] = ['without', 'dead', 'silent'];

interface Phase {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export const hooksSuite: Suite = {
  workload: `orders at a fixed rate through the SDK, ${rounds} times each in turn; ${1_000 / changeMs} notices a second`,
  leftOut: 'gateway, a network; two clusters and the load share one machine',
  run: runHooks,
};

/** An endpoint that nothing listens at, or that takes what comes and says nothing. */
class FailingEndpoint {
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async turn(kind: Case): Promise<void> {
    if (kind !== 'silent') return this.end();
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.resume();
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.port, '127.0.0.1', resolve));
  }

  async end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }
}

async function runHooks(options: BenchOptions): Promise<SuiteReport> {
  const { durability = 'memory', idle = 'backoff', replicas = 3, progress } = options;
  const { seconds = secondsStandard, rate = rateStandard } = options;
  const [port = 0] = await freePorts(1);
  const endpoint = new FailingEndpoint(port);
  const webhook = { name: 'pager', url: `http://127.0.0.1:${port}/`, on: ['all'], timeoutMs: 2_000 };
  const common = { durability, idle, replicas } as const;
  const clusters = [await LocalCluster.start(common)];
  try {
    clusters.push(await LocalCluster.start({ ...common, keys: { notify: { webhooks: [webhook] } } }));
    const clients = await Promise.all(clusters.map((cluster) => cluster.connect()));
    for (const client of clients) {
      await createMarket(client);
      await client.createAccount({ accountId: idleAccount, name: 'idle' });
      await phase(client, rate, warmUpSeconds);
    }
    const phases = new Map<Case, Phase[]>(cases.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (let n = 0; n < cases.length; n++) {
        // Another one begins each round.
        const name = cases[(n + round) % cases.length]!;
        progress(`round ${round + 1} of ${rounds}: ${name}`);
        await endpoint.turn(name);
        phases.get(name)!.push(await phase(clients[name === 'without' ? 0 : 1]!, rate, seconds));
      }
    const hook = (await clusters[1]!.whole()).hooks[0]!;
    assert.ok(hook.failed > 0 && hook.delivered === 0, `the hook fails: ${JSON.stringify(hook)}`);
    for (const [n, cluster] of clusters.entries()) await assertAgreement(cluster, clients[n]!);
    await Promise.all(clients.map((client) => client.close()));
    return reportOf(phases, rate, hook.waiting);
  } finally {
    await endpoint.end();
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  }
}

/** Orders at the rate, while the mode of an account changes again and again. */
async function phase(client: Client, rate: number, seconds: number): Promise<Phase> {
  let changes = 0;
  const changing = setInterval(() => {
    const mode = changes++ % 2 === 0 ? 'halted' : 'open';
    client.setMode({ mode, accountId: idleAccount }).catch(() => undefined);
  }, changeMs);
  const load = new SteadyLoad(client, rate);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  clearInterval(changing);
  await load.end();
  assert.deepEqual([load.refused, load.unknown], [0, 0], 'every order is accepted');
  const { p50Us, p99Us, maxUs } = load.latencies.percentiles;
  return { p50Ms: p50Us / 1_000, p99Ms: p99Us / 1_000, maxMs: maxUs / 1_000 };
}

function reportOf(phases: ReadonlyMap<Case, readonly Phase[]>, rate: number, waiting: number): SuiteReport {
  const without = phases.get('without')!;
  const rows = Object.fromEntries(
    cases.map((name) => {
      const own = phases.get(name)!;
      const ratios = own.map(({ p99Ms }, round) => p99Ms / without[round]!.p99Ms);
      const row = {
        'p50 ms': spread(own.map(({ p50Ms }) => p50Ms)).p50,
        'p99 ms': spread(own.map(({ p99Ms }) => p99Ms)).p50,
        'p99 ms, worst round': spread(own.map(({ p99Ms }) => p99Ms)).max,
        'p99, times without': Math.round(spread(ratios).p50 * 100) / 100,
      };
      return [name, row];
    }),
  );
  const title = `Orders at ${rate}/s beside a webhook that fails; medians of ${rounds} rounds`;
  return { tables: [{ title, rows }], results: { ...rows, waiting, rounds: Object.fromEntries(phases) } };
}
