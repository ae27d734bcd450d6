/**
 * What the operator may do with API keys, for every face: make, list, change, rotate and revoke them. A secret leaves
 * the gateway once, in the answer that makes it, and never towards the exchange.
 */
import { networkForm, networkText, readNetwork, readNetworks } from '../../client/networks.ts';
import { accountsPerGrantMax } from '../../protocol/limits.ts';
import type { Operator } from '../admission/caller.ts';
import type { KeySecrets } from '../admission/key-secrets.ts';
import { type KeyTable, type KeyWithAccounts, publicKeyOf } from '../admission/keys.ts';
import { CoreError } from '../admission/refusals.ts';
import { operators } from '../admission/shares.ts';
import type { ChangeKey, OperatorExchange, Outcome, SignedCommand } from '../ports.ts';
import type { Commands } from './commands.ts';
import type { KeySync } from './key-sync.ts';
import type { ExchangeLink } from './link.ts';
import { carriedOut } from './outcomes.ts';

/** What a key may do; what is left out stays as it is, or is the default of a new key. */
export interface Rights extends Omit<Partial<ChangeKey>, 'keyNumber' | 'request'> {
  readonly accountIds?: readonly number[];
}

export interface NewApiKey extends Rights {
  readonly keyId: string;
  /** Of Ed25519, 64 hexadecimal digits; without it the key has a secret. */
  readonly publicKey?: string;
  /** The number in the certificate of the program that acts by it, through the SDK; such a key signs nothing. */
  readonly programId?: number;
}

export interface Rotation {
  /** Milliseconds for which the secret before stays good. */
  readonly graceMs: number;
  readonly publicKey?: string;
  /** The version that the next secret is to have; default: the next one, also where the same was asked for before. */
  readonly version?: number;
}

/** A key, and its secret where one was made. */
export interface MadeKey {
  readonly key: KeyWithAccounts;
  readonly secret: string | undefined;
}

const standardPermissions = ['read', 'trade'] as const;
/** A key that may do one of these acts for accounts. */
const accountPermissions: readonly string[] = ['read', 'trade', 'cancel'];

export class OperatorKeys {
  readonly #link: ExchangeLink;
  readonly #commands: Commands;
  readonly #table: KeyTable;
  readonly #sync: KeySync;
  readonly #secrets: KeySecrets;

  constructor(link: ExchangeLink, commands: Commands, table: KeyTable, sync: KeySync, secrets: KeySecrets) {
    this.#link = link;
    this.#commands = commands;
    this.#table = table;
    this.#sync = sync;
    this.#secrets = secrets;
  }

  /** All keys by number, revoked ones too. */
  async list(): Promise<readonly KeyWithAccounts[]> {
    await this.#sync.refresh();
    return [...this.#table.rows].sort((a, b) => a.keyNumber - b.keyNumber);
  }

  show(keyId: string): Promise<KeyWithAccounts> {
    return this.#rowOf(keyId);
  }

  /** Makes a key. Until the last step it may do nothing, and the same request can be sent again. */
  async add(
    operator: Operator,
    { keyId, publicKey: hex, programId, accountIds = [], ...rights }: NewApiKey,
  ): Promise<MadeKey> {
    if (programId !== undefined) requireProgramKey(hex, rights.networks);
    requireNetworks(rights.networks);
    requireTimeToCome(rights.expiresAtMs);
    const { permissions = standardPermissions, ...others } = rights;
    requireAnAccount(accountIds, permissions);
    await this.#requireAccounts(accountIds);
    const made =
      programId === undefined
        ? this.#next(keyId, 1, hex)
        : { fields: { kind: 'program', programId } as const, secret: undefined };
    await this.#send(operator, (exchange, signed) =>
      exchange.createKey({ keyId, ...made.fields, ...signed }),
    );
    const { keyNumber } = await this.#rowOf(keyId);
    await this.#grant(operator, keyNumber, { accountIds });
    await this.#send(operator, (exchange, signed) =>
      exchange.changeKey({ keyNumber, permissions, ...others, ...signed }),
    );
    return { key: await this.#rowOf(keyId), secret: made.secret };
  }

