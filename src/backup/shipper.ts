/**
 * Ships what a replica has committed to one target: the log piece by piece, and each new snapshot. One chain goes on
 * without a gap; where that cannot be (the journal was dropped, the log is another one, the target lost objects) a new
 * chain begins, and the old one stays as it is. Nothing is counted as shipped before the target has said so.
 */
import {
  type Chain,
  chainId,
  clusterFolder,
  isOfAnother,
  readChain,
  readChains,
  readHeads,
} from './chains.ts';
import { type BackupLedger, type LedgerFile, loadLedger, saveLedger } from './ledger.ts';
import { type HeadNote, noteBytes, readNote, writeNote } from './notes.ts';
import {
  bytesOfHex,
  decodeObject,
  type EncodedObject,
  encodeObject,
  endOf,
  hexOf,
  isEqual,
  noHash,
  type ObjectHead,
  type Packing,
} from './objects.ts';
import { voidsIn } from './replay.ts';
import { type Retention, removals, remove } from './retention.ts';
import { lastSiteIn, sealIn, untilSeal } from './seal.ts';
import { type LogPiece, type LogSource, lastChecksum, type SourcePosition } from './source.ts';
import { FullError, isUnmounted, TakenError, type Target, TargetError } from './targets/target.ts';

/** The commands that the replica has committed. */
export interface CommittedView {
  readonly commitIndex: number;
  readonly instance: number;
  readonly epoch?: number;
  /** Another site writes: this one ships up to the frame that opened the other site, and no further. */
  readonly isStandby?: boolean;
}

export interface ShipperParts {
  readonly target: Target;
  readonly source: LogSource;
  readonly ledger: LedgerFile;
  readonly clusterId: number;
  /** Its own; 0: there is one alone. */
  readonly site?: number;
  /** Names of all sites, in their order. */
  readonly sites?: readonly string[];
  readonly packing: Packing;
  readonly retention: Retention;
  /** A random whole number. */
  chance(): number;
  /** A line for the log. */
  warn(text: string): void;
}

/** Where the log begins. */
const beginning: SourcePosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0, crc: 0 };
/** Pieces that one call of `ship` sends at most, so that its caller hears of the progress. */
const piecesMax = 16;
/** How often the target is asked whether it still has what it took. */
const auditEveryUs = 600_000_000;
/** How often it is looked whether the newest head is there still. */
const glanceEveryUs = 2_000_000;
/** How often it is looked whether another exchange writes there, and how lately that must have been. */
const othersEveryUs = 60_000_000;
const otherWithinUs = 600_000_000;
/** How often it is looked what the target may forget, where no snapshot comes. */
const pruneEveryUs = 3_600_000_000;
const fullPruneEveryUs = 60_000_000;

