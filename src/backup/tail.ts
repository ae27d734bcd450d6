/**
 * The end of the newest chain at a target, read as it grows: what a standby site is to apply next. Each object is
 * checked by itself and against the one before it, as in a restore.
 */
import { epochIn, frameAt, frameHeaderBytes, voidedIn } from '../protocol/frames.ts';
import { getU53 } from '../std/integers.ts';
import {
  type Chain,
  type ChainHead,
  type ListedObject,
  newestOf,
  objectsBehind,
  readChain,
  readHeads,
} from './chains.ts';
import { type ClaimNote, type HeadNote, readNote } from './notes.ts';
import { type DecodedObject, decodeObject, isEqual, readObjectName } from './objects.ts';
import { DamageError, type ReadFrom } from './walk.ts';

/** How often it is looked whether a newer chain has begun. */
const chainsEveryUs = 5_000_000;
/** As often where one was just chosen, and has given nothing: a site that has ended what it wrote waits for another. */
const firstPieceEveryUs = 100_000;
const firstPieceWithinUs = 10_000_000;

/** A part of the log behind the seq that was asked for. */
export interface TailPiece {
  /** Frames with commands and epochs, in order; the first one has the seq that was asked for. */
  readonly frames: readonly Uint8Array[];
  /** Frames that void commands (decision 26), those further on in the chain too: they are given before the others. */
  readonly voids: readonly Uint8Array[];
  /** The time of the commands before the first frame. */
  readonly previousTimeUs: number;
  /** The newest epoch that they open; 0: none. */
  readonly epoch: number;
  readonly instance: number;
  readonly bytes: number;
}

/** `nothing`: all of the chain was read. `gone`: no chain goes on from there; a new start is needed. */
export type TailOutcome = TailPiece | 'nothing' | 'gone';

/** How far the writing site has shipped. */
export interface ShippedTo {
  readonly chain: string;
  readonly folder: string;
  readonly seq: number;
  readonly timeUs: number;
  readonly madeUs: number;
  readonly epoch: number;
  /** Of all objects of the chain. */
  readonly bytes: number;
}

/** The newest chain at the target, and the heads of all. */
export interface NewestChain {
  readonly epoch: number;
  readonly folder: string;
  readonly chains: readonly ChainHead[];
}

export class ChainTail {
  readonly #from: ReadFrom;
  #chain: Pick<Chain, 'id' | 'folder'> | undefined;
  #chainsReadUs = Number.NEGATIVE_INFINITY;
  /** Until when something of the chain that was chosen should come; 0 once it did. */
  #firstUntilUs = 0;
  /** Objects of the chain that are known and not read, the next one first. */
  #waiting: ListedObject[] = [];
  /** Frames of the chain that void commands, and have something of what follows them yet to be given. */
  #voids: Uint8Array[] = [];
  /** The last object that was read, and its hash. */
  #number = 0;
  #hash: Uint8Array | undefined;
  #nextSeq = 0;
  /** Of all objects of the chain up to the last one that was read, counted as its head does. */
  readBytes = 0;
  /** The newest epoch that was given. */
  #givenEpoch = 0;
  /** The time of the commands before the next object. */
  #timeUs = 0;
  shippedTo: ShippedTo | undefined;

  constructor(from: ReadFrom) {
    this.#from = from;
  }

