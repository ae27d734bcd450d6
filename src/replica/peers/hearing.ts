/**
 * Whose datagrams come here. Members hear each other by themselves; where one side is no member yet, both send probes
 * until each has heard the other: so it is known, before a machine is taken as a member, that datagrams come through in
 * both directions, and a wrong UDP port is named.
 */
import { membersOf } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Contacts, Introductions } from './introductions.ts';
import type { Replication } from './replication.ts';

const probeUs = 100_000;

interface HearingPorts {
  /** By replica: set when a datagram of it has opened; cleared now and then. */
  readonly heard: Uint8Array;
  sendProbe(to: number): void;
  isMember(id: number): boolean;
  /** What a peer says of its contacts. */
  contactsOf(id: number): Contacts | undefined;
}

export function hearingOf(
  raft: Pick<Raft, 'id' | 'configuration'>,
  replication: Pick<Replication, 'heard' | 'sendProbe'>,
  introductions: Pick<Introductions, 'contactsOf'>,
): Hearing {
  return new Hearing(raft.id, {
    heard: replication.heard,
    sendProbe: (to) => replication.sendProbe(to),
    isMember: (id) => membersOf(raft.configuration).includes(id),
    contactsOf: (id) => introductions.contactsOf(id),
  });
}

export class Hearing {
  readonly #ownId: number;
  readonly #ports: HearingPorts;
  readonly #heardFrom = new Set<number>();
  #probeAtUs = 0;

  constructor(ownId: number, ports: HearingPorts) {
    this.#ownId = ownId;
    this.#ports = ports;
  }

  hears(id: number): boolean {
    return this.#heardFrom.has(id);
  }

  /** No tether to a peer is left. */
  forget(id: number): void {
    this.#heardFrom.delete(id);
    // What has come was sent by a process that is gone.
    if (this.#isNewcomer(id)) this.#ports.heard[id] = 0;
  }

  /** Looks which peers were heard, of those with an open tether; whether peers must be sent something new of it. */
  doWork(nowUs: number, tethered: Iterable<number>): boolean {
    const { heard, sendProbe, contactsOf } = this.#ports;
    const isProbeDue = nowUs >= this.#probeAtUs;
    if (isProbeDue) this.#probeAtUs = nowUs + probeUs;
    let isNew = false;
    for (const id of tethered) {
      const isNewlyHeard = heard[id] === 1 && !this.#heardFrom.has(id);
      if (isNewlyHeard) this.#heardFrom.add(id);
      // Also of a member: for its peer this replica may be none, as it cannot know that it was removed.
      isNew ||= isNewlyHeard;
      if (!this.#isNewcomer(id)) continue;
      const isMutual = this.#heardFrom.has(id) && contactsOf(id)?.hears(this.#ownId) === true;
      if (isProbeDue && !isMutual) sendProbe(id);
    }
    return isNew;
  }

  /** Whether the peer, or this replica, is no member. */
  #isNewcomer(id: number): boolean {
    const { isMember } = this.#ports;
    return !isMember(id) || !isMember(this.#ownId);
  }
}
