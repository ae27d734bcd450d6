/**
 * What a target holds, as its list of names and the notes beside the chains say it, and what is wrong with that: gaps
 * in the numbers, objects that the head names and that are missing. What the objects hold is checked where they are
 * read.
 */
import type { BackupKey } from './encryption.ts';
import { type HeadNote, type NoteName, noteNames, type ProofNote, readNote } from './notes.ts';
import { numberText, type ObjectLabel, readObjectName } from './objects.ts';
import type { StoredObject, Target } from './targets/target.ts';

/** One object as the list shows it. */
export interface ListedObject extends ObjectLabel {
  /** Whole name at the target. */
  readonly name: string;
  readonly bytes: number;
}

/** What is wrong, and with which object. */
export interface Damage {
  readonly object: string;
  readonly reason: string;
}

/** Where a restore can begin: a snapshot, or the beginning of the log. */
export interface StartPoint {
  /** Number of the snapshot; 0: the beginning of the log. */
  readonly number: number;
  readonly seq: number;
  readonly timeUs: number;
  /** Number of the first object of the log that is needed behind it. */
  readonly logFrom: number;
}

export interface Chain {
  readonly id: string;
  /** Begins the names of its objects. */
  readonly folder: string;
  /** Kept objects, in the order of their numbers. */
  readonly objects: readonly ListedObject[];
  /** Objects below the floor: a removal that was interrupted. */
  readonly leftovers: readonly ListedObject[];
  readonly starts: readonly StartPoint[];
  readonly head: HeadNote | undefined;
  readonly proof: ProofNote | undefined;
  /** Last command that its objects hold, without a gap from the last start on, as the list says. */
  readonly seq: number;
  readonly timeUs: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
  /** Of it: the newest objects are missing. */
  readonly lostTail: Damage | undefined;
}

const chainPattern = /^(\d{8}T\d{6}Z-[0-9a-f]{8})$/;

/** `cluster-7/`: what all names of a cluster begin with. */
export function clusterFolder(clusterId: number): string {
  return `cluster-${clusterId}/`;
}

