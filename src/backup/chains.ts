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

/** What a shipper knows to be in its chain. */
export interface KnownHead {
  readonly chain: string;
  readonly head: HeadNote;
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

/** All chains of a cluster, the oldest first; and the one that is known, whatever of it is there. */
export async function readChains(
  target: Target,
  clusterId: number,
  key: BackupKey | undefined,
  known?: KnownHead,
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
  if (known !== undefined && !byChain.has(known.chain)) byChain.set(known.chain, []);
  const ids = [...byChain.keys()].sort();
  return Promise.all(
    ids.map((id) => {
      const head = known?.chain === id ? known.head : undefined;
      return readChain({ target, key, known: head }, `${folder}${id}/`, byChain.get(id)!);
    }),
  );
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

interface Headed {
  readonly head: HeadNote;
}

/**
 * The chain of the highest epoch; of several one of this exchange, where that is known; of these one whose site has not
 * ended what it wrote, and then the one that was written last. What two sites wrote is not told apart by their clocks.
 */
export function newestOf<T extends Headed>(chains: readonly T[], instance = 0): T | undefined {
  return chains.toReversed().toSorted(newestFirst(instance))[0];
}

function newestFirst(instance: number): (a: Headed, b: Headed) => number {
  const foreign = ({ head }: Headed): number => Number(isOfAnother(head.instance, instance));
  return (one, other) => {
    const [a, b] = [one.head, other.head];
    const byEpoch = (b.epoch ?? 1) - (a.epoch ?? 1);
    return (
      byEpoch || foreign(one) - foreign(other) || (a.sealed ?? 0) - (b.sealed ?? 0) || b.madeUs - a.madeUs
    );
  };
}

/** Of two exchanges; one that is not known is no other one. */
export function isOfAnother(a = 0, b = 0): boolean {
  return a !== 0 && b !== 0 && a !== b;
}

/**
 * Whether a chain is of a site whose file names the sites in another order than these: what is number 2 there is
 * another one here, so both may take themselves for the site that writes. A list may have sites that the other lacks.
 */
export function isOfOtherOrder(
  { head }: { readonly head: Pick<HeadNote, 'sites'> | undefined },
  own: readonly string[],
): boolean {
  const theirs = head?.sites?.split(' ') ?? [];
  return theirs.some((name, n) => own[n] !== undefined && own[n] !== name);
}

/** Chains that another exchange has written in the same epoch: which of them is meant only a person can say. */
export function mixedWith(chains: readonly Chain[], { head }: Chain): Chain[] {
  return chains.filter(
    (other) =>
      other.objects.length > 0 &&
      isOfAnother(other.head?.instance, head?.instance) &&
      (other.head?.epoch ?? 1) === (head?.epoch ?? 1),
  );
}

/**
 * The chain of the newest state first: not always the one that began last, as a site that writes again goes on in its
 * own. One without a good head may be it where its objects go further than the others.
 */
export function byNewestState(chains: readonly Chain[], instance = 0): Chain[] {
  const known = chains
    .toReversed()
    .flatMap((chain) => (chain.head === undefined ? [] : [{ ...chain, head: chain.head }]));
  const headless = chains.toReversed().filter(({ head }) => head === undefined);
  const sorted = known.toSorted(newestFirst(instance));
  const furthestUs = sorted[0]?.timeUs ?? 0;
  const isFurther = ({ timeUs }: Chain): boolean => timeUs > furthestUs;
  return [...headless.filter(isFurther), ...sorted, ...headless.filter((chain) => !isFurther(chain))];
}

/** The objects of a chain that come behind a number, in order. */
export async function objectsBehind(target: Target, folder: string, number: number): Promise<ListedObject[]> {
  // Behind each name that begins with that number.
  return listedObjects(folder, await target.list(folder, `${folder}${numberText(number)}~`), []);
}

/** Where a chain is read, and the head that it has at least, where that is known. */
interface ChainPlace {
  readonly target: Target;
  readonly key: BackupKey | undefined;
  readonly known?: HeadNote | undefined;
}

/** The chain in a folder; `stored` is the list of its objects. */
export async function readChain(
  { target, key, known }: ChainPlace,
  folder: string,
  stored: readonly StoredObject[],
): Promise<Chain> {
  const damage: Damage[] = [];
  const noteOf = async <N extends NoteName>(name: N) => {
    const isThere = stored.some((object) => object.name === `${folder}${name}`);
    const note = isThere ? await readNote(target, folder, name, key) : undefined;
    if (typeof note !== 'string') return note;
    damage.push({ object: `${folder}${name}`, reason: note });
    return undefined;
  };
  const shown = await noteOf('head');
  const isOlder = known !== undefined && known.number > (shown?.number ?? 0);
  const head = isOlder ? known : shown;
  const floor = await noteOf('floor');
  const proof = await noteOf('proof');
  const from = floor?.number ?? 1;
  const all = await withShippedSince(target, folder, { stored, from, head });
  const listed = listedObjects(folder, all, damage);
  const objects = listed.filter(({ number }) => number >= from);
  const leftovers = listed.filter(({ number }) => number < from);
  const isRemoved = objects.length === 0 && head !== undefined && head.number < from;
  const why = isOlder ? tookBack : '';
  const gaps = isRemoved ? [] : gapsIn(folder, objects, from, { head, why });
  damage.push(...gaps);
  const last = objects.at(-1);
  return {
    id: folder.split('/').at(-2)!,
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

/**
 * What is shipped while the list is made may be missing in it, and the head, which is read after that, names it: where
 * something is missing, the list is made once more.
 */
async function withShippedSince(
  target: Target,
  folder: string,
  { stored, from, head }: { stored: readonly StoredObject[]; from: number; head: HeadNote | undefined },
): Promise<readonly StoredObject[]> {
  const objects = listedObjects(folder, stored, []).filter(({ number }) => number >= from);
  if (gapsIn(folder, objects, from, { head, why: '' }).length === 0) return stored;
  const byName = new Map(stored.map((object) => [object.name, object]));
  for (const object of await target.list(folder)) byName.set(object.name, object);
  return [...byName.values()];
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

/** Of what is missing at the end, where it is known from elsewhere. */
const tookBack =
  ', which the backup of this machine had shipped: the target shows an older state of itself, or its disk is not mounted';

/** Numbers that are missing or given twice, and what the head names and is not there; `why` that would be. */
function gapsIn(
  folder: string,
  objects: readonly ListedObject[],
  from: number,
  { head, why }: { readonly head: HeadNote | undefined; readonly why: string },
): Damage[] {
  const damage: Damage[] = [];
  const missing = (first: number, last: number, because = ''): void => {
    const which = first === last ? `object ${first}` : `objects ${first} to ${last}`;
    damage.push({ object: `${folder}${numberText(first)}`, reason: `${which} missing${because}` });
  };
  let expected = from;
  for (const { number, name } of objects) {
    if (number < expected) damage.push({ object: name, reason: `number ${number} is there twice` });
    else if (number > expected) missing(expected, number - 1);
    expected = Math.max(expected, number + 1);
  }
  if (head === undefined) {
    if (objects.length > 0) damage.push({ object: `${folder}head`, reason: noHead });
  } else if (head.number >= expected) missing(expected, head.number, why);
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
