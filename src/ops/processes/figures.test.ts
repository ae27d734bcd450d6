import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '@prometheus-io/client';
import { figuresOf } from './figures.ts';

const linesOf = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

test('figures are those of what there is when they are asked for, and of nothing that has gone', async () => {
  const registry = new Registry();
  let sites = [
    { name: 'north', seq: 3 },
    { name: 'south', seq: 5 },
  ];
  const { gauge, counter } = figuresOf<{ readonly seq: number }>(registry, {
    prefix: 'lockstep_test',
    labelNames: ['site'],
    subjects: () => sites.map((site) => [{ site: site.name }, site]),
  });
  gauge('seq', 'A number.', ({ seq }) => seq);
  counter('seen_total', 'A count.', ({ seq }) => seq * 2);
  assert.deepEqual(await linesOf(registry), [
    'lockstep_test_seq{site="north"} 3',
    'lockstep_test_seq{site="south"} 5',
    'lockstep_test_seen_total{site="north"} 6',
    'lockstep_test_seen_total{site="south"} 10',
  ]);
  sites = [{ name: 'south', seq: 6 }];
  assert.deepEqual(await linesOf(registry), [
    'lockstep_test_seq{site="south"} 6',
    'lockstep_test_seen_total{site="south"} 12',
  ]);
});
