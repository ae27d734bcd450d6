import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ControlOutcome } from '../../protocol/audit.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { noMembers } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { type CounterName, counter, counterNames } from '../../replica/counters.ts';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import {
  canaryWarnings,
  type Health,
  hookWarnings,
  type LeaderHealth,
  leads,
  live,
  ready,
  withWarnings,
} from '../health/health.ts';
import { type ReplicaStatus, type SeenByProcess, statusOf } from '../health/status.ts';
import { reportOfWatcher } from '../notify/testing/facts.ts';
import { type OperatorReplicaOrder, operatorOrders } from '../operator-orders/order-paths.ts';
import { CanaryDesk } from './canary-desk.ts';
import { controlServer } from './control-server.ts';
import type { OperatorOrderAnswer } from './control-subject.ts';
import { SideDesk } from './side-desk.ts';
import { noGrants, PaperNotes, PaperOperators } from './testing/operators.ts';

const identity = {
  clusterId: 5,
  replicaId: 2,
  pid: 77,
  startedTicks: '1',
  version: '1.2.3',
  configHash: 'abc',
  lagFramesMax: 10_000,
  startedAtMs: 1_000,
};
const leading = {
  cycles: 9,
  role: Role.leader,
  serving: 1,
  term: 4,
  leaderId: 2,
  commitIndex: 10,
  leaderCommitIndex: 12,
  appliedIndex: 8,
};

function serve(
  context: TestContext,
  counters: Partial<Record<CounterName, number>>,
  answer?: OperatorOrderAnswer,
  statusAgeMsMax = 0,
  seen: Partial<SeenByProcess> = {},
) {
  const hooks = seen.hooks ?? [];
  const values = new Float64Array(counterNames.length);
  for (const [name, value] of Object.entries(counters)) values[counter[name as CounterName]] = value;
  const read = (slot: number) => values[slot]!;
  const orders: OperatorReplicaOrder[] = [];
  const operators = new PaperOperators();
  const notes = new PaperNotes();
  const state = { stalledMs: 0 };
  const canary = new CanaryDesk();
  const used = { memoryPercent: 10, cpuPercent: 10 };
  const limits = { lagFramesMax: 10_000, memoryPercentMax: 90, cpuPercentMax: 100 };
  const subject = {
    replicaId: identity.replicaId,
    clusterId: identity.clusterId,
    operators,
    notes,
    canary,
    sides: new SideDesk(),
    read,
    address: noGrants,
    stalledMs: () => state.stalledMs,
    identityExpiresAtMs: () => 0,
    promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
    status: () => statusOf(identity, read, 61_000, seen),
    live: () => live(state.stalledMs),
    ready: () =>
      withWarnings(ready(read, state.stalledMs, used, limits), [
        ...hookWarnings(hooks),
        ...canaryWarnings(canary.heard()),
      ]),
    hooks: () => hooks,
    leads: () => leads(read, state.stalledMs, 0),
    order: (order: OperatorReplicaOrder) => {
      orders.push(order);
      return Promise.resolve(answer);
    },
  };
  const server = controlServer(subject, { agesMsMax: { status: statusAgeMsMax, metrics: 0 } });
  context.after(() => server.close());
  const post = (path: string, body?: unknown) =>
    server.inject({
      method: 'POST',
      url: `/operator/${path}`,
      ...(body === undefined ? {} : { payload: body as object }),
    });
  return { server, orders, operators, notes, state, values, used, post };
}

test('the status has words, the lag and every counter by its name', async (context) => {
  const { server } = serve(context, { ...leading, lastIndex: 12, durableIndex: 9 });
  const response = await server.inject('/status');
  assert.equal(response.statusCode, 200);
  const status = response.json<ReplicaStatus>();
  assert.equal(status.role, 'leader');
  assert.equal(status.lagFrames, 4, 'to what the leader has, not to what came here');
  assert.equal(status.unflushedFrames, 3);
  assert.equal(status.uptimeSeconds, 60);
  assert.equal(status.configHash, 'abc');
  assert.deepEqual(Object.keys(status.counters), [...counterNames]);
});

