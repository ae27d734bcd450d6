import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { readPrefixedAddress } from '../../io/system/prefixed-address.ts';
import { leftoverIn } from './held-addresses.ts';

const cards = {
  lo: [{ address: '127.0.0.1', cidr: '127.0.0.1/8' }],
  eth0: [
    { address: '10.0.0.7', cidr: '10.0.0.7/24' },
    { address: 'fd00::9', cidr: 'fd00::9/64' },
  ],
} as unknown as NodeJS.Dict<NetworkInterfaceInfo[]>;

test('an address that the machine has is found, however the configuration writes it', () => {
  const found = (...texts: string[]) =>
    leftoverIn(
      cards,
      texts.map((text) => readPrefixedAddress(text)!),
    )?.address;
  assert.equal(found('10.0.0.9/24', '10.0.0.7/32'), '10.0.0.7');
  for (const text of ['fd00::9/64', 'FD00::9/128', 'fd00:0:0:0:0:0:0:9/64', 'fd00:0::0009/64'])
    assert.equal(found(text), 'fd00::9', text);
  assert.equal(found('10.0.0.9/24', 'fd00::90/64'), undefined);
});
