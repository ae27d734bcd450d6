/**
 * What a replica must not forget besides its log: its term and its vote, above all. The file holds the state twice, in
 * two pages; a save flushes the first before it touches the second, so that one page is whole at every moment and one
 * rotten page never takes a vote with it. It also says which file it was written for, and when the mark beside it was
 * written: a copy is another file, or what was copied over the files has written the mark again. It may be older than
 * what its replica promised.
 */
import { foundationBytes, foundersIn, writeFoundation } from '../protocol/foundation.ts';
import { bytes, Layout, text, u32, u53 } from '../protocol/layout.ts';
import { getU53, setU53 } from '../std/integers.ts';
import { isOtherFormat, isZero, recordProblem, seal } from './sealed-record.ts';
import type { Region, Storage } from './storage.ts';

/** The small state of a replica. */
export interface ReplicaState {
  readonly clusterId: number;
  readonly replicaId: number;
  readonly term: number;
  /** The candidate that this replica voted for in `term`; 0 is none. */
  readonly votedFor: number;
  /** Must not vote before it has everything that was committed when it came back. */
  readonly recovering: boolean;
  /** The number of the replica's life; it grows at each start. */
  readonly incarnation: number;
  /** The life before it; 0 is none. */
  readonly previousIncarnation: number;
  /** Whether anything may have been promised in this life. */
  readonly hasBegun: boolean;
  /** The highest incarnation that was heard of each replica, by id. */
  readonly heard: Float64Array;
  /** The founding voters of its cluster (protocol/foundation.ts); none while it has no log. */
  readonly founders: readonly number[];
  /** The instance of its cluster (protocol/foundation.ts); 0 while it does not hold that durably. */
  readonly instance: number;
  /** The epoch of a later generation of its cluster that it has heard of; 0 is none. Lower ones are not heard. */
  readonly epochSeen: number;
  /** The generation that its folder begins with at the next start; 0 is none, {@link blankFolder} is a blank one. */
  readonly nextInstance: number;
  /** Boot of the machine during which the replica last ran. */
  readonly bootId: string;
  /** The last run ended with everything flushed. */
  readonly isClean: boolean;
  /** The commit rule of the last run. */
  readonly durability: 'memory' | 'disk';
}

/** In `nextInstance`: the folder is to be blank. */
export const blankFolder = Number.MAX_SAFE_INTEGER;

export type OpenedState =
  | { readonly kind: 'open'; readonly file: StateFile }
  /** There is no file: the replica is blank. */
  | { readonly kind: 'none' }
  /** The vote may be lost: create a new file with `recovering` set. */
  | { readonly kind: 'damaged'; readonly reason: string }
  /** The file is sound and not for us: what it is, and what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

export const stateFileName = 'state';
/** A file that is written once in each life and never again; a copy over the folder writes it too. */
const markName = 'mark';
const markText = 'Written at each start of this replica: it tells the folder from a copy. Do not touch it.\n';
const slotBytes = 4096;
const slotsAt = [0, slotBytes] as const;
const fileBytes = 2 * slotBytes;
const bootIdBytes = 64;
const identityBytes = 120;
const magic = 0x4c_4b_53_53;
const replicaIds = 256;
/** A record is written in pieces of this size. */
const sectorBytes = 512;

const slot = new Layout('state record', 1, {
  crc: u32(),
  magic: u32(magic, magic),
  clusterId: u32(),
  replicaId: u32(),
  /** 1 memory, 2 disk. */
  durability: u32(1, 2),
  /** Grows with each save; the higher of two good slots is the newer. */
  sequence: u53(),
  incarnation: u53(),
  term: u53(),
  votedFor: u32(),
  recovering: u32(0, 1),
  clean: u32(0, 1),
  begun: u32(0, 1),
  previousIncarnation: u53(),
  founders: bytes(foundationBytes),
  instance: u53(),
  epochSeen: u53(),
  nextInstance: u53(),
  bootId: text(bootIdBytes),
  /** The file for which this state was written, so that a copy shows; empty while that is not known. */
  identity: text(identityBytes),
  /** A u53 for each replica id from 0 on. */
  heard: bytes(replicaIds * 8),
});

