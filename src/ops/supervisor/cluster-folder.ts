/**
 * The data folder of a cluster on one machine: which process holds it, which replicas it was formatted for, and what
 * other commands need to know of the cluster that runs in it. Formatting happens once: a replica without data that is
 * not formatted belongs to a living cluster and must not vote until it has caught up.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { takeLock } from '../../io/disk/folder-lock.ts';
import { closeFiles, fileMode, flushFolder, makeFolder, makePrivate } from '../../io/disk/private-files.ts';
import { snapshotIndices } from '../../journal/snapshot-file.ts';
import { StateFile } from '../../journal/state-file.ts';
import { type ConfigurationFile, foundingProblem } from '../configuration/configuration.ts';
import { type SecretPlace, withSecretPlaces } from '../configuration/secrets.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { isRunning, type ProcessIdentity } from '../processes/process-identity.ts';
import { calledAs } from '../version.ts';
import type { ChildState } from './child.ts';
import { loadFolderFile } from './folder-files.ts';
import { JournalFolder } from './journal-folder.ts';

const clusterFileName = 'cluster.json';
const runningFileName = 'running.json';
const upFileName = 'up.json';
const lockFileName = 'up.lock';
const logsFolderName = 'logs';
/** In the folder of a replica: it may found the cluster. Removed once it has data. */
const formatFileName = 'format.json';
const stickyBit = 0o1000;

export function replicaFolder(dataFolder: string, id: number): string {
  return join(dataFolder, `replica-${id}`);
}

export function logFile(dataFolder: string, name: string): string {
  return join(dataFolder, logsFolderName, `${name.replaceAll(' ', '-')}.log`);
}

export function runningFile(dataFolder: string): string {
  return join(dataFolder, runningFileName);
}

interface ClusterFile {
  readonly clusterId: number;
  readonly replicas: readonly number[];
}

/** What the folder was formatted for; undefined for a new folder. Throws a Failure where its file is spoiled. */
export function formattedFor(dataFolder: string): ClusterFile | undefined {
  return loadFolderFile(join(dataFolder, clusterFileName), 'cluster');
}

export interface Formatted {
  /** Replicas that found a new cluster. */
  readonly founded: boolean;
  /** Blank replicas of a cluster that has data: they start as recovering. */
  readonly blank: readonly number[];
}

/** Makes the folders; where no replica has data, marks each as a founder. Refuses data of another cluster. */
export function formatFolder(dataFolder: string, configuration: ConfigurationFile): Formatted {
  const ids = configuration.replicas.map(({ id }) => id);
  const blank = ids.filter((id) => isBlank(dataFolder, id));
  const others = foreignReplicas(dataFolder, ids);
  const founded = blank.length === ids.length && others.length === 0;
  // Where there is no data it may say what it will: it is written again.
  const known = founded ? undefined : formattedFor(dataFolder);
  if (known !== undefined) refuseOtherCluster(dataFolder, configuration, known);
  if (known === undefined && others.length > 0) {
    throw usageFailure(
      `${dataFolder} holds data of replica ${others.join(', ')}, and the configuration names ${ids.join(', ')}. ` +
        'Name the same replicas, or use another folder with --data.',
    );
  }
  if (founded) refuseFounding(configuration);
  for (const id of ids) privateFolder(replicaFolder(dataFolder, id));
  const logs = join(dataFolder, logsFolderName);
  privateFolder(logs);
  closeFiles(logs);
  if (founded) {
    for (const id of ids) markFounder(dataFolder, id, configuration);
    writeFormatted(dataFolder, configuration.clusterId, ids);
  }
  return { founded, blank: founded ? [] : blank.filter((id) => !isFounder(dataFolder, id)) };
}

/** Writes for which replicas the folder is. */
export function writeFormatted(dataFolder: string, clusterId: number, replicas: readonly number[]): void {
  writeJson(join(dataFolder, clusterFileName), { clusterId, replicas });
}

/**
 * Closes the data folder to other users; returns whether they had a way in. A folder that is shared on purpose, such as
 * /tmp, or in which the command was called, is left as it is: the files in it are their owner's alone anyway.
 */
export function closeDataFolder(dataFolder: string): boolean {
  const { mode } = statSync(dataFolder);
  const isShared = (mode & stickyBit) !== 0 || dataFolder === process.cwd();
  return !isShared && privateFolder(dataFolder);
}

function refuseFounding(configuration: ConfigurationFile): void {
  const problem = foundingProblem(configuration);
  if (problem !== undefined) throw usageFailure(problem);
}

/** Marks one replica that has no log as a founder of a new cluster. */
export function markFounder(dataFolder: string, id: number, configuration: ConfigurationFile): void {
  refuseFounding(configuration);
  if (hasLog(dataFolder, id)) {
    throw usageFailure(
      `Replica ${id} has data in ${replicaFolder(dataFolder, id)}, so it cannot found a cluster. Start it without --bootstrap.`,
    );
  }
  privateFolder(replicaFolder(dataFolder, id));
  const { clusterId, replicas } = configuration;
  writeJson(join(replicaFolder(dataFolder, id), formatFileName), {
    clusterId,
    replicas: replicas.map((replica) => replica.id),
  });
}

/** Whether this replica may found its cluster: it is formatted, and its founding did not end. */
export function isFounder(dataFolder: string, id: number): boolean {
  return existsSync(join(replicaFolder(dataFolder, id), formatFileName));
}

