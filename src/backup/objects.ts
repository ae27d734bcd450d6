/**
 * One object of a backup: a head that says what it holds and names the object before it by its hash, and the content,
 * packed and sealed. Objects are numbered and written once, so that one that is missing, cut short, spoiled, swapped or
 * of another chain is found, and named.
 */
import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { recordProblem, seal } from '../journal/sealed-record.ts';
import type { LogPosition } from '../journal/segment.ts';
import { bytes, Layout, text, u32, u53 } from '../protocol/layout.ts';
import { assert } from '../std/assert.ts';
import { type BackupKey, openContent, sealContent, sealedBytes } from './encryption.ts';

/** `snapshot`: the file of a snapshot. `log`: frames, as they are in the journal, one behind the other. */
export const ObjectKind = { snapshot: 1, log: 2 } as const;
export type KindWord = keyof typeof ObjectKind;

/** What one object holds. */
export interface ObjectHead {
  readonly kind: KindWord;
  /** The chain that the object belongs to, and its number in it, from 1. */
  readonly chain: string;
  readonly number: number;
  /** Hash of the object before it; zeros in the first one. */
  readonly previous: Uint8Array;
  readonly clusterId: number;
  readonly instance: number;
  /** Log: the frames. Snapshot: the last frame that is in it, twice. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Of the last frame. */
  readonly term: number;
  /** Of the next command. */
  readonly nextSeq: number;
  /** Log: how many of the frames void a command. */
  readonly voids: number;
  /** Of the last frame; of a snapshot that of the last command. */
  readonly timeUs: number;
  /** When the object was made, by the clock of its machine. */
  readonly madeUs: number;
}

export interface EncodedObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

export interface DecodedObject {
  readonly head: ObjectHead;
  readonly content: Uint8Array;
  readonly hash: Uint8Array;
}

export interface Packing {
  readonly compression: 'zstd' | 'none';
  readonly key?: BackupKey | undefined;
}

const magic = 0x4c_4b_42_4f;
const hashBytes = 32;
const chainBytes = 32;
/** What one object may hold unpacked; a larger one is not read. */
const contentBytesMax = 0xffff_fff0;

const layout = new Layout('head of the object', 1, {
  crc: u32(),
  magic: u32(magic, magic),
  kind: u32(1, 2),
  /** 1: zstd. */
  compression: u32(0, 1),
  /** 1: a secret stream. */
  encryption: u32(0, 1),
  clusterId: u32(),
  voids: u32(),
  number: u53(1),
  instance: u53(),
  firstIndex: u53(1),
  lastIndex: u53(1),
  term: u53(),
  nextSeq: u53(1),
  timeUs: u53(),
  madeUs: u53(),
  contentBytes: u53(0, contentBytesMax),
  /** Of what follows the head. */
  storedBytes: u53(),
  chain: text(chainBytes),
  keyName: text(16),
  previous: bytes(hashBytes),
  /** SHA-256 of what follows the head. */
  storedHash: bytes(hashBytes),
});

export const noHash: Uint8Array = new Uint8Array(hashBytes);

/** With this the name of each object of that number begins. */
export function numberText(number: number): string {
  return String(number).padStart(10, '0');
}

/**
 * `0000000012-log-00000000000000004711-1764410523000000`: number, kind, last seq and its time, for lists; with `-voids`
 * behind it where a replay must know of it before it begins.
 */
export function objectName({ number, kind, nextSeq, timeUs, voids }: ObjectHead): string {
  const digits = (value: number, length: number) => String(value).padStart(length, '0');
  return `${numberText(number)}-${kind}-${digits(nextSeq - 1, 16)}-${digits(timeUs, 16)}${voids > 0 ? '-voids' : ''}`;
}

/** What the name of an object says; undefined for any other name. */
export interface ObjectLabel {
  readonly number: number;
  readonly kind: KindWord;
  /** Sequence number of the last command that is in it. */
  readonly seq: number;
  readonly timeUs: number;
  /** Some of its frames void commands. */
  readonly hasVoids: boolean;
}

const namePattern = /^(\d{10})-(snapshot|log)-(\d{16})-(\d{16})(-voids)?$/;

export function readObjectName(name: string): ObjectLabel | undefined {
  const [, number, kind, seq, timeUs, voids] = namePattern.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const hasVoids = voids !== undefined;
  return {
    number: Number(number),
    kind: kind as KindWord,
    seq: Number(seq),
    timeUs: Number(timeUs),
    hasVoids,
  };
}

