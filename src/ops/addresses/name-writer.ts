/**
 * Writes names with their addresses to a name server, each by itself: one that cannot be written is tried again later
 * and later, and left in peace where that goes on, and no other waits for it.
 */
import type { Logger } from 'pino';
import type { BreakerState } from '../breaker-states.ts';
import { Breakers, RestingError } from '../breakers.ts';
import { messageOf } from '../failure.ts';
import type { DnsStanding } from './dns-metrics.ts';
import type { NameAddresses, WriterTerm } from './dns-records.ts';
import { updateMsMax } from './dns-server.ts';

/** What is there is looked at again so often, though nothing has changed here. */
const againMs = 30_000;
const retryMsMin = 1_000;
const retryMsMax = 60_000;
/** A replica that leads is passed over at times; where that goes on, no leader of this exchange wrote what is there. */
const passedOverMax = 100;

/** Writes the addresses of a name; false where another leader has written in between, or a later one has. */
export type ReplaceName = (wanted: NameAddresses, by: WriterTerm, signal: AbortSignal) => Promise<boolean>;

interface Written {
  /** Addresses, epoch and term. */
  readonly text: string;
  readonly addresses: readonly string[];
  readonly atMs: number;
  readonly wallMs: number;
}

export class NameWriter {
  readonly #names: readonly string[];
  readonly #replace: ReplaceName;
  readonly #log: Pick<Logger, 'info' | 'error'>;
  readonly #breakers: Breakers;
  readonly #written = new Map<string, Written>();
  /** Of each name, why it is not written. */
  readonly #errors = new Map<string, string>();
  readonly #failuresInRow = new Map<string, number>();
  /** Of each name, how often in a row another leader was found to have written it. */
  readonly #passedOver = new Map<string, number>();
  #failures = 0;

  constructor(names: readonly string[], replace: ReplaceName, log: Pick<Logger, 'info' | 'error'>) {
    this.#names = names;
    this.#replace = replace;
    this.#log = log;
    this.#breakers = new Breakers(names.map(breakerOf));
  }

  standing(): Pick<DnsStanding, 'names' | 'breaker' | 'failures' | 'error'> {
    return {
      names: this.#names.map((name) => {
        const { addresses = [], wallMs: writtenMs = 0 } = this.#written.get(name) ?? {};
        return { name, addresses, writtenMs };
      }),
      breaker: this.#breaker,
      failures: this.#failures,
      error: [...this.#errors.values()][0] ?? '',
    };
  }

  /** Writes the addresses where they are not written already; gives how long to wait before the name is tried again. */
  async write(wanted: NameAddresses, by: WriterTerm): Promise<number> {
    const { name, addresses } = wanted;
    const text = `${addresses.join(' ')} ${by.epoch} ${by.term}`;
    const last = this.#written.get(name);
    if (last?.text === text && performance.now() - last.atMs < againMs) return 0;
    try {
      const isWritten = await this.#breakers.run(breakerOf(name), 2 * updateMsMax, (signal) =>
        this.#replace(wanted, by, signal),
      );
      this.#failuresInRow.delete(name);
      if (!isWritten) return this.#notePassedOver(name, by);
      this.#written.set(name, { text, atMs: performance.now(), wallMs: Date.now(), addresses });
      if (last?.text !== text) this.#log.info({ term: by.term }, `${name} is ${addresses.join(', ')}`);
      this.#passedOver.delete(name);
      this.#errors.delete(name);
      return 0;
    } catch (error) {
      this.#failures++;
      if (!(error instanceof RestingError)) this.#tell(name, messageOf(error));
      const inRow = this.#failuresInRow.get(name) ?? 0;
      this.#failuresInRow.set(name, inRow + 1);
      // Longer each time, and not for all at one moment.
      return Math.min(retryMsMax, retryMsMin * 2 ** inRow) * (0.5 + Math.random() / 2);
    }
  }

  /** Gives how long to wait before the name is tried again. */
  #notePassedOver(name: string, { epoch, term }: WriterTerm): number {
    const inRow = (this.#passedOver.get(name) ?? 0) + 1;
    this.#passedOver.set(name, inRow);
    if (inRow < passedOverMax) {
      this.#errors.delete(name);
      return 0;
    }
    this.#failures++;
    this.#tell(
      name,
      `its TXT record names a leader later than epoch ${epoch}, term ${term}, which leads: remove the record where it is of ` +
        'an exchange that is gone, or choose another name',
    );
    return retryMsMin;
  }

  /** That of the name that fares worst. */
  get #breaker(): BreakerState {
    const states = this.#names.map((name) => this.#breakers.stateOf(breakerOf(name)));
    return (['open', 'halfOpen'] as const).find((state) => states.includes(state)) ?? 'closed';
  }

  /** Once for each fault. */
  #tell(name: string, why: string): void {
    const text = `${name} is not written: ${why}`;
    if (text !== this.#errors.get(name)) this.#log.error(text);
    this.#errors.set(name, text);
  }
}

function breakerOf(name: string): string {
  return `the update of ${name}`;
}
