/**
 * The container of a snapshot: its place in the log, the configuration there, the hash of the state, the state,
 * and one checksum over all of it. What does not prove itself whole is not a snapshot.
 */
import { foundationBytes, foundersIn, writeFoundation } from '../protocol/foundation.ts';
import { bytes, Layout, text, u32, u53 } from '../protocol/layout.ts';
import { setText } from '../protocol/texts.ts';
import { alignUp } from '../std/integers.ts';
import { GrowingSha256 } from '../std/sha256.ts';
import { GrowingSeal, recordProblem } from './sealed-record.ts';
import type { Storage } from './storage.ts';

/** A snapshot and its place in the log. */
export interface SnapshotFile {
  /** The last frame that is in it, and that frame's term. */
  readonly index: number;
  readonly term: number;
  /** Sequence number of the last command that is in it. */
  readonly seq: number;
  /** Time of the last frame that is in it. */
  readonly timeUs: number;
  /** The founding voters of the cluster (protocol/foundation.ts). */
  readonly founders: readonly number[];
  /** The instance of the cluster, and its epoch at `index`. */
  readonly instance: number;
  readonly epoch: number;
  /** The site that writes in it; 0 or left out: none was named. */
  readonly site?: number;
  /** The configuration at `index`, encoded. */
  readonly configuration: Uint8Array;
  /** The digests of the frames up to `index` and of the events up to there, 32 bits (replica/state/digests.ts). */
  readonly logDigest: number;
  readonly eventDigest: number;
  /** Of the state, 16 hexadecimal digits. */
  readonly stateHash: string;
  /** The engine's state, as the engine wrote it. */
  readonly state: Uint8Array;
}

/** Snapshots that are kept: the newest, and one more for the case that the newest is damaged. */
const snapshotsKept = 2;

const magic = 0x4c_4b_53_51;
/** Bytes of the state and of the configuration, at most: what a typed array can hold comes before. */
const partBytesMax = 0xffff_fff0;

const header = new Layout('snapshot header', 1, {
  crc: u32(),
  magic: u32(magic, magic),
  configurationBytes: u32(),
  logDigest: u32(),
  eventDigest: u32(),
  index: u53(1),
  term: u53(),
  seq: u53(),
  timeUs: u53(),
  stateBytes: u53(0, partBytesMax),
  founders: bytes(foundationBytes),
  instance: u53(1),
  epoch: u53(1),
  site: u53(),
  stateHash: text(16),
});

const namePattern = /^snapshot-(\d{16})\.snap$/;

/** File name of the snapshot at `index`. */
export function snapshotName(index: number): string {
  return `snapshot-${String(index).padStart(16, '0')}.snap`;
}

/** The indices of all snapshot files, newest first. */
export function snapshotIndices(storage: Storage): number[] {
  return storage
    .list()
    .flatMap((name) => {
      const digits = namePattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    })
    .sort((a, b) => b - a);
}

/** The whole file, ready to be written. */
export function buildSnapshot(snapshot: SnapshotFile): Uint8Array {
  const { state, ...position } = snapshot;
  const { bytes, stateAt } = layOutSnapshot({ ...position, stateBytes: state.length });
  bytes.set(state, stateAt);
  const seal = new GrowingSeal();
  seal.advance(bytes, bytes.length);
  seal.write(new DataView(bytes.buffer));
  return bytes;
}

/** A snapshot whose state is still to come. */
export type SnapshotLayout = Omit<SnapshotFile, 'state'> & { readonly stateBytes: number };

/** Bytes before the state. */
function stateOffset({ configuration }: SnapshotLayout): number {
  return header.size + alignUp(configuration.length, 8);
}

/** Bytes of the whole file. */
export function snapshotFileBytes(snapshot: SnapshotLayout): number {
  return stateOffset(snapshot) + snapshot.stateBytes;
}

/**
 * A file with all but the state, which is to be written at `stateAt`, and the seal, which comes last. The hash of the
 * state may be left empty and be written before the seal. It is written at the start of `buffer`, over what was there.
 */
export function layOutSnapshot(
  snapshot: SnapshotLayout,
  buffer: ArrayBufferLike = new ArrayBuffer(snapshotFileBytes(snapshot)),
): { readonly bytes: Uint8Array; readonly stateAt: number } {
  const { configuration, founders, site = 0, ...position } = snapshot;
  const stateAt = stateOffset(snapshot);
  const file = new Uint8Array(buffer, 0, stateAt + snapshot.stateBytes);
  file.fill(0, 0, stateAt);
  header.write(new DataView(file.buffer), 0, {
    ...position,
    site,
    crc: 0,
    magic,
    configurationBytes: configuration.length,
    founders: writeFoundation(founders),
  });
  file.set(configuration, header.size);
  return { bytes: file, stateAt };
}

