/**
 * Where the secrets of a configuration are: in the file itself, or in a file of their own, in the environment, or
 * among the credentials that systemd gives to a service. What was found elsewhere is written to no file.
 */
import { join, resolve } from 'node:path';
import { exposure } from '../../io/disk/private-files.ts';
import { messageOf } from '../failure.ts';
import { type Problems, secretSources } from '../json/schema.ts';
import { loadSmallFile } from './small-file.ts';

const sourceNames = ['file', 'env', 'credential'] as const;
type SourceName = (typeof sourceNames)[number];

/** A secret that is elsewhere, and its place in the configuration. */
export interface SecretPlace {
  readonly path: readonly (string | number)[];
  /** As the configuration names it, with a whole path. */
  readonly source: Readonly<Partial<Record<SourceName, string>>>;
}

export interface ResolvedSecrets {
  /** As if every secret stood in the file. */
  readonly json: unknown;
  readonly places: readonly SecretPlace[];
  /** Whether the file itself holds one. */
  readonly isInFile: boolean;
}

/** Only so that reading goes on, to find the other problems. */
const placeholder = '0'.repeat(64);
const keyNames = ['cluster', 'operator', 'root'] as const;

/** Reads the secrets that are elsewhere. Paths are relative to `base`. */
export function resolveSecrets(json: unknown, base: string, problems: Problems): ResolvedSecrets {
  const places: SecretPlace[] = [];
  let isInFile = false;
  let resolved = json;
  for (const path of secretPaths(json)) {
    const given = valueAt(json, path);
    if (typeof given !== 'object' || given === null) {
      isInFile = true;
      continue;
    }
    const where = path.join('.').replaceAll(/\.(\d+)/g, '[$1]');
    const source = readSource(given, base);
    const found = source === undefined ? undefined : secretOf(source);
    if (source === undefined)
      problems.push(`${where}: the value (hidden) is no place of a secret; allowed: ${secretSources}`);
    else if (typeof found !== 'string') problems.push(`${where}.${found!.problem}`);
    else places.push({ path, source });
    resolved = withValue(resolved, path, typeof found === 'string' ? found : placeholder);
  }
  return { json: resolved, places, isInFile };
}

/** A configuration for a file: its secrets are where they were. */
export function withSecretPlaces(configuration: object, places: readonly SecretPlace[]): object {
  let written: unknown = configuration;
  for (const { path, source } of places) written = withValue(written, path, source);
  return written as object;
}

/** Where the configuration may hold secrets, as far as it names them. */
function secretPaths(json: unknown): (readonly (string | number)[])[] {
  const apiKeys = valueAt(json, ['gateway', 'apiKeys']);
  const buckets = valueAt(json, ['backup', 'buckets']);
  const webhooks = valueAt(json, ['notify', 'webhooks']);
  const paths = [
    ...keyNames.map((name) => ['keys', name] as const),
    ...(Array.isArray(apiKeys) ? apiKeys.map((_, at) => ['gateway', 'apiKeys', at, 'secret'] as const) : []),
    ...(Array.isArray(buckets)
      ? buckets.map((_, at) => ['backup', 'buckets', at, 'secretAccessKey'] as const)
      : []),
    ...(Array.isArray(webhooks)
      ? webhooks.flatMap((_, at) =>
          (['url', 'secret'] as const).map((name) => ['notify', 'webhooks', at, name]),
        )
      : []),
  ];
  return paths.filter((path) => valueAt(json, path) !== undefined);
}

function readSource(given: object, base: string): SecretPlace['source'] | undefined {
  const [[name, value] = [], ...others] = Object.entries(given);
  const isKnown = (sourceNames as readonly unknown[]).includes(name);
  if (!isKnown || others.length > 0 || typeof value !== 'string' || value === '' || value.includes('\0'))
    return undefined;
  if (name === 'file') return { file: resolve(base, value) };
  return { [name as SourceName]: value };
}

function secretOf({ file, env, credential }: SecretPlace['source']): string | { readonly problem: string } {
  if (file !== undefined) return secretIn(file, 'file', { mustBePrivate: true });
  if (env !== undefined) {
    const value = process.env[env];
    return (
      value ?? { problem: `env: the environment of this process has no ${env}; set it for this command too` }
    );
  }
  const folder = process.env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined)
    return {
      problem: `credential: there is no CREDENTIALS_DIRECTORY; run it as a service of systemd with LoadCredential=${credential}:…`,
    };
  if (!/^[\w@.-]+$/.test(credential!) || credential!.startsWith('.'))
    return { problem: 'credential: it is no name of a credential; allowed: letters, digits, _ @ . and -' };
  // Systemd guards its folder.
  return secretIn(join(folder, credential!), 'credential');
}

function secretIn(
  path: string,
  name: SourceName,
  { mustBePrivate = false } = {},
): string | { readonly problem: string } {
  try {
    const { text, stats } = loadSmallFile(path);
    const problem = mustBePrivate ? exposure(path, stats) : undefined;
    if (problem === undefined) return text.trimEnd();
    return { problem: `${name}: ${problem}; replace the secret if others had access` };
  } catch (error) {
    return { problem: `${name}: ${path} cannot be read: ${messageOf(error)}` };
  }
}

function valueAt(json: unknown, path: readonly (string | number)[]): unknown {
  let value = json;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** A copy with another value at a place that exists. */
function withValue(json: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(json) ? [...json] : { ...(json as object) }) as Record<
    string | number,
    unknown
  >;
  copy[step] = withValue(copy[step], rest, value);
  return copy;
}
