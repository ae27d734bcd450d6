/**
 * What all members must be alike in, in one number that travels in every datagram. The commit rule: a leader in
 * `memory` mode counts what a follower in `disk` mode may lose. The limits of the release: they decide what becomes of
 * a command. Members that do not agree drop each other's datagrams; all else may differ, and is logged. Engines are
 * compared when two replicas connect (introductions.ts), for a release has more than one.
 */
import * as limits from '../../protocol/limits.ts';
import { crc32 } from '../../std/crc32.ts';
import type { ReplicaOptions } from '../options.ts';

type Agreed = Pick<ReplicaOptions, 'durability'>;

/** What is reckoned from limits does not count: the text of a function is another one in a bundle. */
const limitLines = Object.entries(limits)
  .filter(([, value]) => typeof value === 'number')
  .map(([name, value]) => `${name} ${value}`)
  .sort();

/** The limits of this release in 32 bits. */
export const limitsNumber: number = numberOf(limitLines);

/** The agreement in 32 bits. */
export function agreementNumber(options: Agreed): number {
  return numberOf(['durability', options.durability, ...limitLines]);
}

function numberOf(lines: readonly string[]): number {
  const bytes = Uint8Array.from(lines.join('\n'), (character) => character.charCodeAt(0));
  return crc32(bytes, 0, bytes.length);
}
