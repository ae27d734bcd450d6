/**
 * The identity of the sender: checks signed requests against the API keys, and the operator's token. Time comes in as
 * an argument. A request that passes was signed by the key's owner, within the time window. That it is carried out once
 * is the exchange's matter, since a copy can come through any gateway.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HeldKey, KeyTable } from './keys.ts';
import { CoreError } from './refusals.ts';

/** What a caller presents: texts as they arrived, unchecked. */
export interface Credentials {
  readonly key: string;
  readonly timestamp: string;
  readonly validMs?: string | undefined;
  readonly nonce?: string | undefined;
  readonly signature: string;
}

/** When a request was sent, and for how many milliseconds from then on its caller waits: texts as they arrived. */
export type Patience = Pick<Credentials, 'timestamp' | 'validMs'>;

/** Up to 2.7 hours; a longer time has no use, since a request may be a minute old at most. */
export const validMsPattern = /^[1-9][0-9]{0,6}$/;
export const noncePattern = /^[!-~]{1,36}$/;

export class Authenticator {
  readonly #keys: KeyTable;
  readonly #timeWindowMs: number;

  constructor(keys: KeyTable, timeWindowMs: number) {
    this.#keys = keys;
    this.#timeWindowMs = timeWindowMs;
  }

  /**
   * The key that signed `content`, which is what the request asks as its face writes it, at an address. Throws a
   * CoreError that says what is wrong, or that its time has passed.
   */
  authenticate(credentials: Credentials, content: string, nowMs: number, address: string): HeldKey {
    const { timestamp, validMs, nonce, signature } = credentials;
    if (nonce !== undefined && !noncePattern.test(nonce)) {
      const message = 'The nonce must be 1 to 36 printable characters without spaces.';
      throw new CoreError('invalidField', { field: 'nonce' }, message);
    }
    if (validMs !== undefined && !validMsPattern.test(validMs)) {
      const message =
        'The time for which a request is valid must be a whole number of milliseconds from 1 to 9999999.';
      throw new CoreError('invalidField', { field: 'validMs' }, message);
    }
    const signed = { timestamp, validMs, nonce, content };
    const known = this.#keys.signerOf(credentials.key, signed, signature);
    const isAwaited = known === undefined && this.#keys.isAwaited(credentials.key, signed, signature);
    requireNear(timestamp, nowMs, this.#timeWindowMs, known === undefined && !isAwaited);
    if (isAwaited) throw new CoreError('keysUnknown');
    // One answer for both: it must not tell which keys there are.
    if (known === undefined) throw new CoreError('wrongSignature');
    this.#keys.requireGood(known, address, nowMs);
    requireAwaited(credentials, nowMs);
    return known;
  }

  /** The same of a request that is not signed and says when it was sent. */
  requireTimely(patience: Patience, nowMs: number): void {
    requireNear(patience.timestamp, nowMs, this.#timeWindowMs, false);
    requireAwaited(patience, nowMs);
  }
}

/** Throws where a timestamp is none, or too far from now. */
function requireNear(timestamp: string, nowMs: number, windowMs: number, isUnsigned: boolean): void {
  const distanceMs = /^(0|[1-9][0-9]{0,15})$/.test(timestamp)
    ? Math.abs(Number(timestamp) - nowMs)
    : Number.NaN;
  if (distanceMs <= windowMs) return;
  const found = Number.isNaN(distanceMs)
    ? 'it is not a whole number of milliseconds, without leading zeros'
    : `it is ${distanceMs} ms away`;
  const message = `The timestamp is too far from the time of the gateway: ${found}, at most ${windowMs} ms are allowed.`;
  throw new CoreError('staleTimestamp', {}, message, isUnsigned);
}

/** Throws where the caller has given the request up by now. */
function requireAwaited({ timestamp, validMs }: Patience, nowMs: number): void {
  if (nowMs - Number(timestamp) > Number(validMs ?? Number.POSITIVE_INFINITY))
    throw new CoreError('deadlinePassed');
}

/** Throws unless `given` is the token of the operator. Without a token of its own the gateway refuses all. */
export function requireOperator(given: string | undefined, operatorToken: string | undefined): void {
  if (operatorToken === undefined || operatorToken === '') throw new CoreError('operatorDisabled');
  if (given === undefined || !isSameText(given, operatorToken)) throw new CoreError('wrongOperatorToken');
}

/** Compares hashes, so that neither the place of a difference nor the length shows in the time. */
function isSameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