export class StateFile {
  readonly #storage: Storage;
  #region: Region;
  #state: ReplicaState;
  #sequence: number;
  #identity: string;
  /** A slot was found damaged; the other slot had the whole state. */
  readonly repairedSlot: string | undefined;
  /** The state was written for another file: this file is a copy. */
  readonly isCopy: boolean;

  private constructor(storage: Storage, region: Region, found: FoundSlot, repairedSlot?: string) {
    this.#storage = storage;
    this.#region = region;
    this.#state = found.state;
    this.#sequence = found.sequence;
    this.#identity = identityIn(storage);
    this.repairedSlot = repairedSlot;
    this.isCopy = found.identity !== '' && this.#identity !== '' && isAnother(found.identity, this.#identity);
  }

  /** Reads the state that was saved last. */
  static open(storage: Storage): OpenedState {
    if (!storage.list().includes(stateFileName)) return { kind: 'none' };
    const region = storage.openRegion(stateFileName);
    if (region === undefined) {
      // A file of no bytes cannot be mapped: its creation was interrupted before anything was saved.
      return storage.read(stateFileName)?.length === 0
        ? { kind: 'none' }
        : {
            kind: 'refused',
            reason: 'The state file cannot be mapped. Check that it may be read and written.',
          };
    }
    const { bytes, view } = region;
    const close = (opened: OpenedState): OpenedState => {
      storage.closeRegion(region);
      return opened;
    };
    if (slotsAt.some((at) => isOtherFormat(bytes, view, at, slot.size))) {
      const reason =
        'The state file was written by a release with another format. Start that release instead.';
      return close({ kind: 'refused', reason });
    }
    const problems: string[] = [];
    let newest: FoundSlot | undefined;
    for (const at of slotsAt) {
      const problem = recordProblem(slot, region, at, slot.size);
      if (problem !== undefined) {
        problems.push(problem);
        continue;
      }
      const { sequence, identity, ...values } = slot.read(view, at);
      if (newest === undefined || sequence > newest.sequence) {
        newest = { sequence, identity, state: stateOf(values) };
      }
    }
    if (newest !== undefined && bytes.length === fileBytes) {
      return { kind: 'open', file: new StateFile(storage, region, newest, problems[0]) };
    }
    // The first save never ended, so no vote was ever given.
    if (isZero(bytes, 0, bytes.length)) return close({ kind: 'none' });
    return close({ kind: 'damaged', reason: `Both copies of the state are bad: ${problems.join('; ')}.` });
  }

  /** Creates the file, or overwrites a damaged one; undefined: no space, or the disk does not flush. */
  static create(storage: Storage, state: ReplicaState): StateFile | undefined {
    // A damaged file is overwritten in place: if this is interrupted, it must not look like a blank replica's folder.
    const old = storage.list().includes(stateFileName) ? storage.openRegion(stateFileName) : undefined;
    const isFit = old !== undefined && old.bytes.length === fileBytes;
    if (old !== undefined && !isFit) storage.closeRegion(old);
    const region = isFit ? old : storage.createRegion(stateFileName, fileBytes);
    if (region === undefined) return undefined;
    const file = new StateFile(storage, region, { sequence: 0, identity: '', state });
    if (file.save(state)) return file;
    storage.closeRegion(region);
    return undefined;
  }

  get state(): ReplicaState {
    return this.#state;
  }

