/**
 * The API keys: what each may do, for which accounts and how long. A key is named by its number, 1, 2, 3 …, and is
 * never removed, so that it is found by one look into an array. There are no secrets here: gateways derive them.
 */

import * as protocolCodes from '../../protocol/codes.ts';
import * as keyCommands from '../../protocol/key-commands.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import { isText } from '../../protocol/texts.ts';
import { bitsOf, wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Records } from '../../store/records.ts';
import { KeyAccounts } from './key-accounts.ts';
import { KeyChanges } from './key-changes.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { KeyKind, Permission } = keyCommands;
const { keyIdBytes, keyNetworksBytes, keyVersionMax, publicKeyBytes, tiersMax } = protocolLimits;

const key = wordsOf(54, {
  // What each request of the key is checked by is in its first cache line.
  traits: 1,
  version: 1,
  /** 0 is never. */
  expiresAtMs: 2,
  /** Until when the secret before the newest is good; 0: no more. */
  previousUntilMs: 2,
  /** One of its accounts, 0 where none is known: most keys have one. */
  likelyAccount: 1,
  accountCount: 1,
  /** The operator's request of this key that ran last. */
  requestMs: 2,
  requestLow: 1,
  requestHigh: 1,
  requestStep: 1,
  rootId: 1,
  previousRootId: 1,
  spare: 1,
  createdAtMs: 2,
  /** The number of its last change among those of all keys. */
  change: 2,
  networks: keyNetworksBytes / 4,
  publicKey: publicKeyBytes / 4,
  previousPublicKey: publicKeyBytes / 4,
  keyId: keyIdBytes / 4,
});
const KEY_WORDS = key.words;
const NUMBERS = KEY_WORDS / 2;
const TRAITS = key.at.traits;
const VERSION = key.at.version;
const EXPIRES_AT = key.at.expiresAtMs / 2;
const PREVIOUS_UNTIL = key.at.previousUntilMs / 2;
const LIKELY_ACCOUNT = key.at.likelyAccount;
const ACCOUNT_COUNT = key.at.accountCount;
const REQUEST_TIME = key.at.requestMs / 2;
const REQUEST_LOW = key.at.requestLow;
const REQUEST_HIGH = key.at.requestHigh;
const REQUEST_STEP = key.at.requestStep;
const ROOT_ID = key.at.rootId;
const PREVIOUS_ROOT_ID = key.at.previousRootId;
const CREATED_AT = key.at.createdAtMs / 2;
const CHANGE = key.at.change / 2;
const NETWORKS = key.at.networks;
const PUBLIC_KEY = key.at.publicKey;
const PREVIOUS_PUBLIC_KEY = key.at.previousPublicKey;
const KEY_ID = key.at.keyId;
const KEY_ID_WORDS = keyIdBytes / 4;
const PUBLIC_KEY_WORDS = publicKeyBytes / 4;
const NETWORK_WORDS = keyNetworksBytes / 4;

const permissionBits = Object.keys(Permission).length;
const traits = bitsOf({
  permissions: [
    permissionBits,
    Object.fromEntries(Array.from({ length: 2 ** permissionBits }, (_, n) => [n, n])),
  ],
  isRevoked: [1],
  isImported: [1],
  kind: [2, KeyKind],
  tier: [4, Object.fromEntries(Array.from({ length: tiersMax }, (_, n) => [n, n]))],
});
const PERMISSIONS_MASK = traits.mask.permissions;
const REVOKED = 1 << traits.first.isRevoked;
const IMPORTED = 1 << traits.first.isImported;
const KIND_SHIFT = traits.first.kind;
const KIND_MASK = traits.mask.kind;
const TIER_SHIFT = traits.first.tier;
const TIER_MASK = traits.mask.tier;

/** What a new key is. */
export interface NewKey {
  readonly kind: number;
  readonly isImported: boolean;
  readonly rootId: number;
  readonly createdAtMs: number;
}

/** All keys, by slot: the number of a key less one. */
export class Keys extends Records {
  /** Changes of all keys so far. */
  changes = 0;
  readonly accounts: KeyAccounts;
  readonly #order = new KeyChanges((slot) => this.changeOf(slot));
  #byId = new SlotMap(16);
  /** Of programs their newest key, by their number. */
  readonly #ofPrograms = new Map<number, number>();

