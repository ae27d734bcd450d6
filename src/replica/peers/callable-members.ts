/**
 * The members that this replica can call. The log says which they are, and its roster where they are reached. Where a
 * member is not reached there, it is called where it said itself that it is, and where the configuration file has it:
 * an address is a hint, for every link proves which replica answers. A member without any address is reported once and
 * not called: nothing in a log may end a replica. A replica that has had no leader for a while may have been removed
 * without a word in its log; it calls as one that is no member.
 */
import { replicaIdMax } from '../../protocol/limits.ts';
import { isJoined, type Member } from '../../protocol/roster.ts';
import { membersOf, noMembers } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { Counters, MemberAddress, Ports } from '../ports.ts';
import { placementWarnings } from './placement.ts';

const everyId = Array.from({ length: replicaIdMax }, (_, n) => n + 1);
/** Highest id that fits into a set of replicas in one number. */
export const maskedIdMax = 53;

/** A member that has no leader for so long goes by what others say of the members. */
const leaderlessUsMax = 2_000_000;

/** A set of replicas as a number: bit n - 1 is replica n. Higher ids are left out. */
export function maskOf(ids: Iterable<number>): number {
  let mask = 0;
  for (const id of new Set(ids)) if (id <= maskedIdMax) mask += 2 ** (id - 1);
  return mask;
}

type MemberPorts = Pick<Ports, 'addresses' | 'connections' | 'control' | 'log'>;

/** What a member says of itself; undefined where it has not. */
export type Descriptions = (replicaId: number) => Member | undefined;

/** What peers have said of members. */
export interface MemberReports {
  /** What a replica said of itself, and what others said of it. */
  readonly described: Descriptions;
  readonly heardOf: Descriptions;
  readonly describedIds: readonly number[];
  readonly heardOfIds: readonly number[];
  /** Grows with everything that was said. */
  readonly descriptionCount: number;
}

type MemberRaft = Pick<Raft, 'configuration' | 'id' | 'role' | 'followsLeader'>;

export class CallableMembers {
  readonly #raft: MemberRaft;
  readonly #ports: MemberPorts;
  readonly #said: MemberReports;
  #saidCount = -1;
  /** Replicas that are called though they are no members, as far as they call too. */
  #applicants: readonly number[] = [];
  /** Whether a replica has called this one. */
  isCaller: (replicaId: number) => boolean = () => false;
  /** When it had a leader last, and whether that is too long ago to take its own log for what is so. */
  #ledUs = Number.NaN;
  #isLeaderless = false;
  #configuration: Configuration | undefined;
  #callable: readonly number[] = [];
  #unknown: readonly number[] = [];
  #warnings = '';
  /** What is believed of keys, as a text. */
  #believed = '';
  /** Where members are called now. */
  readonly #inUse = new Map<number, MemberAddress>();
  /** As masks: the voters (of both halves in a change), the learners. */
  votersMask = 0;
  learnersMask = 0;
  unknownMask = 0;

  constructor(raft: MemberRaft, ports: MemberPorts, said: MemberReports) {
    this.#raft = raft;
    this.#ports = ports;
    this.#said = said;
  }

