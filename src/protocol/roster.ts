/**
 * The roster of a cluster: a record of each member, with everything that is needed to reach and to believe it. It is in
 * the frames that change the members, beside the ids that Raft counts. A replica describes itself to its peers with the
 * same record. Beside it are the open join tokens: machines that may become members.
 */
import { alignUp } from '../std/integers.ts';
import { DecodeCode } from './codes.ts';
import {
  bytes,
  type Fields,
  Layout,
  PREFIX_BYTES,
  text,
  u8,
  u8Of,
  u16,
  u53,
  type ValuesOf,
} from './layout.ts';
import { replicaIdMax, replicasMax } from './limits.ts';

/** What a member is for. Whether it votes now the ids beside the roster say. */
export const MemberRole = { voter: 1, learner: 2, spare: 3, witness: 4 } as const;
export type MemberRole = (typeof MemberRole)[keyof typeof MemberRole];
export type MemberRoleName = keyof typeof MemberRole;
/** The names of all roles. */
export const memberRoleNames = Object.keys(MemberRole) as readonly MemberRoleName[];

/** Whether a member shall lead. */
export const Preference = { normal: 1, never: 2, prefer: 3 } as const;
export type Preference = (typeof Preference)[keyof typeof Preference];
export type PreferenceName = keyof typeof Preference;
export const preferenceNames = Object.keys(Preference) as readonly PreferenceName[];

/** Characters of the name of a host, and of that of a place. */
export const hostBytes = 64;
export const placeBytes = 16;
const releaseBytes = 18;
const fingerprintBytes = 32;
const tokenKeyBytes = 32;

/** The places that a member is in, from the largest to the smallest: what fails together. */
export const placeKinds = ['site', 'zone', 'rack', 'power', 'switch'] as const;
export type PlaceKind = (typeof placeKinds)[number];

const fields = {
  udpPort: u16(1),
  tcpPort: u16(1),
  controlPort: u16(1),
  replicaId: u8(1),
  role: u8Of(MemberRole),
  preference: u8Of(Preference),
  /** The member whose place it takes once it has caught up; 0 is none. */
  replaces: u8(),
  host: text(hostBytes),
  /** Where its control port is; empty: where the others are. */
  controlHost: text(hostBytes),
  rack: text(placeBytes),
  power: text(placeBytes),
  switch: text(placeBytes),
  zone: text(placeBytes),
  site: text(placeBytes),
  release: text(releaseBytes),
  /** SHA-256 of its certificate, where the log and no authority vouches for it; all zero otherwise. */
  fingerprint: bytes(fingerprintBytes),
} as const;

export type Member = Readonly<ValuesOf<typeof fields>>;

/** That of a member for which an authority vouches. */
export const noFingerprint: Uint8Array = new Uint8Array(fingerprintBytes);

/** Whether the log and no authority vouches for it. */
export function isJoined({ fingerprint }: Pick<Member, 'fingerprint'>): boolean {
  return fingerprint.some((byte) => byte !== 0);
}

/** Both sides of a tether, behind the introduction: how the sender is reached, and where it is. */
export const memberRecord = new Layout('member', 156, fields);

const tokenFields = {
  replicaId: u16(1),
  role: u8Of(MemberRole),
  /** The member whose place the machine takes; 0 is none. */
  replaces: u8(),
  /** By the exchange's time, milliseconds since 1970. */
  expiresAtMs: u53(1),
  /** The public half of the token; its other half signs the key of one machine, and never travels. */
  key: bytes(tokenKeyBytes),
} as const;

/** A machine that holds the other half of the key may become this member, once. */
export type JoinToken = Readonly<ValuesOf<typeof tokenFields>>;

/** Tokens that may be open at once: more would not fit into a frame beside the members. */
export const joinTokensMax = 3;

/** Only in frames. */
const tokenRecord = new Layout('joinToken', 255, tokenFields);

/** A record with these values, and with nothing else said. */
export function newMember(values: Pick<Member, 'replicaId' | 'host'> & Partial<Member>): Member {
  return {
    udpPort: 1,
    tcpPort: 1,
    controlPort: 1,
    role: MemberRole.voter,
    preference: Preference.normal,
    replaces: 0,
    controlHost: '',
    rack: '',
    power: '',
    switch: '',
    zone: '',
    site: '',
    release: '',
    fingerprint: noFingerprint,
    ...values,
  };
}

/** Those of these members that are no witnesses, as far as their records say. */
export function withEngine(ids: readonly number[], roster: readonly Member[]): number[] {
  return ids.filter((id) => roster.find(({ replicaId }) => replicaId === id)?.role !== MemberRole.witness);
}

/** Whether two records say the same. */
export function isSameMember(one: Member, other: Member): boolean {
  return Object.keys(fields).every((name) => {
    const key = name as keyof Member;
    return String(one[key]) === String(other[key]);
  });
}

/** Whether a roster is of these members, each once, in order of their ids. */
export function isRosterOf(roster: readonly Member[], members: readonly number[]): boolean {
  return roster.every(({ replicaId }, n) => {
    const isNext = n === 0 || replicaId > roster[n - 1]!.replicaId;
    return isNext && members.includes(replicaId);
  });
}

