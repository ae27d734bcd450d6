/**
 * What replicas tell each other of notices, over their control ports: each asks each other one twice a second for what
 * has changed in its ledger since, and for what it sees. That it asks from there on says that it has all before.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { shownMembers } from '../../replica/members/membership-view.ts';
import { orderUrl } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import type { ReplicaFacts } from '../notify/facts.ts';
import type { NoticeEntry } from '../notify/notice.ts';
import type { Notifier } from '../notify/notifier.ts';
import { areFacts, isEntry, isReport } from '../notify/report-check.ts';
import type { ReportOf } from '../notify/report-schemas.ts';
import { RenewedGiver } from '../orders/control-orders.ts';
import { ReplicaAgents } from '../orders/replica-agents.ts';
import { ask, isUnserved } from '../web-request.ts';

const askEveryMs = 500;
const answerMsMax = 2_000;
const entriesMax = 100;
const answerBytesMax = 2_097_152;

export type NoticeQuestion = ReportOf<'question'>;

export interface NoticeAnswer {
  readonly life: string;
  /** The entries reach up to this version. */
  readonly version: number;
  readonly isWhole: boolean;
  readonly entries: readonly NoticeEntry[];
  readonly facts: ReplicaFacts;
}

interface PeerParts {
  readonly machine: ReplicaThreads;
  readonly replicaId: number;
  readonly loaded: Loaded;
}

/** How far a peer's ledger was read. */
interface Place {
  life: string;
  since: number;
  isAsked: boolean;
}

export class NoticePeers {
  /** Names the cluster in ids; empty before it is known. */
  cluster = '';
  readonly #parts: PeerParts;
  readonly #notifier: Notifier;
  /** Tells this ledger from that of an earlier life. */
  readonly #life = randomUUID();
  readonly #places = new Map<number, Place>();
  readonly #ending = new AbortController();
  readonly #itself: RenewedGiver;
  /** Keep the connection to each peer. */
  readonly #agents: ReplicaAgents;

  constructor(parts: PeerParts, notifier: Notifier) {
    this.#parts = parts;
    this.#notifier = notifier;
    const party = { kind: PartyKind.replica, id: parts.replicaId };
    this.#itself = new RenewedGiver(parts.loaded.dataFolder, party);
    this.#agents = new ReplicaAgents(parts.loaded.configuration, () => this.#itself.current);
  }

  start(): void {
    void this.#ask();
  }

  end(): void {
    this.#ending.abort();
    this.#agents.destroy();
  }

  answer({ from, life, since }: NoticeQuestion, facts: ReplicaFacts): NoticeAnswer {
    const { ledger } = this.#notifier;
    const begins = life === this.#life ? since : 0;
    if (life === this.#life) this.#notifier.heldBy(from, since);
    const { entries, version } = ledger.since(begins, entriesMax);
    return { life: this.#life, version, isWhole: version === ledger.version, entries, facts };
  }

  async #ask(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      // One that does not answer holds up none of the others.
      if (this.cluster !== '') for (const peer of this.#others()) void this.#askOne(peer);
      await sleep(askEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** The other members, where the log has them, else where the file does. */
  #others(): ReplicaAddress[] {
    const { machine, loaded, replicaId } = this.#parts;
    const { replicas } = loaded.configuration;
    const members = machine.members === undefined ? [] : shownMembers(machine.members);
    return members.flatMap(({ id, host, controlHost, controlPort }) => {
      if (id === replicaId) return [];
      const known = replicas.find((each) => each.id === id);
      if (host === '') return known === undefined ? [] : [known];
      const at = { id, host, controlPort, controlHost: controlHost === '' ? undefined : controlHost };
      return [{ ...(known ?? replicas[0]!), ...at }];
    });
  }

  async #askOne(peer: ReplicaAddress): Promise<void> {
    const { replicaId } = this.#parts;
    const place = this.#places.get(peer.id) ?? { life: '', since: 0, isAsked: false };
    this.#places.set(peer.id, place);
    if (place.isAsked) return;
    place.isAsked = true;
    const question: NoticeQuestion = { from: replicaId, life: place.life, since: place.since };
    const sentMs = performance.now();
    try {
      const { status, text } = await ask({
        url: `${orderUrl(peer)}/operator/notices`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
        signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(answerMsMax)]),
        agent: this.#agents.to(peer),
        answerBytesMax,
      });
      if (status === 200) this.#take(peer.id, place, JSON.parse(text), sentMs);
    } catch (error) {
      // It is away, or its answer cannot be understood: for the notifier it is silent, or known to be gone.
      if (isUnserved(error)) this.#notifier.gone(peer.id);
    } finally {
      place.isAsked = false;
    }
  }

  #take(peerId: number, place: Place, json: unknown, sentMs: number): void {
    const answeredMs = performance.now();
    if (!isReport('answer', json)) return;
    const { life, version, isWhole, facts, entries } = json;
    if (!areFacts(facts) || facts.replicaId !== peerId) return;
    this.#notifier.take(entries.filter(isEntry), this.cluster);
    place.life = life;
    place.since = version;
    const errorMs = (answeredMs - sentMs) / 2;
    const clockAheadMs = facts.wallMs - (Date.now() - errorMs);
    const view = { facts, clockAheadMs, clockErrorMs: errorMs };
    this.#notifier.heardFrom(peerId, view, isWhole === true, answeredMs);
  }
}
