/** One line of a message file of LOBSTER. */

/** Types of message. */
export const LobsterType = {
  submission: 1,
  partialCancellation: 2,
  deletion: 3,
  visibleExecution: 4,
  hiddenExecution: 5,
  cross: 6,
  halt: 7,
} as const;

export interface LobsterMessage {
  /** Seconds after midnight. */
  readonly time: number;
  readonly type: number;
  readonly orderId: string;
  readonly size: number;
  readonly price: number;
  readonly isBuy: boolean;
}

/** A line's message, or undefined when it is malformed. */
export function readLobsterMessage(text: string): LobsterMessage | undefined {
  const [time = '', typeText = '', orderId = '', size = '', price = '', direction = '', ...more] =
    text.split(',');
  if (!/^\d+(\.\d+)?$/.test(time) || !/^[1-7]$/.test(typeText)) return undefined;
  const type = Number(typeText);
  // A cross and a halt are about no order, and a halt has a code (-1, 0 or 1) in place of its price.
  const isAboutOrder = type < LobsterType.cross;
  const isGood =
    (isAboutOrder ? /^\d{1,18}$/ : /^(-1|\d{1,18})$/).test(orderId) &&
    /^\d{1,15}$/.test(size) &&
    (type === LobsterType.halt ? /^(-1|\d{1,15})$/ : /^\d{1,15}$/).test(price) &&
    /^-?1$/.test(direction) &&
    more.length === 0;
  if (!isGood) return undefined;
  return {
    time: Number(time),
    type,
    orderId,
    size: Number(size),
    price: Number(price),
    isBuy: direction === '1',
  };
}
