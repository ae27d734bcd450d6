// `lockstep vip` on three machines with a replica and a gateway each. A third host asks by ARP, again and
// again, which of them has the address, and callers send orders to it alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monotonicMs } from '../../src/chaos/monotonic.ts';
import type { HeardClaim } from './testing/caller-orders.ts';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const vip = '10.90.1.200';
const vip6 = 'fd00:90::200';
const caller = 4;
const stranger = 5;
const takeoverMsMax = 5_000;
/** An address that stays where it is is announced again after so long. */
const repeatedMs = 5_000;
const listenerFile = fileURLToPath(new URL('./testing/neighbour-listener.worker.ts', import.meta.url));

/** Replicas on hosts 1 to 3, gateways beside them or on hosts of their own. */
async function withAddress(where: 'leader' | 'gateway' = 'leader'): Promise<HostedExchange> {
  const isOfLeader = where === 'leader';
  const venue = await HostedExchange.start({
    hosts: 5,
    gateways: isOfLeader ? [1, 2, 3] : [3, 5],
    names: [vip],
    configuration: () => ({
      vip: { addresses: [`${vip}/32`, `${vip6}/64`], device: 'eth0', gateway: isOfLeader, where },
    }),
  });
  // Whose way to the address is the network itself, not the router.
  await venue.run(caller, 'ip', 'route', 'add', `${vip}/32`, 'dev', 'eth0');
  return venue;
}

async function hardwareOf(venue: HostedExchange, host: number): Promise<string> {
  const [link] = JSON.parse(await venue.run(host, 'ip', '-json', 'link', 'show', 'eth0')) as [
    { readonly address: string },
  ];
  return link.address.replaceAll(':', '');
}

const startVip = (venue: HostedExchange, host: number) =>
  venue.lockstep(`vip ${host}`, host, 'vip', '--id', `${host}`);

/** Which host has which network card. */
async function cardsOf(
  venue: HostedExchange,
  hosts: readonly number[],
): Promise<ReadonlyMap<string, number>> {
  return new Map(
    await Promise.all(hosts.map(async (host) => [await hardwareOf(venue, host), host] as const)),
  );
}

type Act = (host: number) => unknown;

/** What becomes of the address when the host that has it is struck. */
async function strikeHolder(
  venue: HostedExchange,
  cards: ReadonlyMap<string, number>,
  [what, strike, repair]: readonly [what: string, strike: Act, repair: Act],
): Promise<string> {
  await venue.answered(50);
  const before = (await venue.holdings()).length;
  const holder = cards.get((await venue.holdings()).at(-1)!.hardware)!;
  const struckMs = monotonicMs();
  await strike(holder);
  await venue.until(`another machine has the address after ${what}`, async () => {
    return (await venue.holdings()).length > before;
  });
  const taken = (await venue.holdings())[before]!;
  const takeoverMs = Math.round(taken.firstMs - struckMs);
  await venue.answered(20);
  const { longestGapMs } = await venue.since(struckMs);
  await repair(holder);
  // Time for a former holder that goes on to show itself.
  await sleep(4_000);
  const holdings = (await venue.holdings()).slice(before);
  assert.equal(holdings.length, 1, `one machine has it after ${what}: ${JSON.stringify(holdings)}`);
  assert.notEqual(cards.get(taken.hardware), holder);
  assert.ok(takeoverMs < takeoverMsMax, `${what}: ${takeoverMs} ms`);
  if (!(await has(venue, cards.get(taken.hardware)!, vip6)))
    assert.fail('the address of IPv6 goes with the other one');
  return `${what}: another one answers after ${takeoverMs} ms, longest gap ${Math.round(longestGapMs)} ms`;
}

const isUp = async (venue: HostedExchange, id: number) =>
  (await venue.get(id, `${venue.controlUrl(id)}/health/ready`)).status === 200;

/** The leader dies and no replica may take over, so no gateway is ready: callers are refused, not left waiting. */
async function refusesWhileNoneIsReady(venue: HostedExchange, startReplica: Act): Promise<void> {
  const leader = await venue.leader(caller);
  for (const id of [1, 2, 3].filter((each) => each !== leader)) {
    venue.change(id, { failover: 'manual' });
    await venue.kill(`replica ${id}`);
    startReplica(id);
    await venue.until('the replica is back', () => isUp(venue, id));
  }
  await venue.kill(`replica ${leader}`);
  for (const host of [3, 5])
    await venue.until('the gateway is not ready', async () => {
      return (await venue.get(host, `${venue.gatewayUrl(host)}/health/ready`)).status === 503;
    });
  // Longer than an address is forgiven a gateway that is not ready, and than a kernel has it.
  await sleep(4_000);
  const before = (await venue.holdings()).length;
  for (let n = 0; n < 10; n++) {
    // One that a busy machine answers late is asked again: the address must not have moved meanwhile.
    await venue.until('callers are refused', async () => {
      const { status } = await venue.get(caller, `https://${vip}:8080/health/ready`);
      assert.ok(status === 503 || status === 0, `${status}`);
      return status === 503;
    });
    await sleep(200);
  }
  assert.equal((await venue.holdings()).length, before, 'it stays at one of them');
  startReplica(leader);
  await venue.answered(20);
}

