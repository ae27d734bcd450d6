/**
 * How a private request is signed. Pure, and used by both sides: the gateway that checks and the command line that
 * signs. The signature covers what is sent byte for byte, so a proxy must not rewrite path or body.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Names of the headers, as Node gives them: in small letters. */
export const signatureHeaders = {
  key: 'x-lockstep-key',
  timestamp: 'x-lockstep-timestamp',
  signature: 'x-lockstep-signature',
} as const;

/** The path that a stream's `auth` message is signed for. */
export const streamPath = '/v1/stream';

export interface SignedRequest {
  /** Milliseconds since 1970, as decimal text. */
  readonly timestamp: string;
  /** In capital letters. */
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly pathWithQuery: string;
  /** The body as sent; empty when there is none. */
  readonly body: string;
}

/** HMAC-SHA-256 (RFC 2104) under `secret` (hexadecimal) as 64 hexadecimal digits. */
export function sign(secret: string, request: SignedRequest): string {
  return digest(signatureKey(secret), request).toString('hex');
}

/** The form of a secret that signatures are checked with; made once for many requests. */
export function signatureKey(secret: string): KeyObject {
  return createSecretKey(secret, 'hex');
}

/** Whether `signature` is the right one; takes the same time wherever it differs. */
export function isSignedBy(key: KeyObject, request: SignedRequest, signature: string): boolean {
  if (!/^[0-9a-fA-F]{64}$/.test(signature)) return false;
  return timingSafeEqual(Buffer.from(signature, 'hex'), digest(key, request));
}

/** The headers of a signed request. */
export function signedHeaders(keyId: string, secret: string, request: SignedRequest): Record<string, string> {
  return {
    [signatureHeaders.key]: keyId,
    [signatureHeaders.timestamp]: request.timestamp,
    [signatureHeaders.signature]: sign(secret, request),
  };
}

function digest(key: KeyObject, request: SignedRequest): Buffer {
  const { timestamp, method, pathWithQuery, body } = request;
  return createHmac('sha256', key).update(`${timestamp}\n${method}\n${pathWithQuery}\n${body}`).digest();
}
