import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectionPlace, Places } from './places.ts';

interface Held extends ConnectionPlace {
  readonly name: string;
  isIdle: boolean;
}

function port(connectionsMax: number, strangersPerAddressMax = connectionsMax) {
  const places = new Places({ connectionsMax, strangersPerAddressMax });
  const gone: string[] = [];
  const take = (owner: string, name: string): Held => {
    const place: Held = { name, owner, isKept: false, isIdle: true, giveWay: () => undefined };
    const victim = places.take(place) as Held | undefined;
    if (victim === undefined) return place;
    places.leave(victim);
    gone.push(victim.name);
    return place;
  };
  return { places, gone, take };
}

test('while there is room all are taken; then the oldest of the address that holds most gives way', () => {
  const { places, gone, take } = port(5);
  for (const [at, owner] of ['a', 'b', 'b', 'b', 'c'].entries()) take(owner, `${owner}${at}`);
  assert.deepEqual(gone, []);
  take('d', 'd5');
  take('e', 'e6');
  assert.deepEqual(gone, ['b1', 'b2']);
  assert.equal(places.taken, 5);
});

test('strangers of one address hold so many places at most, also where there is room', () => {
  const { gone, take } = port(100, 2);
  for (let n = 0; n < 4; n++) take('a', `a${n}`);
  assert.deepEqual(gone, ['a0', 'a1']);
});

test('a connection that has shown a key gives way to no stranger', () => {
  const { places, gone, take } = port(4, 3);
  const kept = take('a', 'kept');
  places.keep(kept, 'key');
  for (let n = 0; n < 100; n++) take(n % 2 === 0 ? 'a' : 'b', `x${n}`);
  assert.ok(!gone.includes('kept'));
  assert.equal(places.taken, 4);
});

test('where all have shown a key, the idle connection of the key with most gives way to a newcomer', () => {
  const { places, gone, take } = port(4);
  const held = ['one', 'busy', 'two', 'three'].map((name) => take('a', name));
  for (const [at, place] of held.entries()) places.keep(place, at === 0 ? 'honest' : 'greedy');
  held[1]!.isIdle = false;
  places.keep(take('a', 'newcomer'), 'other');
  assert.deepEqual(gone, ['two']);
  places.keep(take('a', 'next'), 'other');
  assert.deepEqual(gone, ['two', 'three']);
});

test('callers that have just come do not give way to each other while one owner holds most places with nothing to do', () => {
  const { places, gone, take } = port(6);
  for (let n = 0; n < 5; n++) places.keep(take('a', `kept${n}`), 'operator');
  for (const name of ['x', 'y', 'z']) take(name, name);
  assert.deepEqual(gone, ['kept0', 'kept1'], 'down to half');
  take('z', 'z2');
  assert.deepEqual(gone, ['kept0', 'kept1', 'z']);
});

test('a place that is left is free again, once', () => {
  const { places, gone, take } = port(2);
  const first = take('a', 'a');
  places.keep(first, 'key');
  places.leave(first);
  places.leave(first);
  places.keep(first, 'other');
  assert.equal(places.taken, 0);
  for (const name of ['b', 'c']) take('b', name);
  assert.deepEqual(gone, []);
});
