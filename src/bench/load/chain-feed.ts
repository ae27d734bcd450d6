/**
 * What a site has shipped, put into another folder once more, in the order and at the pace in which it came: what
 * follows from there has the same work, and the exchange that is measured meanwhile has none with it.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupKey } from '../../backup/encryption.ts';
import { noteBytes } from '../../backup/notes.ts';
import { decodeObject, hexOf, readObjectName } from '../../backup/objects.ts';
import { FolderTarget } from '../../backup/targets/folder.ts';

interface ShippedObject {
  readonly name: string;
  readonly number: number;
  readonly atMs: number;
}

export class ChainFeed {
  readonly #from: string;
  /** `cluster-N/CHAIN/`. */
  readonly #chain: string;
  readonly #source: FolderTarget;
  readonly #to: FolderTarget;
  readonly #key: BackupKey;
  #fedNumber = 0;
  #fedBytes = 0;
  #fedSeq = 0;

  /** From a folder with one chain. */
  constructor(from: string, to: string, key: BackupKey) {
    this.#from = from;
    const [cluster = ''] = readdirSync(from);
    const [chain = ''] = readdirSync(join(from, cluster));
    this.#chain = `${cluster}/${chain}/`;
    this.#source = new FolderTarget(from);
    this.#to = new FolderTarget(to);
    this.#key = key;
  }

  /** The last command that was put there. */
  get seq(): number {
    return this.#fedSeq;
  }

  /** The newest object of the chain. */
  get number(): number {
    return this.#objects().at(-1)?.number ?? 0;
  }

  /** Puts all up to an object there at once. */
  async catchUp(number: number): Promise<void> {
    for (const object of this.#waiting(number)) await this.#put(object);
  }

  /** Puts the rest there up to an object, at its pace; an end that comes first leaves the rest. */
  async replay(number: number, ended: AbortSignal): Promise<void> {
    const objects = this.#waiting(number);
    const startedMs = performance.now();
    for (const object of objects) {
      const dueMs = object.atMs - objects[0]!.atMs;
      await sleep(Math.max(0, dueMs - (performance.now() - startedMs)));
      if (ended.aborted) return;
      await this.#put(object);
    }
  }

  #waiting(number: number): ShippedObject[] {
    return this.#objects().filter((object) => object.number > this.#fedNumber && object.number <= number);
  }

  #objects(): ShippedObject[] {
    const folder = join(this.#from, this.#chain);
    const found = readdirSync(folder).flatMap((name) => {
      const label = readObjectName(name);
      return label === undefined
        ? []
        : [{ name, number: label.number, atMs: statSync(join(folder, name)).mtimeMs }];
    });
    return found.toSorted((a, b) => a.number - b.number);
  }

  /** With the head that its shipper wrote after it. */
  async #put({ name, number }: ShippedObject): Promise<void> {
    const bytes = (await this.#source.get(`${this.#chain}${name}`)) ?? new Uint8Array(0);
    const object = decodeObject(bytes, this.#key);
    if (typeof object === 'string') throw new Error(`${name}: ${object}`);
    const { nextSeq, timeUs, madeUs, instance } = object.head;
    this.#fedBytes += bytes.length;
    const place = { number, hash: hexOf(object.hash), seq: nextSeq - 1, timeUs, madeUs, object: name };
    const head = noteBytes<'head'>({ ...place, epoch: 1, bytes: this.#fedBytes, instance }, this.#key);
    await this.#to.putWithNote(
      { name: `${this.#chain}${name}`, bytes },
      { name: `${this.#chain}head`, bytes: head },
    );
    this.#fedNumber = number;
    this.#fedSeq = nextSeq - 1;
  }
}
