/**
 * What programs and watchers may have waiting in the ring of commands: a part of it together, and each of them half of
 * what the others leave of that part. So none of them, on however many connections, makes gateways shed the orders of
 * their customers, nor puts much in front of these. What is beyond it waits in their sockets.
 */
import { commandBytesMax } from '../../protocol/limits.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Connection } from '../connections/connection-server.ts';
import type { CommandRing } from '../log/command-ring.ts';

/** The part of the ring for all of them. */
const boundedPart = 1 / 32;

/** What a party has put into the ring since it last had nothing there. */
interface Share {
  commands: number;
  /** As many commands have entered the ring when its newest had. */
  until: number;
}

export class RingShares {
  readonly #ring: CommandRing;
  readonly #max: number;
  readonly #shares = new Map<number, Share>();
  #held = 0;
  /** As many commands had left the ring when shares were last looked at. */
  #looked = 0;

  constructor(ring: CommandRing) {
    this.#ring = ring;
    this.#max = Math.floor((ring.bytesMax * boundedPart) / commandBytesMax);
  }

  /** Whether one more command of a connection may wait in the ring. @hot */
  hasRoom(connection: Connection): boolean {
    if (!isBounded(connection)) return true;
    if (this.#looked !== this.#ring.left) this.#look();
    const own = this.#shares.get(partyOf(connection))?.commands ?? 0;
    return own < this.#max - this.#held;
  }

  /** A command of a connection has entered the ring. @hot */
  entered(connection: Connection): void {
    if (!isBounded(connection)) return;
    const party = partyOf(connection);
    const share = this.#shares.get(party) ?? this.#begin(party);
    share.commands += 1;
    share.until = this.#ring.left + this.#ring.count;
    this.#held += 1;
  }

  #begin(party: number): Share {
    const share = { commands: 0, until: 0 };
    this.#shares.set(party, share);
    return share;
  }

  /** Forgets those of which nothing waits any more. */
  #look(): void {
    this.#looked = this.#ring.left;
    for (const [party, { commands, until }] of this.#shares) {
      if (until > this.#looked) continue;
      this.#shares.delete(party);
      this.#held -= commands;
    }
  }
}

/**
 * Whether a connection is of a party that is not the venue's own. Gateways bound what they have under way themselves;
 * what operators order is little.
 */
export function isBounded({ peerKind }: Connection): boolean {
  return peerKind === PartyKind.program || peerKind === PartyKind.watcher;
}

function partyOf({ peerKind, peerId }: Connection): number {
  return peerKind * 2 ** 32 + peerId;
}
