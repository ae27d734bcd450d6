/**
 * Who is asking: checks signed requests against the API keys, and the operator's token. Time comes in as an argument.
 * A request that passes was signed by the key's owner, within the time window. That it is carried out once is the
 * exchange's matter, since a copy can come through any gateway.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from './refusals.ts';
import { SignatureKey, type SignedRequest, signatureHeaders } from './signature.ts';

export interface ApiKey {
  readonly keyId: string;
  /** Hexadecimal, 32 digits or more. */
  readonly secret: string;
  /** The accounts that the key acts for; the first is the default. */
  readonly accountIds: readonly number[];
  /** For people. */
  readonly name?: string;
}

/** What a caller presents: texts as they arrived, unchecked. */
export interface Credentials {
  readonly key: string;
  readonly timestamp: string;
  readonly validMs?: string | undefined;
  readonly nonce?: string | undefined;
  readonly signature: string;
}

/** Up to 2.7 hours; a longer time has no use, since a request may be a minute old at most. */
const validMsPattern = /^[1-9][0-9]{0,6}$/;
const noncePattern = /^[!-~]{1,36}$/;
/** Compared with when the key is unknown, so that an unknown key takes as long as a wrong signature. */
const noSecret = new SignatureKey('00'.repeat(32));

export class Authenticator {
  readonly #keys: ReadonlyMap<string, { readonly key: ApiKey; readonly secret: SignatureKey }>;
  readonly #timeWindowMs: number;

  constructor(keys: readonly ApiKey[], timeWindowMs: number) {
    this.#keys = new Map(keys.map((key) => [key.keyId, { key, secret: new SignatureKey(key.secret) }]));
    this.#timeWindowMs = timeWindowMs;
  }

  /** The key that signed the request; throws a RequestError that says what is wrong, or that its time has passed. */
  authenticate(
    credentials: Credentials | undefined,
    request: Omit<SignedRequest, 'timestamp' | 'validMs' | 'nonce'>,
    nowMs: number,
  ): ApiKey {
    if (credentials === undefined) throw new RequestError('missingSignature');
    const { timestamp, validMs, nonce, signature } = credentials;
    const known = this.#keys.get(credentials.key);
    const { method, pathWithQuery, body } = request;
    if (nonce !== undefined && !noncePattern.test(nonce)) {
      const message = `"${signatureHeaders.nonce}" must be 1 to 36 printable characters without spaces.`;
      throw new RequestError('invalidField', { field: signatureHeaders.nonce }, message);
    }
    if (validMs !== undefined && !validMsPattern.test(validMs)) {
      const message = `"${signatureHeaders.validMs}" must be a whole number of milliseconds from 1 to 9999999.`;
      throw new RequestError('invalidField', { field: signatureHeaders.validMs }, message);
    }
    const signed = { timestamp, validMs, nonce, method, pathWithQuery, body };
    const isRight = (known?.secret ?? noSecret).hasSigned(signed, signature);
    const distanceMs = /^(0|[1-9][0-9]{0,15})$/.test(timestamp)
      ? Math.abs(Number(timestamp) - nowMs)
      : Number.NaN;
    if (!(distanceMs <= this.#timeWindowMs)) {
      const limit = `at most ${this.#timeWindowMs} ms are allowed`;
      const found = Number.isNaN(distanceMs)
        ? 'it is not a whole number of milliseconds, without leading zeros'
        : `it is ${distanceMs} ms away`;
      throw new RequestError(
        'staleTimestamp',
        {},
        `The timestamp is too far from the time of the gateway: ${found}, ${limit}.`,
      );
    }
    // One answer for both: it must not tell which keys there are.
    if (known === undefined || !isRight) throw new RequestError('wrongSignature');
    if (nowMs - Number(timestamp) > Number(validMs ?? Number.POSITIVE_INFINITY))
      throw new RequestError('deadlinePassed');
    return known.key;
  }
}

/** The credentials in a request's headers; undefined when one of them is missing. */
export function credentialsOf(headers: Readonly<Record<string, unknown>>): Credentials | undefined {
  const key = headers[signatureHeaders.key];
  const timestamp = headers[signatureHeaders.timestamp];
  const validMs = textOf(headers[signatureHeaders.validMs]);
  const nonce = textOf(headers[signatureHeaders.nonce]);
  const signature = headers[signatureHeaders.signature];
  if (typeof key !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
    return undefined;
  return { key, timestamp, validMs, nonce, signature };
}

function textOf(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Throws unless `authorization` is "Bearer <token>". Without a token of its own the gateway refuses all. */
export function requireOperator(authorization: string | undefined, operatorToken: string | undefined): void {
  if (operatorToken === undefined || operatorToken === '') throw new RequestError('operatorDisabled');
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (given === undefined || !isSameText(given, operatorToken)) throw new RequestError('wrongOperatorToken');
}

/** The account that a request acts for. */
export function accountOf(key: ApiKey, accountId: number | undefined): number {
  const chosen = accountId ?? key.accountIds[0];
  if (chosen === undefined || !key.accountIds.includes(chosen)) {
    throw new RequestError('accountNotAllowed', { field: 'accountId' });
  }
  return chosen;
}

/**
 * The client order id of an order that came without one: 20 characters that follow from the signed request. So the
 * same signed bytes, sent twice through any gateways, are the same order; a new order has a new timestamp or body.
 */
export function clientOrderIdOf(keyId: string, signature: string): string {
  const hash = createHash('sha256').update(`${keyId}\n${signature.toLowerCase()}`).digest();
  return hash.subarray(0, 15).toString('base64url');
}

/** Compares hashes, so that neither the place of a difference nor the length shows in the time. */
function isSameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
