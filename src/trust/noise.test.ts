import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPairOf, NoiseHandshake } from './noise.ts';
import { RecordOpener, RecordSealer } from './records.ts';
import { bytesOf, noiseVectors } from './testing/noise-vectors.ts';

for (const { name, prologue, callerStatic, callerEphemeral, ...vector } of noiseVectors) {
  test(`it says what the published vectors of ${name} say, byte by byte, in the handshake and after it`, () => {
    const start = (isCaller: boolean, secret: string, ephemeral: string): NoiseHandshake =>
      new NoiseHandshake(isCaller, keyPairOf(bytesOf(secret)), bytesOf(ephemeral), bytesOf(prologue));
    const caller = start(true, callerStatic, callerEphemeral);
    const answerer = start(false, vector.answererStatic, vector.answererEphemeral);
    const sides = [caller, answerer];
    const [first, second, third, ...rest] = vector.messages;
    for (const [n, { payload, cipher }] of [first!, second!, third!].entries()) {
      assert.deepEqual(Buffer.from(sides[n % 2]!.write(bytesOf(payload))!), Buffer.from(bytesOf(cipher)));
      assert.deepEqual(Buffer.from(sides[(n + 1) % 2]!.read(bytesOf(cipher))), Buffer.from(bytesOf(payload)));
    }
    assert.deepEqual(caller.peerKey, Buffer.from(keyPairOf(bytesOf(vector.answererStatic)).publicKey));
    assert.deepEqual(answerer.peerKey, Buffer.from(keyPairOf(bytesOf(callerStatic)).publicKey));
    if (vector.hash !== undefined) assert.equal(Buffer.from(caller.keys!.hash).toString('hex'), vector.hash);
    assert.deepEqual(caller.keys!.hash, answerer.keys!.hash);
    const sealers = sides.map(({ keys }) => new RecordSealer(keys!.sending));
    const openers = sides.map(({ keys }) => new RecordOpener(keys!.receiving));
    for (const [n, { payload, cipher }] of rest.entries()) {
      const bytes = bytesOf(payload + '00'.repeat(16));
      const plainBytes = bytes.length - 16;
      sealers[(n + 1) % 2]!.sealInPlace(bytes, 0, 0, plainBytes);
      assert.equal(Buffer.from(bytes).toString('hex'), cipher);
      assert.ok(openers[n % 2]!.open(bytes, 0, 0, plainBytes, bytes.subarray(0, plainBytes)));
      assert.equal(Buffer.from(bytes.subarray(0, plainBytes)).toString('hex'), payload);
    }
  });
}
