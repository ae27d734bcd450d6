// Real order flow ends in the same books on every run, with and without dying leaders.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../src/std/random.ts';
import { TestExchange } from './exchange.ts';

/** Recorded flow that stands beside the project where it is developed; elsewhere the tests make their own. */
const recorded = new URL('../../shared/data/bitstamp-btcusd-orders.csv.gz', import.meta.url).pathname;

interface Summary {
  readonly commands: number;
  readonly accepted: number;
  readonly trades: number;
  readonly economicHash: string;
  readonly agreed: boolean;
  readonly lost: number;
  readonly doubled: number;
  readonly unknown: number;
  readonly replicas: readonly { readonly stateHash: string }[];
  readonly failovers: readonly { readonly gapMs: number }[];
  readonly kills: readonly unknown[];
}

/** Order events in the layout of the recorded file: members that place, trade and cancel around one price. */
function synthetic(events: number): string {
  const random = new Random(2_015);
  const open: string[] = [];
  const rows = ['id,timestamp,exchange.timestamp,price,volume,action,direction'];
  for (let id = 1; rows.length <= events; id++) {
    const direction = random.chance(0.5) ? 'bid' : 'ask';
    const price = (236 + random.below(400) / 100 - (direction === 'bid' ? 2 : 1.5)).toFixed(2);
    const row = `${price},${random.between(1, 5e8)}`;
    rows.push(`${id},${id},${id},${row},created,${direction}`);
    open.push(`${id},${id},${id},${row},deleted,${direction}`);
    if (random.chance(0.6)) rows.push(open.splice(random.below(open.length), 1)[0]!);
  }
  return `${rows.join('\n')}\n`;
}

async function replay(file: string, kills: number): Promise<Summary> {
  const exchange = await TestExchange.start();
  try {
    const words = ['replay', file, '--format', 'bitstamp', '--json', '--kill-leader', String(kills)];
    const { code, out, err } = await exchange.run(...words);
    assert.equal(code, 0, `${out}\n${err}`);
    return JSON.parse(out.trim().split('\n').at(-1)!) as Summary;
  } finally {
    await exchange.end();
  }
}

test('failure 18: a replay gives the same economic hash each time, also while the leader is killed three times', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-flow-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const made = join(folder, 'flow.csv');
  writeFileSync(made, synthetic(20_000));
  const file = existsSync(recorded) ? recorded : made;
  const calm = await replay(file, 0);
  const stormy = await replay(file, 3);
  for (const summary of [calm, stormy]) {
    assert.deepEqual([summary.lost, summary.doubled, summary.unknown, summary.agreed], [0, 0, 0, true]);
    assert.equal(new Set(summary.replicas.map(({ stateHash }) => stateHash)).size, 1);
    assert.ok(summary.trades > 0);
  }
  assert.equal(stormy.kills.length, 3);
  assert.ok(stormy.failovers.length >= 3);
  assert.equal(stormy.economicHash, calm.economicHash);
  assert.equal(stormy.accepted, calm.accepted);
});
