/**
 * The secrets of a cluster, kept in `keys.json` of the data folder for its owner alone. They are made at the first
 * start; later starts and other processes read the same. A key in the configuration wins over the file.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ApiKey } from '../../gateway/admission/key-secrets.ts';
import { exposure, fileMode, flushFolder, makeFolder } from '../../io/disk/private-files.ts';
import { messageOf, usageFailure } from '../failure.ts';
import type { Problems } from '../json/schema.ts';
import { type ConfigurationFile, keyBytes } from './configuration.ts';
import { readKeysOfFile } from './reading.ts';
import { loadSmallFile } from './small-file.ts';

export interface KeysInUse {
  /** Hexadecimal: the bearer token of operator requests. */
  readonly operator: string;
  /** Keys of the configuration, then those of the file that are not named there. */
  readonly apiKeys: readonly ApiKey[];
}

export const keysFileName = 'keys.json';
/** Only gateways read it. */
export const rootKeyFileName = 'gateway-root.key';
/** The key that a demonstration cluster prints. */
export const demoKeyId = 'demo';
const demoAccountId = 1;

interface KeysFile {
  readonly operator: string;
  readonly apiKeys: readonly ApiKey[];
}

type FormerKeysFile = Partial<KeysFile> & { readonly session?: unknown; readonly cluster?: unknown };

/** Reads the keys of the data folder, and makes them where there are none. `created` says which. */
export function openKeys(
  configuration: ConfigurationFile,
  dataFolder: string,
): KeysInUse & { created: boolean } {
  const path = join(dataFolder, keysFileName);
  let file = readKeys(path);
  const created = file === undefined;
  if (file === undefined) {
    createOnce(path, newKeys());
    file = readKeys(path);
    if (file === undefined) throw usageFailure(`${path} vanished while it was read. Start again.`);
  }
  return { ...effectiveKeys(configuration, file), created };
}

/** Like {@link openKeys}, but makes nothing: undefined where the configuration lacks a key and there is no file. */
export function findKeys(configuration: ConfigurationFile, dataFolder: string): KeysInUse | undefined {
  const file = readKeys(join(dataFolder, keysFileName));
  const { operator } = configuration.keys;
  if (file !== undefined) return effectiveKeys(configuration, file);
  if (operator === undefined) return undefined;
  return effectiveKeys(configuration, { operator, apiKeys: [] });
}

/** What a gateway takes of the secrets that are on its machine. */
export interface GatewayKeys {
  /** Undefined where it takes no token. */
  readonly operatorToken?: string;
  readonly apiKeys: readonly ApiKey[];
  /** The token is there for nothing. */
  readonly hasUselessToken: boolean;
}

/** Makes nothing. `isOfOperator`: it has the identity of an operator, without which the token would only be stolen. */
export function gatewayKeys(
  configuration: ConfigurationFile,
  dataFolder: string,
  isOfOperator: boolean,
): GatewayKeys {
  const keys = findKeys(configuration, dataFolder);
  if (keys === undefined) return { apiKeys: configuration.gateway.apiKeys, hasUselessToken: false };
  const { operator, apiKeys } = keys;
  return { ...(isOfOperator && { operatorToken: operator }), apiKeys, hasUselessToken: !isOfOperator };
}

function effectiveKeys(configuration: ConfigurationFile, file: KeysFile): KeysInUse {
  const { keys, gateway } = configuration;
  const named = new Set(gateway.apiKeys.map(({ keyId }) => keyId));
  return {
    operator: keys.operator ?? file.operator,
    apiKeys: [...gateway.apiKeys, ...file.apiKeys.filter(({ keyId }) => !named.has(keyId))],
  };
}

const random = (): string => randomBytes(keyBytes).toString('hex');

function newKeys(): string {
  const file: KeysFile = {
    operator: random(),
    apiKeys: [{ keyId: demoKeyId, secret: random(), accountIds: [demoAccountId], name: 'Demonstration' }],
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * The root key of gateways, in hexadecimal: that of the configuration, or of the file, which is made where there is
 * none. Gateways on other machines need a copy of it: each says so of keys that it cannot check.
 */
export function openRootKey(configuration: ConfigurationFile, dataFolder: string): string {
  const { root } = configuration.keys;
  if (root !== undefined) return root;
  const path = join(dataFolder, rootKeyFileName);
  createOnce(path, `${random()}\n`);
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(path);
  } catch (error) {
    throw usageFailure(`The root key of gateways in ${path} cannot be read: ${messageOf(error)}.`);
  }
  refuseExposed(path, found.stats);
  const text = found.text.trim();
  if (new RegExp(`^[0-9a-f]{${keyBytes * 2}}$`, 'i').test(text)) return text;
  throw usageFailure(
    `${path} is damaged: it must hold ${keyBytes * 2} hexadecimal digits. Copy it from another gateway or a backup: ` +
      'with another root key every API key that "lockstep keys" made must be rotated.',
  );
}

/**
 * Creates the file whole or not at all, and never over another: several processes may start at once. A power cut does
 * not take it away again.
 */
function createOnce(path: string, text: string): void {
  if (existsSync(path)) return;
  const temporary = `${path}.${process.pid}`;
  try {
    makeFolder(dirname(path));
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { mode: fileMode, flag: 'wx', flush: true });
    try {
      linkSync(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    flushFolder(dirname(path));
  } catch (error) {
    throw usageFailure(
      `The keys of the cluster could not be written to ${path}: ${messageOf(error)}. ` +
        'Make the data folder writable, or choose another with --data or the key dataFolder.',
    );
  }
}

function readKeys(path: string): KeysFile | undefined {
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw usageFailure(`The keys of the cluster in ${path} cannot be read: ${messageOf(error)}.`);
  }
  refuseExposed(path, found.stats);
  const problems: Problems = [];
  let file: KeysFile | undefined;
  try {
    file = checkKeys(JSON.parse(found.text), problems);
  } catch {
    problems.push('the file is not JSON');
  }
  if (file === undefined || problems.length > 0) {
    throw usageFailure(
      `${path} is damaged: ${problems.join('; ')}. Restore it from a backup or from another machine of the cluster. ` +
        'If there is none, stop every process of the cluster and remove it: new keys are made at the next start.',
    );
  }
  return file;
}

/** Refuses a file with secrets that others may read or change. */
export function refuseExposed(path: string, stats: Stats): void {
  const problem = exposure(path, stats);
  if (problem === undefined) return;
  throw usageFailure(`${path} holds secrets, and ${problem}. Replace the secrets if others had access.`);
}

function checkKeys(json: unknown, problems: Problems): KeysFile | undefined {
  // Earlier releases kept keys of sessions and of datagrams there: parties make their own now.
  const { apiKeys, session: _sessions, cluster: _datagrams, ...keys } = (json ?? {}) as FormerKeysFile;
  const read = readKeysOfFile({ keys, gateway: { apiKeys: apiKeys ?? [] } }, problems);
  if (keys.operator === undefined) problems.push('keys.operator is missing');
  const { operator } = read.keys;
  return operator === undefined ? undefined : { operator, apiKeys: read.gateway.apiKeys };
}
