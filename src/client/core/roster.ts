/**
 * Which replicas a client connects to: the members, as replicas send them, wherever the client began. One that leads is
 * believed that another one of its site is no member any more, once a majority of those that are backed follows it, or
 * once the other one follows it too, or does not answer while none that does contradicts; the rest only add. What is
 * said of a member is believed as most say it. So no single replica, whatever it says, takes away those that contradict
 * it, nor takes their place. Where none answers, the client goes back to where it began, and those that were left as
 * they did not answer are called again now and then.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { members } from '../../protocol/messages.ts';
import { isJoined, type Member, MemberRole, memberRecord } from '../../protocol/roster.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { assert } from '../../std/assert.ts';
import { isDisputed, isFollowedByMajority, isSameCluster } from './beliefs.ts';
import { type LinkOptions, ReplicaLink, ReplicaLinkState } from './link.ts';
import type { SessionListener, SessionMachine } from './ports.ts';
import { TradingPlaceWatch } from './trading-place.ts';

/** How often those are called again that did not answer. */
const recallUs = 10_000_000;

/** What one replica has sent of a member, and as a text what of that has to be believed. */
interface Said {
  readonly record: Member;
  readonly text: string;
}

export class Roster {
  readonly #configured: readonly LinkOptions[];
  /** One to each member, as far as they are known. */
  readonly links: ReplicaLink[] = [];
  readonly #machine: SessionMachine;
  readonly #place: TradingPlaceWatch;
  /** A replica is connected to no more. */
  readonly #left: (replicaId: number) => void;
  #next = 0;
  /** What each replica has sent of the members, and what is believed of each. */
  readonly #said = new Map<ReplicaLink, ReadonlyMap<number, Said>>();
  readonly #known = new Map<number, Said>();
  /** The keys that are believed, as a text. */
  #believed = '';
  /** Were left as they did not answer, and need no key that only the log vouches for. */
  readonly #silent = new Map<number, ReplicaLink>();
  #recallAtUs = 0;
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
      // A witness has nothing to answer from.
      const isWitness = this.#known.get(link.replicaId)?.record.role === MemberRole.witness;
      if (link.isReady && !isWitness) return link.replicaId;
    }
    return 0;
  }

  /** Takes the members that a replica sent, and leaves those that are none any more; false where they are bad. */
  take(from: ReplicaLink, view: DataView, at: number): boolean {
    const count = view.getUint32(at + members.at.count, true);
    if (view.getUint16(at, true) !== members.size + count * memberRecord.size) return false;
    const said = new Map<number, Said>();
    for (let n = 0; n < count; n++) {
      const recordAt = at + members.size + n * memberRecord.size;
      if (memberRecord.check(view, recordAt, memberRecord.size) !== DecodeCode.ok) return false;
      const read = memberRecord.read(view, recordAt);
      const record = { ...read, fingerprint: read.fingerprint.slice() };
      said.set(record.replicaId, { record, text: textOf(record) });
    }
    this.#said.set(from, said);
    for (const [replicaId, { record }] of said)
      this.#add({ replicaId, address: `${record.host}:${record.tcpPort}`, site: from.site });
    if (from.serving) this.#named.set(from.site, { from, ids: new Set(said.keys()) });
    this.#settle();
    this.#weigh();
    return true;
  }

  /** Believes of each member what most say of it. */
  #weigh(): void {
    for (const link of this.links) {
      const most = this.#mostSaid(link);
      if (most === undefined) continue;
      this.#known.set(link.replicaId, most);
      this.#machine.place(link.replicaId, most.record.host, most.record.tcpPort);
    }
    this.#believe();
  }

  /**
   * What replicas of its site say of one. Where as many say one thing as another, an authority vouches for more than a
   * key in the log does, and what was believed before stays.
   */
  #mostSaid({ replicaId, site }: ReplicaLink): Said | undefined {
    const voices = new Map<string, number>();
    let most = this.#known.get(replicaId);
    const former = most?.text;
    let mostVoices = -1;
    for (const [link, members] of this.#said) {
      const said = members.get(replicaId);
      if (said === undefined || link.site !== site) continue;
      const count = (voices.get(said.text) ?? 0) + voicesOf(link);
      voices.set(said.text, count);
      const rank = count + (isJoined(said.record) ? 0 : 0.5) + (said.text === former ? 0.25 : 0);
      if (rank > mostVoices) [most, mostVoices] = [said, rank];
    }
    return most;
  }

  #believe(): void {
    const joined = [...this.#known.values()].filter(({ record }) => isJoined(record));
    const text = joined.map((said) => said.text).join('\n');
    if (text === this.#believed) return;
    this.#believed = text;
    this.#machine.believe(joined.map(({ record }) => record));
  }

  /** A replica named its leader. */
  leads(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    link.leads(view, at, nowUs);
    this.#settle();
  }

  /** A replica is lost. Where none answers, those of the beginning are called too. */
  lost(): void {
    this.#settle();
    this.#weigh();
    if (!this.links.some(({ isReady }) => isReady)) this.#restore();
  }

  /** Calls those again that were left as they did not answer. */
  tick(nowUs: number): void {
    if (nowUs < this.#recallAtUs) return;
    this.#recallAtUs = nowUs + recallUs;
    const known = new Set(this.links.map(({ replicaId }) => replicaId));
    for (const link of this.#silent.values()) if (!known.has(link.replicaId)) this.links.push(link);
    this.#silent.clear();
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
        else if (isBacked || isFollower(link, from)) this.#leave(link);
        else if (isSilent(link) && !isDisputed(this.links, from)) this.#leave(link, this.#silent);
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

  #leave(link: ReplicaLink, recalled?: Map<number, ReplicaLink>): void {
    const { replicaId } = link;
    const known = this.#known.get(replicaId);
    // A key in the log that is taken back would count again by the call alone.
    if (known === undefined || !isJoined(known.record)) recalled?.set(replicaId, link);
    this.links.splice(this.links.indexOf(link), 1);
    this.#said.delete(link);
    this.#known.delete(replicaId);
    this.#believe();
    if (link.state !== ReplicaLinkState.waiting) this.#machine.disconnect(replicaId);
    link.state = ReplicaLinkState.waiting;
    this.#left(replicaId);
  }
}

/** The voices that what it has sent has: a replica that does not answer now may come back with another word. */
function voicesOf({ isBacked, isReady }: ReplicaLink): number {
  if (!isBacked) return 0;
  return isReady ? 2 : 1;
}

function textOf({ replicaId, host, tcpPort, role, fingerprint }: Member): string {
  return [replicaId, host, tcpPort, role === MemberRole.witness, fingerprint].join(' ');
}

/** A replica that a leader names no member follows that leader. */
function isFollower(link: ReplicaLink, leader: ReplicaLink): boolean {
  return link.isReady && link.leaderId === leader.replicaId && isSameCluster(link, leader);
}

/** It was called and did not answer, and is not being called again. */
function isSilent({ state, failure }: ReplicaLink): boolean {
  return state === ReplicaLinkState.waiting && failure !== '';
}
