import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceMeter, shortageOf } from './resources.ts';

test('shares are percentages, also before there is anything to compare', () => {
  const meter = new ResourceMeter();
  assert.equal(meter.used().cpuPercent, 0);
  for (let n = 0; n < 30; n++) meter.sample();
  const { cpuPercent, memoryPercent } = meter.used();
  assert.ok(cpuPercent >= 0 && cpuPercent <= 100);
  assert.ok(memoryPercent > 0 && memoryPercent < 100);
});

test('memory is short beyond the limit of the configuration, and processors are busy beyond 90 %', () => {
  const words = (memoryPercent: number, cpuPercent: number): string => {
    const { isMemoryShort, isBusy } = shortageOf({ memoryPercent, cpuPercent }, 80);
    return `${isMemoryShort ? 'short' : 'enough'} ${isBusy ? 'busy' : 'idle'}`;
  };
  assert.deepEqual([words(80, 90), words(81, 0), words(0, 91)], ['enough idle', 'short idle', 'enough busy']);
});
