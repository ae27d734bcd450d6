/**
 * Room for streams: those with a key share all of it, those without have a part of it together, and one source a part
 * of that. Whatever strangers hold, the rest is kept for those with a key.
 */
import { Shares } from './shares.ts';

export interface StreamLimits {
  readonly streamsMax: number;
  readonly anonymousStreamsMax: number;
  readonly anonymousStreamsPerSourceMax: number;
}

/** What holds a place: a key, or without one a source. */
export type StreamOwner = { readonly keyId: string } | { readonly source: string };

export class StreamRoom {
  readonly #limits: StreamLimits;
  readonly #ofKeys: Shares;
  readonly #bySource = new Map<string, number>();
  #anonymous = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
    const { streamsMax, anonymousStreamsMax } = limits;
    this.#ofKeys = new Shares(Math.max(1, streamsMax - Math.min(anonymousStreamsMax, streamsMax)));
  }

  /** Takes a place, which is to be given back; false where there is none for this owner. */
  take(owner: StreamOwner): boolean {
    if ('keyId' in owner) return this.#ofKeys.take(owner.keyId);
    const { streamsMax, anonymousStreamsMax, anonymousStreamsPerSourceMax } = this.#limits;
    const held = this.#bySource.get(owner.source) ?? 0;
    const isFull = this.#anonymous >= Math.min(anonymousStreamsMax, streamsMax);
    if (isFull || held >= anonymousStreamsPerSourceMax) return false;
    this.#bySource.set(owner.source, held + 1);
    this.#anonymous++;
    return true;
  }

  giveBack(owner: StreamOwner): void {
    if ('keyId' in owner) {
      this.#ofKeys.giveBack(owner.keyId);
      return;
    }
    const held = this.#bySource.get(owner.source) ?? 0;
    if (held > 1) this.#bySource.set(owner.source, held - 1);
    else this.#bySource.delete(owner.source);
    this.#anonymous--;
  }
}
