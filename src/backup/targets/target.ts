/**
 * The port to a place that keeps backups: named objects, each stored whole or not at all. Names are parts of letters,
 * digits, dots and dashes with slashes between. Every call may fail, and ends within a bounded time.
 */

export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
}

/** What is to be stored, under its name. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Target {
  /** For people: `folder /mnt/backup`. */
  readonly place: string;
  /** The disk that holds its objects: where that is mounted; empty where there is nothing of the kind. */
  disk(): Promise<string>;
  /** All objects whose names begin with `prefix` and are behind `after`, in the order of their names. */
  list(prefix: string, after?: string): Promise<StoredObject[]>;
  /** What is like folders in `prefix`, which ends with a slash: each name up to the next slash, with it, once. */
  folders(prefix: string): Promise<string[]>;
  /** Undefined where there is none. `bytes`: how large it is, as far as is known, for the time that it may take. */
  get(name: string, bytes?: number): Promise<Uint8Array | undefined>;
  /** Stores a new object, for good once it resolves. An object that has this name already stays, and is an error. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Stores an object in the place of one that may be there. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * Puts a new object, and then a note that names it in the place of the one before; for good once it resolves. The
   * note is not seen before the object is stored for good.
   */
  putWithNote(object: NamedBytes, note: NamedBytes): Promise<void>;
  /** Removes an object, if it is there. */
  remove(name: string): Promise<void>;
}

/** What was mounted at `before` is not any more, and what is below it shows: `now` is where that is mounted. */
export function isUnmounted(before: string, now: string): boolean {
  return before !== now && before.startsWith(now.endsWith('/') ? now : `${now}/`) && now !== '';
}

/** Why a target did not do what it was asked for: in words, with what to do. */
export class TargetError extends Error {
  override readonly name: string = 'TargetError';
}

/** There is no room: what is removed there helps. */
export class FullError extends TargetError {
  override readonly name = 'FullError';
}

/** The name is taken, by other bytes. */
export class TakenError extends TargetError {
  override readonly name = 'TakenError';
}
