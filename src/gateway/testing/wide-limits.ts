/** Limits that tests do not reach, which send as fast as they can, all from one address, in one process. */
import type { RateLimits } from '../admission/rates.ts';

const many = 1_000_000;

export const wideLimits: RateLimits & { readonly delayMsMax: number } = {
  sourceRequestsPerSecond: many,
  sourceRequestsBurst: many,
  keyRequestsPerSecond: many,
  keyRequestsBurst: many,
  keyCancelsPerSecond: many,
  keyCancelsBurst: many,
  accountCommandsPerSecond: many,
  accountCommandsBurst: many,
  streamRequestsPerSecond: many,
  streamRequestsBurst: many,
  delayMsMax: 600_000,
};
