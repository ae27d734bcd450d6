/**
 * Two sites of three replicas each, with orders through the gateways: the one that writes is lost whole, under load,
 * and the other one promoted; it comes back, and writes again; and the way between them is gone for a minute.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callersAccount, TestSites, verifyPlaced } from '../../src/chaos/test-sites.ts';
import type { DrillReport } from '../../src/ops/standing/drill-report.ts';
import { programFile } from '../../src/ops/version.ts';

test('failures 10, 13 and 15: a site is killed whole under orders; the other one is promoted, the lost one returns and writes again', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const accountId = callersAccount(north);
  const before = sites.flow(north, 'north');
  await north.until('orders flow', async () => before.acknowledged.length > 500);
  await north.kill();
  const killedMs = Date.now();
  await before.end();
  const startedMs = performance.now();
  const plan = await south.run('site', 'promote', 'south', '--plan');
  assert.ok(Number((plan['plan'] as { readonly lostAtLeast: number }).lostAtLeast) >= 0);
  const planMs = Math.round(performance.now() - startedMs);
  // Callers do not wait for the end of a command: they try on.
  const after = sites.flow(south, 'south');
  const orderedMs = Date.now();
  const promoted = await south.run('site', 'promote', 'south', '--yes');
  await south.until('orders flow at the other site', async () => after.acknowledged.length > 100);
  t.diagnostic(
    `plan ${planMs} ms; promote ${JSON.stringify(promoted['steps'])}; the first order was acknowledged ${after.firstMs - orderedMs} ms ` +
      `after the start of the command, ${after.firstMs - killedMs} ms after the kill`,
  );
  await after.end();
  const promotedSeq = Number(promoted['seq']);
  const lost = await north.run('site', 'return');
  t.diagnostic(
    `promoted behind seq ${promotedSeq}; ${lost['commands']} commands are lost, from seq ${lost['fromSeq']} on`,
  );
  const report = JSON.parse(readFileSync(String(lost['report']), 'utf8')) as { readonly entries: unknown };
  const listed = JSON.stringify(report.entries);
  const beyond = before.acknowledged.filter(({ seq }) => seq > promotedSeq);
  for (const { id } of beyond) assert.ok(listed.includes(`"${id}"`), `${id} is lost, and not listed`);
  const kept = before.acknowledged.filter(({ seq }) => seq <= promotedSeq);
  for (const { id } of kept) assert.ok(!listed.includes(`"${id}"`), `${id} is listed, and not lost`);
  t.diagnostic(
    `${before.acknowledged.length} acknowledged, ${beyond.length} of them lost, ${before.inDoubt.length} in doubt`,
  );
  north.start();
  await sites.level('north');
  await sites.client.close({ keepSession: true });
  sites.client = await south.session();
  await verifyPlaced(sites.client, accountId, [...kept, ...after.acknowledged]);
  await sites.assertSame();
  const back = await south.run('site', 'switch', 'north');
  t.diagnostic(`back: gap ${back['gapMs']} ms`);
  const again = sites.flow(north, 'again');
  await north.until('orders flow at the first site', async () => again.acknowledged.length > 100);
  await again.end();
  await sites.level('south');
  await sites.assertSame();
  await verifyPlaced(sites.client, accountId, [...kept, ...after.acknowledged, ...again.acknowledged]);
  await sites.client.close();
});

test('failure 15: a site that stood still while the other one was promoted acknowledges nothing when it goes on, and ends', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const flow = sites.flow(north, 'north');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const pids = north.pids();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const promoted = await south.run('site', 'promote', 'south', '--yes');
  const count = flow.acknowledged.length;
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  await north.until('it ends', async () => {
    const statuses = await north.statuses();
    return statuses.length === 3 && statuses.every(({ superseded }) => superseded);
  });
  await north.until(
    'its gateway goes on at the other site',
    async () => flow.acknowledged.length > count + 200,
  );
  await flow.end();
  const accountId = callersAccount(north);
  const successor = await south.session();
  const alone: string[] = [];
  for (const [n, { id }] of flow.acknowledged.entries()) {
    if ((await successor.order({ accountId, clientOrderId: id })) !== undefined) continue;
    assert.ok(n < count, `${id} was acknowledged when the site went on, and is nowhere`);
    alone.push(id);
  }
  await successor.close();
  await sites.client.close({ keepSession: true });
  await north.stop();
  const lost = await north.run('site', 'return');
  const report = readFileSync(String(lost['report']), 'utf8');
  for (const id of alone) assert.ok(report.includes(`"${id}"`), `${id} is nowhere, and not listed`);
  t.diagnostic(
    `promoted behind seq ${promoted['seq']}; ${lost['commands']} commands are lost and listed, ${alone.length} of them acknowledged ` +
      'before the standstill; none when the site went on',
  );
});

test('a planned switch under orders loses nothing and doubles nothing', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const accountId = callersAccount(north);
  const flow = sites.flow(north, 'switch');
  const gaps: unknown[] = [];
  const felt: number[] = [];
  for (const [from, name] of [
    [north, 'south'],
    [south, 'north'],
    [north, 'south'],
    [south, 'north'],
  ] as const) {
    const count = flow.acknowledged.length;
    await north.until('orders flow', async () => flow.acknowledged.length > count + 300);
    flow.takeGapMs();
    gaps.push((await from.run('site', 'switch', name))['gapMs']);
    const ended = flow.acknowledged.length;
    await north.until('orders flow', async () => flow.acknowledged.length > ended + 300);
    felt.push(flow.takeGapMs());
  }
  const count = flow.acknowledged.length;
  await north.until('orders flow', async () => flow.acknowledged.length > count + 300);
  await flow.end();
  t.diagnostic(
    `gaps ${gaps.join(', ')} ms, as callers felt them ${felt.join(', ')} ms; ${flow.acknowledged.length} orders, ${flow.inDoubt.length} in doubt`,
  );
  await sites.level('south');
  await sites.assertSame();
  await verifyPlaced(sites.client, accountId, flow.acknowledged);
  assert.equal(new Set(flow.acknowledged.map(({ seq }) => seq)).size, flow.acknowledged.length);
  await sites.client.close();
});

test('a switch whose command is killed once this site has ended goes on, and the same command waits for its end', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const flow = sites.flow(north, 'killed');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const words = ['site', 'switch', 'south', '--config', north.configFile];
  const command = spawn(process.execPath, [programFile, ...words], { stdio: 'ignore' });
  const ended = once(command, 'exit');
  await north.until('this site has ended', async () =>
    (await north.statuses()).some(({ counters }) => counters.writingSite === 2),
  );
  command.kill('SIGKILL');
  await ended;
  const { ok, epoch } = await north.run('site', 'switch', 'south');
  assert.deepEqual([ok, epoch], [true, 2]);
  const serving = (await south.statuses()).filter((status) => status.serving);
  assert.equal(serving.length, 1, 'it waited until the other site serves');
  const count = flow.acknowledged.length;
  await north.until('orders flow', async () => flow.acknowledged.length > count + 200);
  await flow.end();
  await sites.level('north');
  await sites.assertSame();
  await verifyPlaced(sites.client, callersAccount(north), flow.acknowledged);
  await sites.client.close();
});

test('failure 15: a minute without a way between the sites promotes nothing, holds nothing up, and the standby comes level', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const flow = sites.flow(north, 'cut');
  await north.until('orders flow', async () => flow.acknowledged.length > 200);
  const way = join(sites.root, 'way');
  renameSync(way, `${way}-gone`);
  let slowest = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 60; second++) {
    const count = flow.acknowledged.length;
    await sleep(1_000);
    slowest = Math.min(slowest, flow.acknowledged.length - count);
  }
  renameSync(`${way}-gone`, way);
  const healedMs = Date.now();
  await flow.end();
  await sites.level('south');
  t.diagnostic(`slowest second ${slowest} orders; level ${Date.now() - healedMs} ms after the way was back`);
  assert.ok(slowest > 0, 'the site that writes stood still');
  assert.equal((await south.run('site', 'status'))['epoch'], 1);
  await sites.assertSame();
  await sites.client.close();
});

test('a drill of a switchover, and back, loses nothing, and both sites have the same state', async (t) => {
  const sites = await TestSites.start(t);
  const { north, south } = sites;
  const back = `${process.execPath} ${programFile} site switch north --config ${south.configFile}`;
  const report = await north.run('drill', 'switchover', 'south', '--back', back);
  const { ok, rtoMs, rpoSeqs, hashes } = report as unknown as DrillReport;
  t.diagnostic(`the longer gap ${rtoMs} ms; ${JSON.stringify(report['steps'])}`);
  assert.deepEqual([ok, rpoSeqs, new Set(hashes.map(({ stateHash }) => stateHash)).size], [true, 0, 1]);
  assert.equal((await north.run('site', 'status'))['writes'], 'north');
  const { reports } = (await north.run('drill', 'list')) as { reports?: readonly DrillReport[] };
  assert.deepEqual(
    reports?.map(({ kind }) => kind),
    ['switchover'],
  );
  await sites.client.close();
});
