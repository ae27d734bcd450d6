/**
 * The roster of a cluster: a record of each member, with everything that is needed to reach and to believe it. It is in
 * the frames that change the members, beside the ids that Raft counts. A replica describes itself to its peers with the
 * same record.
 */
import { alignUp } from '../std/integers.ts';
import { DecodeCode } from './codes.ts';
import { bytes, Layout, PREFIX_BYTES, text, u8, u8Of, u16, type ValuesOf } from './layout.ts';
import { replicasMax } from './limits.ts';

/** What a member is for. Whether it votes now the ids beside the roster say. */
export const MemberRole = { voter: 1, learner: 2, spare: 3, witness: 4 } as const;
export type MemberRole = (typeof MemberRole)[keyof typeof MemberRole];

/** Whether a member shall lead. */
export const Preference = { normal: 1, never: 2, prefer: 3 } as const;
export type Preference = (typeof Preference)[keyof typeof Preference];

/** Characters of the name of a host, and of that of a place. */
export const hostBytes = 64;
export const placeBytes = 16;
const releaseBytes = 18;
const linkKeyBytes = 32;

/** The places that a member stands in, from the largest to the smallest: what fails together. */
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
  /** The public key of its links; all zero where a certificate alone shows whose key it is. */
  linkKey: bytes(linkKeyBytes),
} as const;

export type Member = Readonly<ValuesOf<typeof fields>>;

/** Both sides of a tether, behind the introduction: how the sender is reached, and where it stands. */
export const memberRecord = new Layout('member', 156, fields);

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
    linkKey: new Uint8Array(linkKeyBytes),
    ...values,
  };
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

// In a frame: a version and the number of records in a byte each, then the records without their prefix, in which a
// zero byte and a number stand for so many zero bytes; zero bytes up to a multiple of 8. No records have no bytes.
const rosterVersion = 1;
const headBytes = 2;
const bodyBytes = memberRecord.size - PREFIX_BYTES;
const zerosMax = 0xff;

/** The bytes of a roster in a frame, a multiple of 8. */
export function packRoster(roster: readonly Member[]): Uint8Array {
  if (roster.length === 0) return new Uint8Array(0);
  const record = new Uint8Array(memberRecord.size);
  const packed = [rosterVersion, roster.length];
  let zeros = 0;
  const endZeros = (): void => {
    if (zeros > 0) packed.push(0, zeros);
    zeros = 0;
  };
  for (const member of roster) {
    memberRecord.write(new DataView(record.buffer), 0, member);
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

/** Reads what {@link packRoster} wrote as all of `packed`; undefined where it is none. Never throws. */
export function readRoster(packed: Uint8Array): readonly Member[] | undefined {
  if (packed.length === 0) return [];
  const [version, count] = packed;
  if (version !== rosterVersion || count === undefined || count < 1 || count > replicasMax) return undefined;
  const record = new Uint8Array(memberRecord.size);
  const view = new DataView(record.buffer);
  const roster: Member[] = [];
  const bodies = unpacked(packed, count * bodyBytes);
  if (bodies === undefined) return undefined;
  for (let n = 0; n < count; n++) {
    memberRecord.writePrefix(view, 0);
    record.set(bodies.subarray(n * bodyBytes, (n + 1) * bodyBytes), PREFIX_BYTES);
    if (memberRecord.check(view, 0, record.length) !== DecodeCode.ok) return undefined;
    roster.push(memberRecord.read(view, 0));
  }
  // One roster has one text, so that equal frames are equal bytes.
  const again = packRoster(roster);
  return again.length === packed.length && again.every((byte, n) => byte === packed[n]) ? roster : undefined;
}

/** The records' bytes behind the head; undefined where they are not so many. */
function unpacked(packed: Uint8Array, length: number): Uint8Array | undefined {
  const bodies = new Uint8Array(length);
  let at = 0;
  for (let n = headBytes; at < length; n++) {
    const byte = packed[n];
    if (byte === undefined) return undefined;
    if (byte !== 0) bodies[at++] = byte;
    else at += packed[++n] ?? Number.POSITIVE_INFINITY;
  }
  return at === length ? bodies : undefined;
}
