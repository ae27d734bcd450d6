/** Processes beside the replicas report to them, on real sockets with real certificates. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartyKind } from '../../../protocol/parties.ts';
import { MemberPost } from '../../clients/member-post.ts';
import { SideReporter } from '../../clients/side-reporter.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { SideDesk } from '../../control-port/side-desk.ts';
import { usageFailure } from '../../failure.ts';
import { breakerConditions, certificateConditions, type SideReport } from '../../notify/side-report.ts';
import { report } from '../../orders/control-orders.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

const replica = { kind: PartyKind.replica, id: 2 };
const dns = (breaker: 'closed' | 'open'): SideReport => ({
  program: 'dns',
  breaker,
  conditions: breakerConditions(breaker, 'The name server 10.0.0.9', 'REFUSED'),
});

test('what a process says of itself every replica has, with its metrics, and the status says what is degraded', async (context) => {
  const { replicas, run, file } = await cluster(context, [leading, following]);
  const warnings: string[] = [];
  const loaded = loadConfiguration({ config: file });
  const reporter = new SideReporter(loaded, replica, 'dns', (text) => warnings.push(text));
  reporter.begin(() => ({ ...dns('open'), revoked: { count: 1, hash: 'a1b2c3d4' } }));
  context.after(() => reporter.end());
  while (!replicas.every(({ sides }) => sides.heard().length === 1)) await sleep(20);
  const [heard] = replicas[0]!.sides.heard();
  assert.deepEqual([heard!.source, heard!.revoked?.count], ['dns of replica 2', 1]);
  const { text } = await run('status');
  assert.match(text, /warning: The name server 10\.0\.0\.9 failed again and again .*: REFUSED/);
  const metrics = await (await fetch(`http://127.0.0.1:${replicas[0]!.port}/metrics`)).text();
  assert.match(metrics, /^lockstep_side_breaker_state\{.*source="dns of replica 2".*\} 2$/m);
  assert.match(metrics, /^lockstep_side_condition\{.*kind="breakerOpen".*\} 1$/m);
  assert.deepEqual(warnings, []);
});

const loop = 5;

test('a process that dies before it listens, again and again, is a crash loop to every replica', async (context) => {
  const { replicas, run, file, dataFolder } = await cluster(context, [leading, following]);
  const taken = async (): Promise<number> => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    context.after(() => holder.close());
    return (holder.address() as { port: number }).port;
  };
  const [port, metricsPort] = [await taken(), await taken()];
  const [operatorPort] = await freePorts(1);
  const names = { server: '127.0.0.1', zone: 'venue.test', leader: 'leader.venue.test', metricsPort };
  const keys = JSON.parse(readFileSync(file, 'utf8'));
  const configuration = { ...keys, gateway: { port, operatorPort }, dns: names };
  writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
  for (const [words, name] of [
    [['gateway'], 'gateway 1'],
    [['dns', '--id', '1'], 'dns of replica 1'],
  ] as const) {
    const kinds = () =>
      replicas.map(({ sides }) => {
        const heard = sides.heard().find(({ source }) => source === name);
        return heard?.conditions.map(({ kind }) => kind).join();
      });
    for (let n = 1; n <= loop; n++) {
      assert.deepEqual(kinds(), [undefined, undefined], `start ${n}`);
      const { code, text } = await run(...words);
      assert.equal(code, 1, text);
      while (startsIn(dataFolder, name) < n) await sleep(5);
    }
    assert.deepEqual(kinds(), ['crashLoop', 'crashLoop'], name);
  }
});

test('what its configuration keeps from starting is no crash loop: its unit does not start it again', async (context) => {
  const { file, dataFolder } = await cluster(context, [leading]);
  const loaded = loadConfiguration({ config: file });
  for (let n = 0; n <= loop; n++) {
    const reporter = new SideReporter(loaded, replica, 'vip', () => undefined);
    const refused = reporter.over(() => Promise.reject(usageFailure('vip.device is missing')));
    await assert.rejects(refused, /vip\.device is missing/);
    assert.equal(startsIn(dataFolder, 'vip of replica 2'), 0);
  }
});

/** How many starts of a process are kept. */
function startsIn(dataFolder: string, name: string): number {
  const path = join(dataFolder, `starts of ${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).length : 0;
}

test('what is no report is refused', async (context) => {
  const { file } = await cluster(context, [leading]);
  const loaded = loadConfiguration({ config: file });
  const odd: readonly object[] = [
    {},
    { program: 'other', conditions: [] },
    { ...dns('open'), breaker: 'ajar' },
    { ...dns('open'), conditions: [{ kind: 'diskFull', text: '' }] },
    { ...dns('open'), conditions: [...dns('open').conditions, ...dns('open').conditions] },
    { ...dns('open'), conditions: [{ kind: 'breakerOpen', text: 'x'.repeat(601) }] },
  ];
  for (const each of odd) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const post = new MemberPost<object>(loaded, replica, { path: 'side', what: 'it' }, resolve);
    post.send(each);
    assert.match(
      await promise,
      /does not take it: .*Processes beside the replicas say here/,
      JSON.stringify(each),
    );
    post.end();
  }
});

test('that a member is not there yet is no warning; that it stays away is one, once', async (context) => {
  const { file } = await cluster(context, [leading, following]);
  let calls = 0;
  const away = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
  context.after(() => away.close());
  const { replicas, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const { port: controlPort } = away.address() as { port: number };
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [replicas[0], { ...replicas[1], controlPort }] }));
  const warnings: string[] = [];
  let nowMs = 0;
  const post = new MemberPost<SideReport>(
    loadConfiguration({ config: file }),
    replica,
    { path: 'side', what: 'it' },
    (text) => warnings.push(text),
    () => nowMs,
  );
  context.after(() => post.end());
  const tries = async (times: number) => {
    for (const end = calls + times; calls < end; await sleep(10)) post.send(dns('closed'));
  };
  await tries(3);
  assert.deepEqual(warnings, []);
  nowMs = 15_000;
  await tries(4);
  assert.equal(warnings.length, 1, warnings.join());
  assert.match(warnings[0]!, /^Replica 2 did not get it: /);
});

test('a desk forgets what it does not hear any more, and takes so many sources', () => {
  let nowMs = 0;
  const desk = new SideDesk(() => nowMs);
  for (let id = 1; id <= 256; id++)
    assert.equal(
      desk.take({ kind: PartyKind.gateway, id }, { program: 'gateway', conditions: [] }),
      undefined,
    );
  const gateway = { kind: PartyKind.gateway, id: 257 };
  assert.match(desk.take(gateway, { program: 'gateway', conditions: [] })!, /More than 256/);
  nowMs = 20_001;
  assert.equal(desk.take(gateway, { program: 'gateway', conditions: [] }), undefined);
  assert.deepEqual(
    desk.heard().map(({ source }) => source),
    ['gateway 257'],
  );
});

test('a certificate is a condition thirty days before its end, with what to do', () => {
  const in29Days = Date.now() + 29 * 86_400_000;
  const all = [
    { of: 'links', endsAtMs: Date.now() + 31 * 86_400_000 },
    { of: 'clients (gateway.tls)', endsAtMs: in29Days },
  ];
  assert.deepEqual(certificateConditions('gateway 1', all, 'Renew it.'), [
    {
      kind: 'certificateEnding',
      text: `Certificates of gateway 1 end: clients (gateway.tls) at ${new Date(in29Days).toISOString()}. Renew it.`,
    },
  ]);
  assert.deepEqual(certificateConditions('gateway 1', all.slice(0, 1), ''), []);
});

test('a fence command that an operator reports reaches the hooks of that replica', async (context) => {
  const { replicas, file } = await cluster(context, [leading, following]);
  const loaded = loadConfiguration({ config: file });
  const fenced = { target: 'replica', number: 2, hash: '0123456789ab', isDone: false, said: 'no route' };
  await report(loaded, 1, 'fenced', fenced);
  assert.deepEqual(replicas[0]!.fences, [{ ...fenced, by: 'operator/1' }]);
  assert.deepEqual(replicas[1]!.fences, []);
});
