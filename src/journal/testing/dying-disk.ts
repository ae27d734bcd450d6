/** A disk whose process dies at a chosen step: before any single write to a mapping, flush, creation or removal. */
import type { Random } from '../../std/random.ts';
import type { Region } from '../storage.ts';
import { VirtualDisk } from './virtual-disk.ts';

/** The process is dead: nothing that it holds may be used any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

type Step = () => void;

class WatchedView extends DataView<ArrayBuffer> {
  step: Step = () => {};

  override setUint8(at: number, value: number): void {
    this.step();
    super.setUint8(at, value);
  }

  override setUint16(at: number, value: number, littleEndian?: boolean): void {
    this.step();
    super.setUint16(at, value, littleEndian);
  }

  override setUint32(at: number, value: number, littleEndian?: boolean): void {
    this.step();
    super.setUint32(at, value, littleEndian);
  }
}

class WatchedBytes extends Uint8Array<ArrayBuffer> {
  step: Step = () => {};

  override fill(value: number, start?: number, end?: number): this {
    this.step();
    return super.fill(value, start, end);
  }

  override set(source: ArrayLike<number>, offset?: number): void {
    this.step();
    super.set(source, offset);
  }
}

interface WatchedRegion extends Region {
  readonly inner: Region;
}

export class DyingDisk extends VirtualDisk {
  /** Steps until the process dies. */
  stepsToLive = Number.MAX_SAFE_INTEGER;
  /** Before a fifth of the steps the kernel writes some pages back, by this chance. */
  kernel: Random | undefined;

  readonly #step = (): void => {
    if (this.stepsToLive-- <= 0) throw new Killed();
    if (this.kernel?.chance(0.2)) this.writeBack(this.kernel);
  };

  #watched(inner: Region | undefined): WatchedRegion | undefined {
    if (inner === undefined) return undefined;
    const buffer = inner.bytes.buffer as ArrayBuffer;
    const bytes = new WatchedBytes(buffer);
    const view = new WatchedView(buffer);
    bytes.step = this.#step;
    view.step = this.#step;
    return { name: inner.name, bytes, view, inner };
  }

  override createRegion(name: string, size: number): Region | undefined {
    this.#step();
    return this.#watched(super.createRegion(name, size));
  }

  override openRegion(name: string): Region | undefined {
    return this.#watched(super.openRegion(name));
  }

  override remove(name: string): void {
    this.#step();
    super.remove(name);
  }

  override flush(region: Region): boolean {
    if (!isWatched(region)) return super.flush(region);
    this.#step();
    return super.flush(region.inner);
  }

  /** At once or not at all, as the port promises. */
  override write(name: string, bytes: Uint8Array): boolean {
    this.#step();
    const { stepsToLive, kernel } = this;
    this.stepsToLive = Number.MAX_SAFE_INTEGER;
    this.kernel = undefined;
    const isWritten = super.write(name, bytes);
    this.stepsToLive = stepsToLive;
    this.kernel = kernel;
    return isWritten;
  }

  override requestFlush(region: Region, position: number): void {
    this.#step();
    super.requestFlush(isWatched(region) ? region.inner : region, position);
  }
}

function isWatched(region: Region): region is WatchedRegion {
  return 'inner' in region;
}