/** Called once the replica has data of its own: should that ever be lost, it must not found a second cluster. */
export function endFounding(dataFolder: string, id: number): void {
  rmSync(join(replicaFolder(dataFolder, id), formatFileName), { force: true });
}

/** Removes what `up` made: replicas, logs and marks. The keys stay. */
export function clearFolder(dataFolder: string): void {
  for (const name of entriesOf(dataFolder)) {
    const isOurs =
      /^replica-\d+$/.test(name) ||
      [clusterFileName, runningFileName, upFileName, logsFolderName].includes(name);
    if (isOurs) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
}

/** A replica that was started without founding anything has a state file and an empty journal, and no log yet. */
function hasLog(dataFolder: string, id: number): boolean {
  if (isBlank(dataFolder, id)) return false;
  if (!entriesOf(replicaFolder(dataFolder, id)).includes('state')) return true;
  const storage = new JournalFolder(replicaFolder(dataFolder, id));
  const opened = StateFile.open(storage);
  const knowsNoCluster = opened.kind === 'open' && opened.file.state.founders.length === 0;
  return !knowsNoCluster || snapshotIndices(storage).length > 0;
}

function isBlank(dataFolder: string, id: number): boolean {
  // Hidden files are locks and unfinished writes of the disk's side.
  return entriesOf(replicaFolder(dataFolder, id)).every(
    (name) => name === formatFileName || name.startsWith('.'),
  );
}

/** Replicas that have data in the folder. */
export function replicasWithData(dataFolder: string): number[] {
  return foreignReplicas(dataFolder, []);
}

function foreignReplicas(dataFolder: string, ids: readonly number[]): number[] {
  return entriesOf(dataFolder)
    .map((name) => Number(/^replica-(\d+)$/.exec(name)?.[1] ?? 0))
    .filter((id) => id > 0 && !ids.includes(id) && !isBlank(dataFolder, id));
}

function refuseOtherCluster(dataFolder: string, configuration: ConfigurationFile, known: ClusterFile): void {
  const ids = configuration.replicas.map(({ id }) => id);
  if (known.clusterId !== configuration.clusterId) {
    throw usageFailure(
      `clusterId: ${configuration.clusterId} does not match the data in ${dataFolder}, which belongs to cluster ` +
        `${known.clusterId}. Set clusterId to ${known.clusterId}, or use another folder with --data.`,
    );
  }
  if (ids.toSorted().join() !== known.replicas.toSorted().join()) {
    throw usageFailure(
      `replicas: the configuration names ${ids.join(', ')}, and ${dataFolder} was made for ${known.replicas.join(', ')}. ` +
        `Run with --replicas ${known.replicas.length}, use another folder with --data, or begin a new one with --fresh (the old data is removed).`,
    );
  }
}

/** What `up` tells other commands. */
export interface UpFile extends ProcessIdentity {
  readonly startedAt: string;
  readonly gatewayUrl: string;
  readonly children: readonly {
    readonly name: string;
    readonly pid: number | undefined;
    readonly state: ChildState;
    readonly restarts: number;
  }[];
}

export function writeUpFile(dataFolder: string, up: UpFile): void {
  writeJson(join(dataFolder, upFileName), up);
}

/** The cluster that runs in this folder; undefined where none does. Throws a Failure where the file is spoiled. */
export function readUpFile(dataFolder: string): UpFile | undefined {
  const up = loadFolderFile(join(dataFolder, upFileName), 'up');
  return up !== undefined && isRunning(up) ? up : undefined;
}

/** The effective configuration, for the processes that `up` starts and for commands that talk with them. */
export function writeRunning(
  dataFolder: string,
  configuration: ConfigurationFile,
  secretPlaces: readonly SecretPlace[] = [],
): void {
  writeJson(runningFile(dataFolder), withSecretPlaces({ ...configuration, dataFolder }, secretPlaces));
}

/** Takes the folder for this process; the second `up` on a folder is refused. Returns what gives it back. */
export function lockFolder(dataFolder: string): () => void {
  const refusedBy = (holder = 'of another user'): Failure => {
    const stop = holder === 'of another user' ? 'have it stopped' : `stop it with "kill ${holder}"`;
    return new Failure(
      `A cluster runs on ${dataFolder} already (process ${holder}). See it with "${calledAs()} status", ${stop}, or use ` +
        'another folder with --data.',
    );
  };
  try {
    makeFolder(dataFolder);
    const descriptor = takeLock(join(dataFolder, lockFileName), refusedBy);
    return () => closeSync(descriptor);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw usageFailure(
      `The data folder ${dataFolder} cannot be used: ${messageOf(error)}. Choose another with --data.`,
    );
  }
}

/** Makes a folder of the cluster, or takes it as its owner's alone. */
function privateFolder(folder: string): boolean {
  try {
    return makePrivate(folder);
  } catch (error) {
    throw usageFailure(`${messageOf(error)} Or choose another data folder with --data.`);
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function writeJson(path: string, json: unknown): void {
  writeText(path, `${JSON.stringify(json, undefined, 2)}\n`);
}

/** Whole or not at all, for its owner alone. */
export function writeText(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'w', fileMode);
  try {
    // Writes all of it, or throws: `writeSync` stops early on a disk that runs full.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  flushFolder(dirname(path));
}
