/**
 * What replicas send each other on a new tether: what they are configured to, and what their logs hold. What must
 * be equal and is not ends the tether, as it voids every datagram; other differences are logged, once each.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { beginningOf, foundersIn, writeFoundation } from '../../protocol/foundation.ts';
import { replicaIdMax } from '../../protocol/limits.ts';
import { contacts, introduction } from '../../protocol/messages.ts';
import { type Member, memberRecord, noFingerprint } from '../../protocol/roster.ts';
import type { Connection } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { agreementNumber, limitsNumber } from './agreement.ts';
import { maskOf } from './callable-members.ts';
import { type EngineVersions, engineUnlikeness, ownEngine } from './engines.ts';

type Values = ReturnType<typeof introduction.read>;

/** What changes while a replica runs. */
export interface IntroducedState {
  readonly founders: readonly number[];
  readonly voters: readonly number[];
  readonly roster: readonly Member[];
  /** The instance of the cluster; 0 where it is not known yet. */
  readonly instance: number;
  /** Of that cluster, 0 where it is not known; and that of a later generation that was heard of, 0 for none. */
  readonly epoch: number;
  readonly epochSeen: number;
  readonly lastIndex: number;
  readonly lastLogTerm: number;
  /** The engine version by which the replica applies commands; 0: it has no engine. */
  readonly stateVersion: number;
}

/** A peer whose log goes further, as it said when it introduced itself. */
export interface LongerLog {
  readonly replicaId: number;
  readonly lastIndex: number;
}

/**
 * Replicas that the sender reaches by calling them, replicas that have called it, and replicas whose datagrams have
 * come.
 */
export interface Contacts {
  reaches(id: number): boolean;
  isCalledBy(id: number): boolean;
  hears(id: number): boolean;
}

/** The other side of a tether. */
type DescribingPeer = Pick<Connection, 'peerId' | 'peerFingerprint'>;

const durabilities = ['memory', 'disk'] as const;
const failovers = ['automatic', 'manual'] as const;
/** A generation begins by an order, after a disaster or with another site: none is so far ahead. */
export const generationsAheadMax = 1_000;

/** Settings that may differ, by the key of the configuration; a difference is logged. */
const toldSettings = {
  failover: 'failover',
  electionTimeoutUs: 'timing.electionTimeoutMs',
  heartbeatUs: 'timing.heartbeatMs',
  tetherDelayUs: 'timing.tetherDelayMs',
  frameBytes: 'replication.datagramBytesMax',
} as const;

export class Introductions {
  readonly #options: ReplicaOptions;
  readonly #ports: Ports;
  readonly #state: () => IntroducedState;
  readonly #out = new Uint8Array(Math.max(introduction.size, memberRecord.size, contacts.size));
  readonly #outView = new DataView(this.#out.buffer);
  /** The last introduction of each peer, and what was logged about it. */
  readonly #heard = new Map<number, Values>();
  readonly #findings = new Map<number, string>();
  readonly #refused = new Set<number>();
  readonly #differing = new Set<number>();
  readonly #descriptions = new Map<number, Member>();
  /** Records of others, as peers sent them. */
  readonly #heardOf = new Map<number, Member>();
  readonly #contacts = new Map<number, Contacts>();
  #roster: readonly Member[] | undefined;
  /** Called with the epoch of a peer that belongs to another generation of the cluster. */
  onOtherGeneration: (peer: number, epoch: number) => void = () => undefined;
  /** Descriptions that came. */
  descriptionCount = 0;

  constructor(options: ReplicaOptions, ports: Ports, state: () => IntroducedState) {
    this.#options = options;
    this.#ports = ports;
    this.#state = state;
  }

