/** The members in the words of status, metrics and commands. Pure. */

import {
  type Member,
  MemberRole,
  type MemberRoleName,
  newMember,
  Preference,
  type PreferenceName,
} from '../../protocol/roster.ts';
import { isVoter, membersOf } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { nameOfNumber } from '../../std/number-names.ts';

/** A member as a person and a script see it; texts are empty where nothing is known. */
export interface ShownMember {
  readonly id: number;
  /** What it is for. */
  readonly role: MemberRoleName;
  /** Whether its vote counts now. */
  readonly votes: boolean;
  readonly host: string;
  /** 0 where the log does not say how the member is reached. */
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly controlPort: number;
  readonly controlHost: string;
  readonly preference: PreferenceName;
  /** The member whose place it takes once it has caught up; 0: none. */
  readonly replaces: number;
  readonly site: string;
  readonly zone: string;
  readonly rack: string;
  readonly power: string;
  readonly switch: string;
  readonly release: string;
  /** Its public key in hexadecimal digits, where that is in the log instead of a certificate. */
  readonly fingerprint: string;
}

export function shownMembers(configuration: Configuration): ShownMember[] {
  const ids = membersOf(configuration);
  return ids.map((id) => {
    const member = configuration.roster.find(({ replicaId }) => replicaId === id);
    const votes = isVoter(configuration, id);
    if (member === undefined) return undescribed(id, votes);
    const replaces = ids.includes(member.replaces) ? member.replaces : 0;
    return shown({ ...member, replaces }, votes);
  });
}

/** An open join token as a person and a script see it. */
export interface ShownToken {
  readonly replicaId: number;
  readonly role: MemberRoleName;
  /** 0: it takes the place of none. */
  readonly replaces: number;
  readonly expiresAtMs: number;
  /** Its public half, in hexadecimal digits. */
  readonly key: string;
}

export function shownTokens({ tokens }: Configuration): ShownToken[] {
  return tokens.map(({ role, key, ...token }) => ({
    ...token,
    role: nameOfNumber(MemberRole, role)!,
    key: hexadecimal(key),
  }));
}

function shown({ replicaId, role, preference, fingerprint, ...member }: Member, votes: boolean): ShownMember {
  const { host, udpPort, tcpPort, controlPort, controlHost, replaces } = member;
  const { site, zone, rack, power, switch: network, release } = member;
  return {
    id: replicaId,
    role: nameOfNumber(MemberRole, role)!,
    votes,
    host,
    udpPort,
    tcpPort,
    controlPort,
    controlHost,
    preference: nameOfNumber(Preference, preference)!,
    replaces,
    site,
    zone,
    rack,
    power,
    switch: network,
    release,
    fingerprint: fingerprint.every((byte) => byte === 0) ? '' : hexadecimal(fingerprint),
  };
}

function undescribed(replicaId: number, votes: boolean): ShownMember {
  const role = votes ? MemberRole.voter : MemberRole.learner;
  const member = shown(newMember({ replicaId, host: '', role }), votes);
  return { ...member, udpPort: 0, tcpPort: 0, controlPort: 0 };
}

function hexadecimal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
