/**
 * The small objects beside a chain, which are replaced as things change: `head` (the newest object), `floor` (the
 * oldest that is kept), `proof` (what was proved by restoring it), `follower` (how far a standby site is), `claim`
 * (that a site is to write from there on). Each carries a seal over its text; under the key, where the target has one.
 */
import { type BackupKey, keyedHash } from './encryption.ts';
import { hexOf, sha256 } from './objects.ts';
import type { Target } from './targets/target.ts';

/** Written by the shipper after each object. */
export interface HeadNote {
  readonly number: number;
  /** Of that object. */
  readonly hash: string;
  readonly seq: number;
  readonly timeUs: number;
  readonly madeUs: number;
  /** Name of the object, without its folder, and the epoch of its cluster; absent in a note of an earlier release. */
  readonly object?: string;
  readonly epoch?: number;
  /** Of all objects up to it, as they are at the target; absent in a note of an earlier release. */
  readonly bytes?: number;
  /** Why nothing follows in this chain; absent while it goes on. */
  readonly ended?: string;
  /** 1: the site that wrote it has ended, and another one writes in that epoch; absent while it writes itself. */
  readonly sealed?: number;
  /** Which exchange wrote it; absent in a note of an earlier release. */
  readonly instance?: number;
  /** Names of the sites in their order, by the file of the site that wrote it; absent where that names none. */
  readonly sites?: string;
}

/** Written before older objects are removed. */
export interface FloorNote {
  /** Objects with a lower number were removed on purpose. */
  readonly number: number;
}

/** Written by a standby site that follows the chain: how far it has applied it. */
export interface FollowerNote {
  readonly site: string;
  readonly seq: number;
  readonly timeUs: number;
  readonly madeUs: number;
  /** Of all objects of the chain that it has applied. */
  readonly bytes?: number;
}

/** Written before a standby site is promoted: the site that wrote the chain finds it there when it goes on. */
export interface ClaimNote {
  readonly site: string;
  /** The one that it is to begin, or the one before where that came to nothing. */
  readonly epoch: number;
  readonly madeUs: number;
  /** Of one promotion, by which it knows its own note; absent in a note of an earlier release. */
  readonly by?: string;
}

/** What reading and applying a part of a chain has shown. */
export interface Proof {
  /** Every object from the one to the other was read, applied, and compared where there was a hash. */
  readonly fromNumber: number;
  readonly toNumber: number;
  readonly seq: number;
  readonly timeUs: number;
  readonly stateHash: string;
  readonly economicHash: string;
  /** Snapshots whose hash the replay of the log reached. */
  readonly snapshots: number;
}

export interface ProofNote extends Proof {
  readonly provedUs: number;
  /** How long a restore of the newest state took, from the first byte read to the folder on the disk. */
  readonly restoreMs: number;
}

interface Notes {
  readonly head: HeadNote;
  readonly floor: FloorNote;
  readonly proof: ProofNote;
  readonly follower: FollowerNote;
  readonly claim: ClaimNote;
}
export type NoteName = keyof Notes;
export const noteNames: readonly NoteName[] = ['head', 'floor', 'proof', 'follower', 'claim'];

/** The fields of each note, by their kind; with a question mark those that a note may lack. */
const fieldsOf: {
  readonly [N in NoteName]: Readonly<Record<keyof Notes[N], 'number' | 'text' | 'number?' | 'text?'>>;
} = {
  head: {
    number: 'number',
    hash: 'text',
    seq: 'number',
    timeUs: 'number',
    madeUs: 'number',
    object: 'text?',
    epoch: 'number?',
    bytes: 'number?',
    ended: 'text?',
    sealed: 'number?',
    instance: 'number?',
    sites: 'text?',
  },
  floor: { number: 'number' },
  follower: { site: 'text', seq: 'number', timeUs: 'number', madeUs: 'number', bytes: 'number?' },
  claim: { site: 'text', epoch: 'number', madeUs: 'number', by: 'text?' },
  proof: {
    fromNumber: 'number',
    toNumber: 'number',
    seq: 'number',
    timeUs: 'number',
    stateHash: 'text',
    economicHash: 'text',
    snapshots: 'number',
    provedUs: 'number',
    restoreMs: 'number',
  },
};

export async function writeNote<N extends NoteName>(
  target: Target,
  folder: string,
  name: N,
  note: Notes[N],
  key: BackupKey | undefined,
): Promise<void> {
  await target.replace(`${folder}${name}`, noteBytes(note, key));
}

/** A note with its seal, as it is stored. */
export function noteBytes<N extends NoteName>(note: Notes[N], key: BackupKey | undefined): Uint8Array {
  const sealed = { ...note, seal: sealOf(JSON.stringify(note), key) };
  return new TextEncoder().encode(`${JSON.stringify(sealed)}\n`);
}

/** The note; undefined where there is none, and a text where it cannot be believed. */
export async function readNote<N extends NoteName>(
  target: Target,
  folder: string,
  name: N,
  key: BackupKey | undefined,
): Promise<Notes[N] | string | undefined> {
  const found = await target.get(`${folder}${name}`);
  return found && parseNote(name, found, key);
}

export function parseNote<N extends NoteName>(
  name: N,
  bytes: Uint8Array,
  key: BackupKey | undefined,
): Notes[N] | string {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'it is no JSON object';
    const { seal, ...note } = json as Readonly<Record<string, unknown>>;
    if (seal !== sealOf(JSON.stringify(note), key)) {
      const how =
        key === undefined ? 'it was changed, or sealed with a key' : 'it was not sealed with this key';
      return `its seal does not match: ${how}`;
    }
    const wrong = Object.entries<string>(fieldsOf[name]).find(([field, kind]) => !fits(note[field], kind));
    return wrong === undefined
      ? (note as unknown as Notes[N])
      : `${wrong[0]} is no ${wrong[1].replace('?', '')} in it`;
  } catch {
    return 'it is no JSON';
  }
}

function fits(value: unknown, kind: string): boolean {
  if (value === undefined) return kind.endsWith('?');
  return kind.startsWith('text')
    ? typeof value === 'string'
    : Number.isSafeInteger(value) && Number(value) >= 0;
}

function sealOf(text: string, key: BackupKey | undefined): string {
  const bytes = new TextEncoder().encode(text);
  return hexOf(key === undefined ? sha256(bytes) : keyedHash(key.bytes, bytes));
}
