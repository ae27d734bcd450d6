/** What a reader sends to log in on a stream: the answer to its challenge, signed by the secret of a key. */
import { signatureHeaders, signedHeaders } from '../http/signing.ts';
import { streamPath } from '../websocket/manual.ts';

export interface KeyOfReader {
  readonly keyId: string;
  readonly secret: string;
}

export interface StreamLogin {
  readonly key: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly challenge: string;
}

export function streamLogin(
  { keyId, secret }: KeyOfReader,
  challenge: string,
  timestamp = String(Date.now()),
): StreamLogin {
  const pathWithQuery = `${streamPath}?challenge=${challenge}`;
  const headers = signedHeaders(keyId, secret, { timestamp, method: 'GET', pathWithQuery, body: '' });
  return { key: keyId, timestamp, signature: headers[signatureHeaders.signature]!, challenge };
}

/** The headers of an upgrade that has a place of the key. */
export function upgradeHeaders({ keyId, secret }: KeyOfReader): Record<string, string> {
  const timestamp = String(Date.now());
  return signedHeaders(keyId, secret, { timestamp, method: 'GET', pathWithQuery: streamPath, body: '' });
}
