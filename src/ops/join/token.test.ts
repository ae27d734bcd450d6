import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { clusterUuidBytes } from '../../trust/messages.ts';
import { newSecret, pinOf, readToken, tokenText, vouchedFor } from './token.ts';

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

test('a token vouches for the members there were when it was made, whoever has joined since', () => {
  const certified = { id: 1, fingerprint: '' };
  const [second, third, fourth] = [2, 3, 4].map((id) => ({ id, fingerprint: `${id}`.repeat(64) }));
  const authorities = ['an authority'];
  const pin = pinOf({ authorities, members: [certified, second!] });
  const vouched = (members: Parameters<typeof vouchedFor>[0]['members'], from = authorities) =>
    vouchedFor({ authorities: from, members }, pin)?.map(({ id }) => id);
  assert.deepEqual(vouched([certified, second!]), [2]);
  assert.deepEqual(vouched([certified, third!, second!, fourth!]), [2]);
  assert.deepEqual(vouched([third!, second!]), [2], 'one that has no certificate is enough');
  assert.equal(vouched([certified, third!]), undefined, 'the key that it vouches for is gone');
  assert.equal(vouched([certified, { ...second!, fingerprint: 'ab'.repeat(32) }]), undefined);
  assert.equal(vouched([certified, second!], ['another authority']), undefined);
  const ofNone = pinOf({ authorities, members: [certified] });
  assert.deepEqual(vouchedFor({ authorities, members: [certified, third!] }, ofNone), []);
  assert.equal(vouchedFor({ authorities, members: [third!] }, ofNone), undefined, 'nobody is believed');
  const crowd = Array.from({ length: 8 }, (_, n) => ({ id: n + 1, fingerprint: `${n}`.repeat(64) }));
  assert.equal(vouchedFor({ authorities, members: [certified, second!, ...crowd] }, pin), undefined);
});
