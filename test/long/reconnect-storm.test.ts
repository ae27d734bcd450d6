// Three times as many callers as there is room for, most of them with garbage, while clients trade and the leader dies.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TestExchange } from '../../src/chaos/exchange.ts';
import { ObservedRun } from '../../src/chaos/run.ts';
import { Storm } from '../../src/chaos/storm.ts';
import { readUpFile } from '../../src/ops/supervisor/cluster-folder.ts';
import { sessionsMax } from '../../src/protocol/limits.ts';

const connections = 64;
const timesCapacity = 3;
/** What a process may take more of during a storm: buffers of its connections, and what waits to be collected. */
const growthMegabytesMax = 192;
/** Lines that the supervisor may print meanwhile: of the leader that dies, not of each caller. */
const linesToldMax = 60;

interface Process {
  readonly name: string;
  readonly pid: number;
  readonly restarts: number;
  readonly megabytes: number;
}

function processes(exchange: TestExchange): Process[] {
  const up = readUpFile(exchange.loaded.dataFolder);
  return up!.children.map(({ name, pid, restarts }) => {
    // Memory of its own, without the mapped files of the journal.
    const ownKilobytes = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { name, pid: pid!, restarts, megabytes: Number(ownKilobytes) / 1_024 };
  });
}

test('failure 7: a storm of three times as many callers as there is room for, with garbage: clients trade on', async (t) => {
  const run = await ObservedRun.start(t, { configuration: { limits: { connections } } });
  const { exchange } = run;
  run.trade();
  await run.served(500);
  const before = processes(exchange);
  const toldBefore = exchange.output.length;
  const storm = new Storm(exchange, timesCapacity * connections);
  t.after(() => storm.end());
  const stormProgress = (): number => storm.count('connected') + storm.count('sessionsOpened');
  await exchange.until(
    'the storm blows',
    async () => storm.count('connected') > timesCapacity * connections,
    stormProgress,
  );
  await run.served(500);

  // A caller that comes only now must get in too.
  const late = run.client({ id: 160 });
  t.after(() => late.close());
  late.trade();
  await exchange.until(
    'a client that came in the storm is served',
    async () => late.acknowledged > 100,
    () => late.acknowledged,
  );

  const { pid, term, replicaId } = await exchange.leader();
  process.kill(pid, 'SIGKILL');
  await run.servedAfter(term, 500);
  await exchange.until(
    'the storm has opened three times as many sessions as there may be',
    async () => storm.count('sessionsOpened') > timesCapacity * sessionsMax && storm.count('garbage') > 1_000,
    () => storm.count('sessionsOpened') + Math.min(1_000, storm.count('garbage')),
  );
  await run.served(500);
  // The replica that was killed finds its way back to the others, through the storm.
  await exchange.whole();
  for (const { counters } of await exchange.statuses()) {
    assert.ok(counters.connections <= connections, `${counters.connections} connections`);
    assert.ok(counters.sessions <= connections, `${counters.sessions} sessions are bound`);
    assert.ok(counters.connectionsRefused + counters.messagesMalformed > 0);
  }
  const after = processes(exchange);
  const told = exchange.output.slice(toldBefore).split('\n');
  assert.ok(told.length < linesToldMax, `strangers filled the terminal: ${told.slice(-5).join('\n')}`);
  await storm.end();
  late.rest();
  await exchange.until('the last client has its outcomes', async () => late.pending === 0);

  for (const [n, { name, pid: pidBefore, megabytes }] of before.entries()) {
    const growth = after[n]!.megabytes - megabytes;
    if (name === `replica ${replicaId}`) continue;
    assert.deepEqual([after[n]!.pid, after[n]!.restarts], [pidBefore, 0], `${name} did not stop`);
    assert.ok(growth < growthMegabytesMax, `${name} grew by ${growth} MB`);
  }
  await exchange.until(
    'the gateway is ready',
    async () => (await exchange.get('/health/ready'))?.status === 200,
  );
  await run.verdict('reconnect storm');
});