/** The place in the log behind the object. */
export function endOf({ lastIndex, term, nextSeq, timeUs }: ObjectHead): LogPosition {
  return { index: lastIndex, term, nextSeq, timeUs };
}

export function encodeObject(
  head: ObjectHead,
  content: Uint8Array,
  { compression, key }: Packing,
): EncodedObject {
  assert(
    content.length <= contentBytesMax,
    () => `an object holds ${contentBytesMax} bytes, not ${content.length}`,
  );
  const packed = compression === 'zstd' ? new Uint8Array(zstdCompressSync(content)) : content;
  const storedBytes = key === undefined ? packed.length : sealedBytes(packed.length);
  const file = new Uint8Array(layout.size + storedBytes);
  const view = new DataView(file.buffer);
  const values = {
    ...head,
    crc: 0,
    magic,
    kind: ObjectKind[head.kind],
    compression: compression === 'zstd' ? 1 : 0,
    encryption: key === undefined ? 0 : 1,
    contentBytes: content.length,
    storedBytes,
    keyName: key?.name ?? '',
    storedHash: noHash,
  };
  layout.write(view, 0, values);
  const stored = key === undefined ? packed : sealContent(packed, file.slice(0, layout.size), key);
  file.set(stored, layout.size);
  layout.write(view, 0, { ...values, storedHash: sha256(stored) });
  seal(file, view, 0, layout.size);
  return { name: objectName(head), bytes: file, hash: sha256(file.subarray(0, layout.size)) };
}

/** Reads a whole object; a text says what is wrong with it. */
export function decodeObject(file: Uint8Array, key: BackupKey | undefined): DecodedObject | string {
  const opened = checkObject(file);
  if (typeof opened === 'string') return opened;
  const { values, head, hash } = opened;
  let packed = file.subarray(layout.size);
  if (values.encryption === 1) {
    const refusal = keyProblem(values.keyName, key);
    if (refusal !== undefined || key === undefined) return refusal ?? '';
    const associated = file.slice(0, layout.size);
    layout.write(new DataView(associated.buffer), 0, { ...values, crc: 0, storedHash: noHash });
    const content = openContent(packed, associated, key);
    if (content === undefined) return 'it was not sealed with this key, or was changed since';
    packed = content;
  } else if (key !== undefined) {
    // A store must not be able to put what it likes in the place of what was sealed.
    return 'it is not encrypted, and this target has a key';
  }
  try {
    const content =
      values.compression === 1
        ? new Uint8Array(zstdDecompressSync(packed, { maxOutputLength: Math.max(1, values.contentBytes) }))
        : packed;
    if (content.length !== values.contentBytes) return 'its content has another length than its head says';
    return { head, content, hash };
  } catch {
    return 'its content cannot be unpacked';
  }
}

function keyProblem(keyName: string, key: BackupKey | undefined): string | undefined {
  if (key === undefined)
    return `it is encrypted with key ${keyName}; name the file of that key (keyFile of the target, or --key-file)`;
  if (key.name === keyName) return undefined;
  return `it is encrypted with key ${keyName}, and the key that was given is ${key.name}`;
}

interface CheckedObject {
  readonly values: ReturnType<typeof layout.read>;
  readonly head: ObjectHead;
  readonly hash: Uint8Array;
}

/** What can be seen without a key: whether all bytes are those that were stored. */
function checkObject(file: Uint8Array): CheckedObject | string {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const problem = recordProblem(layout, { bytes: file, view }, 0, layout.size);
  if (problem !== undefined) return problem;
  const values = layout.read(view, 0);
  const stored = file.subarray(layout.size);
  if (stored.length !== values.storedBytes)
    return `it has ${stored.length} bytes behind its head, and ${values.storedBytes} were stored`;
  if (!isEqual(sha256(stored), values.storedHash)) return 'its bytes are not those that were stored';
  const { number, previous, chain, clusterId, instance, firstIndex, lastIndex } = values;
  const { term, nextSeq, timeUs, madeUs, voids } = values;
  const kind: KindWord = values.kind === ObjectKind.snapshot ? 'snapshot' : 'log';
  const head: ObjectHead = {
    ...{ kind, chain, number, previous, clusterId, instance, firstIndex, lastIndex },
    ...{ term, nextSeq, timeUs, madeUs, voids },
  };
  return { values, head, hash: sha256(file.subarray(0, layout.size)) };
}

export function sha256(content: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(content).digest());
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function hexOf(content: Uint8Array): string {
  return Buffer.from(content).toString('hex');
}

export function bytesOfHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
