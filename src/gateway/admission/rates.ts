/**
 * How often a source, a key and an account may ask. A request is charged before anything of it is read: to its source
 * where it is not signed; to its key where its connection has shown before that it has the key. Where a request only
 * claims a key, that claim is charged, at its source alone, until the signature holds: so no stranger can use up what a
 * customer has, not even from the same address, and wrong signatures are dear.
 */
import { Buckets } from './buckets.ts';
import type { RequestKind } from './services.ts';

export interface RateLimits {
  /** Requests that are not signed, and signatures that are not checked yet, of one source. */
  readonly sourceRequestsPerSecond: number;
  readonly sourceRequestsBurst: number;
  readonly keyRequestsPerSecond: number;
  readonly keyRequestsBurst: number;
  /** Cancels of a key are counted apart, so that its orders never use up its cancels. */
  readonly keyCancelsPerSecond: number;
  readonly keyCancelsBurst: number;
  /** Commands of one account, whatever keys they are signed with; cancels are not counted. */
  readonly accountCommandsPerSecond: number;
  readonly accountCommandsBurst: number;
  /** Messages on all streams of a key, or of a source without one: each costs 1, and 1 for each subscription in it. */
  readonly streamRequestsPerSecond: number;
  readonly streamRequestsBurst: number;
}

export const defaultRateLimits: RateLimits = {
  sourceRequestsPerSecond: 100,
  sourceRequestsBurst: 200,
  keyRequestsPerSecond: 1_000,
  keyRequestsBurst: 1_000,
  keyCancelsPerSecond: 1_000,
  keyCancelsBurst: 1_000,
  accountCommandsPerSecond: 1_000,
  accountCommandsBurst: 1_000,
  streamRequestsPerSecond: 256,
  streamRequestsBurst: 2_048,
};

/** What a wrong signature costs, in requests. */
export const wrongSignatureCost = 10;
/** Sources, and claims, that are told apart. */
const namesMax = 65_536;

/** The keys that were shown on a connection. */
export interface KeysShown {
  has(keyId: string): boolean;
  add(keyId: string): void;
  remove(keyId: string): void;
}

/** What a connection has shown: the keys that it has signed with. */
export class ShownKeys implements KeysShown {
  readonly #keys = new Set<string>();

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  add(keyId: string): void {
    // A proxy brings the requests of many on one connection; beyond these a key is shown again.
    if (this.#keys.size >= trustedKeysMax) this.#keys.clear();
    this.#keys.add(keyId);
  }

  remove(keyId: string): void {
    this.#keys.delete(keyId);
  }

  /** What one of those has shown whose requests a proxy brings on one connection. */
  of(source: string): KeysShown {
    return {
      has: (keyId) => this.has(claimOf(source, keyId)),
      add: (keyId) => this.add(claimOf(source, keyId)),
      remove: (keyId) => this.remove(claimOf(source, keyId)),
    };
  }
}

const trustedKeysMax = 64;

/** The sender, as far as it is known before a request is read. */
export interface Claim {
  /** From sourceOf. */
  readonly source: string;
  /** The whole address. */
  readonly address: string;
  /** Of the key that the request names, where there is such a key. */
  readonly keyId: string | undefined;
  readonly trust: KeysShown;
}

/** Whose rate is used up. */
export type RateSubject = 'source' | 'key' | 'cancels' | 'account' | 'streams';

export interface RateRefusal {
  readonly subject: RateSubject;
  readonly waitMs: number;
}

/** What is left of a rate, for those that want to keep to it. */
export interface RateState {
  readonly subject: RateSubject;
  readonly perSecond: number;
  readonly left: number;
}

export class RequestRates {
  readonly #sources: Buckets;
  readonly #claims: Buckets;
  readonly #keys: Buckets;
  readonly #cancels: Buckets;
  readonly #accounts: Buckets;
  readonly #streams: Buckets;

