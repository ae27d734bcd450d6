import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionRole } from '../protocol/messages.ts';
import { TrustFailure } from './failures.ts';
import { AnswererHandshake, CallerHandshake } from './handshake.ts';
import { refusal, sealed, sealedBytesMax, sealedPlainBytesMax } from './messages.ts';
import { tagBytes } from './noise.ts';
import { piecesMax, RecordOpener, RecordSealer } from './records.ts';
import { newStreamBuffers, SecureStream, SecureStreamState } from './secure-stream.ts';
import {
  answererOf,
  bytesFrom,
  callerOf,
  settle,
  smallCluster,
  takeInput,
  takeOutput,
} from './testing/parties.ts';

/** Two sides that have proven themselves, and nothing on the way between them. */
function together(): [caller: SecureStream, answerer: SecureStream] {
  const { replica1, gateway1, authority } = smallCluster();
  const caller = callerOf(gateway1, authority, {});
  const answerer = answererOf(replica1, authority);
  settle(caller, answerer);
  return [caller, answerer];
}

/** One sealed record with these bytes of the stream. */
function sealedBy(stream: SecureStream, plain: Uint8Array): Uint8Array {
  assert.ok(stream.write(plain, 0, plain.length));
  stream.flush();
  return takeOutput(stream);
}

function give(stream: SecureStream, bytes: Uint8Array): number {
  return stream.take(bytes, 0, bytes.length);
}

test('what is written comes out at the other side, in both ways, and nobody between sees it', () => {
  const [caller, answerer] = together();
  for (const size of [1, 8, 64, 1_400, sealedPlainBytesMax]) {
    for (const [from, to] of [
      [caller, answerer],
      [answerer, caller],
    ] as const) {
      const plain = bytesFrom(`size ${size}`, size);
      const bytes = sealedBy(from, plain);
      assert.equal(bytes.length, sealed.size + size + tagBytes);
      if (size > 8) assert.equal(Buffer.from(bytes).indexOf(plain.subarray(0, 8)), -1);
      assert.equal(give(to, bytes), bytes.length);
      assert.deepEqual(takeInput(to), plain);
    }
  }
});

test('what was written before a flush leaves as one record, and nothing leaves before', () => {
  const [caller, answerer] = together();
  for (let n = 0; n < 10; n++) assert.ok(caller.write(bytesFrom(`${n}`, 64), 0, 64));
  assert.equal(takeOutput(caller).length, 0);
  caller.flush();
  caller.flush();
  const bytes = takeOutput(caller);
  assert.equal(bytes.length, sealed.size + 640 + tagBytes);
  give(answerer, bytes);
  assert.equal(takeInput(answerer).length, 640);
});

test('pieces of any size give the same stream', () => {
  for (const step of [1, 3, 17, 4_096]) {
    const { replica1, gateway1, authority } = smallCluster();
    const sides = [callerOf(gateway1, authority, {}), answererOf(replica1, authority)] as const;
    const waiting: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)];
    const plain = bytesFrom('stream', 40_000);
    let written = 0;
    const read: Uint8Array[] = [];
    for (let idle = 0; idle < 3; ) {
      idle += 1;
      if (sides[0].state === SecureStreamState.proven && written < plain.length) {
        const count = Math.min(9_000, plain.length - written, sides[0].room);
        assert.ok(sides[0].write(plain, written, written + count));
        written += count;
        sides[0].flush();
      }
      for (const n of [0, 1] as const) {
        const other = sides[1 - n]!;
        const out = sides[n].output.slice(0, step);
        sides[n].sent(out.length);
        waiting[n] = Buffer.concat([waiting[n], out]);
        waiting[n] = waiting[n].slice(give(other, waiting[n]));
        if (out.length > 0) idle = 0;
      }
      read.push(takeInput(sides[1]));
      for (const { failure } of sides) assert.equal(failure, undefined);
    }
    assert.deepEqual(Buffer.concat(read), Buffer.from(plain));
  }
});

