import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../configuration/reading.ts';
import { demoInstruments } from '../demo/market.ts';
import { banner, sampleOrder } from './banner.ts';

const { configuration } = readConfiguration({});

test('the banner can be pasted line by line', () => {
  const text = banner(configuration, '/data', 'http://127.0.0.1:8080', true, ' --data x');
  assert.match(text, /3 replicas, durability disk, failover automatic/);
  assert.match(text, /\n {2}npx lockstep curl POST \/v1\/orders '\{"symbol":.*\}' --data x\n/);
  assert.match(text, /\n {2}npx lockstep status --watch --data x\n/);
  assert.match(text, /\/data\/keys\.json/);
  assert.match(text, / operator +http:\/\/127\.0\.0\.1:8081\/docs/);
});

test('without the demonstration there is no market to order in', () => {
  assert.doesNotMatch(banner(configuration, '/data', 'http://x', false, ''), /v1\/orders/);
});

test('the order in the banner is for an instrument of the demonstration', () => {
  assert.ok(demoInstruments.some(({ symbol }) => symbol === sampleOrder.symbol));
});
