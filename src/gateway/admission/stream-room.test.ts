import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { StreamRoom } from './stream-room.ts';

const limits = { streamsMax: 40, anonymousStreamsMax: 10, anonymousStreamsPerSourceMax: 4 };

function takeAll(room: StreamRoom, owner: { readonly keyId: string } | { readonly source: string }): number {
  let count = 0;
  while (room.take(owner)) count++;
  return count;
}

test('strangers have a part of the room, and one source a part of that', () => {
  const room = new StreamRoom(limits);
  assert.equal(takeAll(room, { source: 'a' }), 4);
  assert.equal(takeAll(room, { source: 'b' }), 4);
  assert.equal(takeAll(room, { source: 'c' }), 2);
  assert.equal(takeAll(room, { source: 'd' }), 0);
  room.giveBack({ source: 'a' });
  assert.equal(takeAll(room, { source: 'd' }), 1);
});

test('whatever strangers and other keys hold, a key gets in', () => {
  const room = new StreamRoom(limits);
  for (let n = 0; n < 20; n++) takeAll(room, { source: `s${n}` });
  takeAll(room, { keyId: 'flood' });
  assert.equal(room.take({ keyId: 'honest' }), true);
});

test('a gateway for a single stream serves one key', () => {
  const room = new StreamRoom({ ...limits, streamsMax: 1, anonymousStreamsMax: 1 });
  assert.equal(room.take({ keyId: 'a' }), true);
  assert.equal(room.take({ keyId: 'b' }), false);
});
