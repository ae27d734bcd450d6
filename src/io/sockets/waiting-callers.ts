/**
 * Callers that are accepted and wait for a place, so that their host is known: a crowd from one host then keeps no
 * other host out. Nothing is read from them and they have no buffers.
 */

/** With more, the one that came last goes of the host that has most. */
export const waitingCallersMax = 512;

interface WaitingCaller {
  readonly fd: number;
  readonly source: number;
}

export class WaitingCallers {
  #callers: WaitingCaller[] = [];

  get count(): number {
    return this.#callers.length;
  }

  /** Lets a caller wait; gives the socket of the one that has to go for it, -1 where none has. */
  add(fd: number, source: number): number {
    this.#callers.push({ fd, source });
    if (this.#callers.length <= waitingCallersMax) return -1;
    const counts = new Map<number, number>();
    for (const caller of this.#callers) counts.set(caller.source, (counts.get(caller.source) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const at = this.#callers.findLastIndex((caller) => counts.get(caller.source) === most);
    return this.#callers.splice(at, 1)[0]!.fd;
  }

  /**
   * Asks for the callers in the order they came, once for each host that has no place now, and at most `askedMax`
   * times; those that `takes` has taken wait no more.
   */
  serve(askedMax: number, takes: (fd: number, source: number) => boolean): void {
    const withoutPlace = new Set<number>();
    let asked = 0;
    this.#callers = this.#callers.filter(({ fd, source }) => {
      if (asked >= askedMax || withoutPlace.has(source)) return true;
      asked++;
      if (takes(fd, source)) return false;
      withoutPlace.add(source);
      return true;
    });
  }

  /** The sockets of all. */
  get sockets(): readonly number[] {
    return this.#callers.map(({ fd }) => fd);
  }
}