async function nothingLost(venue: HostedExchange): Promise<void> {
  const { lost, doubled, streamMissed, streamDoubled, acknowledged } = await venue.account();
  assert.deepEqual([lost, doubled, streamMissed, streamDoubled], [0, 0, 0, 0]);
  assert.ok(acknowledged > 100);
}

const has = async (venue: HostedExchange, host: number, address = vip) =>
  (await venue.run(host, 'ip', 'address', 'show', 'dev', 'eth0')).includes(address);

test('an address follows the leader that is killed, frozen or cut off, and is never at two machines', {
  skip: hostedRefusal(),
}, async (context) => {
  const venue = await withAddress();
  try {
    for (const host of [1, 2, 3]) startVip(venue, host);
    await venue.call(caller, [`https://${vip}:8080`], vip);
    await venue.answered(20);
    const cards = await cardsOf(venue, [1, 2, 3]);

    const faults: [string, Act, Act][] = [
      [
        'the process of the leader is killed',
        (host) => venue.kill(`replica ${host}`),
        (host) => venue.lockstep(`replica ${host}`, host, 'replica', '--id', `${host}`),
      ],
      [
        'the machine of the leader stands still',
        (host) => venue.groups(host).freeze(true),
        (host) => venue.groups(host).freeze(false),
      ],
      [
        'the holder stands still, and the leader with it',
        async (host) => {
          for (const name of ['vip', 'replica']) venue.process(`${name} ${host}`).kill('SIGSTOP');
        },
        async (host) => {
          for (const name of ['vip', 'replica']) venue.process(`${name} ${host}`).kill('SIGCONT');
        },
      ],
      [
        'the machine of the leader is cut off',
        (host) => venue.hosts.plug(host, false),
        (host) => venue.hosts.plug(host, true),
      ],
    ];
    for (const fault of faults) {
      await venue.until('the leader has the address', async () => {
        return cards.get((await venue.holdings()).at(-1)!.hardware) === (await venue.leader(caller));
      });
      context.diagnostic(await strikeHolder(venue, cards, fault));
    }
    await nothingLost(venue);
  } finally {
    await venue.end();
  }
});

/** What a host that asks for nothing has heard of an address. */
function heardOf(venue: HostedExchange, address: string): HeardClaim[] {
  const lines = venue.said('listener').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as HeardClaim).filter((claim) => claim.address === address);
}

test('a host that asks for nothing hears which machine has taken the addresses, again and again', {
  skip: hostedRefusal(),
}, async () => {
  const venue = await withAddress();
  try {
    venue.program('listener', stranger, process.execPath, listenerFile, vip, vip6);
    for (const host of [1, 2, 3]) startVip(venue, host);
    for (const address of [vip, vip6])
      await venue.until(`${address} is announced`, () => heardOf(venue, address).length > 0);

    // What a switch or a router believes of a holder that is gone, until it hears otherwise.
    const former = heardOf(venue, vip).at(-1)!.hardware;
    const card = former.match(/../g)!.join(':');
    for (const address of [vip, vip6])
      await venue.run(
        stranger,
        'ip',
        'neigh',
        'replace',
        address,
        'lladdr',
        card,
        'dev',
        'eth0',
        'nud',
        'stale',
      );
    await venue.kill(`replica ${(await cardsOf(venue, [1, 2, 3])).get(former)}`);
    for (const address of [vip, vip6]) {
      const ofOthers = (): HeardClaim[] =>
        heardOf(venue, address).filter(({ hardware }) => hardware !== former);
      await venue.until(`another machine announces ${address}`, () => ofOthers().length > 0);
      await venue.until(`the kernel of a host that asks for nothing has heard of it`, async () => {
        const known = await venue.run(stranger, 'ip', 'neigh', 'show', address, 'dev', 'eth0');
        return ofOthers().some(({ hardware }) => known.replaceAll(':', '').includes(`lladdr ${hardware}`));
      });
      await venue.until(`${address} is announced again, where it stays`, () => {
        const { hardware } = ofOthers().at(-1)!;
        const claims = ofOthers().filter((claim) => claim.hardware === hardware);
        return claims.at(-1)!.atMs - claims[0]!.atMs >= repeatedMs;
      });
    }
  } finally {
    await venue.end();
  }
});

