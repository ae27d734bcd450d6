import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { sourceOf } from './sources.ts';

test('an IPv4 address is a source, however the socket writes it', () => {
  assert.equal(sourceOf('192.0.2.7'), '192.0.2.7');
  assert.equal(sourceOf('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(sourceOf('::FFFF:192.0.2.7'), '192.0.2.7');
});

test('all addresses of one IPv6 network are one source, and those of others are not', () => {
  const source = sourceOf('2001:db8:0:1::1');
  for (const same of ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:0DB8:0000:0001::', '2001:db8:0:1:2::%eth0'])
    assert.equal(sourceOf(same), source, same);
  for (const other of ['2001:db8:0:2::1', '2001:db8::1', '::1', '2001:db8:1::'])
    assert.notEqual(sourceOf(other), source, other);
  assert.equal(sourceOf('::1'), '0:0:0:0::/64');
  assert.equal(sourceOf('fe80::1%lo'), 'fe80:0:0:0::/64');
});

test('a socket that is closed has a source', () => {
  assert.equal(typeof sourceOf(undefined), 'string');
});
