/**
 * How a request over HTTP is signed, and carries its signature or, with a token, its time. Used by both sides: the
 * gateway that checks and the command line that signs. The signature covers what is sent byte for byte, so a proxy must
 * not rewrite path or body.
 */
import {
  type Credentials,
  noncePattern,
  type Patience,
  validMsPattern,
} from '../admission/authentication.ts';
import { SignatureKey } from '../admission/signature.ts';
import { HttpError } from './errors.ts';

/** Names of the headers, as Node gives them: in small letters. */
export const signatureHeaders = {
  key: 'x-lockstep-key',
  timestamp: 'x-lockstep-timestamp',
  validMs: 'x-lockstep-valid-ms',
  nonce: 'x-lockstep-nonce',
  signature: 'x-lockstep-signature',
} as const;

export interface SignedRequest {
  /** Milliseconds since 1970, as decimal text. */
  readonly timestamp: string;
  /** Milliseconds from the timestamp on after which it is not carried out any more, as decimal text. */
  readonly validMs?: string | undefined;
  /** Tells requests apart that are alike in all else: 1 to 36 printable characters without spaces. */
  readonly nonce?: string | undefined;
  /** In capital letters. */
  readonly method: string;
  /** Path and query as they are in the request line. */
  readonly pathWithQuery: string;
  /** The body as sent; empty when there is none. */
  readonly body: string;
}

/** What the signature of a request covers, beside its time: METHOD, path with query and body, joined by line feeds. */
export function contentOf(method: string, pathWithQuery: string, body: string): string {
  return `${method}\n${pathWithQuery}\n${body}`;
}

/** HMAC-SHA-256 (RFC 2104) under `secret` (hexadecimal) as 64 hexadecimal digits. */
export function sign(secret: string, request: SignedRequest): string {
  const { timestamp, validMs, nonce, method, pathWithQuery, body } = request;
  const content = contentOf(method, pathWithQuery, body);
  return new SignatureKey(secret).sign({ timestamp, validMs, nonce, content });
}

/** The headers of an operator's request that comes with the token, and is not carried out `validMs` from now on. */
export function tokenHeaders(token: string, validMs: number): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    [signatureHeaders.timestamp]: String(Date.now()),
    [signatureHeaders.validMs]: String(validMs),
  };
}

/** The headers of a signed request. */
export function signedHeaders(keyId: string, secret: string, request: SignedRequest): Record<string, string> {
  const { timestamp, validMs, nonce } = request;
  return {
    [signatureHeaders.key]: keyId,
    [signatureHeaders.timestamp]: timestamp,
    ...(validMs === undefined ? {} : { [signatureHeaders.validMs]: validMs }),
    ...(nonce === undefined ? {} : { [signatureHeaders.nonce]: nonce }),
    [signatureHeaders.signature]: sign(secret, request),
  };
}

/** The credentials in a request's headers; undefined when one of them is missing. Throws where one has not its form. */
export function credentialsOf(headers: Readonly<Record<string, unknown>>): Credentials | undefined {
  const key = headers[signatureHeaders.key];
  const timestamp = headers[signatureHeaders.timestamp];
  const signature = headers[signatureHeaders.signature];
  if (typeof key !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
    return undefined;
  const nonce = optional(headers, 'nonce', noncePattern, '1 to 36 printable characters without spaces');
  return { key, timestamp, validMs: validMsIn(headers), nonce, signature };
}

/** When a request without a signature was sent, and how long it is waited for; undefined where it does not say. */
export function patienceOf(headers: Readonly<Record<string, unknown>>): Patience | undefined {
  const timestamp = headers[signatureHeaders.timestamp];
  const validMs = validMsIn(headers);
  if (typeof timestamp === 'string') return { timestamp, validMs };
  if (validMs === undefined) return undefined;
  const { validMs: field, timestamp: from } = signatureHeaders;
  const message = `"${field}" counts from "${from}", which is not there, so the request was not carried out: send both.`;
  throw new HttpError('invalidField', { field }, message);
}

function validMsIn(headers: Readonly<Record<string, unknown>>): string | undefined {
  return optional(headers, 'validMs', validMsPattern, 'a whole number of milliseconds from 1 to 9999999');
}

function optional(
  headers: Readonly<Record<string, unknown>>,
  name: keyof typeof signatureHeaders,
  form: RegExp,
  allowed: string,
): string | undefined {
  const field = signatureHeaders[name];
  const text = headers[field];
  if (typeof text !== 'string') return undefined;
  if (form.test(text)) return text;
  throw new HttpError('invalidField', { field }, `"${field}" must be ${allowed}.`);
}

/** The token of "Bearer <token>". */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
}
