import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceMeter } from './resources.ts';

test('shares are percentages, also before there is anything to compare', () => {
  const meter = new ResourceMeter();
  assert.equal(meter.used().cpuPercent, 0);
  for (let n = 0; n < 30; n++) meter.sample();
  const { cpuPercent, memoryPercent } = meter.used();
  assert.ok(cpuPercent >= 0 && cpuPercent <= 100);
  assert.ok(memoryPercent > 0 && memoryPercent < 100);
});
