/**
 * What the units of this machine say in [Service]: systemd itself is asked where it runs, for it knows what it took;
 * elsewhere the files are read, with their drop-ins.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is in the first of them counts (systemd.unit(5)). */
const unitFolders: readonly string[] = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
];
/** It is there where systemd runs (sd_booted(3)). */
const systemdFolder = '/run/systemd/system';
const askMs = 5_000;
const addressRights = ['CAP_NET_ADMIN', 'CAP_NET_RAW'];

/** All that the doctor asks of a unit. */
const askedKeys = [
  ...['LoadState', 'User', 'Group', 'Type', 'NotifyAccess', 'AmbientCapabilities', 'CapabilityBoundingSet'],
  ...['ProtectSystem', 'ProtectHome', 'PrivateTmp', 'PrivateNetwork', 'NoNewPrivileges', 'IPAddressDeny'],
  ...['ReadWritePaths', 'ReadOnlyPaths', 'InaccessiblePaths', 'BindPaths', 'BindReadOnlyPaths'],
  ...['StateDirectory', 'CacheDirectory', 'LogsDirectory', 'RuntimeDirectory'],
  ...[
    'RestrictAddressFamilies',
    'MemoryDenyWriteExecute',
    'MemoryMax',
    'LimitNOFILE',
    'ExecStart',
    'Environment',
  ],
];

export interface Unit {
  /** As systemd calls it; of a template the instance, where one was asked for. */
  readonly name: string;
  /** Empty: root. */
  readonly user: string;
  readonly group: string;
  /** Rights beyond those of its user. */
  readonly rights: readonly string[];
  /** It may change the addresses of the machine. */
  readonly mayChangeAddresses: boolean;
  readonly settings: UnitSettings;
}

/** The settings of a unit, in the order in which it gives them. */
export class UnitSettings {
  readonly #lines: readonly (readonly [key: string, value: string])[];

  constructor(lines: readonly (readonly [key: string, value: string])[]) {
    this.#lines = lines;
  }

  /** Of a key that has one value; empty where it is not set. */
  last(key: string): string {
    return this.#lines.findLast(([name]) => name === key)?.[1] ?? '';
  }

  /** Of a key whose values add up: an empty one takes back those before it. */
  list(key: string): readonly string[] {
    let values: string[] = [];
    for (const [name, value] of this.#lines)
      if (name === key) values = value === '' ? [] : [...values, ...value.split(/\s+/u)];
    return values;
  }

  has(key: string): boolean {
    return this.#lines.some(([name]) => name === key);
  }

  isOn(key: string): boolean {
    return /^(yes|true|on|1)$/.test(this.last(key));
  }
}

/** The unit of that file, of a template for an instance; undefined where it is not installed. */
export function installedUnit(
  name: string,
  {
    instance = '',
    folders = unitFolders,
  }: { readonly instance?: string; readonly folders?: readonly string[] } = {},
): Unit | undefined {
  const whole = name.replace('@.', `@${instance}.`);
  // Of a template without an instance systemd shows nothing; what is set for all of them it shows of any.
  const shown = name.includes('@') && instance === '' ? name.replace('@.', '@1.') : whole;
  const settings =
    (folders === unitFolders && existsSync(systemdFolder) ? settingsShown(shown) : undefined) ??
    settingsInFiles(name, whole, folders);
  if (settings === undefined) return undefined;
  const user = settings.last('User');
  const isRoot = user === '' || user === 'root';
  const bounds = settings.list('CapabilityBoundingSet').map((right) => right.toUpperCase());
  const mayHave = (right: string): boolean => !settings.has('CapabilityBoundingSet') || isIn(right, bounds);
  const rights = settings.list('AmbientCapabilities').map((right) => right.toUpperCase());
  return {
    name: instance === '' ? name : whole,
    user: isRoot ? '' : user,
    group: settings.last('Group'),
    rights: rights.filter(mayHave),
    mayChangeAddresses: addressRights.every((right) => mayHave(right) && (isRoot || rights.includes(right))),
    settings,
  };
}

/** Whether a set holds a word; one that begins with ~ holds all but its words. */
export function isIn(word: string, set: readonly string[]): boolean {
  const isInverted = set[0]?.startsWith('~') === true;
  return set.map((each) => each.replace(/^~/, '')).includes(word) !== isInverted;
}

/** What systemd took, drop-ins and all; undefined where it does not answer, or has no such unit. */
function settingsShown(unit: string): UnitSettings | undefined {
  const words = ['show', '--no-pager', `--property=${askedKeys.join(',')}`, unit];
  const { status, stdout } = spawnSync('systemctl', words, { encoding: 'utf8', timeout: askMs });
  if (status !== 0) return undefined;
  const settings = new UnitSettings(linesIn(stdout));
  return settings.last('LoadState') === 'loaded' ? settings : undefined;
}

function settingsInFiles(
  name: string,
  instance: string,
  folders: readonly string[],
): UnitSettings | undefined {
  const main = folders.map((folder) => textAt(join(folder, name))).find((found) => found !== '');
  if (main === undefined) return undefined;
  const names = [...new Set([name, instance])];
  return new UnitSettings([main, ...dropIns(names, folders)].flatMap((text) => linesIn(sectionOf(text))));
}

function sectionOf(text: string): string {
  const whole = text.replaceAll(/\\\n/g, ' ');
  return whole
    .split(/^(?=\[)/m)
    .filter((part) => part.startsWith('[Service]'))
    .join('\n');
}

function linesIn(text: string): (readonly [string, string])[] {
  return [...text.matchAll(/^(\w+)[ \t]*=[ \t]*(.*)$/gm)].map(([, key, value]) => [key!, value!.trim()]);
}

/** In the order in which they count: by the name of the file, those of an instance behind those of its template. */
function dropIns(names: readonly string[], folders: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const name of names)
    for (const folder of folders.toReversed())
      for (const file of filesIn(join(folder, `${name}.d`)))
        if (file.endsWith('.conf')) found.set(file, textAt(join(folder, `${name}.d`, file)));
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, content]) => content);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty where it cannot be read. */
export function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
