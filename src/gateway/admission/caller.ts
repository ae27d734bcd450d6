/**
 * On whose behalf something is asked: made when a request passes authentication, and the only way to the commands of
 * the exchange. It carries what a face has no need to know: when and for which exchange the request came, and what
 * it was signed with.
 */
import { createHash } from 'node:crypto';
import type { Credentials, Patience } from './authentication.ts';
import type { HeldKey, KeyTable } from './keys.ts';
import type { Claim } from './rates.ts';
import type { RequestKind } from './services.ts';

/** A request on its way in. The core makes it before the face reads what is asked. */
export interface Arrival {
  readonly claim: Claim;
  readonly kind: RequestKind;
  /** When the gateway began to read it, in milliseconds since 1970: what it waited then is not the caller's delay. */
  readonly atMs: number;
  /** For how long it may have waited in its socket before that because the gateway did not read it. */
  readonly unreadMs: number;
  /** The exchange that the request is read for. */
  readonly era: number;
  /** Whether no answer can reach the caller any more. */
  readonly isGone: () => boolean;
}

/** The holder of an API key, with one signed request. */
export class Caller {
  readonly key: HeldKey;
  readonly arrival: Arrival;
  readonly #credentials: Credentials;
  readonly #keys: KeyTable;

  constructor(key: HeldKey, arrival: Arrival, credentials: Credentials, keys: KeyTable) {
    this.key = key;
    this.arrival = arrival;
    this.#credentials = credentials;
    this.#keys = keys;
  }

  /** The account that is read: as {@link accountOf}, where the key may read. */
  readableAccountOf(named: number | undefined): number {
    this.#keys.requireRead(this.key, Date.now());
    return this.accountOf(named);
  }

  /** The account that the request acts for: the one that it names, or the first of its key. */
  accountOf(named: number | undefined): number {
    const chosen = named ?? this.key.accountIds[0];
    this.#keys.requireAccount(this.key, chosen);
    return chosen;
  }

  /** When it was signed, as text that the authenticator has checked. */
  get timestamp(): string {
    return this.#credentials.timestamp;
  }

  /** For how long the caller waits for it, likewise. */
  get validMs(): string | undefined {
    return this.#credentials.validMs;
  }

  /** What the exchange knows the request by: two signed requests have two. */
  get requestId(): string {
    return this.#credentials.signature.slice(0, 16);
  }

  /**
   * The client order id of an order that came without one: 20 characters that follow from the signed request. So the
   * same signed bytes, sent twice through any gateways, are the same order; a new order has a new timestamp or body.
   */
  get ownOrderId(): string {
    const { signature } = this.#credentials;
    const hash = createHash('sha256').update(`${this.key.keyId}\n${signature.toLowerCase()}`).digest();
    return hash.subarray(0, 15).toString('base64url');
  }
}

/** The operator, with one request: known by the token, or the holder of a key that signed it. */
export class Operator {
  readonly #arrival: Arrival;
  /** The signer of it; undefined where it came with the token. */
  readonly caller: Caller | undefined;
  /** With the token: when it was sent and how long it is waited for, where it says so. */
  readonly patience: Patience | undefined;
  /** What is asked, for the audit trail. */
  readonly action: string;
  /** Whether the audit trail says so. */
  isNoted = false;
  #steps = 0;

  constructor(
    arrival: Arrival,
    action: string,
    sender: { caller?: Caller; patience?: Patience | undefined },
  ) {
    this.#arrival = arrival;
    this.action = action;
    this.caller = sender.caller;
    this.patience = sender.patience;
  }

  /** The number of its next command: each runs once. */
  nextStep(): number {
    return this.#steps++;
  }

  get arrival(): Arrival {
    return this.#arrival;
  }
}
