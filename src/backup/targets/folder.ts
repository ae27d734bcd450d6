/**
 * A folder as a target: a disk, or a share that is mounted. An object is written under another name and flushed before
 * it gets its own, so that what has its name is whole.
 */
import { constants } from 'node:fs';
import { link, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { isEqual } from '../objects.ts';
import {
  FullError,
  isUnmounted,
  type NamedBytes,
  type StoredObject,
  TakenError,
  type Target,
  TargetError,
} from './target.ts';

const fileMode = 0o600;
const folderMode = 0o700;
const unfinished = /^\.new-/;

/** Error codes of a file system, in words for a person. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'it is full. Make room there, or let retention keep less',
  EDQUOT: 'its quota is used up. Make room there, or let retention keep less',
  EROFS: 'it is read-only. Mount it so that it can be written',
  EACCES: 'this user may not write or read there. Mend the rights of the folder',
  EPERM: 'this user may not write or read there. Mend the rights of the folder',
  ENOTDIR: 'a part of the path is a file. Name a folder',
  EIO: 'its disk reports an error. Check the disk',
};

const fullCodes: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** What is stored, and how its file gets its name. */
interface NewFile extends NamedBytes {
  place(aside: string, path: string): Promise<void>;
}

export class FolderTarget implements Target {
  readonly place: string;
  readonly #root: string;
  #writes = 0;
  /** Where the disk that holds it was mounted last. */
  #disk = '';

  constructor(root: string) {
    this.#root = resolve(root);
    this.place = `folder ${this.#root}`;
  }

  async disk(): Promise<string> {
    return this.#try('find the disk of', async () => this.#disk);
  }

  async list(prefix: string, after = ''): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    await this.#try('list', async () => {
      const from = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      await this.#listInto(found, from, { prefix, after });
    });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async folders(prefix: string): Promise<string[]> {
    return this.#try('list', async () => {
      const entries = await entriesOf(join(this.#root, prefix));
      const found = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${prefix}${name}/`);
      return found.sort();
    });
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#try(`read ${name} from`, async () => {
      try {
        return new Uint8Array(await readFile(this.#path(name)));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#store([{ name, bytes, place: this.#placeNew }]);
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#store([{ name, bytes, place: rename }]);
  }

  async putWithNote(object: NamedBytes, note: NamedBytes): Promise<void> {
    await this.#store([
      { ...object, place: this.#placeNew },
      { ...note, place: rename },
    ]);
  }

  async remove(name: string): Promise<void> {
    await this.#try(`remove ${name} from`, () => rm(this.#path(name), { force: true }));
  }

  async #listInto(
    found: StoredObject[],
    folder: string,
    which: { readonly prefix: string; readonly after: string },
  ): Promise<void> {
    const { prefix, after } = which;
    for (const entry of await entriesOf(join(this.#root, folder))) {
      const name = `${folder}${entry.name}`;
      if (unfinished.test(entry.name)) continue;
      if (entry.isDirectory()) {
        if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`))
          await this.#listInto(found, `${name}/`, which);
      } else if (name.startsWith(prefix) && name > after) {
        const stats = await stat(join(this.#root, name)).catch(() => undefined);
        if (stats !== undefined) found.push({ name, bytes: stats.size });
      }
    }
  }

  /** They get their names one after the other; the bytes of all are flushed at once, before that. */
  async #store(objects: readonly NewFile[]): Promise<void> {
    await this.#try(`write ${objects[0]!.name} to`, async () => {
      const files = objects.map(({ name, bytes, place }) => {
        const path = this.#path(name);
        const folder = dirname(path);
        this.#writes += 1;
        return { bytes, place, path, folder, aside: join(folder, `.new-${process.pid}-${this.#writes}`) };
      });
      for (const { folder } of files) await mkdir(folder, { recursive: true, mode: folderMode });
      try {
        const written = await Promise.allSettled(files.map(({ aside, bytes }) => writeWhole(aside, bytes)));
        for (const each of written) if (each.status === 'rejected') throw each.reason;
        for (const { aside, path, folder, place } of files) {
          await place(aside, path);
          await flushFolder(folder);
        }
      } catch (error) {
        for (const { aside } of files) await rm(aside, { force: true }).catch(() => undefined);
        throw error;
      }
    });
  }

  readonly #placeNew = async (aside: string, path: string): Promise<void> => {
    try {
      await link(aside, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (!isEqual(new Uint8Array(await readFile(path)), await readFile(aside)))
        throw new TakenError(
          `${path.slice(this.#root.length + 1)} is in ${this.place} already, with other bytes. It was left as it is.`,
        );
    } finally {
      await rm(aside, { force: true });
    }
  };

  #path(name: string): string {
    const path = join(this.#root, name);
    if (!path.startsWith(`${this.#root}${sep}`)) throw new TargetError(`${name} is no name of an object.`);
    return path;
  }

  /** A share that is not mounted must not look like one that is empty, and nothing is to be written in its place. */
  async #refuseUnmounted(what: string): Promise<void> {
    const disk = await mountPointOf(this.#root);
    if (isUnmounted(this.#disk, disk))
      throw new TargetError(
        `Cannot ${what} ${this.place}: its disk is not mounted at ${this.#disk} any more. Mount it.`,
      );
    this.#disk = disk;
  }

  async #try<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      await this.#refuseUnmounted(what);
      return await act();
    } catch (error) {
      if (error instanceof TargetError) throw error;
      const code = codeOf(error);
      if (code === 'ENOENT')
        throw new TargetError(
          `Cannot ${what} ${this.place}: it is not there. Make the folder, or mount the disk that holds it.`,
        );
      const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
      const text = `Cannot ${what} ${this.place}: ${reason}.`;
      throw fullCodes.includes(code) ? new FullError(text) : new TargetError(text);
    }
  }
}

/** The folder at which the file system that holds a folder is mounted. */
async function mountPointOf(folder: string): Promise<string> {
  // Behind a dot, since that mounts what is mounted when it is used.
  const { dev } = await stat(`${folder}${sep}.`);
  let at = await realpath(folder);
  for (let above = dirname(at); above !== at; above = dirname(at)) {
    if ((await stat(above)).dev !== dev) return at;
    at = above;
  }
  return at;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, fileMode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** None where there is no such folder. */
async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