test('a status is sent again while it is young, but none from before an order after it', async (context) => {
  const { server, values, post } = serve(context, leading, { ok: true, text: '' }, Number.MAX_VALUE);
  const term = async () => (await server.inject('/status')).json<ReplicaStatus>().counters.term;
  assert.equal(await term(), 4);
  values[counter.term] = 5;
  assert.equal(await term(), 4);
  assert.equal((await post('snapshot')).statusCode, 200);
  assert.equal(await term(), 5);
});

test('live, ready and leader are told apart', async (context) => {
  const { server, values, state } = serve(context, leading);
  const codes = async () =>
    Promise.all(
      ['live', 'ready', 'leader'].map(async (which) => (await server.inject(`/health/${which}`)).statusCode),
    );
  assert.deepEqual(await codes(), [200, 200, 200]);
  values[counter.role] = Role.follower;
  assert.deepEqual(await codes(), [200, 200, 503]);
  values[counter.leaderId] = 0;
  assert.deepEqual(await codes(), [200, 503, 503]);
  state.stalledMs = 60_000;
  assert.deepEqual(await codes(), [503, 503, 503]);
});

test('who leads is told with its term and epoch, and how old that is', async (context) => {
  const { server, values } = serve(context, { ...leading, epoch: 3 });
  values[counter.nowUs] = -40_000;
  const { leaderId, term, epoch, ageMs } = (await server.inject('/health/leader')).json<LeaderHealth>();
  assert.deepEqual({ leaderId, term, epoch, ageMs }, { leaderId: 2, term: 4, epoch: 3, ageMs: 40 });
});

test('a replica that is not ready says why', async (context) => {
  const { server, used } = serve(context, {
    ...leading,
    leaderId: 0,
    recovering: 1,
    diskFull: 1,
    leaderCommitIndex: 99_999,
  });
  used.memoryPercent = 95;
  const { reasons } = (await server.inject('/health/ready')).json<{ reasons: string[] }>();
  assert.deepEqual(reasons, [
    'the replica is recovering and may not vote yet',
    'no leader is known',
    'the disk is full',
    'the engine is 99991 frames behind what the leader has committed; at most 10000',
    'memory is 95 % used; at most 90 %',
  ]);
  const starting = serve(context, {});
  const answer = (await starting.server.inject('/health/ready')).json<{ reasons: string[] }>();
  assert.deepEqual(answer.reasons, ['the replica is still reading its journal']);
});

test('how far behind is unknown where no leader is heard: null, NaN and not ready', async (context) => {
  const { server, values } = serve(context, { ...leading, role: Role.follower, leaderCommitIndex: -1 });
  assert.equal((await server.inject('/status')).json<ReplicaStatus>().lagFrames, null);
  const { body } = await server.inject('/metrics');
  assert.match(body, /\nlockstep_lag_frames\{.*\} Nan\n/i);
  assert.match(body, /\nlockstep_leader_commit_index\{.*\} Nan\n/i);
  const { reasons } = (await server.inject('/health/ready')).json<{ reasons: string[] }>();
  assert.deepEqual(reasons, ['the leader is not heard, so it is not known how far behind this replica is']);
  values[counter.cycles] = 0;
  values[counter.leaderCommitIndex] = 0;
  const starting = serve(context, {});
  assert.equal((await starting.server.inject('/status')).json<ReplicaStatus>().lagFrames, null);
});

