/**
 * Which replicas a client connects to: the members, as replicas send them, wherever the client began. One that leads is
 * believed that another one of its site is no member any more, once a majority of those that are backed follows it, or
 * once the other one follows it too, or does not answer; the rest only add. So no single replica, whatever it says,
 * takes away those that contradict it. Where none answers, the client goes back to where it began.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { members } from '../../protocol/messages.ts';
import { isJoined, MemberRole, memberRecord } from '../../protocol/roster.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { assert } from '../../std/assert.ts';
import { isFollowedByMajority, isSameCluster } from './beliefs.ts';
import { type LinkOptions, ReplicaLink, ReplicaLinkState } from './link.ts';
import type { SessionListener, SessionMachine } from './ports.ts';
import { TradingPlaceWatch } from './trading-place.ts';

export class Roster {
  readonly #configured: readonly LinkOptions[];
  /** One to each member, as far as they are known. */
  readonly links: ReplicaLink[] = [];
  readonly #machine: SessionMachine;
  readonly #place: TradingPlaceWatch;
  /** A replica is connected to no more. */
  readonly #left: (replicaId: number) => void;
  #next = 0;
  /** Members without an engine: they have nothing to answer from. */
  readonly #witnesses = new Set<number>();
  /** Of replicas that came by a join token. */
  readonly #keys = new Map<number, Uint8Array>();
  /** The members that the leader of each site has named. */
  readonly #named = new Map<
    string | undefined,
    { readonly from: ReplicaLink; readonly ids: ReadonlySet<number> }
  >();

  constructor(
    configured: readonly LinkOptions[],
    machine: SessionMachine,
    listener: Pick<SessionListener, 'warning'>,
    left: (replicaId: number) => void,
  ) {
    this.#configured = configured;
    this.#machine = machine;
    this.#left = left;
    this.#place = new TradingPlaceWatch(this.links, listener);
    this.#restore();
  }

  of(replicaId: number): ReplicaLink {
    const link = this.links.find((candidate) => candidate.replicaId === replicaId);
    assert(link !== undefined, () => `a connection belongs to a replica that is known: ${replicaId}`);
    return link;
  }

  /** A replica that answers queries, another one each time; 0 is none. */
  nextReady(): number {
    for (let n = 0; n < this.links.length; n++) {
      const link = this.links[this.#next++ % this.links.length]!;
      if (link.isReady && !this.#witnesses.has(link.replicaId)) return link.replicaId;
    }
    return 0;
  }

  /** Takes the members that a replica sent, and leaves those that are none any more; false where they are bad. */
  take(from: ReplicaLink, view: DataView, at: number): boolean {
    const count = view.getUint32(at + members.at.count, true);
    if (view.getUint16(at, true) !== members.size + count * memberRecord.size) return false;
    const ids = new Set<number>();
    for (let n = 0; n < count; n++) {
      const recordAt = at + members.size + n * memberRecord.size;
      if (memberRecord.check(view, recordAt, memberRecord.size) !== DecodeCode.ok) return false;
      const member = memberRecord.read(view, recordAt);
      const { replicaId, host, tcpPort } = member;
      ids.add(replicaId);
      if (member.role === MemberRole.witness) this.#witnesses.add(replicaId);
      else this.#witnesses.delete(replicaId);
      if (isJoined(member)) this.#keys.set(replicaId, member.fingerprint.slice());
      this.#machine.place(replicaId, host, tcpPort);
      this.#add({ replicaId, address: `${host}:${tcpPort}`, site: from.site });
    }
    if (from.serving) this.#named.set(from.site, { from, ids });
    this.#settle();
    this.#believe();
    return true;
  }

  #believe(): void {
    this.#machine.believe([...this.#keys].map(([replicaId, fingerprint]) => ({ replicaId, fingerprint })));
  }

  /** A replica named its leader. */
  leads(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    link.leads(view, at, nowUs);
    this.#settle();
  }

  /** A replica is lost. Where none answers, those of the beginning are called too. */
  lost(): void {
    this.#settle();
    if (!this.links.some(({ isReady }) => isReady)) this.#restore();
  }

  /** Leaves what is no member any more. */
  #settle(): void {
    for (const [site, { from, ids }] of this.#named) {
      if (!from.serving || !this.links.includes(from)) {
        this.#named.delete(site);
        continue;
      }
      const isBacked = isFollowedByMajority(this.links, from);
      for (const link of this.links.filter((candidate) => candidate.site === site)) {
        if (link === from || ids.has(link.replicaId)) link.isBacked ||= isBacked;
        else if (isBacked || isGone(link, from)) this.#leave(link);
      }
    }
  }

  /** A replica named the site that takes orders in place of its own; false: it sent something else. */
  placeNamed(from: ReplicaLink, type: number, view: DataView, at: number): boolean {
    if (type !== tradesAt.type) return false;
    this.#place.named(from, view, at);
    return true;
  }

  #restore(): void {
    for (const replica of this.#configured) this.#add(replica).isBacked = true;
  }

  #add(options: LinkOptions): ReplicaLink {
    const known = this.links.find(({ replicaId }) => replicaId === options.replicaId);
    if (known !== undefined) return known;
    const link = new ReplicaLink(options, this.#machine);
    this.links.push(link);
    return link;
  }

  #leave(link: ReplicaLink): void {
    this.links.splice(this.links.indexOf(link), 1);
    if (this.#keys.delete(link.replicaId)) this.#believe();
    if (link.state !== ReplicaLinkState.waiting) this.#machine.disconnect(link.replicaId);
    link.state = ReplicaLinkState.waiting;
    this.#left(link.replicaId);
  }
}

/** A replica that a leader names no member follows that leader, or has been called and does not answer. */
function isGone(link: ReplicaLink, leader: ReplicaLink): boolean {
  if (!link.isReady) return link.failure !== '';
  return link.leaderId === leader.replicaId && isSameCluster(link, leader);
}
