/**
 * What all members must be configured to alike, in one number that travels in every datagram. The commit rule: a leader
 * in `memory` mode counts what a follower in `disk` mode may lose. The limits of the release: they decide what the
 * engine accepts. Members that do not agree drop each other's datagrams; all else may differ, and is logged.
 */
import * as limits from '../../protocol/limits.ts';
import { crc32 } from '../../std/crc32.ts';
import type { ReplicaOptions } from '../options.ts';

type Agreed = Pick<ReplicaOptions, 'durability'>;

const numbers = { disk: numberOf({ durability: 'disk' }), memory: numberOf({ durability: 'memory' }) };

/** The agreement in 32 bits. */
export function agreementNumber({ durability }: Agreed): number {
  return numbers[durability];
}

function numberOf({ durability }: Agreed): number {
  const released = Object.entries(limits).map(([name, value]) => `${name} ${value}`);
  const text = ['durability', durability, ...released.sort()].join('\n');
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return crc32(bytes, 0, bytes.length);
}
