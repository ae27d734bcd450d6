/** Counts what the maps of a room hold at most: nothing that a replica or a client keeps may grow without a bound. */

const place = /\/src\/((?:replica|client|raft|journal|engine)\/[^\s:)]+:\d+)/;

export interface Census {
  /** Where each map is made, and the most entries that one made there ever had. */
  readonly largest: ReadonlyMap<string, number>;
  end(): void;
}

/** Watches every map that is made from now on until `end`. */
export function takeCensus(): Census {
  const original = globalThis.Map;
  const largest = new original<string, number>();
  class CountedMap<K, V> extends original<K, V> {
    #place: string | undefined;

    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super();
      const lines = new Error().stack?.split('\n') ?? [];
      this.#place = lines.map((line) => place.exec(line)?.[1]).find((found) => found !== undefined);
      for (const [key, value] of entries ?? []) this.set(key, value);
    }

    override set(key: K, value: V): this {
      super.set(key, value);
      const at = this.#place;
      if (at !== undefined && this.size > (largest.get(at) ?? 0)) largest.set(at, this.size);
      return this;
    }
  }
  globalThis.Map = CountedMap as unknown as MapConstructor;
  return {
    largest,
    end: () => {
      globalThis.Map = original;
    },
  };
}
