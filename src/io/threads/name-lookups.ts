/**
 * Addresses of names, for a core that cannot wait for them. The core asks each time that it calls a replica, fifty
 * times a second of one that is dead; the name server is asked once in a while, and the core hears what is new alone.
 */

/** A name is looked up again after so long. */
const againMs = 1_000;

export class NameLookups {
  readonly #lookup: (host: string) => Promise<string>;
  readonly #nowMs: () => number;
  readonly #found: (host: string, address: string) => void;
  readonly #failed: (host: string, error: unknown) => void;
  readonly #names = new Map<string, { atMs: number; isUnderWay: boolean; address: string }>();

  /** @param found hears of each address that is another one; `failed` of the first failure of a name. */
  constructor(
    lookup: (host: string) => Promise<string>,
    nowMs: () => number,
    found: (host: string, address: string) => void,
    failed: (host: string, error: unknown) => void,
  ) {
    this.#lookup = lookup;
    this.#nowMs = nowMs;
    this.#found = found;
    this.#failed = failed;
  }

  async ask(host: string): Promise<void> {
    const nowMs = this.#nowMs();
    const before = this.#names.get(host);
    if (before !== undefined && (before.isUnderWay || nowMs - before.atMs < againMs)) return;
    const name = { address: '', ...before, atMs: nowMs, isUnderWay: true };
    this.#names.set(host, name);
    try {
      const address = await this.#lookup(host);
      if (address !== name.address) this.#found(host, address);
      name.address = address;
    } catch (error) {
      // A name server that is away for a moment takes no address away.
      if (before === undefined) this.#failed(host, error);
    } finally {
      name.isUnderWay = false;
    }
  }
}
