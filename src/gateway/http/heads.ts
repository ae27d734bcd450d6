/**
 * Heads of requests that two readers could take for two different requests: a proxy that reads the first of two
 * headers and a server that reads the second. Node's parser refuses what breaks the framing of HTTP; what it lets pass
 * is refused here, for every server of this project (RFC 9112, sections 2.3, 3.2, 6.1 and 11.2).
 */
import type { IncomingMessage } from 'node:http';
import { signatureHeaders } from './signing.ts';

/** Headers of which a request has one at the most: what they say decides what it is, how long it is or whose. */
const singleHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'authorization',
  'expect',
  'sec-websocket-key',
  'sec-websocket-version',
  ...Object.values(signatureHeaders),
]);
/** A name or an address, and a port; it may be empty (RFC 9110, section 7.2). */
const hostPattern = /^([A-Za-z0-9._~!$&'()*+;=%-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?$/;
/** A path and a query in visible ASCII; "#" ends a path for some readers and belongs to it for others. */
const targetPattern = /^\/[!"$-~]*$/;
/**
 * Letters, digits and marks that mean themselves, percent-encoded (RFC 3986, section 2.3; "~" is left out, which older
 * encoders write so): a filter in front that compares paths would not see which route is meant.
 */
const needlessCode = /^[^?]*%(?:2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f)/i;

/** Why a head is refused. */
export interface HeadFault {
  /** The header; undefined where it is another part. */
  readonly field?: string;
  readonly text: string;
}

/** What is wrong with the head of a request that the parser has let pass; undefined where it has one meaning. */
export function headFault({
  rawHeaders,
  headers,
  httpVersion,
  method,
  url,
}: Pick<IncomingMessage, 'rawHeaders' | 'headers' | 'httpVersion' | 'method' | 'url'>):
  | HeadFault
  | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return { text: `HTTP/${httpVersion} is not served. Send HTTP/1.1.` };
  const twice = repeatedHeader(rawHeaders, headers);
  if (twice !== undefined)
    return { field: twice, text: `The header "${twice}" is there twice. Send it once.` };
  const { host } = headers;
  if (host === undefined && httpVersion === '1.1')
    return { field: 'host', text: 'The header "Host" is missing.' };
  if (host !== undefined && !hostPattern.test(host))
    return { field: 'host', text: 'The header "Host" is no name or address with a port.' };
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked'))
    return {
      field: 'transfer-encoding',
      text: 'The header "Transfer-Encoding" may be "chunked" alone, in HTTP/1.1. Send "Content-Length" instead.',
    };
  if (!isTarget(method, url)) return { text: targetText };
  return url?.includes('%') === true && needlessCode.test(url) ? { text: codeText } : undefined;
}

const targetText =
  'What is asked for must be a path from "/" on, in visible ASCII and without "#": no address with a scheme or a host.';

const codeText =
  'The path has letters, digits, "-", "." or "_" percent-encoded, which mean themselves. Send them as they are.';

/** CONNECT and "OPTIONS *" have targets of their own, and are refused as what they are. */
function isTarget(method = '', url = ''): boolean {
  return targetPattern.test(url) || method === 'CONNECT' || (method === 'OPTIONS' && url === '*');
}

/** @hot */
function repeatedHeader(rawHeaders: readonly string[], headers: object): string | undefined {
  let names = 0;
  for (const _ in headers) names++;
  // Each line has a name of its own.
  if (2 * names === rawHeaders.length) return undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!singleHeaders.has(name)) continue;
    for (let before = 0; before < at; before += 2)
      if (rawHeaders[before]!.toLowerCase() === name) return name;
  }
  return undefined;
}