/** The name of a chain that begins at `nowUs`; names sort by time. */
export function chainId(nowUs: number, chance: number): string {
  const time = new Date(nowUs / 1_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${(chance >>> 0).toString(16).padStart(8, '0')}`;
}

/** All chains of a cluster, the oldest first. */
export async function readChains(
  target: Target,
  clusterId: number,
  key: BackupKey | undefined,
): Promise<Chain[]> {
  const folder = clusterFolder(clusterId);
  const byChain = new Map<string, StoredObject[]>();
  for (const object of await target.list(folder)) {
    const [id = ''] = object.name.slice(folder.length).split('/');
    if (!chainPattern.test(id)) continue;
    const objects = byChain.get(id) ?? [];
    objects.push(object);
    byChain.set(id, objects);
  }
  const ids = [...byChain.keys()].sort();
  return Promise.all(ids.map((id) => readChain(target, `${folder}${id}/`, id, byChain.get(id)!, key)));
}

/** A chain as its head says it, without a list of its objects. */
export interface ChainHead {
  readonly id: string;
  readonly folder: string;
  readonly head: HeadNote;
}

/** The heads of all chains of a cluster that have one, the oldest first; however many objects they have. */
export async function readHeads(
  target: Target,
  clusterId: number,
  key: BackupKey | undefined,
): Promise<ChainHead[]> {
  const cluster = clusterFolder(clusterId);
  const found = await Promise.all(
    (await target.folders(cluster)).map(async (folder): Promise<ChainHead[]> => {
      const id = folder.slice(cluster.length, -1);
      if (!chainPattern.test(id)) return [];
      const head = await readNote(target, folder, 'head', key);
      return typeof head === 'object' ? [{ id, folder, head }] : [];
    }),
  );
  return found.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The chain of the highest epoch; of several the one that was written last. */
export function newestOf<T extends { readonly head: HeadNote }>(chains: readonly T[]): T | undefined {
  return chains.toSorted(
    (a, b) => (b.head.epoch ?? 1) - (a.head.epoch ?? 1) || b.head.madeUs - a.head.madeUs,
  )[0];
}

/** The objects of a chain that come behind a number, in order. */
export async function objectsBehind(target: Target, folder: string, number: number): Promise<ListedObject[]> {
  // Behind each name that begins with that number.
  return listedObjects(folder, await target.list(folder, `${folder}${numberText(number)}~`), []);
}

/** One chain; `stored` is the list of its objects. */
export async function readChain(
  target: Target,
  folder: string,
  id: string,
  stored: readonly StoredObject[],
  key: BackupKey | undefined,
): Promise<Chain> {
  const damage: Damage[] = [];
  const noteOf = async <N extends NoteName>(name: N) => {
    const isThere = stored.some((object) => object.name === `${folder}${name}`);
    const note = isThere ? await readNote(target, folder, name, key) : undefined;
    if (typeof note !== 'string') return note;
    damage.push({ object: `${folder}${name}`, reason: note });
    return undefined;
  };
  const head = await noteOf('head');
  const floor = await noteOf('floor');
  const proof = await noteOf('proof');
  const listed = listedObjects(folder, stored, damage);
  const from = floor?.number ?? 1;
  const objects = listed.filter(({ number }) => number >= from);
  const leftovers = listed.filter(({ number }) => number < from);
  const isRemoved = objects.length === 0 && head !== undefined && head.number < from;
  const gaps = isRemoved ? [] : gapsIn(folder, objects, from, head);
  damage.push(...gaps);
  const last = objects.at(-1);
  return {
    id,
    folder,
    objects,
    leftovers,
    starts: startsOf(objects),
    head,
    proof,
    seq: Math.max(0, ...objects.map(({ seq }) => seq)),
    timeUs: Math.max(0, last?.timeUs ?? 0, ...objects.slice(-2).map(({ timeUs }) => timeUs)),
    bytes: objects.reduce((sum, object) => sum + object.bytes, 0),
    damage,
    lostTail: head !== undefined && (last?.number ?? 0) >= head.number ? undefined : gaps.at(-1),
  };
}

function listedObjects(folder: string, stored: readonly StoredObject[], damage: Damage[]): ListedObject[] {
  const listed: ListedObject[] = [];
  for (const { name, bytes } of stored) {
    const own = name.slice(folder.length);
    const label = readObjectName(own);
    if (label !== undefined) listed.push({ ...label, name, bytes });
    else if (!(noteNames as readonly string[]).includes(own))
      damage.push({ object: name, reason: 'it is no object of a backup, and is left alone' });
  }
  return listed.sort((a, b) => a.number - b.number);
}

/** Where it is gone, so may be what it named: no end of the chain counts as the newest state. */
const noHead = 'it is missing or no good, so newer objects may be missing too';

/** Numbers that are missing or given twice, and what the head names and is not there. */
function gapsIn(
  folder: string,
  objects: readonly ListedObject[],
  from: number,
  head: HeadNote | undefined,
): Damage[] {
  const damage: Damage[] = [];
  const missing = (first: number, last: number): void => {
    const which = first === last ? `object ${first}` : `objects ${first} to ${last}`;
    damage.push({ object: `${folder}${numberText(first)}`, reason: `${which} missing` });
  };
  let expected = from;
  for (const { number, name } of objects) {
    if (number < expected) damage.push({ object: name, reason: `number ${number} is there twice` });
    else if (number > expected) missing(expected, number - 1);
    expected = Math.max(expected, number + 1);
  }
  if (head === undefined) {
    if (objects.length > 0) damage.push({ object: `${folder}head`, reason: noHead });
  } else if (head.number >= expected) missing(expected, head.number);
  return damage;
}

/** Where a restore can begin, in the order of the log. */
function startsOf(objects: readonly ListedObject[]): StartPoint[] {
  const starts: StartPoint[] = [];
  const logs = objects.filter(({ kind }) => kind === 'log');
  const [first] = objects;
  if (first?.number === 1 && first.kind === 'log') starts.push({ number: 0, seq: 0, timeUs: 0, logFrom: 1 });
  for (const { number, kind, seq, timeUs } of objects) {
    if (kind !== 'snapshot') continue;
    // One that ends with the very command may end in a later frame.
    const behind = logs.find((log) => log.seq >= seq || log.number > number);
    starts.push({ number, seq, timeUs, logFrom: Math.min(behind?.number ?? number + 1, number + 1) });
  }
  return starts;
}