  constructor(max: number, accountsMax: number) {
    super(KEY_WORDS, 16, max);
    this.accounts = new KeyAccounts(accountsMax);
  }

  /** The slot of a key's number, or NONE. */
  find(number: number): number {
    return number > 0 && number <= this.used ? number - 1 : NONE;
  }

  /**
   * Why a request that was signed with a version of a key may not do what takes one of `permissions`, for an account
   * (0: for none) at a stamped time; `ok` if it may. @hot
   */
  refusal(number: number, version: number, permissions: number, accountId: number, timeUs: number): number {
    if (number > this.used || number === 0) return OutcomeCode.keyRevoked;
    const slot = number - 1;
    const at = slot * KEY_WORDS;
    const mayDo = this.i32[at + TRAITS]!;
    if ((mayDo & REVOKED) !== 0) return OutcomeCode.keyRevoked;
    const expiresAtMs = this.f64[slot * NUMBERS + EXPIRES_AT]!;
    if (expiresAtMs !== 0 && timeUs >= expiresAtMs * 1000) return OutcomeCode.keyExpired;
    if (version !== this.i32[at + VERSION] && !this.#isGracious(slot, version, timeUs))
      return OutcomeCode.keyReplaced;
    if ((mayDo & permissions) === 0) return OutcomeCode.notPermitted;
    if (accountId !== 0 && this.u32[at + LIKELY_ACCOUNT] !== accountId && !this.accounts.has(slot, accountId))
      return OutcomeCode.accountNotAllowed;
    return OutcomeCode.ok;
  }

  /** Whether a version that is not the newest is still good. */
  #isGracious(slot: number, version: number, timeUs: number): boolean {
    const untilMs = this.f64[slot * NUMBERS + PREVIOUS_UNTIL]!;
    return version === this.i32[slot * KEY_WORDS + VERSION]! - 1 && timeUs < untilMs * 1000;
  }

  /**
   * Takes an operator's request: later ones of the same key only, and of one request each step only once and in order.
   * False for what ran before.
   */
  takesRequest(slot: number, timeMs: number, low: number, high: number, step: number): boolean {
    const at = slot * KEY_WORDS;
    const lastMs = this.f64[slot * NUMBERS + REQUEST_TIME]!;
    const isSame =
      timeMs === lastMs && low === this.i32[at + REQUEST_LOW] && high === this.i32[at + REQUEST_HIGH];
    if (isSame ? step <= this.i32[at + REQUEST_STEP]! : timeMs <= lastMs) return false;
    this.f64[slot * NUMBERS + REQUEST_TIME] = timeMs;
    this.i32[at + REQUEST_LOW] = low;
    this.i32[at + REQUEST_HIGH] = high;
    this.i32[at + REQUEST_STEP] = step;
    return true;
  }

