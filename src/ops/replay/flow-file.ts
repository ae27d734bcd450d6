/** Files of order flow on disk: what is refused before it is read, and how it is unpacked. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { FlowFailure } from './flow.ts';

const gzipMagic = 0x1f8b;

export interface FlowFile {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly isPacked: boolean;
}

/** Looks at a file, or throws a Failure when it cannot hold anything. */
export function flowFile(path: string): FlowFile {
  const head = Buffer.alloc(2);
  let size: number;
  try {
    const found = statSync(path);
    if (!found.isFile()) {
      throw usageFailure(
        `${path} is ${found.isDirectory() ? 'a folder' : 'not a file'}. Give the path of a file, plain or packed with gzip.`,
      );
    }
    size = found.size;
    const descriptor = openSync(path, 'r');
    try {
      readSync(descriptor, head);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw usageFailure(`${path} cannot be read: ${messageOf(error)}.`);
  }
  if (size === 0) throw usageFailure(`${path} is empty.`);
  const isPacked = head.readUInt16BE(0) === gzipMagic;
  if (!isPacked && path.endsWith('.gz')) {
    throw usageFailure(`${path} cannot be read: its name ends in .gz, but it is not packed with gzip.`);
  }
  return { path, size, isPacked };
}

/** The bytes of a file, unpacked; `onRead` hears how many bytes of the file were read. */
export async function* bytesOf(
  { path, isPacked }: FlowFile,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path);
  source.on('data', (chunk) => onRead(chunk.length));
  const stream = isPacked ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw new FlowFailure(`${path} cannot be read: ${messageOf(error)}.`);
  } finally {
    // The reader may have stopped before the end.
    source.destroy();
  }
}