/** Why the log cannot be shipped though the target may work. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

export class Shipper {
  readonly #parts: ShipperParts;
  #ledger: BackupLedger | undefined;
  #epoch = 1;
  /** An object that the target has not confirmed: the next attempt sends the same bytes. */
  #pending:
    | { readonly object: EncodedObject; readonly ledger: BackupLedger; readonly head: HeadNote }
    | undefined;
  #auditedUs = Number.NEGATIVE_INFINITY;
  #glancedUs = Number.NEGATIVE_INFINITY;
  #lookedUs = Number.NEGATIVE_INFINITY;
  /** Which other exchange ships to the target, in words; empty where none does. */
  sharedBy = '';
  /** The newest object of each chain that another exchange wrote lately, as it was first seen. */
  #others: ReadonlyMap<string, number> = new Map();
  /** Where the disk of the target is mounted; undefined: it was not looked at. */
  #disk: string | undefined;
  #prunedUs = Number.NEGATIVE_INFINITY;
  #isPruneDue = false;
  #isResumed = false;
  /** The frame by which this site ended commands that it had never shipped; 0: none is known. */
  #sealIndex = 0;
  /** The epoch for which the log was read to find that frame. */
  #sealEpoch = 0;

  constructor(parts: ShipperParts) {
    this.#parts = parts;
    const ledger = loadLedger(parts.ledger);
    if (ledger === 'spoiled')
      parts.warn(
        'The file that says what was shipped cannot be read: a new chain begins, and the one before stays as it is.',
      );
    else this.#ledger = ledger;
  }

  /** The chain, and how far the target has it; undefined before the first object. */
  get standing(): BackupLedger | undefined {
    return this.#ledger;
  }

  /**
   * Ships committed frames that are not shipped yet. true: there is more. Rejects with a TargetError or a SourceError;
   * the next call then goes on where this one stopped. A target that is full first forgets what it need not keep.
   */
  async ship(view: CommittedView, nowUs: number): Promise<boolean> {
    try {
      return await this.#shipOn(view, nowUs);
    } catch (error) {
      // A target that was away may come back as what it was before.
      this.#glancedUs = Number.NEGATIVE_INFINITY;
      // Where that fails too, the first error says why.
      if (error instanceof FullError) await this.#prune(nowUs, fullPruneEveryUs).catch(() => undefined);
      throw error;
    }
  }

  async #shipOn(view: CommittedView, nowUs: number): Promise<boolean> {
    this.#epoch = view.epoch ?? 1;
    this.#lookForSeal(view);
    if (this.#hasEnded(view)) return false;
    this.#disk ??= await this.#diskNow();
    await this.#dropPendingIfSetBack(nowUs);
    await this.#sendPending();
    await this.#resume(view, nowUs);
    for (let piece = 0; piece < piecesMax; piece++) {
      if (this.#hasEnded(view)) return false;
      const ledger = this.#ledger ?? (await this.#begin(view, nowUs, undefined));
      if (ledger === undefined) return false;
      const found = this.#parts.source.read(ledger.position, this.#boundOf(view));
      if (found === 'nothing') {
        await this.#shipSnapshot(ledger, nowUs);
        await this.#prune(nowUs);
        await this.#lookForOthers(nowUs);
        return false;
      }
      if (found === 'gone' || found === 'other') await this.#beginAfter(ledger, view, nowUs, found);
      else await this.#shipLog(ledger, this.#ownOf(found, view), view, nowUs);
    }
    return true;
  }

  get #site(): number {
    return this.#parts.site ?? 0;
  }

  /** Whether a standby site has shipped all that it wrote. */
  #hasEnded({ isStandby = false }: CommittedView): boolean {
    if (!isStandby || this.#pending !== undefined) return false;
    if (this.#ledger === undefined) return this.#sealIndex === 0;
    return this.#ledger.isSealed === true && this.#ledger.position.index >= this.#sealIndex;
  }

  /** A standby without a chain of its own may have written, and ended, before anything was shipped from here. */
  #lookForSeal({ isStandby = false, commitIndex, epoch = 1 }: CommittedView): void {
    if (!isStandby || this.#ledger !== undefined || this.#site === 0 || this.#sealEpoch === epoch) return;
    this.#sealEpoch = epoch;
    this.#sealIndex = sealIn(this.#parts.source, this.#site, commitIndex);
  }

  /** The last frame that is this site's to ship. */
  #boundOf({ commitIndex, isStandby = false }: CommittedView): number {
    return isStandby && this.#sealIndex > 0 ? Math.min(commitIndex, this.#sealIndex) : commitIndex;
  }

  /** What of the piece was written by this site, as far as it goes. */
  #ownOf(piece: LogPiece, { isStandby = false }: CommittedView): LogPiece {
    return isStandby && this.#sealIndex === 0 ? untilSeal(piece, this.#site) : piece;
  }

  /** Another cluster's log is another chain; what the target took without our hearing it is taken over. */
  async #resume({ instance }: CommittedView, nowUs: number): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    if (instance !== 0 && ledger.instance !== 0 && instance !== ledger.instance) {
      this.#parts.warn('another cluster was backed up here last; a new chain begins');
      this.#ledger = undefined;
      return;
    }
    const isAuditDue = !this.#isResumed || nowUs - this.#auditedUs >= auditEveryUs;
    if (!isAuditDue && !(await this.#isSetBack(ledger, nowUs))) return;
    this.#disk = await this.#diskNow();
    await this.#audit(ledger);
    this.#isResumed = true;
    this.#auditedUs = nowUs;
  }

  /** Below a folder at which nothing is mounted is no empty target: a chain there would be lost once it is mounted. */
  async #diskNow(): Promise<string> {
    const { target, ledger: file } = this.#parts;
    const now = await target.disk();
    const before = this.#ledger?.disk ?? '';
    if (!isUnmounted(before, now)) return now;
    throw new TargetError(
      `${target.place}: the disk that was mounted at ${before}, when the backup wrote there last, is not. Mount it. If the backup is to go ` +
        `on without it, remove ${file.place} and start the backup again: it then begins from the front.`,
    );
  }

  /** What waited while the target was away would hide that what was there before it is gone. */
  async #dropPendingIfSetBack(nowUs: number): Promise<void> {
    if (this.#pending === undefined || this.#ledger === undefined) return;
    if (!(await this.#isSetBack(this.#ledger, nowUs))) return;
    this.#pending = undefined;
    this.#isResumed = false;
  }

  /** Whether the target shows an older state of itself: what is shipped on would have a gap before it. */
  async #isSetBack({ chain, number }: BackupLedger, nowUs: number): Promise<boolean> {
    if (nowUs - this.#glancedUs < glanceEveryUs) return false;
    const { target, packing } = this.#parts;
    const head = await readNote(target, this.#folderOf(chain), 'head', packing.key);
    this.#glancedUs = nowUs;
    return typeof head !== 'object' || head.number < number;
  }

  /** Compares what the target shows with what it has confirmed. */
  async #audit(ledger: BackupLedger): Promise<void> {
    const { target, packing } = this.#parts;
    const folder = this.#folderOf(ledger.chain);
    const chain = await readChain({ target, key: packing.key }, folder, await target.list(folder));
    const lost = lostOf(chain, ledger);
    if (lost !== undefined) {
      this.#parts.warn(
        `${target.place} does not show what it had confirmed: ${lost}. A new chain begins there`,
      );
      this.#ledger = undefined;
      return;
    }
    for (const { number, name, bytes } of chain.objects.filter((object) => object.number > ledger.number)) {
      const current = this.#ledger!;
      const object = decodeObject((await target.get(name, bytes)) ?? new Uint8Array(0), packing.key);
      const follows =
        typeof object !== 'string' &&
        number === current.number + 1 &&
        isEqual(object.head.previous, bytesOfHex(current.hash));
      if (!follows) {
        this.#parts.warn(`${name} does not follow what was shipped before it; a new chain begins`);
        this.#ledger = undefined;
        return;
      }
      const { head, content, hash } = object;
      const position =
        head.kind === 'log' ? { ...endOf(head), crc: lastChecksum(content) } : current.position;
      const opened = head.kind === 'log' ? lastSiteIn(content) : 0;
      const isSnapshot = head.kind === 'snapshot';
      this.#keep({
        ...current,
        number,
        bytes: (current.bytes ?? 0) + bytes,
        hash: hexOf(hash),
        position,
        ...(opened !== 0 && { isSealed: this.#isOther(opened) }),
        ...(isSnapshot && { snapshotIndex: head.lastIndex, snapshotUs: head.madeUs }),
      });
    }
  }

  /**
   * What another exchange with the same id ships there may be taken for this one's where only the target is left. One
   * of another epoch may be that of before a restore, and have ended a moment ago: it is seen to go on first.
   */
  async #lookForOthers(nowUs: number): Promise<void> {
    if (this.#ledger === undefined || nowUs - this.#lookedUs < othersEveryUs) return;
    const { target, packing, clusterId } = this.#parts;
    const { instance } = this.#ledger;
    const others = (await readHeads(target, clusterId, packing.key)).filter(
      ({ head }) => isOfAnother(head.instance, instance) && head.madeUs > nowUs - otherWithinUs,
    );
    this.#others = new Map(others.map(({ id, head }) => [id, this.#others.get(id) ?? head.number]));
    const other = others.find(
      ({ id, head }) => (head.epoch ?? 1) === this.#epoch || head.number > this.#others.get(id)!,
    );
    this.#lookedUs = nowUs;
    this.sharedBy =
      other === undefined
        ? ''
        : `${target.place} is written by another exchange with the id ${clusterId} too, in chain ${other.id}: give one of them another ` +
          'target, or another clusterId.';
  }

  async #shipLog(
    ledger: BackupLedger,
    { frames, firstIndex, end, instance: ofFrames }: LogPiece,
    view: CommittedView,
    nowUs: number,
  ): Promise<void> {
    const instance = ledger.instance || ofFrames || view.instance;
    const { index, term, nextSeq, timeUs } = end;
    const head = this.#headOf({ ...ledger, instance }, nowUs, {
      kind: 'log',
      firstIndex,
      lastIndex: index,
      term,
      nextSeq,
      timeUs,
      voids: voidsIn(frames).length,
    });
    const opened = lastSiteIn(frames);
    const isSealed = opened === 0 ? (ledger.isSealed ?? false) : this.#isOther(opened);
    await this.#send(head, frames, { ...ledger, instance, position: end, isSealed });
  }

  #isOther(site: number): boolean {
    return site !== 0 && this.#site !== 0 && site !== this.#site;
  }

  /** Ships the newest snapshot of the replica, if the log is shipped up to it and it is newer than the last one. */
  async #shipSnapshot(ledger: BackupLedger, nowUs: number): Promise<void> {
    const { source } = this.#parts;
    if (source.snapshotIndex <= ledger.snapshotIndex) return;
    const found = source.snapshot(ledger.position.index);
    if (found === undefined || found.file.index <= ledger.snapshotIndex) return;
    const { index, term, seq, timeUs, instance } = found.file;
    if (ledger.instance !== 0 && instance !== ledger.instance) return;
    const head = this.#headOf(ledger, nowUs, {
      kind: 'snapshot',
      firstIndex: index,
      lastIndex: index,
      term,
      nextSeq: seq + 1,
      timeUs,
      voids: 0,
    });
    await this.#send(head, found.bytes, { ...ledger, snapshotIndex: index, snapshotUs: nowUs });
    this.#isPruneDue = true;
  }

  /** The log cannot go on in this chain: another begins, where there is something newer to begin with. */
  async #beginAfter(
    ledger: BackupLedger,
    view: CommittedView,
    nowUs: number,
    why: 'gone' | 'other',
  ): Promise<void> {
    const { source, target, packing } = this.#parts;
    const { index, nextSeq } = ledger.position;
    const next = source.snapshotIndex;
    if (why === 'gone' && next <= index) {
      throw new SourceError(
        `The journal of the replica cannot be read behind frame ${index}, and it has no newer snapshot. ` +
          'Check its log; "lockstep snapshot" makes one, and the backup goes on from there',
      );
    }
    const ended =
      why === 'gone'
        ? `the journal was dropped before what follows seq ${nextSeq - 1} was shipped`
        : `the log of the replica has other frames than those that were shipped up to seq ${nextSeq - 1}`;
    this.#parts.warn(`${ended}; a new chain begins`);
    const { number, hash, position } = ledger;
    const note = { number, hash, seq: nextSeq - 1, timeUs: position.timeUs, madeUs: nowUs, ended };
    await writeNote(target, this.#folderOf(ledger.chain), 'head', note, packing.key);
    this.#ledger = undefined;
    await this.#begin(view, nowUs, why);
  }

  /** Begins a chain: at the beginning of the log, or with the newest snapshot. */
  async #begin(
    view: CommittedView,
    nowUs: number,
    why: 'gone' | 'other' | undefined,
  ): Promise<BackupLedger | undefined> {
    const { source, chance } = this.#parts;
    const blank: BackupLedger = {
      chain: chainId(nowUs, chance()),
      instance: view.instance,
      number: 0,
      hash: hexOf(noHash),
      position: beginning,
      snapshotIndex: 0,
      snapshotUs: nowUs,
    };
    if (why !== 'gone') {
      const first = source.read(beginning, this.#boundOf(view));
      if (first === 'nothing') return undefined;
      if (typeof first !== 'string') {
        await this.#shipLog(blank, this.#ownOf(first, view), view, nowUs);
        return this.#ledger;
      }
    }
    const found = source.snapshot(view.commitIndex);
    if (found === undefined) {
      throw new SourceError(
        'The journal of the replica does not begin with frame 1, and it has no snapshot that is committed. Wait until it ' +
          'has one, or order one with "lockstep snapshot"',
      );
    }
    const { index, term, seq, timeUs, instance, site = 0 } = found.file;
    const position = { index, term, nextSeq: seq + 1, timeUs, crc: 0 };
    const ledger = { ...blank, instance, position, snapshotIndex: index, isSealed: this.#isOther(site) };
    const place = { firstIndex: index, lastIndex: index, term, nextSeq: seq + 1, timeUs, voids: 0 };
    await this.#send(this.#headOf(ledger, nowUs, { kind: 'snapshot', ...place }), found.bytes, ledger);
    return this.#ledger;
  }

  #headOf(
    { chain, number, hash, instance }: BackupLedger,
    madeUs: number,
    what: Pick<ObjectHead, 'kind' | 'firstIndex' | 'lastIndex' | 'term' | 'nextSeq' | 'timeUs' | 'voids'>,
  ): ObjectHead {
    const { clusterId } = this.#parts;
    return { ...what, chain, number: number + 1, previous: bytesOfHex(hash), clusterId, instance, madeUs };
  }

  async #send(head: ObjectHead, content: Uint8Array, after: BackupLedger): Promise<void> {
    const object = encodeObject(head, content, this.#parts.packing);
    const { number, madeUs } = head;
    const bytes = (after.bytes ?? 0) + object.bytes.length;
    const ledger = { ...after, number, hash: hexOf(object.hash), bytes, epoch: this.#epoch };
    const { nextSeq, timeUs } = ledger.position;
    const place = { number, hash: ledger.hash, seq: nextSeq - 1, timeUs, madeUs, object: object.name };
    const { instance, isSealed } = ledger;
    const { sites = [] } = this.#parts;
    const note = {
      ...{ ...place, epoch: this.#epoch, bytes, instance },
      ...(isSealed === true && { sealed: 1 }),
      ...(sites.length > 0 && { sites: sites.join(' ') }),
    };
    this.#pending = { object, ledger, head: note };
    await this.#sendPending();
  }

  async #sendPending(): Promise<void> {
    if (this.#pending === undefined) return;
    const { object, ledger, head } = this.#pending;
    const { target, packing } = this.#parts;
    const folder = this.#folderOf(ledger.chain);
    try {
      const note = { name: `${folder}head`, bytes: noteBytes<'head'>(head, packing.key) };
      await target.putWithNote({ name: `${folder}${object.name}`, bytes: object.bytes }, note);
    } catch (error) {
      if (!(error instanceof TakenError)) throw error;
      // Only another writer can have put the object there: our own pieces go on in a chain of their own.
      this.#parts.warn(`${error.message} A new chain begins`);
      this.#pending = undefined;
      this.#ledger = undefined;
      return;
    }
    this.#keep(ledger);
    this.#pending = undefined;
  }

  /** After each snapshot, and now and then. */
  async #prune(nowUs: number, everyUs = pruneEveryUs): Promise<void> {
    if (!this.#isPruneDue && nowUs - this.#prunedUs < everyUs) return;
    const { target, packing, clusterId, retention } = this.#parts;
    const chains = await readChains(target, clusterId, packing.key);
    for (const removal of removals(chains, retention, nowUs)) await remove(target, removal, packing.key);
    this.#isPruneDue = false;
    this.#prunedUs = nowUs;
  }

  #keep(shipped: BackupLedger): void {
    const ledger = this.#disk ? { ...shipped, disk: this.#disk } : shipped;
    saveLedger(this.#parts.ledger, ledger);
    this.#ledger = ledger;
  }

  #folderOf(chain: string): string {
    return `${clusterFolder(this.#parts.clusterId)}${chain}/`;
  }
}

/** What the target confirmed and does not show; undefined where it shows everything. */
function lostOf({ folder, objects, head, damage }: Chain, { number }: BackupLedger): string | undefined {
  const newest = objects.at(-1)?.number ?? 0;
  if (newest < number)
    return newest + 1 === number ? `object ${number}` : `objects ${newest + 1} to ${number}`;
  const spoiled = damage.find(({ object }) => object === `${folder}head`);
  if (head === undefined && spoiled !== undefined) return `${spoiled.object}: ${spoiled.reason}`;
  if (head === undefined || head.number < number) return 'the newest head of the chain';
  const [gap] = damage.filter(({ reason }) => /missing|is there twice/.test(reason));
  return gap === undefined ? undefined : `${gap.object}: ${gap.reason}`;
}
