import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrefixedAddress } from './prefixed-address.ts';

test('addresses of IPv4 and IPv6 are read with the length of their network', () => {
  assert.deepEqual(readPrefixedAddress('10.0.0.9/24'), {
    text: '10.0.0.9/24',
    address: '10.0.0.9',
    bytes: Uint8Array.of(10, 0, 0, 9),
    prefixBits: 24,
  });
  const hexadecimal = (text: string): string => Buffer.from(readPrefixedAddress(text)!.bytes).toString('hex');
  assert.equal(hexadecimal('fd00::9/64'), 'fd000000000000000000000000000009');
  assert.equal(hexadecimal('::1/128'), '00000000000000000000000000000001');
  assert.equal(hexadecimal('fd00:1:2:3:4:5:6:7/128'), 'fd000001000200030004000500060007');
  assert.equal(hexadecimal('fd00:1::/64'), 'fd000001000000000000000000000000');
});

test('what is no address, or has no length that it can have, is none', () => {
  for (const text of [
    '',
    '10.0.0.9',
    '10.0.0.256/24',
    '010.0.0.9/24',
    '10.0.0/24',
    '10.0.0.9/33',
    '10.0.0.9/0',
    '10.0.0.9/x',
    'fd00::9/129',
    'fd00::9',
    '::ffff:10.0.0.9/64',
    'fd00::9%eth0/64',
    'fd00:::9/64',
  ])
    assert.equal(readPrefixedAddress(text), undefined, text);
});
