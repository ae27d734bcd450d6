/**
 * The secrets of API keys, which only gateways know: each is derived from the root key that all gateways share, the id
 * of its key and its version, so that neither journals nor snapshots hold one. The first secret of a key that came from
 * a configuration file is in its place, until the key is rotated.
 */
import { createHmac } from 'node:crypto';
import type { KeyRow } from '../ports.ts';

/** An API key of a configuration file, which gateways bring into the exchange once. */
export interface ApiKey {
  readonly keyId: string;
  /** Hexadecimal, 32 digits or more. */
  readonly secret: string;
  /** The accounts that the key acts for; the first is the default. */
  readonly accountIds: readonly number[];
  /** For people. */
  readonly name?: string;
}

/** Hexadecimal digits of a root key. */
export const rootKeyDigits = 64;

export class KeySecrets {
  /** Tells roots apart and gives none away; 0 where this gateway has none. */
  readonly rootId: number;
  readonly #rootKey: Buffer | undefined;
  readonly #imported: ReadonlyMap<string, string>;

  constructor(rootKey: string | undefined, imported: readonly ApiKey[]) {
    this.#rootKey = rootKey === undefined ? undefined : Buffer.from(rootKey, 'hex');
    this.rootId =
      this.#rootKey === undefined ? 0 : hashed(this.#rootKey, 'lockstep root id 1').readUInt32LE(0) || 1;
    this.#imported = new Map(imported.map(({ keyId, secret }) => [keyId, secret]));
  }

  /** The secret of a version of a key, in hexadecimal; undefined where this gateway cannot know it. */
  secretOf({ keyId, isImported, ...row }: KeyRow, version: number): string | undefined {
    if (isImported && version === 1) return this.#imported.get(keyId);
    const rootId = version === row.keyVersion ? row.rootId : row.previousRootId;
    return rootId === this.rootId ? this.derived(keyId, version) : undefined;
  }

  /** Whether the newest secret of a key was derived from another root key than that of this gateway. */
  isOfOtherRoot({ kind, isImported, keyVersion, rootId }: KeyRow): boolean {
    return kind === 'hmac' && !(isImported && keyVersion === 1) && rootId !== this.rootId;
  }

  /** The secret that a key of this id has in a version; undefined without a root. */
  derived(keyId: string, version: number): string | undefined {
    if (this.#rootKey === undefined) return undefined;
    return hashed(this.#rootKey, `lockstep api key 1\n${keyId}\n${version}`).toString('hex');
  }
}

function hashed(rootKey: Buffer, text: string): Buffer {
  return createHmac('sha256', rootKey).update(text).digest();
}