  /** Changes what is named and leaves the rest as it is. */
  async change(
    operator: Operator,
    keyId: string,
    { accountIds, ...rights }: Rights,
  ): Promise<KeyWithAccounts> {
    const row = await this.#rowOf(keyId);
    const { keyNumber, permissions, tier, expiresAtMs } = row;
    if (row.kind === 'program') requireProgramKey(undefined, rights.networks);
    requireNetworks(rights.networks);
    requireTimeToCome(rights.expiresAtMs);
    requireAnAccount(accountIds ?? row.accountIds, rights.permissions ?? permissions);
    if (accountIds !== undefined) {
      const taken = row.accountIds.filter((id) => !accountIds.includes(id));
      const added = accountIds.filter((id) => !row.accountIds.includes(id));
      await this.#requireAccounts(added);
      await this.#grant(operator, keyNumber, { accountIds: taken, isTaken: true });
      await this.#grant(operator, keyNumber, { accountIds: added });
    }
    if (Object.keys(rights).length > 0) {
      const before = { permissions, tier, expiresAtMs, networks: networkTexts(row) };
      await this.#send(operator, (exchange, signed) =>
        exchange.changeKey({ keyNumber, ...before, ...rights, ...signed }),
      );
    }
    return this.#rowOf(keyId);
  }

  /** Gives a key its next secret, or its next public key. */
  async rotate(
    operator: Operator,
    keyId: string,
    { graceMs, publicKey: hex, version: wanted }: Rotation,
  ): Promise<MadeKey> {
    const row = await this.#rowOf(keyId);
    const version = wanted ?? row.keyVersion + 1;
    if (version !== row.keyVersion && version !== row.keyVersion + 1) {
      const text = `"version" is ${version}, and the key "${keyId}" has version ${row.keyVersion}: the next one is ${row.keyVersion + 1}.`;
      throw new CoreError('invalidField', { field: 'version' }, text);
    }
    if (row.kind === 'program') {
      const text = `The key "${keyId}" is of a program, and has no secret: "lockstep certificates renew" gives the program another certificate.`;
      throw new CoreError('invalidField', { field: 'keyId' }, text);
    }
    if ((hex !== undefined) !== (row.kind === 'ed25519')) {
      const text = `The key "${keyId}" is of the kind ${row.kind}: ${hex === undefined ? 'send its next public key' : 'it has a secret and no public key'}.`;
      throw new CoreError('invalidField', { field: 'publicKey' }, text);
    }
    const { fields, secret } = this.#next(keyId, version, hex);
    const { kind: _, ...next } = fields;
    await this.#send(operator, (exchange, signed) =>
      exchange.rotateKey({ keyNumber: row.keyNumber, version, graceMs, ...next, ...signed }),
    );
    const key = await this.#rowOf(keyId);
    // The exchange takes the first one of a version, and answers those that follow as repeats.
    if (fields.kind === 'ed25519' && !Buffer.from(fields.publicKey).equals(key.publicKey)) {
      const text = `The key "${keyId}" has version ${key.keyVersion} with another public key: nothing was changed.`;
      throw new CoreError('alreadyExists', { field: 'publicKey' }, text);
    }
    return { key, secret };
  }

  async revoke(operator: Operator, keyId: string): Promise<KeyWithAccounts> {
    const { keyNumber } = await this.#rowOf(keyId);
    await this.#send(operator, (exchange, signed) => exchange.revokeKey({ keyNumber, ...signed }));
    return this.#rowOf(keyId);
  }

  /** What a command says of the next version of a key, and its secret. */
  #next(keyId: string, version: number, hex: string | undefined) {
    if (hex !== undefined) {
      const publicKey = new Uint8Array(Buffer.from(hex, 'hex'));
      if (publicKeyOf(publicKey) === undefined)
        throw new CoreError(
          'invalidField',
          { field: 'publicKey' },
          '"publicKey" is no public key of Ed25519.',
        );
      return { fields: { kind: 'ed25519', publicKey } as const, secret: undefined };
    }
    const secret = this.#secrets.derived(keyId, version);
    if (secret === undefined) throw new CoreError('noRootKey');
    return { fields: { kind: 'hmac', rootId: this.#secrets.rootId } as const, secret };
  }

  /** Throws a CoreError where one of the accounts is not there, before anything is changed. */
  async #requireAccounts(accountIds: readonly number[]): Promise<void> {
    for (const accountId of accountIds) {
      const row = await this.#link.query(operators, (exchange) => exchange.account(accountId));
      if (row === undefined)
        throw new CoreError('unknownAccount', { field: 'accountIds' }, `There is no account ${accountId}.`);
    }
  }

  async #grant(
    operator: Operator,
    keyNumber: number,
    { accountIds, isTaken = false }: { readonly accountIds: readonly number[]; readonly isTaken?: boolean },
  ): Promise<void> {
    for (let n = 0; n < accountIds.length; n += accountsPerGrantMax) {
      const some = accountIds.slice(n, n + accountsPerGrantMax);
      await this.#send(operator, (exchange, signed) =>
        exchange.grantKey({ keyNumber, accountIds: some, isTaken, ...signed }),
      );
    }
  }

  async #rowOf(keyId: string): Promise<KeyWithAccounts> {
    await this.#sync.refresh();
    const row = this.#table.row(keyId);
    if (row === undefined) throw new CoreError('unknownKey', {}, `There is no API key "${keyId}".`);
    return row;
  }

  async #send(
    operator: Operator,
    command: (exchange: OperatorExchange, signed: SignedCommand) => Promise<Outcome>,
  ): Promise<void> {
    carriedOut(await this.#commands.ofOperator(operator, command));
  }
}

