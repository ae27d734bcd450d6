/** Finds instruments: from memory, and where one is new here, by asking the exchange. */
import type { Instrument } from '../admission/orders.ts';
import { CoreError } from '../admission/refusals.ts';
import { strangers } from '../admission/shares.ts';
import type { InstrumentRow, Rows } from '../ports.ts';
import type { ExchangeLink } from './link.ts';

/** A row that names its instrument; 0 is none. */
interface RowOfInstrument {
  readonly instrumentId: number;
}

export class InstrumentLookup {
  readonly #link: ExchangeLink;

  constructor(link: ExchangeLink) {
    this.#link = link;
  }

  bySymbol(symbol: string): Promise<Instrument> | Instrument {
    return this.#link.instruments.bySymbol(symbol) ?? this.#newBySymbol(symbol);
  }

  /** The instrument of what was found at the exchange. */
  byId(instrumentId: number): Promise<Instrument> | Instrument {
    return this.#link.instruments.byId(instrumentId) ?? this.#newById(instrumentId);
  }

  ofRow({ instrumentId }: RowOfInstrument): Promise<Instrument> | Instrument | undefined {
    return instrumentId === 0 ? undefined : this.byId(instrumentId);
  }

  /** One for each row. */
  async ofRows(rows: readonly RowOfInstrument[]): Promise<(Instrument | undefined)[]> {
    const { instruments } = this.#link;
    for (const { instrumentId } of rows) {
      const isKnown = instrumentId === 0 || instruments.byId(instrumentId) !== undefined;
      if (!isKnown) await this.byId(instrumentId);
    }
    return rows.map(({ instrumentId }) => instruments.byId(instrumentId));
  }

  /** All instruments as they are now. */
  async all(): Promise<Rows<InstrumentRow>> {
    const rows = await this.#link.query(strangers, (exchange) => exchange.instruments());
    for (const row of rows) this.#link.instruments.add(row);
    return rows;
  }

  async #newBySymbol(symbol: string): Promise<Instrument> {
    await this.#link.refreshInstruments();
    const found = this.#link.instruments.bySymbol(symbol);
    if (found !== undefined) return found;
    // While none leads a replica answers that may have just started, and applied next to nothing.
    if (this.#link.leaderlessReads !== undefined) throw new CoreError('noLeader');
    throw new CoreError('unknownInstrument', { field: 'symbol' });
  }

  async #newById(instrumentId: number): Promise<Instrument> {
    await this.#link.refreshInstruments();
    const found = this.#link.instruments.byId(instrumentId);
    if (found === undefined) throw new CoreError('queryFailed');
    return found;
  }
}