  /** Introduces this replica on a connection. */
  send(connection: number): void {
    const length = introduction.write(this.#outView, 0, this.#own());
    const { connections } = this.#ports;
    connections.send(connection, this.#out, 0, length);
    this.sendMembers(connection);
  }

  /** Sends how this replica and the other members are reached: a machine that is new knows one of them only. */
  sendMembers(connection: number): void {
    const { description, replicaId } = this.#options;
    const others = this.#state().roster.filter((member) => member.replicaId !== replicaId);
    for (const member of description === undefined ? [] : [description, ...others])
      this.#ports.connections.send(connection, this.#out, 0, memberRecord.write(this.#outView, 0, member));
  }

  /** Whether the log says something else of the members than when this was asked last. */
  hasNewRoster(): boolean {
    const { roster } = this.#state();
    const isNew = roster !== this.#roster;
    this.#roster = roster;
    return isNew;
  }

  /**
   * Takes from a peer how it, or another member, is reached. The peer's own key is the key that its link has proven.
   */
  describe(
    { peerId: peer, peerFingerprint }: DescribingPeer,
    view: DataView,
    at: number,
    length: number,
  ): void {
    if (memberRecord.check(view, at, length) !== DecodeCode.ok)
      return this.#ports.counters.add(counter.messagesMalformed, 1);
    const member = memberRecord.read(view, at);
    const { replicaId } = member;
    if (replicaId === peer)
      this.#descriptions.set(peer, { ...member, fingerprint: peerFingerprint ?? noFingerprint });
    else this.#heardOf.set(replicaId, member);
    this.descriptionCount += 1;
  }

  /** Sends what this replica knows of its contacts; false where there is no room now. */
  sendContacts(connection: number, own: Contacts): boolean {
    const values = {
      reserved: 0,
      reaches: bitsOf((id) => own.reaches(id)),
      calledBy: bitsOf((id) => own.isCalledBy(id)),
      hears: bitsOf((id) => own.hears(id)),
    };
    const length = contacts.write(this.#outView, 0, values);
    return this.#ports.connections.send(connection, this.#out, 0, length);
  }

  /** Takes the contacts of a peer; false where they are none. */
  takeContacts(peer: number, view: DataView, at: number, length: number): boolean {
    if (contacts.check(view, at, length) !== DecodeCode.ok) {
      this.#ports.counters.add(counter.messagesMalformed, 1);
      return false;
    }
    const { reaches, calledBy, hears } = contacts.read(view, at);
    this.#contacts.set(peer, {
      reaches: (id) => holds(reaches, id),
      isCalledBy: (id) => holds(calledBy, id),
      hears: (id) => holds(hears, id),
    });
    return true;
  }

  /** No tether to a peer is left. */
  forgetContacts(peer: number): void {
    this.#contacts.delete(peer);
  }

  /** The contacts of a peer to which a tether is open; undefined where it has said nothing of them. */
  contactsOf(peer: number): Contacts | undefined {
    return this.#contacts.get(peer);
  }

  /** Which engines this replica has. */
  get engine(): EngineVersions {
    return ownEngine(this.#options, this.#state().stateVersion);
  }

  /** Which engines a peer has, as it said on the last tether; undefined where it has said nothing. */
  engineOf(peer: number): EngineVersions | undefined {
    return this.#heard.get(peer);
  }

  /** How others say that a replica is reached. */
  readonly heardOf = (replicaId: number): Member | undefined => this.#heardOf.get(replicaId);

  /** Replicas that have described themselves. */
  get describedIds(): readonly number[] {
    return [...this.#descriptions.keys()];
  }

  /** Replicas that others have described. */
  get heardOfIds(): readonly number[] {
    return [...this.#heardOf.keys()];
  }

  /** How a replica, this one included, says that it is reached. */
  readonly described = (replicaId: number): Member | undefined =>
    replicaId === this.#options.replicaId ? this.#options.description : this.#descriptions.get(replicaId);

  /** Why a peer that has called is not heard; undefined where it is heard, or has not called. */
  refusalOf(peer: number): string | undefined {
    return this.#refused.has(peer) ? this.#findings.get(peer) : undefined;
  }

  /** Takes what a peer says of itself; false where it and this replica do not go together. */
  take(peer: number, view: DataView, at: number, length: number): boolean {
    const { counters, log } = this.#ports;
    if (introduction.check(view, at, length) !== DecodeCode.ok) {
      counters.add(counter.messagesMalformed, 1);
      return false;
    }
    const theirs = introduction.read(view, at);
    const own = this.#own();
    const { epochSeen } = this.#state();
    // A number that was never: believed, it would end this generation for good.
    if (own.epoch !== 0 && theirs.epoch > Math.max(own.epoch, epochSeen) + generationsAheadMax) {
      counters.add(counter.messagesMalformed, 1);
      const unlikely =
        `Replica ${peer} says that it belongs to generation ${theirs.epoch} of this cluster, which cannot be: it is not believed. ` +
        'Stop it, and look at its machine.';
      if (unlikely !== this.#findings.get(peer)) log.warn(unlikely, { peer });
      this.#findings.set(peer, unlikely);
      return false;
    }
    const ofGenerations = otherGeneration(peer, own, theirs, epochSeen);
    const reason = ofGenerations ?? unlikeness(peer, own, theirs);
    const difference =
      reason === undefined ? (notFounding(peer, own, theirs) ?? differenceOf(peer, own, theirs)) : undefined;
    this.#heard.set(peer, theirs);
    setMember(this.#refused, peer, reason !== undefined);
    setMember(this.#differing, peer, difference !== undefined);
    counters.set(counter.peersRefused, maskOf(this.#refused));
    counters.set(counter.peersDiffering, maskOf(this.#differing));
    const text = reason ?? difference ?? '';
    if (text !== '' && text !== this.#findings.get(peer)) log.warn(text, { peer });
    this.#findings.set(peer, text);
    if (ofGenerations !== undefined) this.onOtherGeneration(peer, theirs.epoch);
    return reason === undefined;
  }

  /** Those of `ids` that said they have no address of a replica. */
  lacking(ids: readonly number[], replicaId: number): number[] {
    return ids.filter((id) => {
      const addressed = this.#heard.get(id)?.addressed;
      return addressed !== undefined && !holds(addressed, replicaId);
    });
  }

  /** The longest log of those that are `eligible`, where it is longer than the own one. */
  longerLog(eligible: (id: number) => boolean): LongerLog | undefined {
    let best = { replicaId: 0, ...this.#state() } as LongerLog & Pick<IntroducedState, 'lastLogTerm'>;
    for (const [replicaId, { lastIndex, lastLogTerm }] of this.#heard) {
      const isLonger =
        lastLogTerm > best.lastLogTerm || (lastLogTerm === best.lastLogTerm && lastIndex > best.lastIndex);
      if (isLonger && eligible(replicaId) && !this.#refused.has(replicaId))
        best = { replicaId, lastIndex, lastLogTerm };
    }
    return best.replicaId === 0 ? undefined : best;
  }

  #own(): Values {
    const { durability, failover, electionTimeoutUs, heartbeatUs, tetherDelayUs } = this.#options;
    const { frameBytes, configHash, replicaId } = this.#options;
    const { founders, voters, instance, epoch, lastIndex, lastLogTerm } = this.#state();
    const addressed = bitsOf((id) => id === replicaId || this.#ports.connections.knows(id));
    return {
      agreement: agreementNumber(this.#options),
      founders: writeFoundation(founders),
      voters: writeFoundation(voters),
      instance,
      epoch,
      durability: durabilities.indexOf(durability),
      failover: failovers.indexOf(failover),
      ...this.engine,
      reserved: 0,
      electionTimeoutUs,
      heartbeatUs,
      tetherDelayUs,
      frameBytes,
      limits: limitsNumber,
      lastIndex,
      lastLogTerm,
      configHash,
      addressed,
    };
  }
}

/** Why two replicas must not hear each other; undefined where they may. */
function unlikeness(peer: number, own: Values, theirs: Values): string | undefined {
  const [ours, others] = [foundersIn(own.founders) ?? [], foundersIn(theirs.founders) ?? []];
  if (ours.length > 0 && others.length > 0 && ours.join() !== others.join()) {
    return (
      `Replica ${peer} belongs to a cluster that was founded with replicas ${others.join(', ')} ` +
      `(its voters now: ${voterText(theirs)}), this one to a cluster that was founded with ${ours.join(', ')} ` +
      `(its voters now: ${voterText(own)}). They do not hear each other. ${wayOut(own, theirs)}`
    );
  }
  if (own.instance !== 0 && theirs.instance !== 0 && own.instance !== theirs.instance) {
    return (
      `Replica ${peer} belongs to another cluster of the same replicas, which began ${beginningOf(theirs.instance)}; this ` +
      `one belongs to the cluster that began ${beginningOf(own.instance)}. They do not hear each other. The one whose ` +
      'folder is of the wrong cluster is to be stopped, its folder emptied or the right one put back, and started without ' +
      '--bootstrap.'
    );
  }
  if (own.durability !== theirs.durability) {
    return (
      `durability is ${durabilities[theirs.durability]} at replica ${peer} and ${durabilities[own.durability]} here. It must ` +
      'be equal, so they do not hear each other. Set the same in both configuration files and restart the replica whose file changes.'
    );
  }
  const ofEngines = engineUnlikeness(peer, own, theirs);
  if (ofEngines !== undefined || own.agreement === theirs.agreement) return ofEngines;
  return (
    `Replica ${peer} runs a release with other limits (${hexadecimal(theirs.limits)} there, ${hexadecimal(own.limits)} here), so ` +
    'they do not hear each other. Run the same release on both.'
  );
}

/**
 * Two generations of one cluster, of which only the later goes on; undefined where they are not generations of one
 * cluster.
 */
function otherGeneration(peer: number, own: Values, theirs: Values, epochSeen: number): string | undefined {
  if (theirs.epoch === 0 || (own.instance !== 0 && own.instance === theirs.instance)) return undefined;
  const later = Math.max(own.epoch, epochSeen);
  if (own.epoch !== 0 && theirs.epoch > own.epoch) {
    return (
      `Replica ${peer} belongs to generation ${theirs.epoch} of this cluster, which began ${beginningOf(theirs.instance)}; this ` +
      `replica belongs to generation ${own.epoch}, which is over. They do not hear each other. Where that is right, return ` +
      'this replica blank: "lockstep members return". Where it is not, stop the other replica.'
    );
  }
  if (theirs.epoch >= later) return undefined;
  return (
    `Replica ${peer} belongs to generation ${theirs.epoch} of this cluster, which is over: generation ${later} has begun. They ` +
    `do not hear each other, however long its journal is. Return it blank: "lockstep members return ${peer}".`
  );
}

/** What to do with a replica that was founded by mistake: it depends on whether a cluster lives already. */
function wayOut(own: Values, theirs: Values): string {
  if (isWithoutLeader(own) && isWithoutLeader(theirs)) {
    return (
      'Neither has had a leader yet. Stop the replica whose file is wrong, correct its replicas, empty its folder, and start ' +
      'it with --bootstrap again.'
    );
  }
  return (
    'The one that was started with --bootstrap and another file by mistake is to be stopped, its folder emptied, and ' +
    'started without --bootstrap; then it is added.'
  );
}

/** Whether its log holds the founding configuration and nothing else. */
function isWithoutLeader({ lastIndex, lastLogTerm }: Values): boolean {
  return lastIndex <= 1 && lastLogTerm === 0;
}

/** A founder waits for a peer that founds nothing; undefined where that is not so. */
function notFounding(peer: number, own: Values, theirs: Values): string | undefined {
  const ours = foundersIn(own.founders) ?? [];
  const isMissing = ours.includes(peer) && (foundersIn(theirs.founders) ?? []).length === 0;
  if (!isMissing || !isWithoutLeader(own)) return undefined;
  return (
    `Replica ${peer} is a founder of this cluster and was started without --bootstrap, so the cluster cannot begin. Stop it ` +
    'and start it once with --bootstrap; where it recovers then, "lockstep members rebuild" begins the cluster without its vote.'
  );
}

/** What may differ and does; undefined where nothing that is compared does. */
function differenceOf(peer: number, own: Values, theirs: Values): string | undefined {
  const differences = Object.entries(toldSettings).flatMap(([key, name]) => {
    const [here, there] = [own[key as keyof typeof toldSettings], theirs[key as keyof typeof toldSettings]];
    if (here === there) return [];
    return [
      key === 'failover'
        ? `${name} ${failovers[there]} there, ${failovers[here]} here`
        : `${name} (${there} there, ${here} here)`,
    ];
  });
  if (differences.length === 0 && own.configHash === theirs.configHash) return undefined;
  const what = differences.length === 0 ? 'in addresses or bounds' : `in ${differences.join('; ')}`;
  return `Replica ${peer} is configured otherwise, ${what}. It goes on; the files should be the same.`;
}

function hexadecimal(number: number): string {
  return number.toString(16).padStart(8, '0');
}

function voterText({ voters }: Values): string {
  return foundersIn(voters)?.join(', ') || 'not known';
}

function setMember(set: Set<number>, id: number, isIn: boolean): void {
  if (isIn) set.add(id);
  else set.delete(id);
}

function bitsOf(isIn: (id: number) => boolean): Uint8Array {
  const bits = new Uint8Array((replicaIdMax + 1) / 8);
  for (let id = 1; id <= replicaIdMax; id++) if (isIn(id)) bits[id >> 3]! |= 1 << (id % 8);
  return bits;
}

function holds(bits: Uint8Array, id: number): boolean {
  return (bits[id >> 3]! & (1 << (id % 8))) !== 0;
}
