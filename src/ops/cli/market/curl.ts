/**
 * `lockstep curl METHOD PATH [BODY]`: one request to the gateway, signed with an API key, so that the HTTP interface
 * can be tried from a shell.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { signedHeaders, tokenHeaders } from '../../../gateway/http/signing.ts';
import { loadSecret } from '../../certificates/files.ts';
import { gatewayUrl, operatorTls, operatorUrl } from '../../configuration/addresses.ts';
import type { ConfigurationFile } from '../../configuration/configuration.ts';
import { demoKeyId, findKeys, type KeysInUse } from '../../configuration/keys.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import {
  ask,
  loadAuthorities,
  reasonOf,
  type ServerTrust,
  trustOf,
  type WebAnswer,
} from '../../web-request.ts';
import { addCommand, addJsonOption, type CommonOptions, loadRunning, tell, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const timeoutMsUsual = 30_000;
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Paths of the operator, who has a token instead of a key, and an address of the gateway's own. */
const operatorPath = /^\/(?:v1\/operator\/|metrics$)/;

interface CurlOptions extends CommonOptions {
  readonly key?: string;
  readonly secret?: string;
  readonly url?: string;
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly timeout: number;
  readonly show?: boolean;
  readonly json?: boolean;
}

export function registerCurl(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'curl <method> <path> [body]', 'send a signed request to the gateway'))
    .option(
      '--key <id>',
      `API key to sign with (default: "${demoKeyId}" where it is known, else what is public is read without one; on paths of the operator none, and the token is sent)`,
    )
    .option('--secret <file>', 'file with the secret of the key (default: from the configuration)')
    .option('--url <url>', 'address of the gateway (default: from the configuration)')
    .option('--ca <file>', 'trust the authorities in this file, in PEM (default: from the configuration)')
    .option('--insecure', 'believe any server: what it learns can be misused')
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
  if (body !== '' && isRead(method))
    throw usageFailure(`${method} has no body: its parameters belong into the path, behind "?".`);
  const isOperator = operatorPath.test(pathWithQuery);
  const tls = isOperator ? operatorTls(configuration) : configuration.gateway.tls;
  const base = originOf(options.url) ?? (isOperator ? operatorUrl : gatewayUrl)(configuration);
  const isNamed = options.key !== undefined || options.secret !== undefined;
  const isUnsigned =
    !isNamed && !isOperator && isRead(method) && !hasUsualKey(findKeys(configuration, dataFolder));
  const proof = (): Record<string, string> => {
    if (isUnsigned) return {};
    // A key that was named is tried, and not the operator's rights in its place.
    return isOperator && !isNamed
      ? tokenHeaders(keysIn(configuration, dataFolder).operator, options.timeout)
      : signatureOf(method, pathWithQuery, body, options, () => keysIn(configuration, dataFolder).apiKeys);
  };
  const headers = { ...(body === '' ? {} : { 'content-type': 'application/json' }), ...proof() };
  const url = `${base}${pathWithQuery}`;
  if (options.show) {
    const command = commandLine({ method, url, headers, body }, trustWords(options, tls));
    return tell(terminal, options.json, { command }, options.json ? '' : command);
  }
  if (options.insecure && url.startsWith('https:'))
    terminal.printError(
      `Whether ${base} is the gateway is NOT checked (--insecure): another could read this and answer.`,
    );
  let answer: WebAnswer;
  try {
    const signal = AbortSignal.timeout(options.timeout);
    answer = await ask({ url, method, headers, body, signal, trust: trustIn(options, tls) });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `The gateway at ${base} did not answer: ${reasonOf(error)}. Is it running? See "lockstep status".`,
    );
  }
  const { status, statusText, text } = answer;
  const isGood = status >= 200 && status < 300;
  const keyless =
    isUnsigned && status === 401
      ? ` It was asked without a key, since none is known in ${dataFolder}: name yours with --key, and the file of its secret with --secret.`
      : '';
  const hint = keyless || formerSecretHint(headers, options, text);
  const failure = `The gateway answered ${status} ${statusText}.${hint}`;
  if (options.json) {
    const found = { status, body: bodyOf(text) };
    if (!isGood) throw new Failure(failure, ExitCode.failed, found);
    return tell(terminal, true, found, '');
  }
  terminal.print(text);
  if (!isGood) throw new Failure(failure);
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Where no key was named and this one is not known, what is public can still be read. */
function hasUsualKey(keys: KeysInUse | undefined): boolean {
  return keys?.apiKeys.some(({ keyId }) => keyId === demoKeyId) ?? false;
}

