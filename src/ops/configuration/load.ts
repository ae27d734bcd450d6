/** Finds and reads the configuration of a command: file, options and data folder, in that order of weight. */
import { createHash } from 'node:crypto';
import { existsSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, usageFailure } from '../failure.ts';
import type { Problems } from '../json/schema.ts';
import type { TargetSettings } from './backup-keys.ts';
import { type ConfigurationFile, configurationSchema } from './configuration.ts';
import { refuseExposed } from './keys.ts';
import { readConfiguration } from './reading.ts';
import { standardReplicas } from './replicas.ts';
import { resolveSecrets, type SecretPlace } from './secrets.ts';
import { loadSmallFile } from './small-file.ts';

const configurationFileName = 'lockstep.json';

/** What options of the command line change. */
export interface Overrides {
  /** `--config`: the file, which must then exist. */
  readonly config?: string | undefined;
  /** `--data` */
  readonly data?: string | undefined;
  /** `--replicas`: so many replicas at the default ports. */
  readonly replicas?: number | undefined;
  /** `--gateway-port` */
  readonly gatewayPort?: number | undefined;
  /** `--operator-port` */
  readonly operatorPort?: number | undefined;
  /** `--operator`: the giver of orders. */
  readonly operator?: number | undefined;
  /** `--plan`: the hash of the plan that an order confirms. */
  readonly plan?: string | undefined;
}

export interface Loaded {
  readonly configuration: ConfigurationFile;
  /** The secrets that are in no file of the configuration. */
  readonly secretPlaces: readonly SecretPlace[];
  /** Absolute. */
  readonly dataFolder: string;
  /** Absolute path of the file that was read; undefined where defaults are used. */
  readonly file: string | undefined;
  /** Whether file or option says which replicas there are. */
  readonly namesReplicas: boolean;
  /** The plan that an order of this command confirms. */
  readonly plan?: string | undefined;
  /** What options have changed. */
  readonly overrides: Overrides;
}

/** Reads the configuration, or throws a Failure that lists every problem. */
export function loadConfiguration(overrides: Overrides = {}, workingFolder = process.cwd()): Loaded {
  const file = findFile(overrides, workingFolder);
  const { json, stats } = file === undefined ? { json: {} } : parseFile(file);
  const namesReplicas = hasReplicas(json) || overrides.replicas !== undefined;
  const base = file === undefined ? workingFolder : dirname(file);
  const problems: Problems = [];
  const secrets = resolveSecrets(json, base, problems);
  const { configuration, problems: others } = readConfiguration(overridden(secrets.json, overrides));
  problems.push(...others);
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map((problem) => `  ${problem}`).join('\n');
    throw usageFailure(
      `${file ?? 'The options'}: ${count}. Nothing was started.\n${lines}\n` +
        'Run "lockstep config --keys" to see every key.',
    );
  }
  if (file !== undefined && stats !== undefined && secrets.isInFile) refuseExposed(file, stats);
  const dataFolder = resolve(overrides.data === undefined ? base : workingFolder, configuration.dataFolder);
  return {
    configuration: withWholePaths(configuration, base),
    secretPlaces: secrets.places,
    dataFolder,
    file,
    namesReplicas,
    plan: overrides.plan,
    overrides,
  };
}

