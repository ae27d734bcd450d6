/**
 * One HTTP request of a command, over TLS where the address says so. Its server proves itself: by an authority that is
 * trusted, or by the very certificate that the configuration of this machine gives to it.
 */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { Agent, IncomingMessage } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  checkServerIdentity,
  connect,
  getCACertificates,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { loadSmallFile } from './configuration/small-file.ts';
import type { TlsFiles } from './configuration/tls-files.ts';
import { messageOf, usageFailure } from './failure.ts';

const { request: requestPlain } = process.getBuiltinModule('node:http');

const handshakeMsMax = 10_000;

/** Whom a command believes that it speaks with the right server. */
export interface ServerTrust {
  /** PEM; without it the authorities of Node, which NODE_EXTRA_CA_CERTS adds to. */
  readonly authorities?: string | undefined;
  /** PEM: the certificate of a server on this machine, good for every name. */
  readonly own?: string | undefined;
  /** Any server is believed. */
  readonly isUnchecked?: boolean;
  /** What this side shows and proves, PEM. */
  readonly shown?: { readonly certificate: string; readonly key: string } | undefined;
  /** In place of authorities: why a certificate (DER), whose key is proven, is not that of the right server. */
  readonly holderProblem?: (certificate: Uint8Array) => string | undefined;
}

export interface WebRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly trust?: ServerTrust;
  /** Keeps connections for the next request; without one each has its own. A {@link ProvenAgent} brings its trust. */
  readonly agent?: Agent | SecureAgent;
  /** A longer answer is given up. */
  readonly answerBytesMax?: number;
}

export interface WebAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly text: string;
  /** Of the server's certificate; undefined without TLS. */
  readonly certificateExpiresAtMs: number | undefined;
}

/** The trust that a part of the configuration asks for. */
export function trustOf(
  tls: (TlsFiles & { readonly authoritiesFile?: string | undefined }) | undefined,
): ServerTrust {
  if (tls === undefined) return {};
  const { authoritiesFile, certificateFile } = tls;
  return {
    authorities: authoritiesFile === undefined ? undefined : loadAuthorities(authoritiesFile),
    own: ownCertificate(certificateFile),
  };
}

/** Certificates of authorities, in PEM. Throws a Failure where the file holds none. */
export function loadAuthorities(path: string): string {
  try {
    const { text } = loadSmallFile(path);
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw usageFailure(`The authorities in ${path} cannot be read: ${messageOf(error)}.`);
  }
  throw usageFailure(`${path} holds no certificate in PEM. Name the file of the authority of the server.`);
}

/** Commands also run where the server does not, and as users that may not read its files. */
function ownCertificate(path: string): string | undefined {
  try {
    return loadSmallFile(path).text;
  } catch {
    return undefined;
  }
}

/** Sends it; rejects with the error of the socket, or with the reason of the signal. */
export function ask(request: WebRequest): Promise<WebAnswer> {
  const { url, method = 'GET', headers = {}, body = '', signal, trust = {} } = request;
  const { holderProblem } = trust;
  const { agent = holderProblem === undefined ? false : new ProvenAgent(() => trust) } = request;
  const { answerBytesMax = Number.POSITIVE_INFINITY } = request;
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length }, signal, agent };
  if (agent instanceof ProvenAgent) agent.forgetOthers();
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => reject(signal.aborted ? (signal.reason as Error) : error);
    const onAnswer = (answer: IncomingMessage): void => {
      // The question may have waited for the answer to the one before.
      if (agent instanceof ProvenAgent && !agent.believes(answer.socket)) {
        answer.socket.destroy();
        return onError(new Error('its server is not believed any more'));
      }
      readAnswer(answer, answerBytesMax).then(resolve, onError);
    };
    const sent = url.startsWith('https:')
      ? requestSecurely(
          url,
          agent instanceof ProvenAgent ? options : { ...options, ...tlsOptions(trust) },
          onAnswer,
        )
      : requestPlain(url, options, onAnswer);
    sent.on('error', onError);
    sent.end(body);
  });
}

async function readAnswer(answer: IncomingMessage, bytesMax: number): Promise<WebAnswer> {
  const { statusCode: status = 0, statusMessage: statusText = '', socket } = answer;
  const certificate = (socket as Partial<TLSSocket>).getPeerCertificate?.();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) throw new Error(`its answer is longer than ${bytesMax} bytes`);
    chunks.push(chunk as Buffer);
  }
  const certificateExpiresAtMs = certificate === undefined ? undefined : Date.parse(certificate.valid_to);
  return { status, statusText, text: Buffer.concat(chunks).toString(), certificateExpiresAtMs };
}

