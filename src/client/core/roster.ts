/**
 * Which replicas a client connects to: the members, as replicas send them, wherever the client began. A replica that
 * leads is believed that another one of its site is no member any more; the others only add. Where none answers, the
 * client goes back to where it began.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { members } from '../../protocol/messages.ts';
import { isJoined, MemberRole, memberRecord } from '../../protocol/roster.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { assert } from '../../std/assert.ts';
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
    this.restore();
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
    if (from.serving)
      for (const id of this.#keys.keys())
        if (!ids.has(id) && this.#siteOf(id) === from.site) this.#keys.delete(id);
    this.#machine.believe([...this.#keys].map(([replicaId, fingerprint]) => ({ replicaId, fingerprint })));
    if (!from.serving) return true;
    for (const link of [...this.links])
      if (link !== from && link.site === from.site && !ids.has(link.replicaId)) this.#leave(link);
    return true;
  }

  /** A replica named the site that takes orders in place of its own; false: it sent something else. */
  placeNamed(from: ReplicaLink, type: number, view: DataView, at: number): boolean {
    if (type !== tradesAt.type) return false;
    this.#place.named(from, view, at);
    return true;
  }

  /** No replica answers: those of the beginning are called too. */
  restore(): void {
    for (const replica of this.#configured) this.#add(replica);
  }

  #add(options: LinkOptions): void {
    const known = this.links.some(({ replicaId }) => replicaId === options.replicaId);
    if (!known) this.links.push(new ReplicaLink(options, this.#machine));
  }

  #siteOf(replicaId: number): string | undefined {
    return this.links.find((link) => link.replicaId === replicaId)?.site;
  }

  #leave(link: ReplicaLink): void {
    this.links.splice(this.links.indexOf(link), 1);
    if (link.state !== ReplicaLinkState.waiting) this.#machine.disconnect(link.replicaId);
    link.state = ReplicaLinkState.waiting;
    this.#left(link.replicaId);
  }
}
