/**
 * A disk that nothing outlives: the storage of replicas that only practise, and of files that are made to be written
 * elsewhere. All is flushed as soon as it is asked for.
 */

import { assert } from '../std/assert.ts';
import type { Region, Storage } from './storage.ts';

export class MemoryStorage implements Storage {
  readonly bootId = 'practice';
  readonly #regions = new Map<string, Region>();
  #flushed = 0;

  list(): string[] {
    return [...this.#regions.keys()];
  }

  identityOf(): string {
    return '';
  }

  changeOf(): string {
    return '';
  }

  remove(name: string): void {
    this.#regions.delete(name);
  }

  createRegion(name: string, size: number): Region {
    const bytes = new Uint8Array(size);
    const region = { name, bytes, view: new DataView(bytes.buffer) };
    this.#regions.set(name, region);
    return region;
  }

  openRegion(name: string): Region | undefined {
    return this.#regions.get(name);
  }

  closeRegion(): void {}

  flush(): boolean {
    return true;
  }

  requestFlush(_region: Region, position: number): void {
    assert(
      position > this.#flushed,
      () => `positions grow from request to request: ${position} after ${this.#flushed}`,
    );
    this.#flushed = position;
  }

  flushedPosition(): number {
    return this.#flushed;
  }

  read(name: string): Uint8Array | undefined {
    return this.#regions.get(name)?.bytes.slice();
  }

  write(name: string, bytes: Uint8Array): boolean {
    this.createRegion(name, bytes.length).bytes.set(bytes);
    return true;
  }

  setAside(): boolean {
    return false;
  }

  startWrite(name: string, bytes: Uint8Array): void {
    this.write(name, bytes);
  }

  backgroundWrite(): 'done' {
    return 'done';
  }
}
