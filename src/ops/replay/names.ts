/**
 * What a replay calls its instruments and accounts. In an exchange that others use too, all of them are its own: ids
 * that are free there, and symbols with a prefix that no other symbol has, so that no order of another trader meets the
 * flow.
 */
import type { Client } from '../../client/index.ts';
import { symbolBytes } from '../../protocol/limits.ts';
import { Failure } from '../failure.ts';
import type { FlowInstrument } from './flow.ts';

/** Accounts that the orders of a file are spread over, by their ids: the same file gives the same accounts. */
const accountsCount = 64;
const accountIdFirst = 2_000;
/** Places for accounts that are looked at before a replay gives up. */
const accountPlacesMax = 1_000;

export class ReplayNames {
  readonly #instrumentIdBase: number;
  readonly #symbolPrefix: string;
  readonly #accountIdBase: number;

  private constructor(instrumentIdBase: number, symbolPrefix: string, accountIdBase: number) {
    this.#instrumentIdBase = instrumentIdBase;
    this.#symbolPrefix = symbolPrefix;
    this.#accountIdBase = accountIdBase;
  }

  /** Names that are free in an exchange. An exchange without instruments gets those of the file. */
  static async findFree(client: Client): Promise<ReplayNames> {
    const instruments = await client.instruments();
    let symbolPrefix = '';
    for (let n = 1; instruments.length > 0 && symbolPrefix === ''; n++) {
      if (!instruments.some(({ symbol }) => symbol.startsWith(`R${n}.`))) symbolPrefix = `R${n}.`;
    }
    const instrumentIdBase = Math.max(0, ...instruments.map(({ instrumentId }) => instrumentId));
    for (let place = 0; place < accountPlacesMax; place++) {
      const accountIdBase = accountIdFirst + place * accountsCount;
      const ids = Array.from({ length: accountsCount }, (_, n) => accountIdBase + n);
      const found = await Promise.all(ids.map((accountId) => client.account(accountId)));
      if (found.every((account) => account === undefined)) {
        return new ReplayNames(instrumentIdBase, symbolPrefix, accountIdBase);
      }
    }
    throw new Failure(
      `No ${accountsCount} account numbers in a row are free from ${accountIdFirst} on. Replay into another exchange, or into one of its own.`,
    );
  }

  /** A file's instrument as the exchange is to know it. */
  instrument(instrument: FlowInstrument): FlowInstrument {
    const symbol = `${this.#symbolPrefix}${instrument.symbol}`.slice(0, symbolBytes);
    return { ...instrument, instrumentId: this.#instrumentIdBase + instrument.instrumentId, symbol };
  }

  get accountIds(): readonly number[] {
    return Array.from({ length: accountsCount }, (_, n) => this.#accountIdBase + n);
  }

  /** The account of an order: the same for the same id (FNV-1a, 32 bits). */
  accountOf(orderId: string): number {
    let hash = 0x811c_9dc5;
    for (let n = 0; n < orderId.length; n++) hash = Math.imul(hash ^ orderId.charCodeAt(n), 0x0100_0193);
    return this.#accountIdBase + ((hash >>> 0) % accountsCount);
  }
}
