/** Signed requests as bytes on the wire, made before they are due or when they are. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { signedText } from '../../gateway/admission/signature.ts';
import { contentOf, signatureHeaders, signedHeaders } from '../../gateway/http/signing.ts';
import { ask } from '../../ops/web-request.ts';
import type { LocalCluster } from '../cluster/cluster.ts';

/** What signs: an HMAC secret in hexadecimal, or a private key of Ed25519. */
export interface Signing {
  readonly keyId: string;
  readonly secret: string | KeyObject;
}

export interface SignedAsk {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body?: string;
  readonly timestamp: string;
  /** Where requests of one time are alike. */
  readonly nonce?: string;
}

/** One request with its signature, as a caller writes it. */
export function signedRequest({ keyId, secret }: Signing, asked: SignedAsk): string {
  const { method, path, body = '', timestamp, nonce } = asked;
  const headers =
    typeof secret === 'string'
      ? signedHeaders(keyId, secret, { timestamp, nonce, method, pathWithQuery: path, body })
      : headersOf(keyId, secret, asked);
  const type = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}${type}\r\n${body}`;
}

function headersOf(
  keyId: string,
  secret: KeyObject,
  { method, path, body = '', timestamp, nonce }: SignedAsk,
): Record<string, string> {
  const text = signedText({ timestamp, nonce, content: contentOf(method, path, body) });
  return {
    [signatureHeaders.key]: keyId,
    [signatureHeaders.timestamp]: timestamp,
    ...(nonce !== undefined && { [signatureHeaders.nonce]: nonce }),
    [signatureHeaders.signature]: sign(undefined, Buffer.from(text), secret).toString('hex'),
  };
}

const knownTries = 200;

/** A key of Ed25519 that trades for an account, once the gateway of the cluster knows it. */
export async function ed25519Key(
  { loaded }: LocalCluster,
  client: Client,
  accountId: number,
): Promise<Signing> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keyId = 'ed25519';
  const bytes = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  await good(client.createKey({ keyId, kind: 'ed25519', publicKey: bytes }));
  const keyNumber = (await client.keys(0)).keys.find((key) => key.keyId === keyId)!.keyNumber;
  await good(client.grantKey({ keyNumber, accountIds: [accountId] }));
  await good(client.changeKey({ keyNumber, permissions: ['read', 'trade', 'cancel'] }));
  const signing = { keyId, secret: privateKey };
  const { port, tls } = loaded.configuration.gateway;
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  await known(url, signing);
  return signing;
}

async function good(outcome: Promise<{ readonly ok: boolean; readonly text: string }>): Promise<void> {
  const { ok, text } = await outcome;
  if (!ok) throw new Error(`The key of Ed25519 was not made: ${text}`);
}

async function known(url: string, { keyId, secret }: Signing): Promise<void> {
  let status = 0;
  for (let n = 0; n < knownTries; n++) {
    const timestamp = String(Date.now());
    const asked = { method: 'GET', path: '/v1/account', timestamp };
    const headers = headersOf(keyId, secret as KeyObject, asked);
    const signal = AbortSignal.timeout(2_000);
    ({ status } = await ask({ url: url + asked.path, headers, signal, trust: { isUnchecked: true } }));
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error(`The gateway does not know the key of Ed25519: it answers ${status}.`);
}
