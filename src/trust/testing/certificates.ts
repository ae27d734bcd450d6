/**
 * Certificates of a made-up cluster, from `testdata`. Unless their name says otherwise they are of replica 2, by
 * `authority` (Ed25519), valid through 2026 (UTC). Both keys of "authority-until-june" and "authority" are one.
 */
import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Authorities, Certificates, nameIn, parse } from '../certificates.ts';
import { clusterUuid } from './parties.ts';

/** In seconds since 1970, UTC. */
export const years = { y2026: 1_767_225_600, y2027: 1_798_761_600, y2036: 2_082_758_400 } as const;
export const day = 86_400;
/** The first of September 2026. */
export const september = years.y2026 + 243 * day;

export function textOf(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'testdata', 'certificates', `${name}.pem`), 'utf8');
}

export function certificateOf(name: string): X509Certificate {
  return parse(textOf(name))!;
}

/** Its bytes, and the link key that is in it. */
export function shownBy(name: string): { readonly evidence: Uint8Array; readonly linkKey: Uint8Array } {
  const certificate = certificateOf(name);
  const found = nameIn(certificate);
  return {
    evidence: certificate.raw,
    linkKey: typeof found === 'string' ? new Uint8Array(32) : found.linkKey,
  };
}

export function authoritiesOf(
  names: readonly string[],
  revoked: readonly string[] = [],
  uuid: Uint8Array = clusterUuid,
): Authorities {
  const certificates = names.map((name) => certificateOf(name).raw);
  return { certificates, clusterUuid: uuid, revoked: new Set(revoked) };
}

/** What knows these authorities, with a clock that tests set. */
export function certificatesOf(
  names: readonly string[] = ['authority'],
  revoked: readonly string[] = [],
): { readonly certificates: Certificates; readonly clock: { seconds: number } } {
  const clock = { seconds: september };
  return { certificates: new Certificates(authoritiesOf(names, revoked), () => clock.seconds), clock };
}
