/** Notifiers of several replicas in one process, with a virtual time and hooks that a test answers as it likes. */
import { mock } from 'node:test';
import type { TradingStop } from '../../../replica/ports.ts';
import { Breakers } from '../../breakers.ts';
import type { ReplicaFacts } from '../facts.ts';
import type { Hook } from '../hooks.ts';
import type { LedgerLimits } from '../ledger.ts';
import type { Notice } from '../notice.ts';
import { clusterName, Notifier } from '../notifier.ts';
import { quietFactsOf } from './facts.ts';

const clusterId = 1;
const instance = 77;
const stepMs = 250;
/** Microtasks that a delivery needs to settle. */
const turns = 40;

/** Takes a notice, or throws. */
export type NoticeEndpoint = (notice: Notice, from: number) => void | Promise<void>;

export interface WatchersOptions {
  readonly count?: number;
  readonly on?: readonly string[];
  readonly giveUpMs?: number;
  readonly ledgerLimits?: LedgerLimits;
}

interface Watcher {
  notifier: Notifier;
  facts: ReplicaFacts;
  isAlive: boolean;
  /** Up to where each other ledger was read. */
  read: Map<number, number>;
}

export class Watchers {
  readonly endpoints = new Map<string, NoticeEndpoint>();
  readonly warnings: string[] = [];
  stopped: readonly TradingStop[] = [];
  nowMs = 1_000_000;
  readonly #watchers = new Map<number, Watcher>();
  readonly #options: WatchersOptions;

  constructor(endpoints: Readonly<Record<string, NoticeEndpoint>>, options: WatchersOptions = {}) {
    this.#options = options;
    for (const [name, endpoint] of Object.entries(endpoints)) this.endpoints.set(name, endpoint);
    mock.timers.enable({ apis: ['Date'], now: this.nowMs });
    for (let id = 1; id <= (options.count ?? 3); id++) this.start(id);
  }

  /** A new life of a replica, with an empty ledger. */
  start(id: number): void {
    const { on = ['all'], giveUpMs = 86_400_000, ledgerLimits } = this.#options;
    const hooks = [...this.endpoints.keys()].map(
      (name): Hook => ({
        name,
        on,
        timeoutMs: 60_000,
        deliver: async (notice) => this.endpoints.get(name)!(notice, id),
      }),
    );
    const notifier = new Notifier({
      replicaId: id,
      clusterId,
      hooks,
      breakers: new Breakers(this.endpoints.keys()),
      lagFramesMax: 10_000,
      hasBackup: false,
      hasSites: false,
      giveUpMs,
      ...(ledgerLimits && { ledgerLimits }),
      random: () => 0.5,
      warn: (text) => this.warnings.push(text),
    });
    const facts = quietFactsOf(id, { instance, voters: 2 ** (this.#options.count ?? 3) - 1 });
    this.#watchers.set(id, { notifier, facts, isAlive: true, read: new Map() });
  }

  notifier(id: number): Notifier {
    return this.#watchers.get(id)!.notifier;
  }

  change(id: number, facts: Partial<ReplicaFacts>): void {
    const watcher = this.#watchers.get(id)!;
    watcher.facts = { ...watcher.facts, ...facts };
  }

  /** From now on a replica leads, as far as those that live know; 0: none does. */
  lead(leaderId: number, term: number): void {
    for (const [id] of this.#alive()) this.change(id, { leaderId, term, isServing: id === leaderId });
  }

  kill(id: number): void {
    const watcher = this.#watchers.get(id)!;
    watcher.isAlive = false;
    watcher.notifier.end();
  }

  /** Lets so much time pass, in steps, in which ledgers meet and hooks get their notices. */
  async pass(ms: number, { areApart = false } = {}): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.nowMs += stepMs;
      mock.timers.tick(stepMs);
      for (const [id, watcher] of this.#alive()) {
        const heard = this.#alive().filter(([other]) => other !== id && !areApart);
        watcher.facts = {
          ...watcher.facts,
          heard: heard.reduce((sum, [other]) => sum + 2 ** (other - 1), 0),
        };
      }
      if (!areApart) this.#meet();
      for (const [, { notifier, facts }] of this.#alive())
        notifier.step(facts, this.stopped, { wallMs: this.nowMs, steadyMs: this.nowMs });
      for (let n = 0; n < turns; n++) await Promise.resolve();
    }
  }

  #alive(): (readonly [number, Watcher])[] {
    return [...this.#watchers].filter(([, { isAlive }]) => isAlive);
  }

  #meet(): void {
    for (const [id, watcher] of this.#alive())
      for (const [peerId, peer] of this.#alive()) {
        if (id === peerId) continue;
        const since = watcher.read.get(peerId) ?? 0;
        peer.notifier.heldBy(id, since);
        const { entries, version } = peer.notifier.ledger.since(since, 100);
        watcher.notifier.take(entries, clusterName(clusterId, instance));
        watcher.read.set(peerId, version);
        const view = { facts: peer.facts, clockAheadMs: 0, clockErrorMs: 1 };
        watcher.notifier.heardFrom(peerId, view, version === peer.notifier.ledger.version, this.nowMs);
      }
  }
}
