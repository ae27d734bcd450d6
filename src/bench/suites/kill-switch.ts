/**
 * The kill switch of an account, alone and while that account and another one overload the leader: sessions that have
 * tens of thousands of orders on the way at all times. It is asked for as `lockstep kill` does it, in a session of its
 * own: from the wish to open that session to the answer that the account is halted and its orders are cancelled.
 */
import { strict as assert } from 'node:assert';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { runningFile } from '../../ops/supervisor/cluster-folder.ts';
import { LocalCluster } from '../cluster/cluster.ts';
import { createMarket } from '../load/book-flow.ts';
import type { FloodOrder, FloodReport } from '../load/flood.worker.ts';
import { spread } from '../load/latencies.ts';
import type { BenchOptions, SuitePart } from '../report/suite.ts';

export const killSwitchName = 'the kill switch of an account';

const kills = 20;
const instrumentId = 1;
const accountId = 1;
const otherId = 2;
const sessions = 12;
/** Orders of the account that rest far from the market when it is killed. */
const resting = 100;
const pauseMs = 200;

export async function killSwitch(options: BenchOptions): Promise<SuitePart> {
  const { durability = 'memory', idle = 'backoff', replicas = 3, progress } = options;
  const cluster = await LocalCluster.start({ durability, idle, replicas });
  try {
    const client = await cluster.connect();
    await createMarket(client);
    progress('alone');
    const alone = await killed(cluster, client);
    const flood = fork(new URL('../load/flood.worker.ts', import.meta.url));
    const order: FloodOrder = {
      ...{ config: runningFile(cluster.loaded.dataFolder), sessions, instrumentId },
      accounts: [
        { accountId, side: 'buy' },
        { accountId: otherId, side: 'sell' },
      ],
    };
    flood.send(order);
    await once(flood, 'message');
    progress('beside a flood');
    const before = await reportOf(flood);
    const startMs = performance.now();
    const beside = await killed(cluster, client);
    const after = await reportOf(flood);
    const seconds = (performance.now() - startMs) / 1_000;
    flood.kill('SIGKILL');
    await once(flood, 'exit');
    await client.close();
    const answers = after.accepted + after.refused - before.accepted - before.refused;
    const { waiting } = after;
    assert.ok(waiting > (sessions * resting) / 2, 'the leader has orders waiting before it');
    const rows = { alone: rowOf(alone), 'beside the flood': rowOf(beside) };
    const title = `From the command to its effect, ${kills} times each; the flood has ${waiting} orders on the way`;
    return {
      table: { title, rows },
      results: { ...rows, waiting, answersPerSecond: Math.round(answers / seconds) },
    };
  } finally {
    await cluster.stop();
  }
}

/** Milliseconds of each kill; between two the account is opened, and has orders that rest. */
async function killed(cluster: LocalCluster, client: Client): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < kills; n++) {
    const opened = await client.setMode({ mode: 'open', accountId });
    assert.ok(opened.ok, opened.text);
    const orders = Array.from({ length: resting }, (_, at) =>
      client.placeOrder({ accountId, instrumentId, side: 'buy', priceTicks: 1 + at, quantityLots: 1 }),
    );
    await Promise.all(orders);
    await sleep(pauseMs);
    const startMs = performance.now();
    const operator = await cluster.connect({ feed: 'own' });
    const { ok, text, count, seq } = await operator.killAccount({ accountId, reason: 'bench' });
    times.push(performance.now() - startMs);
    assert.ok(ok && count >= resting, `${text} ${count}`);
    assert.deepEqual([...(await operator.openOrders(accountId))], [], 'none of its orders rests');
    assert.deepEqual((await operator.fills({ accountId, fromSeq: seq })).fills, [], 'none traded afterwards');
    await operator.close();
  }
  return times;
}

async function reportOf(flood: ChildProcess): Promise<FloodReport> {
  const answer = once(flood, 'message');
  flood.send('report');
  const [report] = (await answer) as [FloodReport];
  return report;
}

function rowOf(times: readonly number[]): Readonly<Record<string, number>> {
  const { p50, p90, max } = spread(times);
  return { 'p50 ms': p50, 'p90 ms': p90, 'max ms': max };
}
