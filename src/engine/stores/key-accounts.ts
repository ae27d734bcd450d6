/** Which accounts each API key acts for: pairs of a key's slot and the number of an account, each pair once. */

import { assert, assertEqual } from '../../std/assert.ts';
import * as records from '../../store/records.ts';
import { Records } from '../../store/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

const PAIR_WORDS = 2;
const KEY = 0;
const ACCOUNT = 1;

function hashOf(key: number, accountId: number): number {
  return mix(accountId ^ mix(key + 1));
}

/** All pairs, in no order that means anything. */
export class KeyAccounts extends Records {
  #map = new SlotMap(16);
  /** The accounts of each key that has some, for questions about the key. */
  readonly #ofKeys = new Map<number, Set<number>>();

  constructor(max: number) {
    super(PAIR_WORDS, 16, max);
  }

  has(key: number, accountId: number): boolean {
    return this.#find(key, accountId) !== NONE;
  }

  /** Adds a pair that is not there, below the limit. */
  add(key: number, accountId: number): void {
    const pair = this.append();
    assert(
      pair !== NONE,
      () => `there is room for account ${accountId} of key ${key}: ${this.used} are there`,
    );
    this.#put(pair, key, accountId);
    this.#enter(pair);
  }

  /** Removes a pair, in whose place the last one moves; false where it is not there. */
  remove(key: number, accountId: number): boolean {
    const pair = this.#find(key, accountId);
    if (pair === NONE) return false;
    this.#map.remove(hashOf(key, accountId), pair);
    const others = this.#ofKeys.get(key);
    others?.delete(accountId);
    if (others?.size === 0) this.#ofKeys.delete(key);
    const last = --this.used;
    if (pair !== last) {
      const movedKey = this.key(last);
      const movedAccount = this.accountId(last);
      this.#put(pair, movedKey, movedAccount);
      this.#map.replace(hashOf(movedKey, movedAccount), last, pair);
    }
    this.#put(last, 0, 0);
    return true;
  }

  /** The accounts of a key, ascending. */
  ofKey(key: number): number[] {
    return [...(this.#ofKeys.get(key) ?? [])].sort((a, b) => a - b);
  }

  key(pair: number): number {
    return this.u32[pair * PAIR_WORDS + KEY]!;
  }

  accountId(pair: number): number {
    return this.u32[pair * PAIR_WORDS + ACCOUNT]!;
  }

  /** How many accounts each of the first `keys` keys has. */
  counts(keys: number): Uint32Array {
    const counts = new Uint32Array(keys);
    for (let pair = 0; pair < this.used; pair++) counts[this.key(pair)]!++;
    return counts;
  }

  /** Builds the maps again after pairs were copied in; false when one comes twice, or is of none of `keys` keys. */
  rebuild(keys: number): boolean {
    this.#map = new SlotMap(this.used);
    this.#ofKeys.clear();
    for (let pair = 0; pair < this.used; pair++) {
      const key = this.key(pair);
      const accountId = this.accountId(pair);
      if (key >= keys || accountId === 0 || this.has(key, accountId)) return false;
      this.#enter(pair);
    }
    return true;
  }

  /** Asserts that each pair is found, by its account and among those of its key. */
  invariants(): void {
    for (let pair = 0; pair < this.used; pair++)
      assertEqual(this.#find(this.key(pair), this.accountId(pair)), pair, 'each account of a key is found');
    let count = 0;
    for (const [key, accountIds] of this.#ofKeys) {
      count += accountIds.size;
      for (const accountId of accountIds)
        assert(this.has(key, accountId), () => `account ${accountId} is one of key ${key}`);
    }
    assertEqual(count, this.used, 'the accounts of all keys are those that were given');
  }

  /** Lets a pair be found. */
  #enter(pair: number): void {
    const key = this.key(pair);
    const accountId = this.accountId(pair);
    this.#map.add(hashOf(key, accountId), pair);
    const others = this.#ofKeys.get(key);
    if (others === undefined) this.#ofKeys.set(key, new Set([accountId]));
    else others.add(accountId);
  }

  #find(key: number, accountId: number): number {
    const hash = hashOf(key, accountId);
    const map = this.#map;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const pair = map.slotAt(place);
      if (pair === NONE || (this.key(pair) === key && this.accountId(pair) === accountId)) return pair;
    }
  }

  #put(pair: number, key: number, accountId: number): void {
    this.u32[pair * PAIR_WORDS + KEY] = key;
    this.u32[pair * PAIR_WORDS + ACCOUNT] = accountId;
  }
}
