/**
 * `lockstep curl METHOD PATH [BODY]`: one request to the gateway, signed with an API key, so that the HTTP interface
 * can be tried from a shell.
 */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { signedHeaders } from '../../gateway/http/signing.ts';
import { demoKeyId, findKeys } from '../configuration/keys.ts';
import { urlOf } from '../control-client.ts';
import { ExitCode, Failure, messageOf, usageFailure } from '../failure.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, wholeNumber } from './command.ts';
import type { Terminal } from './terminal.ts';

const timeoutMsUsual = 30_000;
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Paths of the operator, who has a token instead of a key, and an address of the gateway's own. */
const operatorPath = '/v1/operator/';

interface CurlOptions extends CommonOptions {
  readonly key: string;
  readonly url?: string;
  readonly timeout: number;
  readonly show?: boolean;
  readonly json?: boolean;
}

export function registerCurl(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'curl <method> <path> [body]', 'send a signed request to the gateway'))
    .option('--key <id>', 'API key to sign with', demoKeyId)
    .option('--url <url>', 'address of the gateway (default: from the configuration)')
    .option('--timeout <ms>', 'give the request up after so long', wholeNumber(1, 600_000), timeoutMsUsual)
    .option('--show', 'print the curl command line instead of sending; it is valid for a few seconds')
    .action((method: string, path: string, body: string | undefined, options: CurlOptions) =>
      request(methodOf(method), path, body ?? '', options, terminal),
    );
}

async function request(
  method: string,
  path: string,
  body: string,
  options: CurlOptions,
  terminal: Terminal,
): Promise<void> {
  const { configuration, dataFolder } = loadRunning(options);
  const pathWithQuery = encodedPath(path);
  if (body !== '' && (method === 'GET' || method === 'HEAD'))
    throw usageFailure(`${method} has no body: its parameters stand in the path, behind "?".`);
  const isOperator = pathWithQuery.startsWith(operatorPath);
  const { host, port, operatorHost, operatorPort } = configuration.gateway;
  const [at, portAt] = isOperator ? [operatorHost, operatorPort] : [host, port];
  const base = originOf(options.url) ?? urlOf(at === '0.0.0.0' ? '127.0.0.1' : at, portAt);
  const keys = findKeys(configuration, dataFolder);
  if (keys === undefined) {
    throw new Failure(
      `No keys are known: ${dataFolder} has no keys.json. Name the cluster's data folder with --data.`,
    );
  }
  const headers: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json' };
  if (isOperator) headers['authorization'] = `Bearer ${keys.operator}`;
  else Object.assign(headers, signatureOf(method, pathWithQuery, body, options, keys.apiKeys));
  if (options.show) return terminal.print(commandLine(method, `${base}${pathWithQuery}`, headers, body));
  let response: Response;
  try {
    const init = {
      method,
      headers,
      signal: AbortSignal.timeout(options.timeout),
      ...(body === '' ? {} : { body }),
    };
    response = await fetch(`${base}${pathWithQuery}`, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Failure(
      `The gateway at ${base} did not answer: ${messageOf(cause)}. Is it running? See "lockstep status".`,
    );
  }
  const text = await response.text();
  const { status, statusText } = response;
  const failure = `The gateway answered ${status} ${statusText}.`;
  if (options.json) {
    const answer = { status, body: bodyOf(text) };
    if (!response.ok) throw new Failure(failure, ExitCode.failed, answer);
    return terminal.print(JSON.stringify({ ok: true, ...answer }));
  }
  terminal.print(text);
  if (!response.ok) throw new Failure(failure);
}

/**
 * The path as it is sent and signed: what an address cannot hold is encoded, so that it means what was typed. A
 * step that every client would fold away ("..") cannot be said, and is refused.
 */
function encodedPath(path: string): string {
  if (!path.startsWith('/'))
    throw usageFailure(`"${path}" is no path: it starts with "/", such as /v1/orders.`);
  const encoded = path
    .toWellFormed()
    .replace(/\?$/, '')
    .replaceAll(/%(?![0-9a-f]{2})|[^\w!$&()*+,\-./:;=?@~%]/giu, percentEncoded);
  const { pathname, search } = new URL(`http://gateway${encoded}`);
  if (`${pathname}${search}` === encoded) return encoded;
  throw usageFailure(
    `"${path}" has a step "." or "..": it would be sent as ${pathname}${search}, which may mean something else. Write the path without it.`,
  );
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

/** An address of a gateway is a scheme, a host and a port. */
function originOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  const isOrigin =
    parsed !== null && /^https?:$/.test(parsed.protocol) && /^\/?$/.test(url.slice(parsed.origin.length));
  if (isOrigin) return parsed.origin;
  throw usageFailure(
    `--url is "${url}": it must be the address of a gateway alone, such as http://127.0.0.1:8080.`,
  );
}

/** What a gateway answers is JSON, with few exceptions such as metrics. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function signatureOf(
  method: string,
  pathWithQuery: string,
  body: string,
  { key: keyId, timeout }: CurlOptions,
  apiKeys: readonly { readonly keyId: string; readonly secret: string }[],
): Record<string, string> {
  const key = apiKeys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) {
    const known = apiKeys.map((candidate) => candidate.keyId).join(', ') || 'none';
    throw usageFailure(`There is no API key "${keyId}"; known are: ${known}. Choose one with --key.`);
  }
  // Two equal requests of one millisecond are two.
  const nonce = randomUUID();
  return signedHeaders(keyId, key.secret, {
    timestamp: String(Date.now()),
    // What is given up is not carried out later.
    validMs: String(timeout),
    nonce,
    method,
    pathWithQuery,
    body,
  });
}

/** The same request for curl. */
function commandLine(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl -X ${method} ${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== '') lines.push(`-d ${quoted(body)}`);
  return lines.join(' \\\n  ');
}

function methodOf(text: string): string {
  const method = text.toUpperCase();
  if (methods.includes(method)) return method;
  throw usageFailure(`"${text}" is no method; allowed: ${methods.join(', ')}.`);
}
