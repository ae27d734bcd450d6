// Two HAProxies under keepalived in front of two gateways, with the files of deploy/balancer: Debian's own programs.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../src/chaos/monotonic.ts';
import { createAuthority, makeTlsPair } from '../../src/ops/certificates/authority.ts';
import { deployedFile } from './testing/deployed-file.ts';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const gateways = [1, 2];
const balancers = [4, 5];
const caller = 6;
const vip = '10.90.1.200';
const takeoverMsMax = 5_000;
const refusal = hostedRefusal(['haproxy', 'haproxy'], ['keepalived', 'keepalived'], ['curl', 'curl']);

/** keepalived runs no script below a folder that others may write to, such as /tmp. */
const folderOf = (venue: HostedExchange, host: number): string => `/run/${basename(venue.folder)}-${host}`;

function ownFolder(venue: HostedExchange, host: number): string {
  const folder = folderOf(venue, host);
  venue.hosts.ledger.note({ kind: 'folder', path: folder });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const script of ['lockstep-check.sh', 'lockstep-notify.sh']) {
    writeFileSync(join(folder, script), deployedFile(`balancer/${script}`));
    chmodSync(join(folder, script), 0o755);
  }
  return folder;
}

/** Of a gateway as in the page, to the one of this test. */
const ofGateways = (venue: HostedExchange): (readonly [string, string])[] => [
  ['10.90.1.14:', `${venue.address(1)}:`],
  ['10.90.2.15:', `${venue.address(2)}:`],
];

/** The gateways of this test speak without TLS. */
const plain: readonly (readonly [string | RegExp, string])[] = [
  [' ssl crt /etc/haproxy/lockstep.pem alpn http/1.1', ''],
  [/ ssl verify required ca-file \S+/, ''],
  ['log /dev/log local0', 'log stdout format raw local0'],
  [/^ {2}(user|group) haproxy\n/gm, ''],
];

function startHaproxy(venue: HostedExchange, host: number): void {
  const folder = ownFolder(venue, host);
  const text = deployedFile('balancer/haproxy.cfg', [
    ...plain.map(([from, to]) => [typeof from === 'string' ? from : new RegExp(from, 'gm'), to] as const),
    ...ofGateways(venue),
    ['/run/haproxy', folder],
  ]);
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  venue.program(`haproxy ${host}`, host, 'haproxy', '-db', '-f', join(folder, 'haproxy.cfg'));
}

function startKeepalived(
  venue: HostedExchange,
  host: number,
  name: string,
  changes: readonly (readonly [string | RegExp, string])[],
): void {
  const folder = ownFolder(venue, host);
  writeFileSync(
    join(folder, 'keepalived.conf'),
    deployedFile(`balancer/${name}`, [...changes, ['/etc/keepalived', folder]]),
  );
  const pids = ['-p', join(folder, 'k.pid'), '-r', join(folder, 'v.pid'), '-c', join(folder, 'c.pid')];
  const words = ['-n', '-l', '-D', '-f', join(folder, 'keepalived.conf'), ...pids];
  venue.program(`keepalived ${host}`, host, 'keepalived', ...words);
}

async function holderOf(venue: HostedExchange, hosts: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (const host of hosts)
    if ((await venue.run(host, 'ip', 'address', 'show', 'dev', 'eth0')).includes(vip)) found.push(host);
  return found;
}

/** A command for the socket of HAProxy. */
function haproxy(venue: HostedExchange, host: number, command: string): Promise<string> {
  const socket = connect(join(folderOf(venue, host), 'admin.sock'));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  socket.on('end', () => resolve(said));
  socket.on('error', reject);
  socket.end(`${command}\n`);
  return promise;
}

/** What the balancer says of a gateway: its state, and the requests that it has there. */
async function gatewayAt(venue: HostedExchange, host: number, gateway: number) {
  const rows = (await haproxy(venue, host, 'show stat')).split('\n').map((row) => row.split(','));
  const row = rows.find(([proxy, name]) => proxy === 'gateways' && name === `gateway-${gateway}`)!;
  return { current: Number(row[4]), total: Number(row[7]), status: row[17]! };
}