  /** The key with the id at `at`, or NONE. */
  findId(view: DataView, at: number): number {
    const hash = hashOfId(view, at);
    const map = this.#byId;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE || (map.hashAt(place) === hash && this.#has(slot, KEY_ID, KEY_ID_WORDS, view, at)))
        return slot;
    }
  }

  /** The key that is found by the id of one. */
  findSameId(slot: number): number {
    const view = new DataView(this.u32.buffer, this.u32.byteOffset, this.bytes);
    return this.findId(view, (slot * KEY_WORDS + KEY_ID) * 4);
  }

  /** A new key with the id at `idAt`, which no other has, and a public key; NONE at the limit. It may do nothing. */
  create(
    view: DataView,
    idAt: number,
    publicKeyAt: number,
    { kind, isImported, rootId, createdAtMs }: NewKey,
  ): number {
    const slot = this.append();
    if (slot === NONE) return NONE;
    const at = slot * KEY_WORDS;
    this.i32[at + TRAITS] = (kind << KIND_SHIFT) | (isImported ? IMPORTED : 0);
    this.i32[at + VERSION] = 1;
    this.u32[at + ROOT_ID] = rootId;
    this.f64[slot * NUMBERS + CREATED_AT] = createdAtMs;
    this.#take(slot, KEY_ID, KEY_ID_WORDS, view, idAt);
    this.#take(slot, PUBLIC_KEY, PUBLIC_KEY_WORDS, view, publicKeyAt);
    this.#byId.add(hashOfId(view, idAt), slot);
    if (kind === KeyKind.program) this.#ofPrograms.set(this.programId(slot), slot);
    return slot;
  }

  /** The newest key of a program, or NONE. */
  findProgram(programId: number): number {
    return this.#ofPrograms.get(programId) ?? NONE;
  }

  /** The program that a key is of; 0 where it is of none. */
  programId(slot: number): number {
    return this.kind(slot) === KeyKind.program ? this.u32[slot * KEY_WORDS + PUBLIC_KEY]! : 0;
  }

  /** Whether it was made by the same command, with the public key at `at`. */
  isMadeLike(slot: number, kind: number, isImported: boolean, view: DataView, at: number): boolean {
    return (
      this.kind(slot) === kind &&
      this.isImported(slot) === isImported &&
      this.version(slot) === 1 &&
      this.#has(slot, PUBLIC_KEY, PUBLIC_KEY_WORDS, view, at)
    );
  }

  /** Says what it may do, and from which networks, which are at `networksAt`. */
  change(
    slot: number,
    { permissions, tier, expiresAtMs }: { permissions: number; tier: number; expiresAtMs: number },
    view: DataView,
    networksAt: number,
  ): void {
    const at = slot * KEY_WORDS;
    const kept = this.i32[at + TRAITS]! & ~(PERMISSIONS_MASK | (TIER_MASK << TIER_SHIFT));
    this.i32[at + TRAITS] = kept | permissions | (tier << TIER_SHIFT);
    this.f64[slot * NUMBERS + EXPIRES_AT] = expiresAtMs;
    this.#take(slot, NETWORKS, NETWORK_WORDS, view, networksAt);
  }

  /** Gives it an account, for which there is room. */
  grant(slot: number, accountId: number): void {
    if (this.accounts.has(slot, accountId)) return;
    this.accounts.add(slot, accountId);
    const at = slot * KEY_WORDS;
    this.i32[at + ACCOUNT_COUNT]!++;
    if (this.u32[at + LIKELY_ACCOUNT] === 0) this.u32[at + LIKELY_ACCOUNT] = accountId;
  }

  /** Takes an account from it. */
  withdraw(slot: number, accountId: number): void {
    if (!this.accounts.remove(slot, accountId)) return;
    const at = slot * KEY_WORDS;
    this.i32[at + ACCOUNT_COUNT]!--;
    if (this.u32[at + LIKELY_ACCOUNT] === accountId) this.u32[at + LIKELY_ACCOUNT] = 0;
  }

  /** Gives it its next version; the one before is good until a time. The new public key is at `at`. */
  rotate(slot: number, previousUntilMs: number, rootId: number, view: DataView, at: number): void {
    const from = slot * KEY_WORDS;
    const { u32 } = this;
    u32.copyWithin(from + PREVIOUS_PUBLIC_KEY, from + PUBLIC_KEY, from + PUBLIC_KEY + PUBLIC_KEY_WORDS);
    u32[from + PREVIOUS_ROOT_ID] = u32[from + ROOT_ID]!;
    u32[from + ROOT_ID] = rootId;
    u32[from + VERSION]!++;
    this.f64[slot * NUMBERS + PREVIOUS_UNTIL] = previousUntilMs;
    this.#take(slot, PUBLIC_KEY, PUBLIC_KEY_WORDS, view, at);
  }

  /** Ends it for good. */
  revoke(slot: number): void {
    this.i32[slot * KEY_WORDS + TRAITS]! |= REVOKED;
  }

  /** Something of it has changed. */
  changed(slot: number): void {
    const isAgain = this.changeOf(slot) > 0;
    this.f64[slot * NUMBERS + CHANGE] = ++this.changes;
    this.#order.add(this.changes, slot, isAgain);
  }

  /** The slots of keys whose last change is after one, in the order of these changes. */
  changedAfter(change: number): Generator<number> {
    return this.#order.slotsAfter(change);
  }

  permissions(slot: number): number {
    return this.i32[slot * KEY_WORDS + TRAITS]! & PERMISSIONS_MASK;
  }

  isRevoked(slot: number): boolean {
    return (this.i32[slot * KEY_WORDS + TRAITS]! & REVOKED) !== 0;
  }

  isImported(slot: number): boolean {
    return (this.i32[slot * KEY_WORDS + TRAITS]! & IMPORTED) !== 0;
  }

  kind(slot: number): number {
    return (this.i32[slot * KEY_WORDS + TRAITS]! >>> KIND_SHIFT) & KIND_MASK;
  }

  tier(slot: number): number {
    return (this.i32[slot * KEY_WORDS + TRAITS]! >>> TIER_SHIFT) & TIER_MASK;
  }

  version(slot: number): number {
    return this.i32[slot * KEY_WORDS + VERSION]!;
  }

  accountCount(slot: number): number {
    return this.i32[slot * KEY_WORDS + ACCOUNT_COUNT]!;
  }

  changeOf(slot: number): number {
    return this.f64[slot * NUMBERS + CHANGE]!;
  }

  createdAtMs(slot: number): number {
    return this.f64[slot * NUMBERS + CREATED_AT]!;
  }

  expiresAtMs(slot: number): number {
    return this.f64[slot * NUMBERS + EXPIRES_AT]!;
  }

  previousUntilMs(slot: number): number {
    return this.f64[slot * NUMBERS + PREVIOUS_UNTIL]!;
  }

  rootId(slot: number): number {
    return this.u32[slot * KEY_WORDS + ROOT_ID]!;
  }

  previousRootId(slot: number): number {
    return this.u32[slot * KEY_WORDS + PREVIOUS_ROOT_ID]!;
  }

  /** Where the words of a text or of bytes begin in `i32`. */
  keyIdAt(slot: number): number {
    return slot * KEY_WORDS + KEY_ID;
  }

  networksAt(slot: number): number {
    return slot * KEY_WORDS + NETWORKS;
  }

  publicKeyAt(slot: number): number {
    return slot * KEY_WORDS + PUBLIC_KEY;
  }

  previousPublicKeyAt(slot: number): number {
    return slot * KEY_WORDS + PREVIOUS_PUBLIC_KEY;
  }

  /** Builds the maps again after records were copied in; false when they contradict each other. */
  rebuild(): boolean {
    this.#byId = new SlotMap(this.used);
    this.#ofPrograms.clear();
    if (!this.accounts.rebuild(this.used)) return false;
    const counts = this.accounts.counts(this.used);
    const changes = new Set<number>();
    const view = new DataView(this.u32.buffer, this.u32.byteOffset, this.bytes);
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.#isSound(slot, counts[slot]!)) return false;
      const change = this.changeOf(slot);
      if (change < 1 || change > this.changes || changes.has(change)) return false;
      changes.add(change);
      const at = this.keyIdAt(slot) * 4;
      if (!isText(view, at, keyIdBytes) || this.findId(view, at) !== NONE) return false;
      this.#byId.add(hashOfId(view, at), slot);
      if (this.kind(slot) === KeyKind.program) this.#ofPrograms.set(this.programId(slot), slot);
    }
    this.#order.rebuild(this.used);
    return this.used > 0 || this.changes === 0;
  }

  #isSound(slot: number, accountCount: number): boolean {
    const version = this.version(slot);
    const likely = this.u32[slot * KEY_WORDS + LIKELY_ACCOUNT]!;
    const times = [
      this.createdAtMs(slot),
      this.expiresAtMs(slot),
      this.previousUntilMs(slot),
      this.changeOf(slot),
    ];
    return (
      traits.isSound(this.i32[slot * KEY_WORDS + TRAITS]!) &&
      version >= 1 &&
      version <= keyVersionMax &&
      this.accountCount(slot) === accountCount &&
      (likely === 0 || this.accounts.has(slot, likely)) &&
      [...times, this.f64[slot * NUMBERS + REQUEST_TIME]!].every(
        (time) => Number.isSafeInteger(time) && time >= 0,
      )
    );
  }

  #take(slot: number, field: number, words: number, view: DataView, at: number): void {
    const to = slot * KEY_WORDS + field;
    for (let n = 0; n < words; n++) this.u32[to + n] = view.getUint32(at + n * 4, true);
  }

  #has(slot: number, field: number, words: number, view: DataView, at: number): boolean {
    const from = slot * KEY_WORDS + field;
    for (let n = 0; n < words; n++) if (this.u32[from + n] !== view.getUint32(at + n * 4, true)) return false;
    return true;
  }
}

function hashOfId(view: DataView, at: number): number {
  let hash = 0;
  for (let n = 0; n < KEY_ID_WORDS; n++) hash = mix(hash ^ view.getInt32(at + n * 4, true));
  return hash;
}
