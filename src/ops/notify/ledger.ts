/**
 * Which notices hooks got and which they are still to get. Each replica has a ledger, and takes over what those of the
 * others have: entries of the same id are one, and a settled one stays settled, so that in whatever order ledgers
 * meet they come to hold the same. So the next leader goes on where the last one stood. What must stay true: the newest
 * entry of each kind and subject is never dropped, for it says what is known to hold.
 */
import type { EventKind } from '../configuration/event-kinds.ts';
import type { Notice, NoticeEntry, NoticeState, Settlement } from './notice.ts';

export interface LedgerLimits {
  /** Entries in all. */
  readonly entriesMax: number;
  /** Entries that some hook is still to get; beyond it the oldest are given up. */
  readonly waitingMax: number;
}

export const defaultLedgerLimits: LedgerLimits = { entriesMax: 4_096, waitingMax: 1_024 };

/** What tells one event from another: its kind and its subject. */
export function keyOf(kind: EventKind, subject: string): string {
  return `${kind} ${subject}`;
}

/** An event as it was seen, before it has its number and its hooks. */
export interface SeenEvent {
  readonly kind: EventKind;
  readonly subject: string;
  readonly state: NoticeState;
  readonly value: string;
  readonly text: string;
  readonly severity: Notice['severity'];
  readonly facts: Notice['facts'];
}

/**
 * The parties that see it, when, and those that are to hear of it. `number`: where it does not follow from the one
 * before.
 */
export interface Sighting {
  readonly cluster: string;
  readonly reporter: number;
  readonly atMs: number;
  readonly hooks: readonly string[];
  readonly number?: number;
}

interface Kept {
  entry: NoticeEntry;
  /** Of the change that brought it here, or that settled it. */
  version: number;
}

/** A notice that no hook will hear of, and the hook. */
export interface GivenUp {
  readonly hook: string;
  readonly notice: Notice;
}

export class NoticeLedger {
  readonly #limits: LedgerLimits;
  readonly #entries = new Map<string, Kept>();
  /** The newest entry of each kind and subject. */
  readonly #newest = new Map<string, Kept>();
  /** The highest order of each kind. */
  readonly #orders = new Map<EventKind, number>();
  /** Settled entries up to here may have been dropped; what others still have of them is not taken back. */
  #droppedOrder = 0;
  #version = 0;