/** Throws a CoreError where a program is given what only keys that sign have. */
function requireProgramKey(publicKey: string | undefined, networks: readonly string[] | undefined): void {
  const field = publicKey === undefined ? 'networks' : 'publicKey';
  if (publicKey === undefined && (networks ?? []).length === 0) return;
  const text = `"${field}" is for keys that sign requests; a program shows its certificate to the replicas.`;
  throw new CoreError('invalidField', { field }, text);
}

/** Throws a CoreError where a key that acts for accounts would have none. */
function requireAnAccount(accountIds: readonly number[], permissions: readonly string[]): void {
  const acts = permissions.find((permission) => accountPermissions.includes(permission));
  if (acts === undefined || accountIds.length > 0) return;
  const text = `"accountIds" names no account: a key that may ${acts} acts for one account at least.`;
  throw new CoreError('invalidField', { field: 'accountIds' }, text);
}

/** Throws a CoreError where a text names no network, before anything of the key is changed. */
function requireNetworks(networks: readonly string[] = []): void {
  const wrong = networks.find((text) => readNetwork(text) === undefined);
  if (wrong === undefined) return;
  const text = `"networks" names ${JSON.stringify(wrong)}: it must be ${networkForm}.`;
  throw new CoreError('invalidField', { field: 'networks' }, text);
}

/** Throws a CoreError where a key would be over at once, as with seconds in place of milliseconds. */
function requireTimeToCome(expiresAtMs = 0): void {
  const nowMs = Date.now();
  if (expiresAtMs === 0 || expiresAtMs > nowMs) return;
  const text = `"expiresAtMs" is ${expiresAtMs}, and it is ${nowMs} now: send a time to come, in milliseconds since 1970, or 0 for never. DELETE ends a key at once.`;
  throw new CoreError('invalidField', { field: 'expiresAtMs' }, text);
}

/** The program that acts by a key; undefined where none does. */
export function programIdOf({ kind, publicKey }: KeyWithAccounts): number | undefined {
  if (kind !== 'program') return undefined;
  return new DataView(publicKey.buffer, publicKey.byteOffset).getUint32(0, true);
}

/** The networks of a key, as a person writes them. */
export function networkTexts({ networks }: KeyWithAccounts): readonly string[] {
  return (readNetworks(networks) ?? []).map(networkText);
}
