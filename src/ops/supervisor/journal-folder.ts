/**
 * A replica's folder, only to be read: files are copied to memory, so that nothing that a reader does, not even a
 * repair, reaches the disk. It takes no lock, so a running replica can be looked at.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Region, Storage } from '../../journal/storage.ts';
import { messageOf, usageFailure } from '../failure.ts';

export class JournalFolder implements Storage {
  readonly bootId = '';
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    const names = this.list();
    const replicas = names.filter((name) => /^replica-\d+$/.test(name));
    if (replicas.length > 0) {
      throw usageFailure(
        `${folder} is the data folder of a cluster. Name the folder of one replica: ${replicas.map((name) => join(folder, name)).join(', ')}.`,
      );
    }
    if (!names.some((name) => /^(?:segment-|snapshot-|state$)/.test(name))) {
      throw usageFailure(
        `${folder} holds no journal. Name the folder of a replica, such as lockstep-data/replica-1.`,
      );
    }
  }

  list(): string[] {
    try {
      return readdirSync(this.#folder).filter((name) => !name.startsWith('.'));
    } catch (error) {
      throw usageFailure(`The folder cannot be read: ${messageOf(error)}.`);
    }
  }

  /** A reader does not ask other replicas whether the folder is a copy. */
  identityOf(): string {
    return '';
  }

  changeOf(): string {
    return '';
  }

  openRegion(name: string): Region | undefined {
    const bytes = this.read(name);
    return bytes && { name, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }

  closeRegion(): void {
    // The copy is left to the garbage collector.
  }

  read(name: string): Uint8Array | undefined {
    try {
      return readFileSync(join(this.#folder, basename(name)));
    } catch {
      return undefined;
    }
  }

  flush(): boolean {
    return true;
  }

  backgroundWrite(): 'idle' {
    return 'idle';
  }

  flushedPosition(): number {
    return 0;
  }

  createRegion(name: string): undefined {
    refuse(name);
  }

  remove(name: string): void {
    refuse(name);
  }

  write(name: string): boolean {
    return refuse(name);
  }

  setAside(_folder: string, name: string): boolean {
    return refuse(name);
  }

  startWrite(name: string): void {
    refuse(name);
  }

  requestFlush(region: Region): void {
    refuse(region.name);
  }
}

function refuse(name: string): never {
  throw new Error(`${name} was opened for reading only`);
}
