/** Messages to the name server of `dns`, by `nsupdate` of BIND. */
import { spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DnsSettings } from '../configuration/dns-keys.ts';
import { Failure, messageOf } from '../failure.ts';
import {
  isLater,
  isOvertaken,
  type NameAddresses,
  probeScript,
  readWriter,
  updateProblem,
  updateScript,
  type WriterTerm,
} from './dns-records.ts';

/** Longest wait for the server. */
export const updateMsMax = 5_000;
const saidBytesMax = 16_384;

/**
 * Why the server would not take updates of the zone by the key, with what to do; undefined where it would. It is asked
 * by an update that has a condition and no change. What a policy of the server allows of single names this does not
 * show.
 */
export async function serverProblem(dns: DnsSettings): Promise<string | undefined> {
  const { server = '', port, zone = '', keyFile } = dns;
  try {
    const { code, said } = await nsupdate(
      keyFile,
      probeScript({ server, port, zone }),
      AbortSignal.timeout(2 * updateMsMax),
    );
    return code === 0 ? undefined : updateProblem(said);
  } catch (error) {
    return messageOf(error);
  }
}

/** Runs `nsupdate` with the lines as its input. */
async function nsupdate(
  keyFile: string,
  script: string,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const words = ['-k', keyFile, '-t', `${updateMsMax / 1_000}`];
  const child = spawn('nsupdate', words, { signal, killSignal: 'SIGKILL' });
  let said = '';
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-saidBytesMax);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => undefined);
  child.stdin.end(script);
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  child.on('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'ENOENT'
        ? new Failure('nsupdate is not installed: install the package bind9-dnsutils')
        : error,
    ),
  );
  return { code: await promise, said };
}

/** The name server of `dns`, as updates reach it. */
export class NameServer {
  readonly #dns: DnsSettings;
  readonly #resolver = new Resolver({ timeout: updateMsMax / 2, tries: 2 });

  constructor(dns: DnsSettings) {
    this.#dns = dns;
    const { server = '', port } = dns;
    this.#resolver.setServers([isIP(server) === 6 ? `[${server}]:${port}` : `${server}:${port}`]);
  }

  /** False where another leader has written in between, or a later one has. */
  async replace({ name, addresses }: NameAddresses, by: WriterTerm, signal: AbortSignal): Promise<boolean> {
    const { server = '', port, zone = '', keyFile, ttlSeconds } = this.#dns;
    const before = await this.#before(name);
    const writer = before === undefined ? undefined : readWriter(before);
    if (before !== undefined && writer === undefined)
      throw new Failure(
        `it has a TXT record that is not of this program ("${before}"): remove it, or choose another name`,
      );
    if (writer !== undefined && isLater(writer, by)) return false;
    const script = updateScript({ name, addresses, server, port, zone, ttlSeconds, by, before });
    const { code, said } = await nsupdate(keyFile, script, signal);
    if (code === 0) return true;
    if (isOvertaken(said)) return false;
    throw new Failure(updateProblem(said));
  }

  async #before(name: string): Promise<string | undefined> {
    try {
      return (await this.#resolver.resolveTxt(name))[0]?.join('');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENODATA' || code === 'ENOTFOUND') return undefined;
      throw new Failure(`the name server at ${this.#dns.server} does not answer (${code})`);
    }
  }
}