test('metrics are in the text format, with totals told from gauges', async (context) => {
  const { server } = serve(context, { ...leading, elections: 3 });
  await server.inject('/status');
  for (let scrape = 0; scrape < 2; scrape++) {
    const { body, headers } = await server.inject('/metrics');
    assert.match(String(headers['content-type']), /^text\/plain/);
    assert.match(
      body,
      /# TYPE lockstep_elections_total counter\nlockstep_elections_total\{cluster="5",replica="2"\} 3\n/,
    );
    assert.match(
      body,
      /# TYPE lockstep_commit_index gauge\nlockstep_commit_index\{cluster="5",replica="2"\} 10\n/,
    );
    assert.match(body, /\nprocess_resident_memory_bytes\{/);
  }
});

test('orders are taken of operators who may give them, and of no other caller', async (context) => {
  const { post, orders, operators, notes, server } = serve(context, leading, { ok: true, text: 'accepted' });
  operators.refusal = { status: 403, error: 'it takes the right "stop"' };
  assert.deepEqual((await post('stop')).json(), { ok: false, error: 'it takes the right "stop"' });
  operators.giver = undefined;
  assert.equal((await post('stop')).statusCode, 401);
  assert.deepEqual(orders, []);
  assert.deepEqual(
    notes.taken.map(({ operatorId, action, outcome }) => [operatorId, action, outcome]),
    [[1, 'stop', ControlOutcome.notPermitted]],
  );
  assert.equal(notes.refusedCount, 1);
  assert.match((await server.inject('/metrics')).body, /lockstep_control_requests_refused_total\{.*\} 2\n/);
});

test('a connection whose certificate is not believed any more ends with that answer, and others go on', async (context) => {
  const { post, operators } = serve(context, leading, { ok: true, text: 'accepted' });
  operators.refusal = { status: 403, error: 'it takes the right "stop"' };
  const statusAndEnd = async () => {
    const { statusCode, headers } = await post('stop');
    return [statusCode, headers['connection']];
  };
  assert.deepEqual(await statusAndEnd(), [403, 'keep-alive']);
  operators.giver = undefined;
  assert.deepEqual(await statusAndEnd(), [401, 'keep-alive']);
  operators.unproven = { status: 403, error: 'its serial number is revoked' };
  assert.deepEqual(await statusAndEnd(), [403, 'close']);
});

test('every order reaches the core with its target', async (context) => {
  const { post, orders } = serve(context, leading, { ok: true, text: 'accepted' });
  const simple = Object.entries(operatorOrders).filter(
    ([path]) => !/void|command|site|epoch|opening/.test(path),
  );
  assert.equal(simple.length, 7);
  for (const [path, kind] of simple) {
    const mayForce = kind === 'chooseState';
    const named = mayForce ? { replicaId: 3 } : {};
    const response = await post(path, mayForce ? named : undefined);
    assert.deepEqual(response.json(), { ok: true, text: 'accepted' });
    assert.deepEqual(orders.at(-1), { kind, replicaId: 0, force: false, ...named, operatorId: 1 });
    const { statusCode } = await post(path, { ...named, force: true });
    assert.equal(statusCode, mayForce ? 200 : 400, path);
    assert.equal(orders.at(-1)!.force, mayForce);
  }
  for (const [body, kind, more] of [
    [{ order: 'add', replicaId: 4 }, 'addMember', { role: 'voter' }],
    [{ order: 'add', replicaId: 4, role: 'spare' }, 'addMember', { role: 'spare' }],
    [{ order: 'remove', replicaId: 3, force: true }, 'removeMember', { force: true }],
    [{ order: 'replace', replicaId: 3, otherId: 4 }, 'replaceMember', { otherId: 4 }],
    [{ order: 'promote', replicaId: 4 }, 'promoteMember', {}],
    [{ order: 'demote', replicaId: 4 }, 'demoteMember', {}],
    [{ order: 'prefer', replicaId: 4, preference: 'never' }, 'preferMember', { preference: 'never' }],
  ] as const) {
    assert.deepEqual((await post('members', body)).json(), { ok: true, text: 'accepted' });
    assert.deepEqual(orders.at(-1), {
      kind,
      replicaId: body.replicaId,
      force: false,
      ...more,
      operatorId: 1,
    });
  }
  await post('transfer-leadership', { replicaId: 1 });
  assert.deepEqual(orders.at(-1), { kind: 'transferLeadership', replicaId: 1, force: false, operatorId: 1 });
});

test('what the core refuses, or never answers, is told apart', async (context) => {
  const refused = await serve(context, leading, { ok: false, text: 'ask replica 1' }).post('end-day');
  assert.equal(refused.statusCode, 409);
  assert.deepEqual(refused.json(), { ok: false, error: 'ask replica 1' });
  const silent = await serve(context, leading).post('snapshot');
  assert.equal(silent.statusCode, 504);
  assert.match(silent.json<{ error: string }>().error, /whether it obeyed is not known/);
});

test('garbage is answered and counted, and reaches nobody', async (context) => {
  const { server, post, orders } = serve(context, leading, { ok: true, text: '' });
  const bad: readonly (readonly [status: number, path: string, body: unknown])[] = [
    [400, 'transfer-leadership', { replicaId: 0 }],
    [400, 'transfer-leadership', { replicaId: '1' }],
    [400, 'transfer-leadership', { replicaId: 1.5 }],
    [400, 'members', {}],
    [400, 'members', undefined],
    [400, 'members', [3]],
    [400, 'members', { order: 'invite', replicaId: 3 }],
    [400, 'members', { order: 'constructor', replicaId: 3 }],
    [400, 'members', { order: 'add' }],
    [400, 'members', { order: 'add', replicaId: 3, role: 'king' }],
    [400, 'members', { order: 'prefer', replicaId: 3 }],
    [400, 'members', { order: 'promote', replicaId: 3, role: 'voter' }],
    [400, 'members', { order: 'replace', replicaId: 3 }],
    [400, 'stop', { replicaId: 1 }],
    [400, 'members', { order: 'add', replicaId: 256 }],
    [400, 'members', { order: 'add', replicaId: null }],
    [400, 'members', { order: 'remove', replicaId: 3, force: 'yes' }],
    [400, 'members?replicaId=3', undefined],
    [400, 'snapshot', { x: 1 }],
    [404, 'explode', {}],
    [413, 'transfer-leadership', { replicaId: 'x'.repeat(10_000) }],
  ];
  for (const [status, path, body] of bad) assert.equal((await post(path, body)).statusCode, status, path);
  const json = { 'content-type': 'application/json' };
  const send = (url: string, payload: string) =>
    server.inject({ method: 'POST', url: `/operator/${url}`, headers: json, payload });
  for (const [path, payload, error] of [
    ['members', '{', /not JSON/],
    ['snapshot', 'null', /must be a JSON object/],
    ['transfer-leadership', '{"replicaId":1,"replicaId":2}', /"replicaId" is there twice/],
    ['transfer-leadership', '{"replicaId":1.00000000000000000001}', /of which only 1 could be held/],
  ] as const) {
    const broken = await send(path, payload);
    assert.equal(broken.statusCode, 400);
    assert.match((broken.json() as { readonly error: string }).error, error);
  }
  assert.equal((await server.inject('/nothing')).statusCode, 404);
  assert.deepEqual(orders, []);
  assert.match((await server.inject('/metrics')).body, /lockstep_control_requests_refused_total\{.*\} 26\n/);
});

test('an order whose giver has closed the connection, or that waited in a standstill, is not carried out', async (context) => {
  const { server, orders, notes } = serve(context, leading, { ok: true, text: 'accepted' });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as { port: number };
  const order = (path: string): string => `POST /operator/${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const connected = async () => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    return socket;
  };
  const [gone, waiting] = [await connected(), await connected()];
  const answer = async (): Promise<string> => ((await once(waiting, 'data')) as [string])[0];
  waiting.write(order('snapshot'));
  assert.match(await answer(), /^HTTP\/1\.1 200 /);
  gone.write(order('stop'));
  gone.destroy();
  waiting.write(order('snapshot'));
  assert.match(await answer(), /^HTTP\/1\.1 200 /);
  waiting.write(order('stop'));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
  assert.match(await answer(), /^HTTP\/1\.1 503 [\s\S]*Nothing was done\. Give it again.*"again":true/);
  assert.deepEqual(
    orders.map(({ kind }) => kind),
    ['takeSnapshot', 'takeSnapshot'],
  );
  assert.equal(notes.taken.length, 2);
  waiting.destroy();
});

test('bytes that are no HTTP are answered and counted', async (context) => {
  const { server, orders } = serve(context, leading);
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as { port: number };
  const answerTo = (sent: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(sent));
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  const end = 'Connection: close\r\n\r\n';
  const head = `Host: x\r\n${end}`;
  const refused: readonly (readonly [sent: string, status: number, error: RegExp])[] = [
    ['\u0000\u0001 garbage\r\n\r\n', 400, /not HTTP/],
    ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc', 400, /without TLS/],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /not HTTP/],
    [`GET /status HTTP/9.9\r\n${head}`, 400, /not HTTP/],
    [`GET /status HTTP/1.1\r\nno colon\r\n${head}`, 400, /not HTTP/],
    [`POST /operator/stop HTTP/1.1\r\nContent-Length: -1\r\n${head}`, 400, /not HTTP/],
    [
      `POST /operator/stop HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n${head}`,
      400,
      /not HTTP/,
    ],
    [`GET /status HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n${head}`, 431, /larger than 16 KiB/],
    [`GET /status HTTP/1.1\r\n${end}`, 400, /"Host" is missing/],
    [`POST /operator/stop HTTP/1.1\r\nHost: y\r\n${head}`, 400, /"host" is there twice/],
    [`POST http://x/operator/stop HTTP/1.1\r\n${head}`, 400, /a path from/],
    [`GET /status HTTP/1.1\r\nExpect: tea\r\n${head}`, 417, /"Expect"/],
    [`CONNECT x:80 HTTP/1.1\r\n${head}`, 404, /no proxy/],
    [`GET /%zz HTTP/1.1\r\n${head}`, 400, /not a valid url/],
    [`PURGE /status HTTP/1.1\r\n${head}`, 404, /There is no PURGE/],
    [`OPTIONS * HTTP/1.1\r\n${head}`, 404, /There is no OPTIONS/],
  ];
  for (const [sent, status, error] of refused) {
    const answer = await answerTo(sent);
    const [top, body] = answer.split('\r\n\r\n');
    assert.match(top!, new RegExp(`^HTTP/1\\.1 ${status} `), `${sent.slice(0, 60)}: ${answer}`);
    assert.match(top!, /content-type: application\/json/i);
    const said = JSON.parse(body!) as { readonly ok: unknown; readonly error: string };
    assert.equal(said.ok, false);
    assert.match(said.error, error);
  }
  const count = new RegExp(`lockstep_control_requests_refused_total\\{.*\\} ${refused.length}\\n`);
  assert.match((await server.inject('/metrics')).body, count);
  assert.deepEqual(orders, []);
  for (const header of ['Connection: Upgrade\r\nUpgrade: websocket', 'Expect: 100-continue'])
    assert.match(
      await answerTo(`GET /status HTTP/1.1\r\n${header}\r\n${head}`),
      /HTTP\/1\.1 200 [\s\S]*"role":"leader"/,
      'what a replica need not do is passed over',
    );
  assert.match(await answerTo('GET /status HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /);
});

test('replicas alone ask each other for notices, and a replica without hooks says so', async (context) => {
  const { server, post, operators } = serve(context, leading);
  const question = { from: 1, life: '', since: 0 };
  assert.equal((await post('notices', question)).statusCode, 404);
  for (const bad of [{}, { ...question, since: 'x' }, { ...question, from: 1.5 }])
    assert.equal((await post('notices', bad)).statusCode, 400, JSON.stringify(bad));
  operators.refusal = { status: 403, error: 'this is what replicas tell each other' };
  assert.equal((await post('notices', question)).statusCode, 403);
  operators.giver = undefined;
  assert.equal((await post('notices', question)).statusCode, 401);
  assert.doesNotMatch((await server.inject('/metrics')).body, /lockstep_hook_waiting\{/);
});

test('hooks stand in the metrics, and a failing one warns without making a replica unready', async (context) => {
  const hook = {
    name: 'pager',
    breaker: 'open',
    waiting: 2,
    waitingSinceMs: 5_000,
    delivered: 3,
    failed: 4,
    givenUp: 1,
    error: 'it is down',
  } as const;
  const { server } = serve(context, leading, undefined, 0, { hooks: [hook] });
  const { body } = await server.inject('/metrics');
  const metricOf = (name: string) =>
    Number(new RegExp(`^lockstep_${name}\\{.*hook="pager".*\\} (.+)$`, 'm').exec(body)?.[1]);
  assert.deepEqual(
    [
      'breaker_state',
      'hook_waiting',
      'hook_waiting_since_seconds',
      'hook_delivered',
      'hook_failed',
      'hook_given_up',
    ].map(metricOf),
    [2, 2, 5, 3, 4, 1],
  );
  const ready = await server.inject('/health/ready');
  assert.equal(ready.statusCode, 200);
  assert.match(ready.body, /the hook pager is left in peace for a while, since it failed: it is down/);
});

test('what a replica sees of the others and of its disk stands in its metrics', async (context) => {
  const seen = {
    progress: [{ memberId: 3, behindFrames: 2, behindBytes: 512, silentUs: 1_500_000, state: 'following' }],
    elections: [{ term: 4, leaderId: 2, formerId: 1, reason: 'x', gapUs: 2_000, wallUs: 0 }],
    flushes: { count: 9, medianUs: 1_000, p99Us: 5_000, maxUs: 7_000 },
    members: { ...noMembers, voters: [1, 2, 3] },
  } as const;
  const { server } = serve(context, { ...leading, peersHeard: 0b001 }, undefined, 0, seen);
  const { body } = await server.inject('/metrics');
  const metricOf = (name: string, label: string): number =>
    Number(new RegExp(`^lockstep_${name}\\{.*${label}.*\\} (.+)$`, 'm').exec(body)?.[1]);
  assert.deepEqual(
    [metricOf('member_heard', 'member="1"'), metricOf('member_heard', 'member="3"')],
    [1, 0],
    body.slice(0, 200),
  );
  assert.equal(metricOf('member_behind_frames', 'member="3"'), 2);
  assert.equal(metricOf('member_behind_bytes', 'member="3"'), 512);
  assert.equal(metricOf('member_silent_seconds', 'member="3"'), 1.5);
  assert.equal(metricOf('flush_seconds', 'quantile="0.99"'), 0.005);
  assert.equal(metricOf('last_election_gap_seconds', 'replica="2"'), 0.002);
});

test('watchers tell what their canaries found: it is in the metrics, and warns once two of them agree', async (context) => {
  const { server, post, operators } = serve(context, { ...leading, voters: 0b111 });
  assert.equal((await post('canary', { watcher: 1 })).statusCode, 400);
  assert.equal((await post('canary', reportOfWatcher(1, ['wrong']))).statusCode, 200);
  const warnings = async (): Promise<unknown> =>
    (await server.inject('/health/ready')).json<Health>().warnings;
  assert.equal(await warnings(), undefined);
  const giver = operators.giver!;
  operators.giver = { ...giver, party: { kind: PartyKind.gateway, id: 4 } };
  assert.equal((await post('canary', reportOfWatcher(1, ['wrong']))).statusCode, 409, 'the number is taken');
  assert.equal((await post('canary', reportOfWatcher(2, ['wrong']))).statusCode, 200);
  assert.deepEqual(await warnings(), ['the canaries of gateway/4 and operator/1 found: it was wrong']);
  const { body } = await server.inject('/metrics');
  assert.match(body, /^lockstep_canary_watchers(\{.*\})? 2$/m);
  assert.match(body, /^lockstep_canary_believed\{.*fault="wrong".*\} 1$/m);
  assert.match(body, /^lockstep_canary_believed\{.*fault="crash".*\} 0$/m);
  operators.refusal = { status: 403, error: 'it is no watcher' };
  assert.equal((await post('canary', reportOfWatcher(2))).statusCode, 403);
  operators.giver = undefined;
  assert.equal((await post('canary', reportOfWatcher(2))).statusCode, 401);
});
