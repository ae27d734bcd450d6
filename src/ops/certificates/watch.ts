/**
 * Watches the identity of a process: a renewed certificate, other authorities and revocations count without a restart,
 * and the log hears in time that a certificate ends. What is revoked counts also where its own certificate has ended.
 */
import { isDeepStrictEqual } from 'node:util';
import { versionOf } from '../../client/identity.ts';
import { openAuthorities } from '../../client/identity-folder.ts';
import { msPerDay } from '../../std/units.ts';
import type { Identity } from '../../trust/identity.ts';
import type { Party } from '../../trust/parties.ts';
import { type RevokedSet, revokedSet } from '../../trust/revoked-set.ts';
import { messageOf } from '../failure.ts';
import { identityFolder } from './identities.ts';
import { openOwnIdentity } from './own-identity.ts';
import { renewalDays } from './own-machine.ts';

const lookMs = 2_000;

export interface IdentityListener {
  /** Other files are there, and good. */
  changed(identity: Identity): void;
  /** What is there cannot be used, or ends soon: what was read before goes on. */
  warn(text: string): void;
}

export class IdentityWatch {
  readonly #dataFolder: string;
  readonly #party: Party;
  #identity: Identity;
  #revoked: RevokedSet;
  #version: string;
  #listener: IdentityListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #warnedMs = Number.NEGATIVE_INFINITY;
  #problem = '';

  /** Reads the identity; throws a Failure where it cannot be used. */
  constructor(dataFolder: string, party: Party) {
    this.#dataFolder = dataFolder;
    this.#party = party;
    this.#version = this.#currentVersion();
    this.#identity = openOwnIdentity(dataFolder, party);
    this.#revoked = revokedSet(this.#identity.authorities);
  }

  get identity(): Identity {
    return this.#identity;
  }

  get revoked(): RevokedSet {
    return this.#revoked;
  }

  get expiresAtMs(): number {
    return this.#identity.certificate.validToDate.getTime();
  }

  /** Looks now, and again and again. */
  start(listener: IdentityListener): void {
    this.#listener = listener;
    this.#timer = setInterval(() => this.look(Date.now()), lookMs);
    this.#timer.unref();
    this.look(Date.now());
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Looks once. */
  look(nowMs: number): void {
    this.#readAgain();
    const days = Math.floor((this.expiresAtMs - nowMs) / msPerDay);
    if (days >= renewalDays || nowMs - this.#warnedMs < msPerDay) return;
    this.#warnedMs = nowMs;
    const end = new Date(this.expiresAtMs).toISOString();
    this.#listener?.warn(
      `the certificate of this process ends at ${end}, in ${days} days, and others refuse it then: renew it with "lockstep certificates renew"`,
    );
  }

  #readAgain(): void {
    const version = this.#currentVersion();
    if (version === this.#version) {
      this.#problem = '';
      return;
    }
    let identity: Identity;
    try {
      identity = openOwnIdentity(this.#dataFolder, this.#party);
    } catch (error) {
      // Perhaps only some of the new files are there, so the next look reads them again.
      this.#readAuthorities();
      const problem = messageOf(error);
      if (problem === this.#problem) return;
      this.#problem = problem;
      this.#listener?.warn(`${problem} This process goes on with the identity that it has.`);
      return;
    }
    this.#version = version;
    this.#problem = '';
    this.#identity = identity;
    this.#revoked = revokedSet(identity.authorities);
    this.#warnedMs = Number.NEGATIVE_INFINITY;
    this.#listener?.changed(identity);
  }

  /** Whom it believes, where its own certificate has ended or was revoked: what is taken back counts still. */
  #readAuthorities(): void {
    const before = this.#identity.authorities;
    const authorities = openAuthorities(this.#folder, before.clusterUuid);
    if (authorities === undefined || isDeepStrictEqual(authorities, before)) return;
    this.#identity = { ...this.#identity, authorities };
    this.#revoked = revokedSet(authorities);
    this.#listener?.changed(this.#identity);
  }

  #currentVersion(): string {
    return versionOf(this.#folder);
  }

  get #folder(): string {
    return identityFolder(this.#dataFolder, this.#party);
  }
}