test('the files of the balancers are what HAProxy and keepalived read', {
  skip: refusal,
}, async (context) => {
  const venue = await HostedExchange.start({ hosts: 4, gateways: [] });
  context.after(() => venue.end());
  const folder = ownFolder(venue, 4);
  const authority = join(venue.folder, 'authority');
  await createAuthority(authority, 1);
  const pair = await makeTlsPair(authority, ['venue.example.com'], 1);
  writeFileSync(join(folder, 'lockstep.pem'), `${pair.certificate}${pair.key}`);
  writeFileSync(join(folder, 'lockstep-authority.pem'), pair.certificate);
  const whole = deployedFile('balancer/haproxy.cfg', [
    ['/etc/haproxy', folder],
    ['/run/haproxy', folder],
  ]);
  writeFileSync(join(folder, 'whole.cfg'), whole);
  await venue.run(4, 'haproxy', '-c', '-f', join(folder, 'whole.cfg'));
  for (const name of ['keepalived.conf', 'keepalived-leader.conf']) {
    writeFileSync(join(folder, name), deployedFile(`balancer/${name}`, [['/etc/keepalived', folder]]));
    await venue.run(4, 'keepalived', '-t', '-f', join(folder, name));
  }
});

async function gatewayDrained(venue: HostedExchange, first: number, context: TestContext): Promise<void> {
  const struckMs = monotonicMs();
  const failedBefore = await venue.unknown();
  await haproxy(venue, first, 'set server gateways/gateway-1 state drain');
  // The stream, where it is there, stays until the gateway ends.
  await venue.until('it has no requests', async () => (await gatewayAt(venue, first, 1)).current <= 1);
  const { total } = await gatewayAt(venue, first, 1);
  await venue.answered(50);
  assert.equal((await gatewayAt(venue, first, 1)).total, total);
  await venue.kill('gateway 1', 'SIGTERM');
  await venue.answered(50);
  assert.equal(await venue.unknown(), failedBefore, 'no outcome is unknown');
  context.diagnostic(`drained: longest gap ${Math.round((await venue.since(struckMs)).longestGapMs)} ms`);
  venue.lockstep('gateway 1', 1, 'gateway');
  await haproxy(venue, first, 'set server gateways/gateway-1 state ready');
  await venue.until('it gets requests again', async () => {
    const now = await gatewayAt(venue, first, 1);
    return now.status.startsWith('UP') && now.total > total;
  });
}

async function gatewayDies(venue: HostedExchange, first: number, context: TestContext): Promise<void> {
  const struckMs = monotonicMs();
  await venue.kill('gateway 2');
  await venue.until('the balancer has seen it', async () =>
    (await gatewayAt(venue, first, 2)).status.startsWith('DOWN'),
  );
  await venue.answered(50);
  const { longestGapMs } = await venue.since(struckMs);
  context.diagnostic(`gateway killed: longest gap ${Math.round(longestGapMs)} ms`);
  assert.ok(longestGapMs < takeoverMsMax);
  venue.lockstep('gateway 2', 2, 'gateway');
}

async function balancerDies(
  venue: HostedExchange,
  [first, second]: readonly [number, number],
  context: TestContext,
): Promise<void> {
  for (const [what, strike] of [
    ['its HAProxy is killed', () => venue.kill(`haproxy ${first}`)],
    ['its machine is cut off', () => venue.hosts.plug(second, false)],
  ] as const) {
    await venue.answered(50);
    const before = (await venue.holdings()).length;
    const struckMs = monotonicMs();
    await strike();
    await venue.until(`another machine has the address after ${what}`, async () => {
      return (await venue.holdings()).length > before;
    });
    const takeoverMs = Math.round((await venue.holdings())[before]!.firstMs - struckMs);
    await venue.answered(50);
    context.diagnostic(`${what}: another one answers after ${takeoverMs} ms`);
    assert.ok(takeoverMs < takeoverMsMax, `${what}: ${takeoverMs} ms`);
    if (!what.includes('HAProxy')) continue;
    startHaproxy(venue, first);
    await sleep(5_000);
    assert.equal((await venue.holdings()).length, before + 1, 'one that comes back takes nothing');
  }
}