/** What to do where the secret of a file may be a former one: a rotation prints the next one, and changes no file. */
function formerSecretHint(headers: object, { secret, key = demoKeyId }: CurlOptions, answer: string): string {
  const isOfFile = secret === undefined && !('authorization' in headers);
  if (!isOfFile || !/"code": ?"(?:wrongSignature|keyReplaced)"/.test(answer)) return '';
  return (
    ` The secret of "${key}" is taken from the configuration or from keys.json: where "lockstep keys rotate" has given ` +
    'the key another one, write that into a file and name it with --secret.'
  );
}

function keysIn(configuration: ConfigurationFile, dataFolder: string): KeysInUse {
  const keys = findKeys(configuration, dataFolder);
  if (keys !== undefined) return keys;
  throw new Failure(
    `No keys are known: ${dataFolder} has no keys.json. Name the cluster's data folder with --data, or a key of yours ` +
      'with --key and --secret.',
  );
}

/** The secret of a key that "lockstep keys" made, in a file that others cannot read. */
function secretIn(path: string): string {
  const secret = loadSecret(path).trim();
  if (/^(?:[0-9a-f]{2}){16,64}$/i.test(secret)) return secret;
  throw usageFailure(
    `${path} holds no secret: it must have an even number of hexadecimal digits, 32 to 128.`,
  );
}

function trustIn(
  { ca, insecure = false }: CurlOptions,
  tls: ConfigurationFile['gateway']['tls'],
): ServerTrust {
  const trust = ca === undefined ? trustOf(tls) : { authorities: loadAuthorities(ca) };
  return { ...trust, isUnchecked: insecure };
}

/** The same trust in the words of curl. */
function trustWords(
  { ca, insecure = false }: CurlOptions,
  tls: ConfigurationFile['gateway']['tls'],
): string[] {
  if (insecure) return ['--insecure'];
  const file = ca ?? tls?.authoritiesFile ?? tls?.certificateFile;
  return file === undefined ? [] : [`--cacert ${quotedForShell(resolve(file))}`];
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

interface Signed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function signatureOf(
  method: string,
  pathWithQuery: string,
  body: string,
  { key: keyId = demoKeyId, secret: file, timeout }: CurlOptions,
  apiKeys: () => KeysInUse['apiKeys'],
): Record<string, string> {
  const secret = file === undefined ? secretOf(keyId, apiKeys()) : secretIn(file);
  // Two equal requests of one millisecond are two.
  const nonce = randomUUID();
  return signedHeaders(keyId, secret, {
    timestamp: String(Date.now()),
    // What is given up is not carried out later.
    validMs: String(timeout),
    nonce,
    method,
    pathWithQuery,
    body,
  });
}

function secretOf(keyId: string, apiKeys: KeysInUse['apiKeys']): string {
  const key = apiKeys.find((candidate) => candidate.keyId === keyId);
  if (key !== undefined) return key.secret;
  const known = apiKeys.map((candidate) => candidate.keyId).join(', ') || 'none';
  throw usageFailure(
    `There is no API key "${keyId}"; known are: ${known}. Choose one with --key, or name the file of its secret with --secret.`,
  );
}

/** The same request for curl. */
function commandLine({ method, url, headers, body }: Signed, trust: readonly string[]): string {
  // Of "-X HEAD" curl would wait for a body.
  const lines = [`curl ${method === 'HEAD' ? '--head' : `-X ${method}`} ${quotedForShell(url)}`];
  if (url.startsWith('https:')) lines.push('--tlsv1.3', ...trust);
  for (const [name, value] of Object.entries(headers))
    lines.push(`-H ${quotedForShell(`${name}: ${value}`)}`);
  // A body of "-d" that begins with "@" would be the name of a file.
  if (body !== '') lines.push(`--data-raw ${quotedForShell(body)}`);
  return lines.join(' \\\n  ');
}

function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function methodOf(text: string): string {
  const method = text.toUpperCase();
  if (methods.includes(method)) return method;
  throw usageFailure(`"${text}" is no method; allowed: ${methods.join(', ')}.`);
}