test('a record that is repeated, left out, moved, reflected or changed ends the link, and so does all after it', () => {
  const spoil: Readonly<Record<string, (records: Uint8Array[], back: Uint8Array) => Uint8Array[]>> = {
    repeated: ([one, two]) => [one!, one!, two!],
    'left out': ([, two, three]) => [two!, three!],
    moved: ([one, two, three]) => [one!, three!, two!],
    reflected: ([one], back) => [one!, back],
    'of another link': ([one]) => [one!, sealedBy(together()[0], bytesFrom('a'))],
  };
  for (const [how, change] of Object.entries(spoil)) {
    const [caller, answerer] = together();
    const records = ['a', 'b', 'c'].map((name) => sealedBy(caller, bytesFrom(name)));
    const back = sealedBy(answerer, bytesFrom('d'));
    for (const record of change(records, back)) give(answerer, record);
    assert.equal(answerer.failure, TrustFailure.forged, how);
    const isFirstWhole = how !== 'left out';
    assert.deepEqual(takeInput(answerer), isFirstWhole ? bytesFrom('a') : new Uint8Array(0), how);
    assert.equal(answerer.write(new Uint8Array(8), 0, 8), false);
  }
  const length = sealedBy(together()[0], bytesFrom('a')).length;
  for (let at = 0; at < length; at++) {
    const [caller, answerer] = together();
    const record = sealedBy(caller, bytesFrom('a'));
    record[at]! ^= 0x10;
    give(answerer, record);
    give(answerer, sealedBy(caller, bytesFrom('b')));
    assert.equal(takeInput(answerer).length, 0, `byte ${at}`);
    // A length that grew takes in the next record, and the two do not open.
    const isExpected = at === 0 || answerer.failure === TrustFailure.forged;
    assert.ok(isExpected || (at < 2 && answerer.failure === TrustFailure.malformed), `byte ${at}`);
    assert.equal(answerer.closed(0), false);
  }
});

test('an opener that failed once opens nothing more, not even the right next piece', () => {
  const key = bytesFrom('key');
  const sealer = new RecordSealer(key);
  const opener = new RecordOpener(key);
  const pieces = [1, 2].map((n) => {
    const bytes = new Uint8Array(8 + tagBytes).fill(n);
    assert.ok(sealer.sealInPlace(bytes, 0, 0, 8));
    return bytes;
  });
  assert.equal(opener.open(new Uint8Array(8 + tagBytes), 0, 0, 8, new Uint8Array(8)), false);
  for (const bytes of pieces.toReversed())
    assert.equal(opener.open(bytes, 0, 0, 8, new Uint8Array(8)), false);
});

test('a link that is cut is told from one that has ended', () => {
  const [caller, answerer] = together();
  give(answerer, sealedBy(caller, bytesFrom('a')));
  assert.equal(answerer.closed(0), false);
  assert.equal(answerer.failure, TrustFailure.truncated);

  const [ending, other] = together();
  assert.ok(ending.write(bytesFrom('a'), 0, 32));
  ending.end();
  ending.end();
  assert.equal(ending.room, 0);
  assert.equal(ending.write(new Uint8Array(1), 0, 1), false);
  give(other, takeOutput(ending));
  assert.equal(other.state, SecureStreamState.ended);
  assert.deepEqual(takeInput(other), bytesFrom('a'), 'what came before the end is there');
  // The other side may go on until it has said everything too.
  give(ending, sealedBy(other, bytesFrom('b')));
  assert.deepEqual(takeInput(ending), bytesFrom('b'));
  assert.equal(other.closed(0), true);

  const [again, silent] = together();
  again.end();
  give(silent, takeOutput(again));
  give(silent, new Uint8Array(sealed.size + tagBytes).fill(sealed.size + tagBytes, 0, 1));
  assert.equal(silent.failure, TrustFailure.unexpectedMessage, 'nothing follows the end');

  const [last, cut] = together();
  last.end();
  const end = takeOutput(last);
  assert.equal(cut.take(end, 0, end.length - 1), 0);
  assert.equal(cut.closed(end.length - 1), false, 'half an end is none');
});

test('a reader that does not read holds the writer up, and loses nothing', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const secret = bytesFrom('small');
  const call = { role: ConnectionRole.session, replicaId: 1 };
  const handshake = new CallerHandshake(gateway1, authority, call, secret);
  const caller = new SecureStream(handshake, () => newStreamBuffers(sealedPlainBytesMax, sealedBytesMax));
  const answering = new AnswererHandshake(replica1, authority, bytesFrom('other'));
  const answerer = new SecureStream(answering, () => newStreamBuffers(sealedPlainBytesMax, sealedBytesMax));
  settle(caller, answerer);
  const plain = bytesFrom('much', 400_000);
  let [written, onTheWay] = [0, new Uint8Array(0)];
  const read: Uint8Array[] = [];
  let heldUp = 0;
  for (let turn = 0; read.reduce((sum, { length }) => sum + length, 0) < plain.length; turn++) {
    assert.ok(turn < 1_000, 'it goes on');
    const count = Math.min(5_000, plain.length - written, caller.room);
    if (count < 5_000) heldUp++;
    assert.ok(caller.write(plain, written, written + count));
    written += count;
    caller.flush();
    if (onTheWay.length < 30_000) onTheWay = Buffer.concat([onTheWay, takeOutput(caller)]);
    onTheWay = onTheWay.slice(give(answerer, onTheWay));
    const { inputFrom, inputTo } = answerer;
    const taken = Math.min(inputTo - inputFrom, 4_000);
    read.push(answerer.input.slice(inputFrom, inputFrom + taken));
    answerer.consume(taken);
  }
  assert.ok(heldUp > 10);
  assert.deepEqual(Buffer.concat(read), Buffer.from(plain));
});

