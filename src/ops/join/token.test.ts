import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { clusterUuidBytes } from '../../trust/messages.ts';
import { newSecret, readToken, tokenText } from './token.ts';

test('a token is whole in one spelling alone: no letter of it may be another', () => {
  const token = {
    replicaId: 4,
    expiresAtMs: 1_800_000_000_000,
    clusterUuid: new Uint8Array(clusterUuidBytes).fill(7),
    pin: new Uint8Array(32).fill(9),
    secret: newSecret(),
  };
  const text = tokenText(token);
  assert.deepEqual(readToken(`  ${text}\n`), token);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const letter of alphabet) {
    const other = text.slice(0, -1) + letter;
    if (other !== text) assert.equal(readToken(other), undefined, other);
  }
  for (const odd of [`${text}=`, `${text}A`, text.slice(0, -1), text.replace('join-', 'join-!')])
    assert.equal(readToken(odd), undefined, odd);
});
