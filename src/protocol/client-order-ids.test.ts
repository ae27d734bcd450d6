/** Client order ids in bytes and text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientOrderIdCharactersMax,
  clientOrderIdPattern,
  getClientOrderId,
  isClientOrderId,
  isClientOrderIdValue,
  setClientOrderId,
} from './client-order-ids.ts';
import { clientOrderIdBytes } from './limits.ts';

const digits = '0123456789abcdef0123456789abcdef';
const dashed = '01234567-89ab-cdef-0123-456789abcdef';
const view = new DataView(new ArrayBuffer(clientOrderIdBytes));
const written = (value: string): string => {
  setClientOrderId(view, 0, value);
  return Buffer.from(view.buffer).toString('hex');
};

test('an id that no address can name is none, and those beside it are', () => {
  const schema = new RegExp(clientOrderIdPattern);
  for (const value of ['.', '..', '...', '.a', '..a', 'a.', '.'.repeat(20)]) {
    const isAllowed = value !== '.' && value !== '..';
    assert.deepEqual([isClientOrderIdValue(value), schema.test(value)], [isAllowed, isAllowed], value);
    for (let n = 0; n < clientOrderIdBytes; n++) view.setUint8(n, value.charCodeAt(n) || 0);
    assert.equal(isClientOrderId(view, 0), isAllowed, value);
  }
});

test('texts and UUIDs of every form come back as they were written, each from bytes of its own', () => {
  const numbers = '1'.repeat(32);
  const values = [
    'a',
    'x'.repeat(20),
    '0123-4567',
    digits,
    digits.toUpperCase(),
    dashed,
    dashed.toUpperCase(),
    numbers,
    '11111111-1111-1111-1111-111111111111',
    '0'.repeat(32),
  ];
  const schema = new RegExp(clientOrderIdPattern);
  const bytes = values.map((value) => {
    const hex = written(value);
    assert.ok(isClientOrderIdValue(value) && schema.test(value), value);
    assert.ok(value.length <= clientOrderIdCharactersMax && isClientOrderId(view, 0));
    assert.equal(getClientOrderId(view, 0), value);
    return hex;
  });
  assert.equal(new Set(bytes).size, values.length);
  assert.equal(written(''), '00'.repeat(20));
  assert.equal(getClientOrderId(view, 0), '');
  assert.ok(isClientOrderIdValue('') && !schema.test(''));
});

test('what is neither a short word nor a UUID is refused as a client order id', () => {
  const schema = new RegExp(clientOrderIdPattern);
  for (const value of [
    'x'.repeat(21),
    'has space',
    `${digits.slice(0, -1)}G`,
    `${digits.slice(0, -1)}F`,
    `${dashed.slice(0, -1)}F`,
    digits.slice(1),
    `${digits}0`,
    `{${dashed}}`,
    dashed.replace('-89ab', '89-ab'),
  ]) {
    assert.ok(!isClientOrderIdValue(value) && !schema.test(value), value);
    assert.throws(() => setClientOrderId(view, 0, value), RangeError);
  }
});

test('bytes that no text leads to are no client order id', () => {
  const spoiled = (value: string, at: number, byte: number): boolean => {
    setClientOrderId(view, 0, value);
    view.setUint8(at, byte);
    return isClientOrderId(view, 0);
  };
  for (const marker of [5, 0x20, 0x7f, 0xff]) assert.equal(spoiled(digits, 0, marker), false);
  for (const at of [17, 18, 19]) assert.equal(spoiled(digits, at, 1), false);
  assert.equal(spoiled('1'.repeat(32), 0, 2), false, 'digits alone have no upper case');
  assert.equal(spoiled('1'.repeat(32), 0, 4), false);
  assert.equal(spoiled('1'.repeat(32), 0, 1), true);
});
