/** The certificates that a party takes for revoked, in few words: where two differ, one of them lacks some. */
import { sha256 } from '../std/sha256.ts';
import type { Authorities } from './certificates.ts';

export const revokedHashLetters = 8;

export interface RevokedSet {
  readonly count: number;
  /** Of their serial numbers. */
  readonly hash: string;
}

export function revokedSet({ revoked }: Authorities): RevokedSet {
  const serials = [...revoked].sort().join();
  const hash = Buffer.from(sha256(Buffer.from(serials))).toString('hex');
  return { count: revoked.size, hash: hash.slice(0, revokedHashLetters) };
}
