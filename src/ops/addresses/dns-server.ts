/** Messages to the name server of `dns`, by `nsupdate` of BIND. */
import { spawn } from 'node:child_process';
import type { DnsSettings } from '../configuration/dns-keys.ts';
import { Failure, messageOf } from '../failure.ts';
import { probeScript, updateProblem } from './dns-records.ts';

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
export async function nsupdate(
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