test('a balancer dies, a gateway dies, a gateway is drained under load: callers of one address go on', {
  skip: refusal,
}, async (context) => {
  const venue = await HostedExchange.start({ hosts: 6, gateways });
  try {
    for (const host of balancers) {
      startHaproxy(venue, host);
      const other = balancers.find((each) => each !== host)!;
      startKeepalived(venue, host, 'keepalived.conf', [
        ['unicast_src_ip 10.90.4.31', `unicast_src_ip ${venue.address(host)}`],
        ['    10.90.4.32\n', `    ${venue.address(other)}\n`],
        ['10.90.4.30/24', `${vip}/32`],
      ]);
    }
    await venue.run(caller, 'ip', 'route', 'add', `${vip}/32`, 'dev', 'eth0');
    await venue.until(
      'a balancer has the address',
      async () => (await holderOf(venue, balancers)).length === 1,
    );
    await venue.call(caller, [`http://${vip}:8080`], vip);
    await venue.answered(50);

    const first = (await holderOf(venue, balancers))[0]!;
    const second = balancers.find((each) => each !== first)!;
    await context.test('a gateway is drained: no request fails, and nothing reaches it any more', () =>
      gatewayDrained(venue, first, context),
    );
    await context.test('a gateway dies: the other one has its requests', () =>
      gatewayDies(venue, first, context),
    );
    await context.test('a balancer dies, and its machine: the other one has the address', () =>
      balancerDies(venue, [first, second], context),
    );
    const { lost, doubled, streamMissed, streamDoubled } = await venue.account();
    assert.deepEqual([lost, doubled, streamMissed, streamDoubled], [0, 0, 0, 0]);
  } finally {
    await venue.end();
  }
});

test('keepalived beside replicas: the address follows the leader, and stays while it is merely slow', {
  skip: refusal,
}, async (context) => {
  const venue = await HostedExchange.start({ hosts: 6, gateways: [1, 2, 3] });
  const replicas = [1, 2, 3];
  try {
    for (const host of replicas) {
      const others = replicas.filter((each) => each !== host);
      startKeepalived(venue, host, 'keepalived-leader.conf', [
        ['https://10.90.1.11:7301/', `http://${venue.address(host)}:${7300 + host}/`],
        ['unicast_src_ip 10.90.1.11', `unicast_src_ip ${venue.address(host)}`],
        ['    10.90.1.12\n', `    ${venue.address(others[0]!)}\n`],
        ['    10.90.1.13\n', `    ${venue.address(others[1]!)}\n`],
        ['10.90.1.10/24', `${vip}/32`],
      ]);
    }
    await venue.run(caller, 'ip', 'route', 'add', `${vip}/32`, 'dev', 'eth0');
    const leader = await venue.leader(caller);
    await venue.until('the leader has the address, alone', async () => {
      const holders = await holderOf(venue, replicas);
      return holders.length === 1 && holders[0] === leader;
    });
    await venue.call(caller, [`http://${vip}:8080`], vip);
    await venue.answered(50);

    await context.test('a leader that is slow keeps it', async () => {
      const { term } = await venue.leading(caller);
      const before = (await venue.holdings()).length;
      for (let n = 0; n < 12; n++) {
        // Shorter than the shortest election time-out, again and again.
        venue.process(`replica ${leader}`).kill('SIGSTOP');
        await sleep(80);
        venue.process(`replica ${leader}`).kill('SIGCONT');
        await sleep(400);
      }
      if ((await venue.leading(caller)).term === term)
        assert.equal((await venue.holdings()).length, before, 'the address has not moved');
      else
        context.diagnostic('the slow leader was replaced: whether the address would have stayed is not seen');
    });

    await context.test('the leader dies: another one has it', async () => {
      const now = await venue.leader(caller);
      await venue.until('the leader has it', async () => (await holderOf(venue, replicas))[0] === now);
      const before = (await venue.holdings()).length;
      const struckMs = monotonicMs();
      await venue.kill(`replica ${now}`);
      await venue.until(
        'another machine has the address',
        async () => (await venue.holdings()).length > before,
      );
      const takeoverMs = Math.round((await venue.holdings())[before]!.firstMs - struckMs);
      context.diagnostic(`leader killed: another one answers after ${takeoverMs} ms`);
      assert.ok(takeoverMs < takeoverMsMax, `${takeoverMs} ms`);
      await venue.answered(50);
    });
  } finally {
    await venue.end();
  }
});