  /**
   * The replicas to call: the other members with an address, and machines that call and are no members yet. A replica
   * that is no member itself calls every one that it has heard of, so that the leader hears of it.
   */
  callable(nowUs: number): readonly number[] {
    const { configuration, role, followsLeader } = this.#raft;
    if (role === Role.leader || followsLeader || Number.isNaN(this.#ledUs)) this.#ledUs = nowUs;
    const wasLeaderless = this.#isLeaderless;
    this.#isLeaderless = nowUs - this.#ledUs > leaderlessUsMax;
    // Another one was appended, cut off, or came in a snapshot.
    const isOther = configuration !== this.#configuration || this.#isLeaderless !== wasLeaderless;
    if (isOther) this.#look(configuration);
    if (isOther || this.#said.descriptionCount !== this.#saidCount) {
      this.#seek(configuration);
      this.#believe(configuration);
    }
    if (this.#applicants.length === 0) return this.#callable;
    return [...this.#callable, ...this.#applicants.filter(this.isCaller)];
  }

  /** Where a member is called now. */
  addressInUse(replicaId: number): MemberAddress | undefined {
    return this.#inUse.get(replicaId);
  }

  /** A member did not answer where it was called: it is called elsewhere next, where more is known. */
  readonly unreached = (replicaId: number): void => {
    const known = this.#addressesOf(replicaId);
    const inUse = this.#inUse.get(replicaId);
    const at = known.findIndex((address) => isSameAddress(address, inUse));
    this.#use(replicaId, known[(at + 1) % known.length]);
  };

  publish(counters: Counters): void {
    counters.set(counter.voters, this.votersMask);
    counters.set(counter.learners, this.learnersMask);
    counters.set(counter.membersWithoutAddress, this.unknownMask);
  }

  #look(configuration: Configuration): void {
    const { addresses, control, log } = this.#ports;
    const former = this.#configuration ?? noMembers;
    const gone = membersOf(former);
    this.#configuration = configuration;
    const others = membersOf(configuration).filter((id) => id !== this.#raft.id);
    for (const id of others) {
      const recorded = recordOf(configuration, id);
      const isKnown =
        this.#inUse.has(id) && (recorded === undefined || isSameAddress(recorded, recordOf(former, id)));
      if (!isKnown) this.#use(id, this.#addressesOf(id)[0]);
    }
    // The file may name it for when it comes back.
    for (const id of gone.filter((each) => each !== this.#raft.id && !others.includes(each)))
      this.#use(id, addresses.configured(id));
    const before = this.#unknown;
    this.#callable = others.filter((id) => this.#inUse.has(id));
    this.#unknown = others.filter((id) => !this.#inUse.has(id));
    this.votersMask = maskOf([...configuration.voters, ...configuration.outgoing]);
    this.learnersMask = maskOf(configuration.learners);
    this.unknownMask = maskOf(this.#unknown);
    control.showMembers(configuration);
    this.#warnOfPlacement(configuration);
    for (const member of this.#unknown) {
      if (before.includes(member)) continue;
      log.warn(
        'a member has no address, neither in the log nor in the configuration file, and is not called: name it under "replicas"',
        { member },
      );
    }
  }

  /** Looks which machines are to be called beside the members. */
  #seek(configuration: Configuration): void {
    const { id } = this.#raft;
    const { describedIds, heardOfIds, descriptionCount } = this.#said;
    this.#saidCount = descriptionCount;
    const members = membersOf(configuration);
    const isMember = this.#isMemberOf(configuration);
    const named = isMember
      ? []
      : everyId.filter((each) => this.#ports.addresses.configured(each) !== undefined);
    const known = new Set([...describedIds, ...(isMember ? [] : [...heardOfIds, ...named])]);
    const others = [...known].filter((each) => each !== id && !members.includes(each));
    for (const each of others) if (!this.#inUse.has(each)) this.#use(each, this.#addressesOf(each)[0]);
    this.#applicants = isMember ? others : [];
    if (!isMember)
      this.#callable = [...members.filter((each) => each !== id), ...others].filter((each) =>
        this.#inUse.has(each),
      );
  }

  /** Whether this replica is a member, as far as it can know. */
  #isMemberOf(configuration: Configuration): boolean {
    return !this.#isLeaderless && membersOf(configuration).includes(this.#raft.id);
  }

  /** In the order in which they are tried. */
  #addressesOf(replicaId: number): readonly MemberAddress[] {
    const known = [
      recordOf(this.#configuration ?? noMembers, replicaId),
      this.#said.described(replicaId),
      this.#said.heardOf(replicaId),
      this.#ports.addresses.configured(replicaId),
    ].filter((address) => address !== undefined);
    return known.filter((address, at) => known.findIndex((other) => isSameAddress(other, address)) === at);
  }

  /**
   * The log says which keys are believed without a certificate. A replica that is no member, and so has no log of its
   * own, goes by what proven replicas say.
   */
  #believe(configuration: Configuration): void {
    const { roster, tokens } = configuration;
    const { describedIds, heardOfIds, heardOf } = this.#said;
    const isMember = this.#isMemberOf(configuration);
    const heard = isMember ? [] : [...describedIds, ...heardOfIds].map(heardOf);
    const others = heard.filter(
      (one) => one !== undefined && !roster.some(({ replicaId }) => replicaId === one.replicaId),
    ) as Member[];
    const members = [...roster, ...others].filter(isJoined);
    const believed = [...members.map(({ replicaId, fingerprint }) => `${replicaId} ${fingerprint}`), '-'];
    const text = [...believed, ...tokens.map(({ replicaId, key }) => `${replicaId} ${key}`)].join('\n');
    if (text === this.#believed) return;
    this.#believed = text;
    this.#ports.connections.believe({ members, tokens });
  }

  #use(replicaId: number, address: MemberAddress | undefined): void {
    if (address === undefined) this.#inUse.delete(replicaId);
    else this.#inUse.set(replicaId, address);
    this.#ports.addresses.place(replicaId, address);
  }

  #warnOfPlacement(configuration: Configuration): void {
    const warnings = placementWarnings(configuration);
    const all = warnings.join(' ');
    if (all !== this.#warnings) for (const warning of warnings) this.#ports.log.warn(warning);
    this.#warnings = all;
  }
}

function recordOf({ roster }: Configuration, id: number): Member | undefined {
  return roster.find(({ replicaId }) => replicaId === id);
}

export function isSameAddress(one: MemberAddress, other: MemberAddress | undefined): boolean {
  return (
    other !== undefined &&
    one.host === other.host &&
    one.udpPort === other.udpPort &&
    one.tcpPort === other.tcpPort
  );
}