  /**
   * The frames that follow, from `nextSeq` on, for a site that is in this epoch of this exchange (0: it is not known).
   * Throws a DamageError where an object cannot be used.
   */
  async read(nextSeq: number, epoch: number, nowUs: number, instance = 0): Promise<TailOutcome> {
    // A leader that took the frame of an epoch may die with it, and no seq shows that.
    if (this.#givenEpoch > epoch) this.#nextSeq = 0;
    const everyUs = nowUs < this.#firstUntilUs ? firstPieceEveryUs : chainsEveryUs;
    const isKnown = nextSeq === this.#nextSeq && nowUs - this.#chainsReadUs < everyUs;
    if (!isKnown || (this.#waiting.length === 0 && (await this.#looksOn()))) {
      const isThere = await this.#chooseChain(nextSeq, nowUs, instance);
      if (isThere !== undefined) return isThere;
    }
    this.#voids = this.#voids.filter((frame) => endOf(frame) >= nextSeq);
    for (let object = this.#waiting[0]; object !== undefined; object = this.#waiting[0]) {
      const piece = await this.#readObject(object, nextSeq, epoch);
      this.#waiting.shift();
      if (piece.frames.length === 0) continue;
      this.#nextSeq = endOf(piece.frames.at(-1)!);
      this.#givenEpoch = piece.epoch;
      this.#firstUntilUs = 0;
      return { ...piece, bytes: object.bytes, voids: this.#voids };
    }
    return 'nothing';
  }

  /** Where nothing follows: a leader that took a void may have died with it. */
  voidsAlone(instance: number): TailPiece | undefined {
    const voids = this.#voids;
    return voids.length === 0 ? undefined : { ...noFrames, voids, instance, bytes: 0 };
  }

  /** The newest chain at the target; undefined: there is none. What was read stays where it is. */
  async newest(): Promise<NewestChain | undefined> {
    const { target, clusterId, key } = this.#from;
    const chains = await readHeads(target, clusterId, key);
    const newest = newestOf(chains);
    return newest && { epoch: newest.head.epoch ?? 1, folder: newest.folder, chains };
  }

  /** The newest epoch that a standby site was to begin, as it was promoted; undefined: none. */
  async claim(): Promise<ClaimNote | undefined> {
    const { target, clusterId, key } = this.#from;
    const heads = await readHeads(target, clusterId, key);
    const found = await Promise.all(heads.map(({ folder }) => readNote(target, folder, 'claim', key)));
    const claims = found.filter((note) => typeof note === 'object');
    return claims.toSorted((a, b) => b.epoch - a.epoch)[0];
  }

  /** What a standby site has yet to apply of what is in a chain, in bytes; undefined where none says so. */
  async unappliedBytes(
    folder: string,
  ): Promise<{ readonly site: string; readonly bytes: number } | undefined> {
    const { target, key } = this.#from;
    const [head, note] = await Promise.all([
      readNote(target, folder, 'head', key),
      readNote(target, folder, 'follower', key),
    ]);
    if (typeof head !== 'object' || typeof note !== 'object') return undefined;
    if (head.bytes === undefined || note.bytes === undefined) return undefined;
    return { site: note.site, bytes: Math.max(0, head.bytes - note.bytes) };
  }

  /** Finds the place in the newest chain; an outcome where there is none. */
  async #chooseChain(
    nextSeq: number,
    nowUs: number,
    instance: number,
  ): Promise<'nothing' | 'gone' | undefined> {
    const { target, clusterId, key } = this.#from;
    const newest = newestOf(await readHeads(target, clusterId, key), instance);
    this.#chainsReadUs = nowUs;
    if (newest === undefined) return 'nothing';
    const { id, folder } = newest;
    if (id === this.#chain?.id && nextSeq === this.#nextSeq && (await this.#goesOn(newest))) return undefined;
    const chain = await readChain({ target, key }, folder, await target.list(folder));
    if (chain.objects.length === 0 || chain.head === undefined) return 'nothing';
    if (id !== this.#chain?.id) this.#firstUntilUs = nowUs + firstPieceWithinUs;
    this.#chain = { id, folder };
    if (!chain.starts.some(({ seq }) => seq < nextSeq)) {
      this.#noteHead(chain.head);
      return 'gone';
    }
    // Snapshots in between are links of the chain, too.
    const first = chain.objects.findIndex(({ kind, seq }) => kind === 'log' && seq + 1 >= nextSeq);
    this.#waiting = first < 0 ? [] : chain.objects.slice(first);
    // Without a place behind the last object nothing is compared with the one before the first.
    this.#number = (this.#waiting[0] ?? chain.objects.at(-1)!).number - (this.#waiting.length > 0 ? 1 : 0);
    this.#hash = undefined;
    this.#timeUs = chain.objects.find(({ number }) => number === this.#number)?.timeUs ?? 0;
    this.#nextSeq = nextSeq;
    this.#givenEpoch = 0;
    this.#countBytes(chain.head, chain.objects.at(-1)!.number);
    this.#voids = [];
    await this.#learnVoids();
    return undefined;
  }

  /** Lists what is new in the chain that was read; false where some of it was removed since. */
  async #goesOn({ folder, head }: ChainHead): Promise<boolean> {
    const after = await objectsBehind(this.#from.target, folder, this.#number);
    const [next] = after;
    if (next === undefined ? head.number > this.#number : next.number !== this.#number + 1) return false;
    this.#waiting = after;
    this.#countBytes(head, after.at(-1)?.number ?? this.#number);
    await this.#learnVoids();
    return true;
  }

  /** What voids a command is known before that command is given: the names of objects say which of them hold it. */
  async #learnVoids(): Promise<void> {
    for (const object of this.#waiting)
      if (object.hasVoids) this.#noteVoids((await this.#open(object)).content);
  }

  #noteVoids(content: Uint8Array): void {
    const known = new Set(this.#voids.map(voidedBy));
    this.#voids.push(
      ...framesIn(content).filter((frame) => voidedBy(frame) !== 0 && !known.has(voidedBy(frame))),
    );
  }

  /** The newest head says how much was shipped, and the list what of it waits, where both end with one object. */
  #countBytes(head: HeadNote, lastNumber: number): void {
    const waiting = this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    if (head.bytes !== undefined && head.number === lastNumber) this.readBytes = head.bytes - waiting;
    this.#noteHead(head);
  }

  /** Asks for the newest object alone; whether more than one is new, so that the chain is to be listed. */
  async #looksOn(): Promise<boolean> {
    const { target, key } = this.#from;
    const chain = this.#chain;
    if (chain === undefined) return true;
    const head = await readNote(target, chain.folder, 'head', key);
    if (head === undefined || typeof head === 'string' || head.number <= this.#number) return false;
    this.#noteHead(head);
    const label = head.object === undefined ? undefined : readObjectName(head.object);
    if (label?.number === this.#number + 1) {
      this.#waiting = [{ ...label, name: `${chain.folder}${head.object}`, bytes: 0 }];
      return false;
    }
    return true;
  }

  #noteHead(head: HeadNote): void {
    const { id, folder } = this.#chain!;
    this.shippedTo = {
      chain: id,
      folder,
      seq: head.seq,
      timeUs: head.timeUs,
      madeUs: head.madeUs,
      epoch: head.epoch ?? 1,
      bytes: head.bytes ?? this.readBytes + this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** The object, which is one of the chain, wherever it is in it. */
  async #open({
    name,
    number,
    bytes: listedBytes,
  }: ListedObject): Promise<DecodedObject & { readonly bytes: number }> {
    const { target, key, clusterId } = this.#from;
    const chain = this.#chain!;
    const file = await target.get(name, listedBytes);
    if (file === undefined) throw new DamageError(name, 'it is listed, and is not there');
    const object = decodeObject(file, key);
    if (typeof object === 'string') throw new DamageError(name, object);
    const { head } = object;
    if (head.chain !== chain.id || head.clusterId !== clusterId || head.number !== number)
      throw new DamageError(name, `it is object ${head.number} of chain ${head.chain} under a wrong name`);
    return { ...object, bytes: file.length };
  }

  async #readObject(
    listed: ListedObject,
    nextSeq: number,
    epoch: number,
  ): Promise<Omit<TailPiece, 'bytes' | 'voids'>> {
    const { name, number } = listed;
    if (number !== this.#number + 1)
      throw new DamageError(name, `object ${this.#number + 1} before it is missing`);
    const { head, hash, content, bytes } = await this.#open(listed);
    if (this.#hash !== undefined && !isEqual(head.previous, this.#hash))
      throw new DamageError(
        name,
        'it names another object as the one before it: one of the two was replaced',
      );
    this.#number = number;
    this.#hash = hash;
    this.readBytes += bytes;
    this.#noteVoids(content);
    const found =
      head.kind === 'log' ? framesFrom(content, { nextSeq, epoch, timeUs: this.#timeUs }) : noFrames;
    this.#timeUs = head.timeUs;
    return { ...found, instance: head.instance };
  }
}

/** The chain of the site that writes: of the highest epoch, and of several the one that was written last. */
export function writtenLast(chains: readonly Chain[], instance?: number): Chain | undefined {
  return newestOf(
    chains.flatMap((chain) =>
      chain.objects.length > 0 && chain.head !== undefined ? [{ ...chain, head: chain.head }] : [],
    ),
    instance,
  );
}

const noFrames = { frames: [], previousTimeUs: 0, epoch: 0 };

/** Frames with commands from `nextSeq` on, and later epochs; `timeUs` is that of the commands before the content. */
function framesFrom(
  content: Uint8Array,
  { nextSeq, epoch, timeUs }: { readonly nextSeq: number; readonly epoch: number; readonly timeUs: number },
): Pick<TailPiece, 'frames' | 'previousTimeUs' | 'epoch'> {
  const frames: Uint8Array[] = [];
  let previousTimeUs = timeUs;
  let lastEpoch = 0;
  for (const frame of framesIn(content)) {
    const view = viewOf(frame);
    const count = view.getUint32(frameAt.count, true);
    const firstSeq = getU53(view, frameAt.firstSeq);
    const opened = epochIn(view, 0);
    lastEpoch = Math.max(lastEpoch, opened);
    if (opened > 0 ? opened > epoch && firstSeq >= nextSeq : count > 0 && firstSeq + count > nextSeq)
      frames.push(frame);
    if (frames.length === 0) previousTimeUs = timeOf(frame);
  }
  return { frames, previousTimeUs, epoch: lastEpoch };
}

function framesIn(content: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const view = viewOf(content);
  for (let at = 0; at + frameHeaderBytes <= content.length; ) {
    const length = view.getUint32(at + frameAt.length, true);
    if (length < frameHeaderBytes) break;
    frames.push(content.subarray(at, at + length));
    at += length;
  }
  return frames;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The command that a frame voids; 0 where it is of another kind. */
function voidedBy(frame: Uint8Array): number {
  return voidedIn(viewOf(frame), 0);
}

/** The time of the last commands up to the end of a frame. */
export function timeOf(frame: Uint8Array): number {
  return getU53(viewOf(frame), frameAt.timeUs);
}

/** The seq behind the last command of a frame. */
export function endOf(frame: Uint8Array): number {
  const view = viewOf(frame);
  return getU53(view, frameAt.firstSeq) + view.getUint32(frameAt.count, true);
}