/** The bytes before are prefix and checksum, which follow from those behind them. */
const hashedFrom = 8;

/** Seal and hash of a snapshot file whose bytes come, or are read, piece by piece. */
export class SnapshotCount {
  readonly seal = new GrowingSeal();
  readonly #hash = new GrowingSha256();
  #ended: Uint8Array | undefined;

  /** Offset up to which the bytes are counted. */
  get at(): number {
    return this.seal.at;
  }

  /** Counts `bytes` up to offset `to`; the bytes before it, but for the checksum, must not change any more. */
  advance(bytes: Uint8Array, to: number): void {
    const from = Math.max(this.at, hashedFrom);
    this.seal.advance(bytes, to);
    if (from < to) this.#hash.add(bytes.subarray(from, to));
  }

  /** SHA-256 of what is counted, by which the leader names the file; nothing may be counted afterwards. */
  end(): Uint8Array {
    this.#ended ??= this.#hash.end();
    return this.#ended;
  }
}

/** The hash by which the leader names a whole file. */
export function snapshotHash(bytes: Uint8Array): Uint8Array {
  const count = new SnapshotCount();
  count.advance(bytes, bytes.length);
  return count.end();
}

/** Writes the hash of the state into a file that was laid out without it. */
export function writeStateHash(bytes: Uint8Array, stateHash: string): void {
  setText(new DataView(bytes.buffer), header.at.stateHash, 16, stateHash);
}

/** Reads a snapshot; undefined when the bytes are not a whole, undamaged one. The parts are views of `bytes`. */
export function parseSnapshot(bytes: Uint8Array): SnapshotFile | undefined {
  const parsed = readSnapshot(bytes);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** {@link parseSnapshot} that says what is wrong with the bytes; `grown` has counted all of them already. */
export function readSnapshot(bytes: Uint8Array, grown?: GrowingSeal): SnapshotFile | string {
  if (bytes.length < header.size) return 'the file is cut short';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const problem = recordProblem(header, { bytes, view }, 0, bytes.length, grown);
  if (problem !== undefined) return problem;
  const {
    index,
    term,
    seq,
    timeUs,
    instance,
    epoch,
    site,
    logDigest,
    eventDigest,
    stateHash,
    configurationBytes,
    stateBytes,
    ...rest
  } = header.read(view, 0);
  const founders = foundersIn(rest.founders);
  if (founders === undefined || founders.length === 0) return 'it names no founders';
  const stateAt = header.size + Math.ceil(configurationBytes / 8) * 8;
  if (stateAt + stateBytes !== bytes.length) return 'the lengths of its parts do not add up';
  return {
    index,
    term,
    seq,
    timeUs,
    founders,
    instance,
    epoch,
    site,
    logDigest,
    eventDigest,
    configuration: bytes.subarray(header.size, header.size + configurationBytes),
    stateHash,
    state: bytes.subarray(stateAt),
  };
}

/** What the folder holds. */
export interface FoundSnapshots {
  /** The newest good one; its parts are views of the file that was read. */
  readonly newest: SnapshotFile | undefined;
  /** Newer ones that are not good, and why. */
  readonly bad: readonly { readonly name: string; readonly reason: string }[];
}

/** Finds the newest good snapshot; the one at `poisonedIndex` is none, as processes died on it. */
export function newestSnapshot(storage: Storage, poisonedIndex = 0): FoundSnapshots {
  const bad: { name: string; reason: string }[] = [];
  for (const index of snapshotIndices(storage)) {
    const name = snapshotName(index);
    if (index === poisonedIndex) {
      bad.push({ name, reason: 'processes died while they loaded it' });
      continue;
    }
    const bytes = storage.read(name);
    const parsed = bytes === undefined ? 'the file cannot be read' : readSnapshot(bytes);
    if (typeof parsed === 'string') bad.push({ name, reason: parsed });
    else if (parsed.index !== index)
      bad.push({ name, reason: `it is the snapshot at index ${parsed.index}` });
    else return { newest: parsed, bad };
  }
  return { newest: undefined, bad };
}

/**
 * Removes what is not needed once the snapshot at `newestIndex` is durable: all but {@link snapshotsKept} up to that
 * index, and any later ones, which are leftovers that were found bad.
 */
export function removeOldSnapshots(storage: Storage, newestIndex: number): void {
  const indices = snapshotIndices(storage);
  const kept = indices.filter((index) => index <= newestIndex).slice(0, snapshotsKept);
  for (const index of indices) if (!kept.includes(index)) storage.remove(snapshotName(index));
}
