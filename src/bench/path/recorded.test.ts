// Orders of a real cluster: each call of an order's path is one that the recording sees.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordPaths } from '../suites/path.ts';
import { missingForRecording } from './recording.ts';

const phases = { rounds: 1, seconds: 0.2, warmUpSeconds: 0.2, warmUpOrders: 2_000 };
const seenPartMin = 0.95;

for (const durability of ['memory', 'disk'] as const)
  test(`all calls of nearly all orders are seen, ${durability}`, {
    skip: missingForRecording() ?? false,
  }, async () => {
    const { orders, paths } = await recordPaths(durability, phases);
    assert.ok(orders.length > 0);
    const seen = paths.filter((path) => path !== undefined).length;
    assert.ok(seen >= seenPartMin * orders.length, `of ${seen} of ${orders.length} orders`);
  });
