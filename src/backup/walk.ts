/**
 * The objects of a chain, read in order: each is checked by itself, against its name, and against the one before it. A
 * replay goes along with them.
 */
import type { Observer } from '../replica/options.ts';
import type { Chain, Damage, ListedObject, StartPoint } from './chains.ts';
import type { BackupKey } from './encryption.ts';
import { type DecodedObject, decodeObject, hexOf, isEqual, numberText, objectName } from './objects.ts';
import { LogReplay, ReplayFault, voidsIn } from './replay.ts';
import type { Target } from './targets/target.ts';

/** Objects that are fetched while the ones before them are applied. */
const aheadMax = 4;

/** Where objects come from. */
export interface ReadFrom {
  readonly target: Target;
  readonly clusterId: number;
  readonly key: BackupKey | undefined;
  /** The exchange that is meant, where others have written there; 0 or absent: it is not known. */
  readonly instance?: number;
  /** Called with the bytes read so far, and those that there are to read. */
  readonly progress?: ((bytes: number, of: number) => void) | undefined;
  readonly observer?: Observer | undefined;
}

/** An object that cannot be used. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
  readonly damage: Damage;

  constructor(object: string, reason: string) {
    super(`${object}: ${reason}`);
    this.damage = { object, reason };
  }
}

/** Reads `objects`, in order. */
export class ObjectReader {
  readonly #from: ReadFrom;
  readonly #chain: Chain;
  readonly #objects: readonly ListedObject[];
  readonly #fetches = new Map<number, Promise<Uint8Array | undefined>>();
  readonly #bytes: number;
  #doneBytes = 0;
  #last: DecodedObject | undefined;
  #instance = 0;

  constructor(from: ReadFrom, chain: Chain, objects: readonly ListedObject[]) {
    this.#from = from;
    this.#chain = chain;
    this.#objects = objects;
    this.#bytes = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The object at this place of the list. Throws a DamageError where it cannot be used. */
  async read(at: number): Promise<DecodedObject> {
    const listed = this.#objects[at]!;
    const { name } = listed;
    this.#refuseGap(listed);
    for (let n = at; n < Math.min(at + aheadMax, this.#objects.length); n++) this.#fetch(n);
    const bytes = await this.#fetches.get(at);
    this.#fetches.delete(at);
    if (bytes === undefined) throw new DamageError(name, 'it is listed, and is not there');
    const object = decodeObject(bytes, this.#from.key);
    if (typeof object === 'string') throw new DamageError(name, object);
    this.#check(listed, object);
    this.#last = object;
    this.#doneBytes += listed.bytes;
    this.#from.progress?.(this.#doneBytes, this.#bytes);
    return object;
  }

  /** After a damaged object the next one is believed by itself. */
  forget(): void {
    this.#last = undefined;
  }

  #fetch(at: number): void {
    if (this.#fetches.has(at)) return;
    const { name, bytes } = this.#objects[at]!;
    const fetched = this.#from.target.get(name, bytes);
    fetched.catch(() => undefined);
    this.#fetches.set(at, fetched);
  }

  /** An object between the last one and this one is missing; one that is listed there was left out on purpose. */
  #refuseGap({ number }: ListedObject): void {
    const last = this.#last?.head.number ?? number;
    for (let between = last + 1; between < number; between++) {
      if (!this.#chain.objects.some((object) => object.number === between))
        throw new DamageError(numberedName(this.#chain, between), `object ${between} is missing`);
    }
  }

  #check({ name, number }: ListedObject, { head, hash }: DecodedObject): void {
    const { id, folder, head: newest } = this.#chain;
    const isOwn = head.chain === id && head.clusterId === this.#from.clusterId;
    if (!isOwn || objectName(head) !== name.slice(folder.length))
      throw new DamageError(name, `it is object ${head.number} of chain ${head.chain} under a wrong name`);
    if (this.#instance !== 0 && head.instance !== 0 && head.instance !== this.#instance)
      throw new DamageError(name, 'it is of another cluster than the object before it');
    this.#instance ||= head.instance;
    const last = this.#last;
    if (last !== undefined && last.head.number === number - 1 && !isEqual(head.previous, last.hash))
      throw new DamageError(
        name,
        'it names another object as the one before it: one of the two was replaced',
      );
    if (newest !== undefined && newest.number === number && newest.hash !== hexOf(hash))
      throw new DamageError(name, 'it is not the object that the head of the chain names');
  }
}

/** A replay that begins at a start. Throws a DamageError where the snapshot cannot be used. */
export async function replayAt(from: ReadFrom, chain: Chain, start: StartPoint): Promise<LogReplay> {
  const replay = await begin(from, chain, start);
  replay.voids = await voidsBehind(from, chain, start.logFrom);
  return replay;
}

async function begin(from: ReadFrom, chain: Chain, { number }: StartPoint): Promise<LogReplay> {
  const first = chain.objects.find((object) => object.number === number);
  if (first === undefined) return LogReplay.fromNothing(from.observer);
  const { content } = await new ObjectReader(from, chain, [first]).read(0);
  const replay = LogReplay.fromSnapshot(content, from.observer);
  if (typeof replay === 'string') throw new DamageError(first.name, replay);
  return replay;
}

/** The commands that are voided anywhere behind this object: a replay must not apply them. */
export async function voidsBehind(
  from: ReadFrom,
  chain: Chain,
  numberFrom: number,
): Promise<ReadonlySet<number>> {
  const voids = new Set<number>();
  const holders = chain.objects.filter(({ number, hasVoids }) => hasVoids && number >= numberFrom);
  for (const holder of holders) {
    const { content } = await new ObjectReader({ ...from, progress: undefined }, chain, [holder]).read(0);
    for (const seq of voidsIn(content)) voids.add(seq);
  }
  return voids;
}

/** What an error says of an object; throws it where it is no damage. */
export function damageOf(error: unknown, { name }: ListedObject): Damage {
  if (error instanceof DamageError) return error.damage;
  if (error instanceof ReplayFault) return { object: name, reason: error.message };
  throw error;
}

function numberedName({ folder }: Chain, number: number): string {
  return `${folder}${numberText(number)}`;
}
