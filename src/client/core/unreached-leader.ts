/**
 * What a client does about a leader that it cannot reach though other replicas can: it says so to those, again and
 * again. A leader that hears no client at all then hands over to one of them.
 */
import { leaderUnreached } from '../../protocol/messages.ts';
import type { ReplicaLink } from './link.ts';
import type { SessionMachine } from './ports.ts';

/** A leader that was reached before is missed when it has been silent for so long. */
const silentUsMin = 150_000;
/** One that has not welcomed this client yet has more time. */
const strangeUsMin = 1_000_000;
const repeatUs = 100_000;

export class UnreachedLeader {
  readonly #links: readonly ReplicaLink[];
  readonly #machine: SessionMachine;
  readonly #view = new DataView(new ArrayBuffer(leaderUnreached.size));
  readonly #bytes = new Uint8Array(this.#view.buffer);
  #startedUs = 0;
  #toldUs = Number.NEGATIVE_INFINITY;

  constructor(links: readonly ReplicaLink[], machine: SessionMachine) {
    this.#links = links;
    this.#machine = machine;
  }

  start(nowUs: number): void {
    this.#startedUs = nowUs;
  }

  /** When the replicas are next sent word of it; Infinity while none names a leader that is out of reach. */
  get deadlineUs(): number {
    const leader = this.#unreached;
    if (leader === undefined) return Number.POSITIVE_INFINITY;
    const { lastReceivedUs } = leader;
    const missedUs = lastReceivedUs > 0 ? lastReceivedUs + silentUsMin : this.#startedUs + strangeUsMin;
    return Math.max(missedUs, this.#toldUs + repeatUs);
  }

  tick(nowUs: number): void {
    if (nowUs < this.deadlineUs) return;
    this.#toldUs = nowUs;
    for (const link of this.#links) {
      if (!link.isReady || link.leaderId === 0) continue;
      leaderUnreached.write(this.#view, 0, { reserved: 0, term: link.term });
      this.#machine.send(link.replicaId, this.#bytes, 0, leaderUnreached.size);
    }
  }

  /** Of a site, the leader that is named there and out of reach. */
  get #unreached(): ReplicaLink | undefined {
    for (const { site } of this.#links) {
      const leader = this.#unreachedAt(site);
      if (leader !== undefined) return leader;
    }
    return undefined;
  }

  /** The leader that a reached replica of the site names in the highest term, where there is no connection to it. */
  #unreachedAt(site: string | undefined): ReplicaLink | undefined {
    let newest: ReplicaLink | undefined;
    for (const link of this.#links) {
      if (link.site !== site || !link.isReady || link.leaderId === 0) continue;
      if (newest === undefined || link.term > newest.term) newest = link;
    }
    const leader = this.#links.find(({ replicaId }) => replicaId === newest?.leaderId);
    return leader === undefined || leader.isReady ? undefined : leader;
  }
}