  constructor(limits: LedgerLimits = defaultLedgerLimits) {
    this.#limits = limits;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What is known of a subject. */
  newest(kind: EventKind, subject: string): Notice | undefined {
    return this.#newest.get(keyOf(kind, subject))?.entry.notice;
  }

  /** What became of the newest notice of a subject, by hook. */
  settledOf(kind: EventKind, subject: string): NoticeEntry['settled'] {
    return this.#newest.get(keyOf(kind, subject))?.entry.settled ?? {};
  }

  /** What is known to hold now: the newest notices that begin something. */
  standing(): readonly Notice[] {
    return [...this.#newest.values()]
      .map(({ entry }) => entry.notice)
      .filter(({ state }) => state === 'begins');
  }

  /** Writes down an event; undefined where it is known already. */
  add(seen: SeenEvent, { cluster, reporter, atMs, hooks, number }: Sighting): Notice | undefined {
    const { kind, subject } = seen;
    const before = this.newest(kind, subject)?.number ?? 0;
    const own = number ?? before + 1;
    if (own <= before) return undefined;
    const id = [cluster, kind, subject.replaceAll(' ', '-'), own].filter((part) => part !== '').join('-');
    const order = Math.max(atMs, (this.#orders.get(kind) ?? 0) + 1);
    const notice: Notice = { ...seen, id, number: own, order, atMs, reporter };
    this.#keep({ notice, hooks, settled: {} });
    return notice;
  }

  /** Takes over entries of another ledger; returns how many brought something. */
  merge(entries: readonly NoticeEntry[]): number {
    let count = 0;
    for (const entry of entries) {
      const known = this.#entries.get(entry.notice.id);
      if (known === undefined) {
        const { kind, subject, number, order } = entry.notice;
        const isOld = order <= this.#droppedOrder && number <= (this.newest(kind, subject)?.number ?? 0);
        if (isOld) continue;
        this.#keep(entry);
        count++;
      } else if (this.#settleAll(known, entry.settled)) count++;
    }
    return count;
  }

  /** What became of a notice at a hook. */
  settle(id: string, hook: string, settlement: Settlement): void {
    const known = this.#entries.get(id);
    if (known !== undefined) this.#settleAll(known, { [hook]: settlement });
  }

  /** The first notice of each kind that a hook is still to get, the oldest first. */
  heads(hook: string): readonly Notice[] {
    const heads = new Map<EventKind, Notice>();
    for (const { entry } of this.#entries.values()) {
      if (!waitsFor(entry, hook)) continue;
      const { notice } = entry;
      const head = heads.get(notice.kind);
      if (head === undefined || comesBefore(notice, head)) heads.set(notice.kind, notice);
    }
    return [...heads.values()].toSorted((a, b) => (comesBefore(a, b) ? -1 : 1));
  }

  /** How many notices wait for a hook, and since when; 0 where none does. */
  waiting(hook: string): { readonly count: number; readonly sinceMs: number } {
    let count = 0;
    let sinceMs = Number.POSITIVE_INFINITY;
    for (const { entry } of this.#entries.values()) {
      if (!waitsFor(entry, hook)) continue;
      count++;
      sinceMs = Math.min(sinceMs, entry.notice.atMs);
    }
    return { count, sinceMs: count === 0 ? 0 : sinceMs };
  }

  /** At which version an entry came or changed; 0 where it is not here. */
  versionOf(id: string): number {
    return this.#entries.get(id)?.version ?? 0;
  }

  /** At most so many entries that changed after `version`, in that order, and the version that they reach. */
  since(
    version: number,
    max: number,
  ): { readonly entries: readonly NoticeEntry[]; readonly version: number } {
    const changed = [...this.#entries.values()]
      .filter((kept) => kept.version > version)
      .toSorted((a, b) => a.version - b.version)
      .slice(0, max);
    const reached = changed.length < max ? this.#version : changed.at(-1)!.version;
    return { entries: changed.map(({ entry }) => entry), version: reached };
  }

  all(): readonly NoticeEntry[] {
    return [...this.#entries.values()].map(({ entry }) => entry);
  }

  /** Keeps the bounds; returns what had to be given up for it. */
  trim(): readonly GivenUp[] {
    const kept = [...this.#entries.values()].toSorted((a, b) =>
      comesBefore(a.entry.notice, b.entry.notice) ? -1 : 1,
    );
    const { entriesMax, waitingMax } = this.#limits;
    const waiting = kept.filter(({ entry }) => isWaiting(entry));
    const givenUp: GivenUp[] = [];
    for (const { entry } of waiting.slice(0, Math.max(0, waiting.length - waitingMax))) {
      for (const hook of entry.hooks.filter((name) => entry.settled[name] === undefined)) {
        this.settle(entry.notice.id, hook, 'givenUp');
        givenUp.push({ hook, notice: entry.notice });
      }
    }
    let tooMany = kept.length - entriesMax;
    for (const each of kept) {
      if (tooMany <= 0) break;
      const { notice } = each.entry;
      if (isWaiting(each.entry) || this.#newest.get(keyOf(notice.kind, notice.subject)) === each) continue;
      this.#entries.delete(notice.id);
      this.#droppedOrder = Math.max(this.#droppedOrder, notice.order);
      tooMany--;
    }
    return givenUp;
  }

  #keep(entry: NoticeEntry): void {
    const kept = { entry, version: ++this.#version };
    const { id, kind, subject, number, order } = entry.notice;
    this.#entries.set(id, kept);
    const key = keyOf(kind, subject);
    if (number > (this.#newest.get(key)?.entry.notice.number ?? 0)) this.#newest.set(key, kept);
    this.#orders.set(kind, Math.max(order, this.#orders.get(kind) ?? 0));
  }

  /** `delivered` is the stronger word. */
  #settleAll(known: Kept, settled: NoticeEntry['settled']): boolean {
    const now = { ...known.entry.settled };
    for (const hook of known.entry.hooks) {
      if (settled[hook] === 'delivered' || (settled[hook] === 'givenUp' && now[hook] === undefined))
        now[hook] = settled[hook];
    }
    if (known.entry.hooks.every((hook) => now[hook] === known.entry.settled[hook])) return false;
    known.entry = { ...known.entry, settled: now };
    known.version = ++this.#version;
    return true;
  }
}

function waitsFor({ hooks, settled }: NoticeEntry, hook: string): boolean {
  return hooks.includes(hook) && settled[hook] === undefined;
}

function isWaiting({ hooks, settled }: NoticeEntry): boolean {
  return hooks.some((hook) => settled[hook] === undefined);
}

function comesBefore(one: Notice, other: Notice): boolean {
  return one.order === other.order ? one.id < other.id : one.order < other.order;
}