test('an address of gateways is at one that is ready, stays there when the leader dies, and is never at two', {
  skip: hostedRefusal(),
}, async (context) => {
  const venue = await withAddress('gateway');
  const start = (host: number) => venue.lockstep(`vip ${host}`, host, 'vip');
  try {
    for (const host of [3, 5]) start(host);
    await venue.call(caller, [`https://${vip}:8080`], vip);
    await venue.answered(20);
    const cards = await cardsOf(venue, [3, 5]);
    const startReplica: Act = (id) => venue.lockstep(`replica ${id}`, Number(id), 'replica', '--id', `${id}`);

    const before = (await venue.holdings()).length;
    for (let n = 0; n < 3; n++) {
      // The replica of host 3 shares its machine with a gateway, and dies like the others.
      const leader = await venue.leader(caller);
      await venue.kill(`replica ${leader}`);
      await venue.answered(50);
      startReplica(leader);
      await venue.until('the replica is back', () => isUp(venue, leader));
    }
    assert.equal((await venue.holdings()).length, before, 'the leader died three times, and it stayed');

    const faults: [string, Act, Act][] = [
      [
        'the gateway is killed',
        (host) => venue.kill(`gateway ${host}`),
        (host) => venue.lockstep(`gateway ${host}`, host, 'gateway'),
      ],
      ['the holder ends in good order', (host) => venue.kill(`vip ${host}`, 'SIGTERM'), start],
      ['the holder is killed', (host) => venue.kill(`vip ${host}`), start],
      [
        'the holder stands still',
        (host) => venue.process(`vip ${host}`).kill('SIGSTOP'),
        (host) => venue.process(`vip ${host}`).kill('SIGCONT'),
      ],
      [
        'its machine stands still',
        (host) => venue.groups(host).freeze(true),
        (host) => venue.groups(host).freeze(false),
      ],
      [
        'its machine is cut off',
        (host) => venue.hosts.plug(host, false),
        (host) => venue.hosts.plug(host, true),
      ],
    ];
    for (const fault of faults) context.diagnostic(await strikeHolder(venue, cards, fault));
    await refusesWhileNoneIsReady(venue, startReplica);

    const figures = await venue.get(5, `https://${venue.address(5)}:7500/metrics`);
    assert.match(figures.text, /^lockstep_vip_holds\{.*member="gateway\/5".*\} [01]$/m);
    await nothingLost(venue);
  } finally {
    await venue.end();
  }
});

test('an address that another machine has is left there, with a clear error, and taken when it is free', {
  skip: hostedRefusal(),
}, async () => {
  const venue = await withAddress();
  try {
    await venue.run(stranger, 'ip', 'address', 'add', `${vip}/32`, 'dev', 'eth0');
    for (const host of [1, 2, 3]) startVip(venue, host);
    const leader = await venue.leader(caller);
    const card = (await hardwareOf(venue, stranger)).match(/../g)!.join(':');
    await venue.until('the holder says who has the address', () =>
      venue
        .said(`vip ${leader}`)
        .includes(`${vip} is held by another machine, whose network card on eth0 is ${card}`),
    );
    assert.ok(!(await has(venue, leader)));
    assert.ok(venue.isRunning(`vip ${leader}`));
    await venue.run(stranger, 'ip', 'address', 'del', `${vip}/32`, 'dev', 'eth0');
    await venue.until('the leader has it', () => has(venue, leader));

    // Ended in good order it takes the address with it; killed, the kernel does.
    await venue.kill(`vip ${leader}`, 'SIGTERM');
    assert.ok(!(await has(venue, leader)));
    startVip(venue, leader);
    await venue.until('the leader has it again', () => has(venue, leader));
    await venue.kill(`vip ${leader}`);
    await venue.until('the kernel takes it away', async () => !(await has(venue, leader)), 3_000);

    await venue.run(leader, 'ip', 'address', 'add', `${vip}/32`, 'dev', 'eth0');
    startVip(venue, leader);
    await venue.until('it does not begin', () => !venue.isRunning(`vip ${leader}`));
    assert.match(venue.said(`vip ${leader}`), /is an address of this machine already, on eth0/);
    await venue.run(leader, 'ip', 'address', 'del', `${vip}/32`, 'dev', 'eth0');
  } finally {
    await venue.end();
  }
});
