// Two HAProxies under keepalived in front of two gateways, with the files of deploy/balancer: Debian's own programs.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../src/chaos/monotonic.ts';
import { deployedFile } from './testing/deployed-file.ts';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const gateways = [1, 2];
const balancers = [4, 5];
const caller = 6;
const vip = '10.90.1.200';
const takeoverMsMax = 5_000;
const refusal = hostedRefusal(
  ['haproxy', 'haproxy'],
  ['keepalived', 'keepalived'],
  ['curl', 'curl'],
  ['nft', 'nftables'],
);

/** keepalived runs no script below a folder that others may write to, such as /tmp. */
const folderOf = (venue: HostedExchange, host: number): string => `/run/${basename(venue.folder)}-${host}`;

function ownFolder(venue: HostedExchange, host: number): string {
  const folder = folderOf(venue, host);
  venue.hosts.ledger.note({ kind: 'folder', path: folder });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const script of ['lockstep-check.sh', 'lockstep-notify.sh']) {
    // It alone names a file beside it.
    const places = script === 'lockstep-check.sh' ? [['/etc/keepalived', folder] as const] : [];
    writeFileSync(join(folder, script), deployedFile(`balancer/${script}`, places));
    chmodSync(join(folder, script), 0o755);
  }
  copyFileSync(venue.authorityFile, join(folder, 'lockstep-authority.pem'));
  return folder;
}

/** Of a gateway as in the page, to the one of this test. */
const ofGateways = (venue: HostedExchange): (readonly [string, string])[] => [
  ['10.90.1.14:', `${venue.address(1)}:`],
  ['10.90.2.15:', `${venue.address(2)}:`],
];

async function startHaproxy(venue: HostedExchange, host: number): Promise<void> {
  const folder = ownFolder(venue, host);
  const pair = await venue.tlsPair([vip]);
  writeFileSync(join(folder, 'lockstep.pem'), `${pair.certificate}${pair.key}`, { mode: 0o600 });
  const text = deployedFile('balancer/haproxy.cfg', [
    ...ofGateways(venue),
    ['/etc/haproxy', folder],
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
  const figures = `LOCKSTEP_TEXTFILES=${folder}`;
  venue.program(`keepalived ${host}`, host, 'env', figures, 'keepalived', ...words);
}

/** The notify script of a host has written down for Prometheus whether the host has the address. */
async function noted(venue: HostedExchange, instance: string, host: number, holds: 0 | 1): Promise<void> {
  const file = join(folderOf(venue, host), `lockstep-address-${instance}.prom`);
  const text = `lockstep_address_held{name="${instance}"} ${holds}\n`;
  await venue.until(
    `host ${host} has written "${text.trim()}"`,
    () => existsSync(file) && readFileSync(file, 'utf8') === text,
  );
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
  const pair = await venue.tlsPair(['venue.example.com']);
  writeFileSync(join(folder, 'lockstep.pem'), `${pair.certificate}${pair.key}`);
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
    await startHaproxy(venue, first);
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
      await startHaproxy(venue, host);
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
    await venue.call(caller, [`https://${vip}:8080`], vip);
    await venue.answered(50);

    const first = (await holderOf(venue, balancers))[0]!;
    const second = balancers.find((each) => each !== first)!;
    await noted(venue, 'customers', first, 1);
    await noted(venue, 'customers', second, 0);
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

/** The first packet of a call over the loopback device: a header of IP, one of TCP, and its options. */
const callBytes = 60;

/** Checks of a leader get no answer: so many, or all from now on. */
async function dropChecks(venue: HostedExchange, host: number, count?: number): Promise<void> {
  const some = count === undefined ? '' : `quota until ${count * callBytes} bytes`;
  const calls = `iifname "lo" tcp dport ${7300 + host} tcp flags & (syn | ack) == syn`;
  const chain = `type filter hook input priority 0; ${calls} ${some} counter drop;`;
  await venue.run(host, 'nft', `table inet checks { chain input { ${chain} }; };`);
}

async function droppedChecks(venue: HostedExchange, host: number): Promise<number> {
  const rules = await venue.run(host, 'nft', 'list', 'table', 'inet', 'checks');
  return Number(/counter packets (\d+)/.exec(rules)?.[1]);
}

const answerChecks = (venue: HostedExchange, host: number): Promise<string> =>
  venue.run(host, 'nft', 'delete', 'table', 'inet', 'checks');

/** The leader leads on, and answers some of the checks on its machine late, or none. */
async function checksMiss(venue: HostedExchange, leader: number): Promise<void> {
  venue.program('addresses', leader, 'ip', '-oneline', 'monitor', 'address');
  const givenUp = (): number => venue.said('addresses').split(`Deleted`).length - 1;
  const said = (): string => venue.said(`keepalived ${leader}`);
  for (const count of [1, 2]) {
    const before = said().length;
    await dropChecks(venue, leader, count);
    await venue.until('so many checks were without an answer, and then one was answered', async () => {
      const isAnswered = /leads.* now returning 0/.test(said().slice(before));
      return isAnswered && (await droppedChecks(venue, leader)) === count;
    });
    await answerChecks(venue, leader);
  }
  assert.equal(givenUp(), 0, 'the address has not left the leader');
  await dropChecks(venue, leader);
  await venue.until('the address is given up', () => givenUp() > 0);
  await noted(venue, 'leader', leader, 0);
  assert.ok((await droppedChecks(venue, leader)) >= 3);
  await answerChecks(venue, leader);
  await venue.until('the leader has it again', async () => (await holderOf(venue, [leader])).length === 1);
  await noted(venue, 'leader', leader, 1);
}

test('keepalived beside replicas: the address follows the leader, and stays while it is merely slow', {
  skip: refusal,
}, async (context) => {
  const venue = await HostedExchange.start({ hosts: 6, gateways: [1, 2, 3], names: [vip] });
  const replicas = [1, 2, 3];
  try {
    for (const host of replicas) {
      const others = replicas.filter((each) => each !== host);
      startKeepalived(venue, host, 'keepalived-leader.conf', [
        ['https://10.90.1.11:7301/', `${venue.controlUrl(host)}/`],
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
    await venue.call(caller, [`https://${vip}:8080`], vip);
    await venue.answered(50);

    await context.test(
      'checks that one answer or two miss move nothing; where all miss, it is given up',
      () => checksMiss(venue, leader),
    );

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
      const [next = 0] = await holderOf(venue, replicas);
      await noted(venue, 'leader', next, 1);
      await noted(venue, 'leader', now, 0);
    });
  } finally {
    await venue.end();
  }
});