  /**
   * Makes `state` durable before it returns. false: the disk does not flush; what is on it now is not known, so the
   * replica must not act on the new state (no vote, no new term) until a save succeeds.
   */
  save(state: ReplicaState): boolean {
    const { bytes } = this.#region;
    this.#sequence += 1;
    for (const at of slotsAt) {
      this.#write(bytes, at, state);
      if (!this.#storage.flush(this.#region)) return false;
    }
    this.#state = state;
    return true;
  }

  /**
   * Puts a new file with the same state in this one's place, and a new mark beside it. What is copied over them later,
   * also byte by byte, was written for an earlier file or writes the mark again, and shows as a copy. A disk without
   * room keeps the old ones. false: there is no file to write to.
   */
  renew(): boolean {
    const bytes = new Uint8Array(fileBytes);
    this.#identity = '';
    for (const at of slotsAt) this.#write(bytes, at, this.#state);
    this.#storage.write(stateFileName, bytes);
    // A write that failed late has put the new file there all the same.
    this.#storage.closeRegion(this.#region);
    const region = this.#storage.openRegion(stateFileName);
    if (region === undefined) return false;
    this.#region = region;
    // The file on the disk says nothing of the mark until the next save.
    this.#storage.write(markName, new TextEncoder().encode(markText));
    this.#identity = identityIn(this.#storage);
    return true;
  }

  #write(into: Uint8Array, at: number, state: ReplicaState): void {
    const { isClean, recovering, hasBegun, durability, heard, founders, ...rest } = state;
    const numbers = new DataView(new ArrayBuffer(replicaIds * 8));
    for (let id = 0; id < replicaIds; id++) setU53(numbers, id * 8, heard[id]!);
    const record = new Uint8Array(slot.size);
    const view = new DataView(record.buffer);
    slot.write(view, 0, {
      ...rest,
      crc: 0,
      magic,
      sequence: this.#sequence,
      recovering: recovering ? 1 : 0,
      clean: isClean ? 1 : 0,
      begun: hasBegun ? 1 : 0,
      durability: durability === 'memory' ? 1 : 2,
      founders: writeFoundation(founders),
      identity: this.#identity,
      heard: new Uint8Array(numbers.buffer),
    });
    seal(record, view, 0, slot.size);
    for (let from = 0; from < slot.size; from += sectorBytes)
      into.set(record.subarray(from, from + sectorBytes), at + from);
  }

  /** Unmaps the file. */
  close(): void {
    this.#storage.closeRegion(this.#region);
  }
}

/** Which file the state file is, and when the mark was written. */
function identityIn(storage: Storage): string {
  const file = storage.identityOf(stateFileName);
  const mark = storage.changeOf(markName);
  return file === '' || mark === '' ? file : `${file}|${mark}`;
}

/** Whether the files are not those that `written` names. A mark with another owner or other rights proves nothing. */
function isAnother(written: string, found: string): boolean {
  const [file, mark = ''] = written.split('|');
  const [foundFile, foundMark = ''] = found.split('|');
  if (file !== foundFile) return true;
  if (mark === '' || mark === foundMark) return false;
  const [, rights] = mark.split('/');
  const [, foundRights] = foundMark.split('/');
  return rights === foundRights || foundMark === '';
}

/** A good slot. */
interface FoundSlot {
  readonly sequence: number;
  readonly identity: string;
  readonly state: ReplicaState;
}

interface SlotValues {
  clusterId: number;
  replicaId: number;
  incarnation: number;
  previousIncarnation: number;
  begun: number;
  term: number;
  votedFor: number;
  recovering: number;
  clean: number;
  durability: number;
  founders: Uint8Array;
  instance: number;
  epochSeen: number;
  nextInstance: number;
  bootId: string;
  heard: Uint8Array;
}

function stateOf(values: SlotValues): ReplicaState {
  const { clusterId, replicaId, term, votedFor, incarnation, previousIncarnation } = values;
  const { bootId, instance, epochSeen, nextInstance } = values;
  const heard = new Float64Array(replicaIds);
  const view = new DataView(values.heard.buffer, values.heard.byteOffset);
  for (let id = 0; id < replicaIds; id++) heard[id] = getU53(view, id * 8);
  return {
    clusterId,
    replicaId,
    term,
    votedFor,
    recovering: values.recovering === 1,
    incarnation,
    previousIncarnation,
    hasBegun: values.begun === 1,
    heard,
    founders: foundersIn(values.founders) ?? [],
    instance,
    epochSeen,
    nextInstance,
    bootId,
    isClean: values.clean === 1,
    durability: values.durability === 1 ? 'memory' : 'disk',
  };
}
