/**
 * Whether a command is well-formed. The commands that come by the million are checked field by field here; the answer
 * is the same as that of the protocol's own check, which decides for all others.
 */
import { DecodeCode } from '../protocol/codes.ts';
import { cancelOrder, commandAt, commands, placeOrder, replaceOrder } from '../protocol/commands.ts';
import { WIRE_VERSION } from '../protocol/layout.ts';
import { clientOrderIdBytes, priceTicksMax } from '../protocol/limits.ts';
import { isU53 } from '../std/integers.ts';

const RESERVED_AT = commandAt.accountId + 4;

/** Checks the command at `at`, whose length stands in its first two bytes and can be read. hot path */
export function isWellFormed(view: DataView, at: number): boolean {
  switch (view.getUint8(at + 2)) {
    case placeOrder.type:
      return isPrefixGood(view, at, placeOrder.size) && isPlaceOrderGood(view, at);
    case cancelOrder.type:
      return (
        isPrefixGood(view, at, cancelOrder.size) &&
        isU53(view, at + cancelOrder.at.orderId) &&
        isClientOrderId(view, at + cancelOrder.at.clientOrderId) &&
        view.getUint32(at + cancelOrder.at.reserved2, true) === 0
      );
    case replaceOrder.type:
      return (
        isPrefixGood(view, at, replaceOrder.size) &&
        isU53(view, at + replaceOrder.at.orderId) &&
        isU53(view, at + replaceOrder.at.quantityLots) &&
        view.getUint32(at + replaceOrder.at.priceTicks, true) <= priceTicksMax &&
        isClientOrderId(view, at + replaceOrder.at.clientOrderId)
      );
    default:
      return commands.check(view, at, view.getUint16(at, true)) === DecodeCode.ok;
  }
}

function isPrefixGood(view: DataView, at: number, size: number): boolean {
  return (
    view.getUint16(at, true) === size &&
    view.getUint8(at + 3) === WIRE_VERSION &&
    isU53(view, at + commandAt.commandNumber) &&
    view.getUint32(at + RESERVED_AT, true) === 0
  );
}

function isPlaceOrderGood(view: DataView, at: number): boolean {
  const offsets = placeOrder.at;
  const side = view.getUint8(at + offsets.side);
  const orderType = view.getUint8(at + offsets.orderType);
  const timeInForce = view.getUint8(at + offsets.timeInForce);
  return (
    side >= 1 &&
    side <= 2 &&
    orderType >= 1 &&
    orderType <= 3 &&
    timeInForce >= 1 &&
    timeInForce <= 4 &&
    view.getUint8(at + offsets.selfMatch) <= 3 &&
    view.getUint32(at + offsets.priceTicks, true) <= priceTicksMax &&
    isU53(view, at + offsets.quantityLots) &&
    isClientOrderId(view, at + offsets.clientOrderId)
  );
}

/** Four bytes at a step: printable ones, then at most one word that ends in zeros, then zeros. */
function isClientOrderId(view: DataView, at: number): boolean {
  let ended = false;
  for (let n = 0; n < clientOrderIdBytes; n += 4) {
    const word = view.getUint32(at + n, true);
    if (ended) {
      if (word !== 0) return false;
    } else if (word === 0) {
      ended = true;
    } else if (!isPrintable(word)) {
      if (!isPaddedText(word)) return false;
      ended = true;
    }
  }
  return true;
}

/** Whether each of four bytes is from 0x21 to 0x7e: no high bit, none after adding 1, all kept after taking 0x21. */
function isPrintable(word: number): boolean {
  const high = 0x8080_8080 | 0;
  return ((word | (word + 0x0101_0101)) & high) === 0 && (((word | high) - 0x2121_2121) & high) === high;
}

/** Whether printable bytes are followed by zeros, at least one of each, the first byte lowest. */
function isPaddedText(word: number): boolean {
  const bits = 32 - Math.clz32(word);
  const bytes = (bits + 7) >>> 3;
  if (bytes === 4) return false;
  // Zeros above the text are replaced by a printable byte, so that the word can be checked as a whole.
  return isPrintable(word | (0x2121_2121 << (bytes * 8)));
}
