/** Packets that wait until they are due: a heap by time, and by their coming where the time is the same. */

interface WaitingPacket {
  readonly dueNs: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

export class PacketsOnTheirWay {
  readonly #heap: WaitingPacket[] = [];
  #taken = 0;

  get count(): number {
    return this.#heap.length;
  }

  /** Infinity where nothing waits. */
  get nextDueNs(): number {
    return this.#heap[0]?.dueNs ?? Number.POSITIVE_INFINITY;
  }

  add(dueNs: number, bytes: Uint8Array): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ dueNs, number: this.#taken++, bytes });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The first that is due; undefined where none is. */
  take(nowNs: number): Uint8Array | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.dueNs > nowNs) return undefined;
    const last = heap.pop()!;
    if (heap.length === 0) return first.bytes;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return first.bytes;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = kept;
  }
}

function isBefore(a: WaitingPacket, b: WaitingPacket): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.number < b.number);
}
