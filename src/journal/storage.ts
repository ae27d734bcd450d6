/** The port to a disk: mapped files for the journal, small atomic files for the rest, and a flusher beside. */

/** A mapped file. What is written to `bytes` outlives the process at once, and the machine once it is flushed. */
export interface Region {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** One replica's folder. Names are plain file names. Calls block for as long as the system call does. */
export interface Storage {
  /** Changes with each boot of the machine: written bytes survive a process, not a boot. */
  readonly bootId: string;

  list(): string[];
  /**
   * What tells a file from every other one that was ever created under its name, also from a copy of it; it stays the
   * same as long as the file does. Empty where there is no file or the system has nothing of the kind.
   */
  identityOf(name: string): string;
  /**
   * When a file that is never mapped was last written or replaced, also by hands that set its times, then `/` and what
   * may change that time without a write: owner, rights, links. Empty like the above.
   */
  changeOf(name: string): string;
  remove(name: string): void;
  /**
   * Creates a file of `size` zero bytes with its blocks allocated, and maps it; undefined: no space or no permission.
   */
  createRegion(name: string, size: number): Region | undefined;
  /** Maps an existing file; undefined where there is none. */
  openRegion(name: string): Region | undefined;
  /** Unmaps. The region must not be touched afterwards. */
  closeRegion(region: Region): void;
  /** Flushes a region and its folder entry before it returns; false when the disk refuses. */
  flush(region: Region): boolean;

  /**
   * Asks the flusher to flush `region`; returns at once. `position` grows from request to request; requests for several
   * regions are flushed in the order in which they came.
   */
  requestFlush(region: Region, position: number): void;
  /** The highest position whose request, and every one before it, is flushed. @hot */
  flushedPosition(): number;

  /**
   * Writes a file into a folder beside, for a person: nothing in there is read here. Without `bytes` it is the file of
   * that name as it is, which stays there when it is removed or replaced here. false: the disk refuses.
   */
  setAside(folder: string, name: string, bytes?: Uint8Array): boolean;

  /** The whole file; undefined where there is none or it cannot be read. */
  read(name: string): Uint8Array | undefined;
  /** Replaces a file at once or not at all, flushed when it returns; false when the disk refuses. */
  write(name: string, bytes: Uint8Array): boolean;
  /**
   * Like write, beside the core; `bytes` must not change until `backgroundWrite` no longer answers 'busy', and hold
   * anything from then on: the memory is given back to the system as it is written.
   */
  startWrite(name: string, bytes: Uint8Array): void;
  /** State of the last background write. */
  backgroundWrite(): 'idle' | 'busy' | 'done' | 'failed';
}
