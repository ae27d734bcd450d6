/** Nothing grows without a bound (invariant 9), in a run several times longer than usual. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeCensus } from '../testing/census.ts';
import { runSeed } from './run.ts';

/** More connections than one replica may have, more sessions than clients open. */
const entriesMax = 64;
/** Queries of one client that may wait, as they do while no replica answers. */
const queriesMax = 1_024;

test('the maps of replicas and clients stay small through many crashes, cuts and reconnects', () => {
  for (const profile of ['crash', 'network'] as const) {
    const census = takeCensus();
    let result: ReturnType<typeof runSeed>;
    try {
      result = runSeed({ seed: 6, profile, safetyUs: 6_000_000 });
    } finally {
      census.end();
    }
    assert.deepEqual(result.violations, []);
    const places = [...census.largest];
    assert.ok(
      places.some(([place]) => place.startsWith('replica/')) &&
        places.some(([place]) => place.startsWith('client/')),
      'maps of both rooms were seen',
    );
    assert.deepEqual(
      places.filter(
        ([place, largest]) =>
          largest > (place.startsWith('client/core/pending-queries') ? queriesMax : entriesMax),
      ),
      [],
    );
  }
});
