/** The files of a replica's folder, read while the replica runs; no lock is taken and nothing is written. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReplicaFiles } from '../../backup/source.ts';
import { JournalFolder } from '../supervisor/journal-folder.ts';

export function replicaFiles(folder: string): ReplicaFiles {
  const storage = new JournalFolder(folder);
  return {
    storage,
    list: () => storage.list(),
    readPart: (name, offset, length) => readPart(join(folder, basename(name)), offset, length),
  };
}

function readPart(path: string, offset: number, length: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const got = readSync(file, bytes, read, length - read, offset + read);
      if (got === 0) break;
      read += got;
    }
    return bytes.subarray(0, read);
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
