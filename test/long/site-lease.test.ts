/**
 * Two sites of real processes that write under the lease of a witness, without fence commands: what the old one may do
 * while the witness is away, while another one is promoted, and when it goes on after it stood still.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callersAccount, type GatewayFlow, TestSites } from '../../src/chaos/test-sites.ts';
import { connect } from '../../src/client/index.ts';
import { ownFolder, ownOperator } from '../../src/ops/certificates/own-identity.ts';
import type { ScratchCluster } from '../../src/ops/drills/scratch-cluster.ts';

const leaseSeconds = 3;
/** Nothing is acknowledged in a time in which hundreds of orders are else. */
const quietMs = 1_000;
const callMs = 2_000;
/** An order that cannot be there: its cancel is refused, and acknowledged like any other command. */
const harmless = { accountId: 1, orderId: Number.MAX_SAFE_INTEGER };

interface ShownLease {
  readonly site: string | null;
  readonly epoch: number;
  readonly untilMs: number | null;
  readonly held: { readonly epoch: number; readonly leftMs: number } | null;
}

async function leaseAt(site: ScratchCluster): Promise<ShownLease> {
  const { out } = await site.try('site', 'status');
  return (JSON.parse(out.trim().split('\n').at(-1)!) as { readonly lease: ShownLease }).lease;
}

async function untilQuiet(site: ScratchCluster, flow: GatewayFlow): Promise<void> {
  await site.until('no order is acknowledged any more', async () => {
    const count = flow.acknowledged.length;
    await sleep(quietMs);
    return flow.acknowledged.length === count;
  });
}

/** Whether one of these replicas alone acknowledges a command. */
async function acknowledges(site: ScratchCluster): Promise<boolean> {
  const replicas = site.replicas
    .filter(({ role }) => role !== 'witness')
    .map(({ id, tcpPort }) => ({ id, host: '127.0.0.1', port: tcpPort }));
  const identity = ownFolder(site.dataFolder, ownOperator);
  try {
    const client = await connect({ replicas, identity, commandTimeoutMs: callMs, connectTimeoutMs: callMs });
    const isDone = await client.cancelOrder(harmless).then(
      () => true,
      () => false,
    );
    await client.close({ keepSession: true });
    return isDone;
  } catch {
    return false;
  }
}

test('a site whose witness is away for longer than a lease acknowledges nothing, and goes on when it is back', async (t) => {
  const sites = await TestSites.start(t, { leaseSeconds });
  const { north } = sites;
  const flow = sites.flow(north, 'lease');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const before = await leaseAt(north);
  assert.deepEqual([before.site, before.epoch, before.held?.epoch], ['north', 1, 1]);
  assert.ok(before.untilMs !== null && before.held!.leftMs > 0);
  const pid = await sites.witnessPid();
  process.kill(pid, 'SIGSTOP');
  try {
    await untilQuiet(north, flow);
    assert.equal(await acknowledges(north), false);
    assert.equal((await leaseAt(north)).held?.leftMs ?? 0, 0);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const count = flow.acknowledged.length;
  await north.until('orders flow again', async () => flow.acknowledged.length > count + 200);
  await flow.end();
});

test('a promotion without fences waits out the lease, and the old site acknowledges nothing when it goes on', async (t) => {
  const sites = await TestSites.start(t, { leaseSeconds });
  const { north, south } = sites;
  const accountId = callersAccount(north);
  const flow = sites.flow(north, 'stopped');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const witness = await sites.witnessPid();
  const pids = north.pids().filter((pid) => pid !== witness);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const promoted = await south.run('site', 'promote', 'south', '--yes');
  const steps = (promoted['steps'] as readonly { readonly step: string }[]).map(({ step }) => step);
  assert.ok(
    steps.some((step) => /the witness grants the other site no more; .* over in [1-9]\d* ms/.test(step)),
    steps.join('; '),
  );
  const { site, epoch } = await leaseAt(south);
  assert.deepEqual([site, epoch], ['south', 2]);
  assert.equal(await acknowledges(south), true);
  const acknowledged = flow.acknowledged.length;
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  // Its gateway finds the other site; its replicas may never acknowledge again.
  assert.equal(await acknowledges(north), false);
  await north.until('its gateway goes on at the other site', async () => {
    assert.equal(await acknowledges(north), false);
    return flow.acknowledged.length > acknowledged + 100;
  });
  await flow.end();
  const successor = await south.session();
  for (const { id } of flow.acknowledged.slice(acknowledged))
    assert.ok((await successor.order({ accountId, clientOrderId: id })) !== undefined, `${id} is nowhere`);
  await successor.close();
});
