import assert from 'node:assert/strict';
import { test } from 'node:test';
import { haveOneHost, Starvation } from './machine-watch.ts';

test('a core is starved by the part of the last seconds in which it waited for a processor', () => {
  const starvation = new Starvation(false);
  const shown = [0, 0, 500, 1_000, 1_500, 1_500, 1_500, 1_500].map((waitedMs, second) =>
    starvation.sample(waitedMs, second * 1_000)?.toFixed(0),
  );
  assert.deepEqual(shown, [undefined, '0', '250', '333', '500', '333', '167', '0']);
  assert.equal(starvation.sample(undefined, 8_000), undefined, 'the system does not say it');
});

test('failure 18: a pause of the whole process is no starvation', () => {
  const starvation = new Starvation(false);
  starvation.sample(0, 0);
  assert.equal(starvation.sample(60_000, 60_000), undefined);
  assert.equal(starvation.sample(60_100, 61_000), 100);
});

test('of a replica that shares its machine with another one it is not known whether it is starved', () => {
  const hosts = (...names: string[]) => haveOneHost(names.map((host) => ({ host })));
  assert.deepEqual(
    [hosts('127.0.0.1', '127.0.0.1', '127.0.0.1'), hosts('a', 'b', 'a'), hosts('a', 'b', 'c'), hosts('a')],
    [true, true, false, false],
  );
  const starvation = new Starvation(true);
  const shown = [0, 900, 1_800, 2_700].map((waitedMs, second) => starvation.sample(waitedMs, second * 1_000));
  assert.deepEqual(shown, [undefined, undefined, undefined, undefined]);
});
