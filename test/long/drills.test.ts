/** Drills of a running exchange with backups: each runs the real thing, leaves the exchange alone, and is kept. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import type { DrillReport } from '../../src/ops/standing/drill-report.ts';

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

test('drills restore, kill a leader and lose a site from the latest backup, and the exchange trades on beside them', async (t) => {
  const target = mkdtempSync(join(tmpdir(), 'lockstep-drills-'));
  t.after(() => rmSync(target, { recursive: true, force: true }));
  const configuration = {
    backup: { everySeconds: 1, folders: [{ name: 'local', folder: target }] },
    objectives: { rtoSeconds: 600, drills: ['restore', 'site-loss'], drillDays: 1 },
  };
  const exchange = await TestExchange.start({ configuration });
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('a');
  await orders.send(client, 500);
  await exchange.until('the target has all of it', async () => {
    const { code, out } = await exchange.run('backup', 'status', '--json');
    const { targets } = JSON.parse(lastLine(out) || '{}') as {
      readonly targets?: readonly { readonly seq: number }[];
    };
    return code === 0 && (targets?.[0]?.seq ?? 0) >= orders.lastSeq;
  });
  const before = await exchange.run('drill', 'list', '--json');
  assert.equal(
    (JSON.parse(lastLine(before.out)) as { readonly overdue: readonly string[] }).overdue.length,
    2,
  );
  for (const [kind, replicas] of [
    ['restore', '1'],
    ['failover', '3'],
    ['site-loss', '1'],
  ] as const) {
    const { code, out, err } = await exchange.run('drill', kind, '--replicas', replicas, '--json');
    assert.equal(code, 0, `${kind}: ${err}`);
    const { ok, rtoMs, rpoSeqs, rpoMs, hashes, steps } = JSON.parse(lastLine(out)) as DrillReport;
    t.diagnostic(
      `${kind}: RTO ${rtoMs} ms, lost ${rpoSeqs} (${rpoMs} ms); ${steps.map(({ step, ms }) => `${ms} ${step}`).join('; ')}`,
    );
    assert.ok(ok && hashes.length > 0);
  }
  const after = await exchange.run('drill', 'list', '--json');
  const { reports, overdue } = JSON.parse(lastLine(after.out)) as {
    readonly reports: readonly DrillReport[];
    readonly overdue: readonly string[];
  };
  assert.deepEqual([reports.map(({ kind }) => kind), overdue], [['restore', 'failover', 'site-loss'], []]);
  await orders.verify(client);
  const more = new OrderStream('b');
  await more.send(client, 100);
  await more.verify(client);
});
