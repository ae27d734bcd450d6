/** The hand-written checks of the hot commands against the protocol's own check. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeCode } from '../../protocol/codes.ts';
import { cancelOrder, commands, placeOrder, replaceOrder } from '../../protocol/commands.ts';
import type { Fields, Layout } from '../../protocol/layout.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { Random } from '../../std/random.ts';
import { isWellFormed } from './well-formed.ts';

test('both checks give the same answer for every byte value at every place, and for random damage', () => {
  const random = new Random(5);
  const ids = ['', 'a', 'abcd', 'abcde', 'abcdefghijklmnopqrst', '!~!~!~!~'];
  let good = 0;
  let bad = 0;
  for (const layout of [placeOrder, cancelOrder, replaceOrder] as readonly Layout<Fields>[]) {
    for (const clientOrderId of ids) {
      const view = new DataView(new ArrayBuffer(layout.size));
      const zero = layout.read(view, 0);
      const whole = {
        ...zero,
        side: 1,
        orderType: 1,
        timeInForce: 1,
        clientOrderId,
        priceTicks: 7,
        quantityLots: 9,
      };
      layout.write(view, 0, {
        ...zero,
        ...Object.fromEntries(Object.keys(zero).map((key) => [key, whole[key as keyof typeof whole]!])),
      });
      assert.equal(isWellFormed(view, 0), true);
      const check = (): void => {
        const expected = commands.check(view, 0, view.getUint16(0, true)) === DecodeCode.ok;
        assert.equal(isWellFormed(view, 0), expected, Buffer.from(view.buffer).toString('hex'));
        if (expected) good++;
        else bad++;
      };
      for (let at = 2; at < layout.size; at++) {
        const before = view.getUint8(at);
        for (let value = 0; value < 256; value++) {
          view.setUint8(at, value);
          // A type whose layout is longer than these bytes cannot be there: its length has been checked.
          if ((commands.of(view.getUint8(TYPE_AT))?.size ?? 0) <= layout.size) check();
        }
        view.setUint8(at, before);
      }
      const intact = new Uint8Array(view.buffer).slice();
      for (let round = 0; round < 300; round++) {
        for (let n = random.below(3); n >= 0; n--) {
          view.setUint8(
            3 + random.below(layout.size - 3),
            random.pick([0, 0x20, 0x21, 0x7e, 0x7f, 0x80, 0xff]),
          );
        }
        check();
        new Uint8Array(view.buffer).set(intact);
      }
    }
  }
  assert.ok(good > 1000 && bad > 1000);
});