  constructor(limits: RateLimits) {
    const buckets = (perSecond: number, burst: number): Buckets =>
      new Buckets({ perSecond, burst }, namesMax);
    this.#sources = buckets(limits.sourceRequestsPerSecond, limits.sourceRequestsBurst);
    this.#claims = buckets(limits.sourceRequestsPerSecond, limits.sourceRequestsBurst);
    this.#keys = buckets(limits.keyRequestsPerSecond, limits.keyRequestsBurst);
    this.#cancels = buckets(limits.keyCancelsPerSecond, limits.keyCancelsBurst);
    this.#accounts = buckets(limits.accountCommandsPerSecond, limits.accountCommandsBurst);
    this.#streams = buckets(limits.streamRequestsPerSecond, limits.streamRequestsBurst);
  }

  /** Before anything of a request is read. */
  enter({ source, keyId, trust }: Claim, kind: RequestKind, nowMs: number): RateRefusal | undefined {
    if (keyId === undefined) return refusal('source', this.#sources.take(source, 1, nowMs));
    if (trust.has(keyId)) return this.#takeOfKey(keyId, kind, nowMs);
    return refusal('source', this.#claims.take(claimOf(source, keyId), 1, nowMs));
  }

  /** The signature of a request holds. A key beyond its rate does not get the claim back. */
  proven({ source, keyId, trust }: Claim, kind: RequestKind, nowMs: number): RateRefusal | undefined {
    if (keyId === undefined || trust.has(keyId)) return undefined;
    trust.add(keyId);
    const refused = this.#takeOfKey(keyId, kind, nowMs);
    if (refused === undefined) this.#claims.giveBack(claimOf(source, keyId), 1);
    return refused;
  }

  /** The signature of a request is wrong, or there is no such key. */
  failed({ source, keyId, trust }: Claim, nowMs: number): void {
    if (keyId === undefined) {
      this.#sources.charge(source, wrongSignatureCost - 1, nowMs);
      return;
    }
    trust.remove(keyId);
    this.#claims.charge(claimOf(source, keyId), wrongSignatureCost - 1, nowMs);
  }

  /** A command of an account is about to be sent. */
  command(accountId: number, nowMs: number): RateRefusal | undefined {
    return refusal('account', this.#accounts.take(String(accountId), 1, nowMs));
  }

  /** A message has come on a stream; its claim has the key by which the stream has logged in. */
  streamed(claim: Claim, cost: number, nowMs: number): RateRefusal | undefined {
    return refusal('streams', this.#streams.take(streamsOf(claim), cost, nowMs));
  }

  /** What is left where a request was refused, or was taken. */
  state(subject: RateSubject, claim: Claim, nowMs: number): RateState {
    const { source, keyId = '', trust } = claim;
    const isClaim = subject === 'source' && keyId !== '' && !trust.has(keyId);
    const [buckets, name] =
      subject === 'streams'
        ? [this.#streams, streamsOf(claim)]
        : isClaim
          ? [this.#claims, claimOf(source, keyId)]
          : subject === 'source'
            ? [this.#sources, source]
            : [subject === 'cancels' ? this.#cancels : this.#keys, keyId];
    return { subject, perSecond: buckets.rate.perSecond, left: buckets.left(name, nowMs) };
  }

  #takeOfKey(keyId: string, kind: RequestKind, nowMs: number): RateRefusal | undefined {
    return kind === 'cancel'
      ? refusal('cancels', this.#cancels.take(keyId, 1, nowMs))
      : refusal('key', this.#keys.take(keyId, 1, nowMs));
  }
}

/** A pair of source and key; no source has a space in it. */
export function claimOf(source: string, keyId: string): string {
  return `${source} ${keyId}`;
}

function streamsOf({ source, keyId }: Claim): string {
  return keyId === undefined ? source : `key ${keyId}`;
}

function refusal(subject: RateSubject, waitMs: number): RateRefusal | undefined {
  return waitMs === 0 ? undefined : { subject, waitMs };
}