/** Files of TLS, and of backups, are relative to the file that names them, as the data folder is. */
function withWholePaths(configuration: ConfigurationFile, base: string): ConfigurationFile {
  const { gateway, control, backup, notify } = configuration;
  const whole = (tls: ConfigurationFile['gateway']['tls']) =>
    tls && {
      certificateFile: resolve(base, tls.certificateFile),
      keyFile: resolve(base, tls.keyFile),
      authoritiesFile: tls.authoritiesFile && resolve(base, tls.authoritiesFile),
    };
  const keyed = <T extends TargetSettings>(target: T): T => ({
    ...target,
    keyFile: target.keyFile && resolve(base, target.keyFile),
  });
  const folders = backup.folders.map((target) => ({
    ...keyed(target),
    folder: resolve(base, target.folder),
  }));
  const webhooks = notify.webhooks.map((webhook) => ({
    ...webhook,
    authoritiesFile: webhook.authoritiesFile && resolve(base, webhook.authoritiesFile),
  }));
  return {
    ...configuration,
    notify: { ...notify, webhooks },
    backup: { ...backup, folders, buckets: backup.buckets.map(keyed) },
    gateway: { ...gateway, tls: whole(gateway.tls), operatorTls: whole(gateway.operatorTls) },
    control: { ...control, tls: whole(control.tls) },
  };
}

function hasReplicas(json: unknown): boolean {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, 'replicas');
}

function findFile(overrides: Overrides, workingFolder: string): string | undefined {
  const file = resolve(workingFolder, overrides.config ?? configurationFileName);
  if (existsSync(file)) return file;
  if (overrides.config === undefined) return undefined;
  throw usageFailure(
    `There is no configuration file ${file}. Check --config; without it, defaults are used.`,
  );
}

function parseFile(file: string): { readonly json: object; readonly stats: Stats } {
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(file);
  } catch (error) {
    throw usageFailure(`${file} cannot be read: ${messageOf(error)}.`);
  }
  try {
    const json: unknown = JSON.parse(found.text);
    // What is not an object is reported by the schema, in its words.
    return { json: json as object, stats: found.stats };
  } catch (error) {
    throw usageFailure(
      `${file} is not JSON: ${messageOf(error)}. JSON has no comments and no comma after the last entry.`,
    );
  }
}

function overridden(json: unknown, overrides: Overrides): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const changed: Record<string, unknown> = { ...json };
  if (overrides.data !== undefined) changed['dataFolder'] = overrides.data;
  if (overrides.replicas !== undefined) changed['replicas'] = standardReplicas(overrides.replicas);
  if (overrides.operator !== undefined) {
    const control = changed['control'] ?? {};
    if (typeof control === 'object') changed['control'] = { ...control, operator: overrides.operator };
  }
  const { gatewayPort: port, operatorPort } = overrides;
  const ports = {
    ...(port === undefined ? {} : { port }),
    ...(operatorPort === undefined ? {} : { operatorPort }),
  };
  if (Object.keys(ports).length > 0) {
    const gateway = changed['gateway'] ?? {};
    if (typeof gateway === 'object') changed['gateway'] = { ...gateway, ...ports };
  }
  return changed;
}

/** The effective configuration with its secrets hidden. */
export function shownConfiguration(configuration: ConfigurationFile): unknown {
  return configurationSchema.shown(configuration);
}

/** What the files of all members should say alike, as it is in them. */
export function agreedSettings(configuration: ConfigurationFile) {
  const { clusterId, durability, failover, replication, timing, journal, limits, control } = configuration;
  const { interface: _, ...network } = replication;
  const { operators, twoPersons } = control;
  return {
    clusterId,
    durability,
    failover,
    replication: network,
    timing,
    journal,
    limits,
    control: { operators, twoPersons },
  };
}

/**
 * A hash over what the files of all members should say alike: durability, failover, network, timing, bounds, operators.
 * Replicas compare it when they connect and tell a difference; of these, durability must be equal. Folders, keys,
 * addresses, network cards and the edge are left out, for they differ from machine to machine. 16 hexadecimal digits.
 */
export function configHash(configuration: ConfigurationFile): string {
  const { replication: network, ...settings } = agreedSettings(configuration);
  const { clusterId, durability, failover, timing, journal, limits, control } = settings;
  const { operators, twoPersons } = control;
  const agreed = { clusterId, durability, failover, network, timing, journal, limits, operators, twoPersons };
  return createHash('sha256').update(JSON.stringify(agreed)).digest('hex').slice(0, 16);
}
