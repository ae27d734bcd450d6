/** A target in memory that can be full, fail, lie, and lose or spoil what it holds. */
import { isEqual } from '../objects.ts';
import {
  type NamedBytes,
  type StoredObject,
  TakenError,
  type Target,
  TargetError,
} from '../targets/target.ts';

export class MemoryTarget implements Target {
  readonly place = 'memory';
  objects = new Map<string, Uint8Array>();
  /** Why it takes nothing; empty where it works. */
  refusal = '';
  /** It says that it has stored what comes, and has not. */
  isLying = false;
  /** The next write is stored, and its answer lost. */
  losesAnswer = false;
  puts = 0;
  mountedAt = '';

  async disk(): Promise<string> {
    this.#try();
    return this.mountedAt;
  }

  async list(prefix: string, after = ''): Promise<StoredObject[]> {
    this.#try();
    return [...this.objects]
      .filter(([name]) => name.startsWith(prefix) && name > after)
      .map(([name, bytes]) => ({ name, bytes: bytes.length }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async folders(prefix: string): Promise<string[]> {
    const names = (await this.list(prefix)).map(({ name }) => name.slice(prefix.length));
    const first = names.filter((name) => name.includes('/')).map((name) => name.split('/')[0]);
    return [...new Set(first)].map((name) => `${prefix}${name}/`);
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    this.#try();
    return this.objects.get(name)?.slice();
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const there = this.objects.get(name);
    if (there !== undefined && !isEqual(there, bytes)) throw new TakenError(`${name} is there already.`);
    this.puts += 1;
    await this.replace(name, bytes);
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    this.#try();
    if (!this.isLying) this.objects.set(name, bytes.slice());
    if (!this.losesAnswer) return;
    this.losesAnswer = false;
    throw new TargetError('the answer was lost');
  }

  async putWithNote(object: NamedBytes, note: NamedBytes): Promise<void> {
    await this.put(object.name, object.bytes);
    await this.replace(note.name, note.bytes);
  }

  async remove(name: string): Promise<void> {
    this.#try();
    this.objects.delete(name);
  }

  /** Names of the objects of the log and of snapshots, in order. */
  get names(): string[] {
    return [...this.objects.keys()].filter((name) => /\d{10}-(?:log|snapshot)-/.test(name)).sort();
  }

  #try(): void {
    if (this.refusal !== '') throw new TargetError(this.refusal);
  }
}
