import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { client, closeEndpoints, Endpoint, pair, until } from './testing/endpoint.ts';

afterEach(closeEndpoints);

test('a connection opens on both sides, and bytes pass both ways', async () => {
  const [one, two] = await pair();
  assert.deepEqual(one.log, [`opened ${one.last} 2`]);
  assert.deepEqual(two.log, [`opened ${two.last} 0`]);
  assert.ok(one.send('to two'));
  assert.ok(two.send('to one'));
  await until([one, two], () => one.text() === 'to one' && two.text() === 'to two');
});

test('bytes that the handler leaves are offered again, with those that came since', async () => {
  const [one, two] = await pair();
  two.appetite = 0;
  one.send('abc');
  await until([two], () => two.offers > 3);
  assert.equal(two.text(), '');
  one.send('def');
  two.appetite = 1;
  await until([two], () => two.text() === 'abcdef');
});

test('a waiting piece of a record is not work: the core may sleep on it', async () => {
  const [one, two] = await pair();
  two.appetite = 0;
  one.send('half');
  await until([two], () => two.offers > 0);
  for (let turn = 0; turn < 10; turn++) assert.equal(two.poll(), 0);
  assert.ok(two.offers >= 10, 'it is offered all the same');
});

test('a stream of any sizes arrives byte for byte, through buffers that wrap and fill', async () => {
  const [one, two] = await pair({ inputBytes: 65_536, outputBytes: 65_536 });
  const total = 3_000_000;
  const source = new Uint8Array(40_000);
  let queued = 0;
  let size = 1;
  let hash = 0;
  let received = 0;
  two.received = (_, bytes, __, from, to) => {
    const taken = Math.min(to - from, 1 + ((received * 7) % 50_000));
    for (let at = from; at < from + taken; at++) hash = (hash * 31 + bytes[at]!) | 0;
    received += taken;
    return taken;
  };
  let expected = 0;
  const feed = (): void => {
    size = Math.min((size * 13) % source.length || 1, total - queued);
    for (let n = 0; n < size; n++) source[n] = (queued + n) % 251;
    if (size === 0 || !one.sockets.send(one.last, source, 0, size)) return;
    for (let n = 0; n < size; n++) expected = (expected * 31 + ((queued + n) % 251)) | 0;
    queued += size;
  };
  await until([one, two], () => {
    feed();
    return received === total;
  });
  assert.equal(hash, expected);
});

test('the output buffer takes all or nothing, and says how much it takes', async () => {
  const [one, two] = await pair({ outputBytes: 65_536 });
  const block = new Uint8Array(65_536);
  assert.equal(one.sockets.room(one.last), 65_536);
  assert.ok(one.sockets.send(one.last, block, 0, 60_000));
  assert.equal(one.sockets.room(one.last), 5_536);
  assert.ok(!one.sockets.send(one.last, block, 0, 5_537));
  assert.ok(one.sockets.send(one.last, block, 0, 5_536));
  await until([one, two], () => two.taken() === 65_536);
  assert.equal(one.sockets.room(one.last), 65_536);
});

test('a peer that is not consumed is not read further: it fills up and has to wait', async () => {
  const endpoint = new Endpoint({ inputBytes: 65_536 });
  const socket = await client(endpoint);
  endpoint.appetite = 0;
  const total = 32_000_000;
  socket.write(Buffer.alloc(total, 1));
  await until([endpoint], () => endpoint.offers > 2_000);
  assert.ok(socket.writableLength > 0, 'the peer could not get rid of it');
  assert.equal(endpoint.taken(), 0);
  endpoint.appetite = Number.POSITIVE_INFINITY;
  let received = 0;
  endpoint.received = (_, __, ___, from, to) => {
    received += to - from;
    return to - from;
  };
  await until([endpoint], () => received === total);
  socket.destroy();
});

test('a peer that does not read fills the output buffer and harms nobody else', async () => {
  const endpoint = new Endpoint({ outputBytes: 65_536 });
  const deaf = await client(endpoint);
  const deafHandle = endpoint.last;
  deaf.pause();
  const block = new Uint8Array(65_536);
  let isFull = false;
  for (let n = 0; n < 2_000 && !isFull; n++) {
    isFull = !endpoint.sockets.send(deafHandle, block, 0, block.length);
    endpoint.poll();
  }
  assert.ok(isFull);
  const listening = await client(endpoint);
  let heard = '';
  listening.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  endpoint.send('hello');
  await until([endpoint], () => heard === 'hello');
  deaf.resume();
  await until([endpoint], () => endpoint.sockets.room(deafHandle) === 65_536);
  deaf.destroy();
  listening.destroy();
});

test('what stands in the output buffer keeps its order, wherever it wraps', async () => {
  const endpoint = new Endpoint({ outputBytes: 65_536 });
  const socket = await client(endpoint);
  const total = 16_000_000;
  const block = new Uint8Array(1_000);
  let queued = 0;
  let heard = 0;
  let isInOrder = true;
  socket.on('data', (data: Buffer) => {
    for (const byte of data) isInOrder &&= byte === heard++ % 251;
  });
  const feed = (): void => {
    for (let n = 0; n < 200 && queued < total; n++) {
      const size = Math.min(total - queued, 1 + (queued % block.length));
      for (let at = 0; at < size; at++) block[at] = (queued + at) % 251;
      if (!endpoint.sockets.send(endpoint.last, block, 0, size)) break;
      queued += size;
    }
  };
  socket.pause();
  let before = -1;
  await until([endpoint], () => {
    const isFull = before === queued;
    before = queued;
    feed();
    return isFull;
  });
  assert.ok(queued < total, 'the output buffer was full');
  socket.resume();
  await until([endpoint], () => {
    feed();
    return heard === total;
  });
  assert.ok(isInOrder);
  socket.destroy();
});