/** Whether tokens are few enough, each for another id, in order. */
export function areSoundTokens(tokens: readonly JoinToken[]): boolean {
  const areOrdered = tokens.every(
    ({ replicaId }, n) => replicaId <= replicaIdMax && (n === 0 || replicaId > tokens[n - 1]!.replicaId),
  );
  return areOrdered && tokens.length <= joinTokensMax;
}

/** What a frame says of the members, beside their ids. */
export interface RosterAndTokens {
  readonly roster: readonly Member[];
  readonly tokens: readonly JoinToken[];
}

// In a frame: a version, the number of records and, in version 2, that of tokens, in a byte each; then the records
// without their prefix, in which a zero byte and a number mean so many zero bytes; zero bytes up to a multiple of
// 8. Without tokens it is version 1. No records and no tokens have no bytes.
const versionWithout = 1;
const versionWith = 2;
const zerosMax = 0xff;

/** The bytes of a roster and of tokens in a frame, a multiple of 8. */
export function packRoster({ roster, tokens }: RosterAndTokens): Uint8Array {
  if (roster.length === 0 && tokens.length === 0) return new Uint8Array(0);
  const packed =
    tokens.length === 0 ? [versionWithout, roster.length] : [versionWith, roster.length, tokens.length];
  let zeros = 0;
  const endZeros = (): void => {
    if (zeros > 0) packed.push(0, zeros);
    zeros = 0;
  };
  for (const record of [...roster.map(bytesOfMember), ...tokens.map(bytesOfToken)]) {
    for (const byte of record.subarray(PREFIX_BYTES)) {
      if (byte === 0) zeros++;
      if (byte !== 0 || zeros === zerosMax) endZeros();
      if (byte !== 0) packed.push(byte);
    }
  }
  endZeros();
  const all = new Uint8Array(alignUp(packed.length, 8));
  all.set(packed);
  return all;
}

function bytesOfMember(member: Member): Uint8Array {
  const record = new Uint8Array(memberRecord.size);
  memberRecord.write(new DataView(record.buffer), 0, member);
  return record;
}

function bytesOfToken(token: JoinToken): Uint8Array {
  const record = new Uint8Array(tokenRecord.size);
  tokenRecord.write(new DataView(record.buffer), 0, token);
  return record;
}

/** Reads what {@link packRoster} wrote as all of `packed`; undefined where it is none. Never throws. */
export function readRoster(packed: Uint8Array): RosterAndTokens | undefined {
  if (packed.length === 0) return { roster: [], tokens: [] };
  const [version, count = 0, third = 0] = packed;
  const tokenCount = version === versionWith ? third : 0;
  const isWhole = version === versionWithout ? count > 0 : version === versionWith && tokenCount > 0;
  if (!isWhole || count > replicasMax || tokenCount > joinTokensMax) return undefined;
  const memberBytes = memberRecord.size - PREFIX_BYTES;
  const tokenBytes = tokenRecord.size - PREFIX_BYTES;
  const headBytes = version === versionWith ? 3 : 2;
  const bodies = unpacked(packed.subarray(headBytes), count * memberBytes + tokenCount * tokenBytes);
  if (bodies === undefined) return undefined;
  const roster = recordsIn(memberRecord, bodies.subarray(0, count * memberBytes));
  const tokens = recordsIn(tokenRecord, bodies.subarray(count * memberBytes));
  if (roster === undefined || tokens === undefined) return undefined;
  // One roster has one text, so that equal frames are equal bytes.
  const again = packRoster({ roster, tokens });
  const isSame = again.length === packed.length && again.every((byte, n) => byte === packed[n]);
  return isSame ? { roster, tokens } : undefined;
}

/** The records without their prefix that fill `bodies`; undefined where one of them is none. */
function recordsIn<F extends Fields>(layout: Layout<F>, bodies: Uint8Array): ValuesOf<F>[] | undefined {
  const record = new Uint8Array(layout.size);
  const view = new DataView(record.buffer);
  const bodyBytes = layout.size - PREFIX_BYTES;
  const records: ValuesOf<F>[] = [];
  for (let at = 0; at < bodies.length; at += bodyBytes) {
    layout.writePrefix(view, 0);
    record.set(bodies.subarray(at, at + bodyBytes), PREFIX_BYTES);
    if (layout.check(view, 0, record.length) !== DecodeCode.ok) return undefined;
    records.push(layout.read(view, 0));
  }
  return records;
}

/** The records' bytes; undefined where they are not so many. */
function unpacked(packed: Uint8Array, length: number): Uint8Array | undefined {
  const bodies = new Uint8Array(length);
  let at = 0;
  for (let n = 0; at < length; n++) {
    const byte = packed[n];
    if (byte === undefined) return undefined;
    if (byte !== 0) bodies[at++] = byte;
    else at += packed[++n] ?? Number.POSITIVE_INFINITY;
  }
  return at === length ? bodies : undefined;
}
