/**
 * Whether a command is well-formed. The commands that come by the million are checked field by field here, at the
 * places and within the ranges that their layouts give; the answer is the same as that of the protocol's own check,
 * which decides for all others (decision 4).
 */
import { isDots, isPackedUuid } from '../../protocol/client-order-ids.ts';
import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolCommands from '../../protocol/commands.ts';
import { commands } from '../../protocol/commands.ts';
import * as protocolLayout from '../../protocol/layout.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import * as clientWords from '../../store/client-words.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { isRestZero } = clientWords;
const { DecodeCode } = protocolCodes;
const { cancelOrder, commandAt, placeOrder, replaceOrder, requestStampBytes } = protocolCommands;
const { isWireVersion, TYPE_AT, VERSION_AT } = protocolLayout;
const { clientOrderIdBytes } = protocolLimits;
const { isU53 } = integers;

const NUMBER_AT = commandAt.commandNumber;
const { type: placeType, size: placeSize } = placeOrder;
const { type: cancelType, size: cancelSize } = cancelOrder;
const { type: replaceType, size: replaceSize } = replaceOrder;
const {
  priceTicks: priceAt,
  quantityLots: quantityAt,
  side: sideAt,
  orderType: orderTypeAt,
  timeInForce: timeAt,
  selfMatch: selfMatchAt,
  clientOrderId: clientAt,
} = placeOrder.at;
const { side: sides, orderType: orderTypes, timeInForce: times, selfMatch: selfMatches } = placeOrder.fields;
const { min: sideMin, max: sideMax } = sides;
const { min: orderTypeMin, max: orderTypeMax } = orderTypes;
const { min: timeMin, max: timeMax } = times;
const { max: selfMatchMax } = selfMatches;
const { max: priceTicksMax } = placeOrder.fields.priceTicks;
const { max: replacedTicksMax } = replaceOrder.fields.priceTicks;
const { orderId: cancelIdAt, clientOrderId: cancelClientAt, reserved2: cancelReservedAt } = cancelOrder.at;

/** Checks the command at `at`, whose length is in its first two bytes and can be read. @hot */
export function isWellFormed(view: DataView, at: number): boolean {
  const type = view.getUint8(at + TYPE_AT);
  if (type === placeType) return isPrefixGood(view, at, placeSize) && isPlaceOrderGood(view, at);
  if (type === cancelType) return isPrefixGood(view, at, cancelSize) && isCancelOrderGood(view, at);
  if (type === replaceType) return isPrefixGood(view, at, replaceSize) && isReplaceOrderGood(view, at);
  return commands.check(view, at, view.getUint16(at, true)) === DecodeCode.ok;
}

function isPrefixGood(view: DataView, at: number, size: number): boolean {
  const length = view.getUint16(at, true);
  return (
    (length === size || (length === size + requestStampBytes && isU53(view, at + size))) &&
    isWireVersion(view.getUint8(at + VERSION_AT)) &&
    isU53(view, at + NUMBER_AT)
  );
}

function isPlaceOrderGood(view: DataView, at: number): boolean {
  const side = view.getUint8(at + sideAt);
  const orderType = view.getUint8(at + orderTypeAt);
  const timeInForce = view.getUint8(at + timeAt);
  return (
    side >= sideMin &&
    side <= sideMax &&
    orderType >= orderTypeMin &&
    orderType <= orderTypeMax &&
    timeInForce >= timeMin &&
    timeInForce <= timeMax &&
    view.getUint8(at + selfMatchAt) <= selfMatchMax &&
    view.getUint32(at + priceAt, true) <= priceTicksMax &&
    isU53(view, at + quantityAt) &&
    isClientOrderId(view, at + clientAt)
  );
}

function isCancelOrderGood(view: DataView, at: number): boolean {
  return (
    isU53(view, at + cancelIdAt) &&
    isClientOrderId(view, at + cancelClientAt) &&
    view.getInt32(at + cancelReservedAt, true) === 0
  );
}

function isReplaceOrderGood(view: DataView, at: number): boolean {
  const offsets = replaceOrder.at;
  return (
    isU53(view, at + offsets.orderId) &&
    isU53(view, at + offsets.quantityLots) &&
    view.getUint32(at + offsets.priceTicks, true) <= replacedTicksMax &&
    isClientOrderId(view, at + offsets.clientOrderId)
  );
}

/** Most orders have none: words of zeros. */
function isClientOrderId(view: DataView, at: number): boolean {
  return view.getInt32(at, true) === 0
    ? isRestZero(view, at)
    : !isDots(view.getInt32(at, true)) && (isText(view, at) || isPackedUuid(view, at));
}

/** Four bytes at a step: printable ones, then at most one word that ends in zeros, then zeros. */
function isText(view: DataView, at: number): boolean {
  let ended = false;
  for (let n = 0; n < clientOrderIdBytes; n += 4) {
    const word = view.getInt32(at + n, true);
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
