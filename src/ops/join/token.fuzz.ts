/** Fuzzes join tokens: what an operator pastes is the token as it was made, or none. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { replicaIdMax } from '../../protocol/limits.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { type JoinSecret, readToken, tokenText } from './token.ts';

const prefix = 'lockstep-join-';

function run(random: Random): void {
  const made: JoinSecret = {
    replicaId: 1 + random.below(replicaIdMax),
    expiresAtMs: random.below(2 ** 32) * random.below(2 ** 20),
    clusterUuid: noiseOf(random, 16),
    pin: noiseOf(random, 32),
    secret: noiseOf(random, 32),
  };
  const text = tokenText(made);
  assert.deepEqual(readToken(` ${text}\n`), made, 'a token is read as it was made');
  const found = readToken(mutatedText(random, text));
  if (found !== undefined) assert.deepEqual(found, made, 'a spoiled token is the same token or none');

  const whole = Buffer.from(text.slice(prefix.length), 'base64url');
  const body = mutated(random, whole.subarray(0, -4));
  const check = createHash('sha256').update(body).digest().subarray(0, 4);
  const forged = readToken(prefix + Buffer.concat([body, check]).toString('base64url'));
  if (forged === undefined) return;
  assert.ok(forged.replicaId >= 1 && forged.replicaId <= replicaIdMax, 'a token names a replica that may be');
  assert.ok(Number.isSafeInteger(forged.expiresAtMs) && forged.expiresAtMs >= 0);
  assert.deepEqual(readToken(tokenText(forged)), forged, 'what is read has one form');
}

function noiseOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

export const joinTokenFuzzer: Fuzzer = {
  name: 'join-token',
  property: 'A text gives the join token that was made, or none; its fields are in their bounds.',
  casesInTests: 2_000,
  run,
};