test('room is what a write takes, to the byte', () => {
  const [caller, answerer] = together();
  for (let n = 0; n < 40; n++) {
    const { room } = caller;
    const size = n % 3 === 0 ? room : Math.min(room, 1 + ((n * 977) % 20_000));
    assert.equal(caller.write(new Uint8Array(room + 1), 0, room + 1), false);
    assert.equal(caller.write(new Uint8Array(size).fill(n), 0, size), true);
    assert.equal(caller.room <= room - size, true);
    if (n % 2 === 0) caller.flush();
    if (n % 4 === 3) {
      give(answerer, takeOutput(caller));
      takeInput(answerer);
      assert.equal(answerer.state, SecureStreamState.proven);
    }
  }
});

test('a full output has room for the end all the same', () => {
  const [caller, answerer] = together();
  const { room } = caller;
  assert.ok(caller.write(new Uint8Array(room), 0, room));
  caller.end();
  const bytes = takeOutput(caller);
  let at = 0;
  while (at < bytes.length) {
    at += answerer.take(bytes, at, bytes.length);
    takeInput(answerer);
  }
  assert.equal(answerer.state, SecureStreamState.ended);
});

test('a side that was proven to, and is refused afterwards, learns why; later the words of a stranger end the link', () => {
  const { replica1, gateway1, authority } = smallCluster();
  const bytes = new Uint8Array(refusal.size);
  refusal.write(new DataView(bytes.buffer), 0, { code: TrustFailure.revoked, reserved: 0 });
  const caller = callerOf(gateway1, authority, {});
  const answerer = answererOf(replica1, authority);
  settle(caller, answerer);
  give(caller, bytes);
  assert.deepEqual([caller.failure, caller.reason], [TrustFailure.refused, TrustFailure.revoked]);
  const [heard, speaking] = together();
  give(heard, sealedBy(speaking, bytesFrom('a')));
  give(heard, bytes);
  assert.deepEqual([heard.failure, heard.reason], [TrustFailure.malformed, undefined]);
  const [, called] = together();
  give(called, bytes);
  assert.deepEqual([called.failure, called.reason], [TrustFailure.malformed, undefined]);
});

test('nothing is written before the other side has proven itself', () => {
  const { gateway1, authority } = smallCluster();
  const caller = callerOf(gateway1, authority, {});
  assert.equal(caller.room, 0);
  assert.equal(caller.write(new Uint8Array(8), 0, 8), false);
  caller.flush();
  caller.end();
  assert.equal(caller.state, SecureStreamState.proving);
});

test('a key seals and opens so many pieces and not one more', () => {
  const key = bytesFrom('key');
  const sealer = new RecordSealer(key, piecesMax - 1);
  const opener = new RecordOpener(key, piecesMax - 1);
  const bytes = new Uint8Array(8 + tagBytes);
  assert.ok(sealer.sealInPlace(bytes, 0, 0, 8));
  assert.ok(opener.open(bytes, 0, 0, 8, new Uint8Array(8)));
  assert.equal(sealer.sealInPlace(bytes, 0, 0, 8), false);
  assert.equal(opener.open(bytes, 0, 0, 8, new Uint8Array(8)), false);
});

test('the number of a piece is in all of its nonce: no two are sealed alike', () => {
  const key = bytesFrom('key');
  const seen = new Set<string>();
  for (const first of [0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40, piecesMax - 1]) {
    const bytes = new Uint8Array(8 + tagBytes);
    assert.ok(new RecordSealer(key, first).sealInPlace(bytes, 0, 0, 8));
    seen.add(Buffer.from(bytes).toString('hex'));
  }
  assert.equal(seen.size, 9);
});