/**
 * Connections to servers that have proven themselves, before anything is sent. Node keeps no connection of a request
 * that brings a check of its own, so that the check is the agent's. A connection that was kept is used as long as it
 * would be opened so now: what this side believes, and what it shows itself, may have changed meanwhile.
 */
export class ProvenAgent extends SecureAgent {
  readonly #trust: () => ServerTrust;
  /** By which each connection was opened. */
  readonly #opened = new WeakMap<Duplex, ServerTrust>();

  /** `trust` is asked for each connection, and for each request on one that was kept. */
  constructor(trust: () => ServerTrust, { keepAlive = false } = {}) {
    super({ keepAlive, maxSockets: 1 });
    this.#trust = trust;
  }

  /** Ends kept connections that would not be opened so now; call it before a request. */
  forgetOthers(): void {
    for (const sockets of Object.values(this.freeSockets))
      for (const socket of sockets ?? []) if (!this.believes(socket)) socket.destroy();
  }

  /** Whether a connection of this agent would be opened now as it was. */
  believes(socket: Duplex): boolean {
    const opened = this.#opened.get(socket);
    const certificate = (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
    if (opened === undefined || certificate === undefined) return false;
    const now = this.#trustNow() ?? opened;
    if (now.shown?.certificate !== opened.shown?.certificate) return false;
    if (now.holderProblem !== undefined) return now.holderProblem(certificate.raw) === undefined;
    const isAsBefore = now.authorities === opened.authorities && now.own === opened.own;
    return isAsBefore && (now.isUnchecked === true || certificate.validToDate.getTime() > Date.now());
  }

  /** Undefined where its files cannot be read now: what was read before goes on. */
  #trustNow(): ServerTrust | undefined {
    try {
      return this.#trust();
    } catch {
      return undefined;
    }
  }

  override createConnection(
    { host, port }: { readonly host?: string; readonly port?: number },
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const fail = callback as (error: Error) => void;
    const trust = this.#trust();
    provenSocket(trust, host ?? '', Number(port)).then((socket) => {
      this.#opened.set(socket, trust);
      callback(null, socket);
    }, fail);
  }
}

async function provenSocket(trust: ServerTrust, host: string, port: number): Promise<TLSSocket> {
  const { holderProblem } = trust;
  // The certificate of a holder names a party, and no host: its authority and that name are looked at below.
  const byHolder = holderProblem === undefined ? {} : { rejectUnauthorized: false };
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host, port, ...named, ...tlsOptions(trust), ...byHolder });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(handshakeMsMax) });
    const found = socket.getPeerX509Certificate();
    const problem = found === undefined ? 'it shows no certificate' : holderProblem?.(found.raw);
    if (problem !== undefined) throw new Error(problem);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function tlsOptions({ authorities, own, isUnchecked = false, shown }: ServerTrust): object {
  const fingerprint = own === undefined ? undefined : fingerprintOf(own);
  return {
    ca: trustedHere(authorities, own),
    cert: shown?.certificate,
    key: shown?.key,
    allowPartialTrustChain: true,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: !isUnchecked,
    checkServerIdentity: (host: string, certificate: PeerCertificate) =>
      certificate.fingerprint256 === fingerprint ? undefined : checkServerIdentity(host, certificate),
  };
}

/** Node's own authorities are only listed where one more joins them: to read them takes tens of milliseconds. */
function trustedHere(authorities: string | undefined, own: string | undefined): string[] | undefined {
  if (own === undefined) return authorities === undefined ? undefined : [authorities];
  return [...(authorities === undefined ? getCACertificates('default') : [authorities]), own];
}

function fingerprintOf(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}

/** Error codes of sockets and of TLS, in words for a person. */
const failureWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'not running',
  ECONNRESET: 'went away while it was asked',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'its machine cannot be reached',
  ENETUNREACH: 'its machine cannot be reached',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'its host has no address',
  EPROTO: 'it speaks no TLS 1.3',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS: use http:// there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it speaks no TLS: use http:// there',
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it, or set the clock of this machine',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: set the clock of this machine',
};
const untrusted: ReadonlySet<string> = new Set([
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Whether {@link ask} failed before anything was sent. */
export function isUnsent(error: unknown): boolean {
  return unreachable.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Whether {@link ask} found the machine, and no program at the port. */
export function isUnserved(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}

/** Why {@link ask} got no answer. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const { code = '' } = error as NodeJS.ErrnoException;
  if (untrusted.has(code))
    return 'its certificate is of an authority that is not trusted here (tls.authoritiesFile, or --ca of "lockstep curl")';
  return failureWords[code] ?? messageOf(error);
}
