/** The certificates that the servers of a cluster show, and when they expire: what `lockstep status` says of them. */

import { msPerDay } from '../../../std/units.ts';
import type { StatusAnswer } from '../../clients/control-client.ts';
import { gatewayUrl } from '../../configuration/addresses.ts';
import type { ConfigurationFile } from '../../configuration/configuration.ts';
import { ask } from '../../web-request.ts';

const timeoutMs = 2_000;
const soonMs = 30 * msPerDay;

export interface ServedCertificate {
  /** "gateway", "replica 1" */
  readonly of: string;
  readonly expiresAtMs: number;
}

/** Those of servers that answer and have TLS. */
export async function servedCertificates(
  configuration: ConfigurationFile,
  answers: readonly StatusAnswer[],
): Promise<ServedCertificate[]> {
  const ofReplicas = answers.flatMap((answer) =>
    'status' in answer && answer.certificateExpiresAtMs !== undefined
      ? [{ of: `replica ${answer.replica.id}`, expiresAtMs: answer.certificateExpiresAtMs }]
      : [],
  );
  const expiresAtMs = await expiryAtGateway(configuration);
  return [...(expiresAtMs === undefined ? [] : [{ of: 'gateway', expiresAtMs }]), ...ofReplicas];
}

/** In one line; empty where no server has TLS. */
export function certificatesText(certificates: readonly ServedCertificate[], nowMs: number): string {
  const words = certificates.map(({ of, expiresAtMs }) => {
    const day = new Date(expiresAtMs).toISOString().slice(0, 10);
    if (expiresAtMs <= nowMs) return `${of} EXPIRED on ${day}`;
    return `${of} ${expiresAtMs - nowMs < soonMs ? 'EXPIRES SOON, on' : 'until'} ${day}`;
  });
  return words.length === 0 ? '' : `certificates: ${words.join(', ')}`;
}

async function expiryAtGateway(configuration: ConfigurationFile): Promise<number | undefined> {
  if (configuration.gateway.tls === undefined) return undefined;
  try {
    // Only the certificate is looked at, and one that has expired must be seen too.
    const answer = await ask({
      url: `${gatewayUrl(configuration)}/health/live`,
      signal: AbortSignal.timeout(timeoutMs),
      trust: { isUnchecked: true },
    });
    return answer.certificateExpiresAtMs;
  } catch {
    return undefined;
  }
}
