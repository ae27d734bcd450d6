/** A shipper over a sample history and a target in memory, stepped by hand. */
import { type Chain, readChains } from '../chains.ts';
import { type BackupKey, backupKey } from '../encryption.ts';
import type { LedgerFile } from '../ledger.ts';
import type { Goal } from '../replay.ts';
import { type Restored, restore } from '../restore.ts';
import type { Retention } from '../retention.ts';
import { type CommittedView, Shipper } from '../shipper.ts';
import type { LogSource } from '../source.ts';
import type { ReadFrom } from '../walk.ts';
import { historyClusterId, SampleHistory } from './history.ts';
import { MemoryTarget } from './memory-target.ts';

export const sampleKey = backupKey(new Uint8Array(32).fill(7));

export interface ShippingOptions {
  readonly seed?: number;
  readonly key?: BackupKey;
  readonly retention?: Retention;
  readonly site?: number;
  /** Names of all, in the order of its file. */
  readonly sites?: readonly string[];
  /** Another site, whose history and target this one has. */
  readonly beside?: Shipping;
  /** Another exchange, which ships to the target of this one. */
  readonly strange?: { readonly instance: number; readonly to: Shipping };
}

export class Shipping {
  readonly history: SampleHistory;
  readonly target: MemoryTarget;
  readonly warnings: string[] = [];
  readonly key: BackupKey | undefined;
  readonly retention: Retention;
  readonly #site: number;
  readonly #sites: readonly string[];
  /** How far its clock is off. */
  clockUs = 0;
  ledgerText: string | undefined;
  shipper: Shipper;
  #chance = 0;

  constructor({
    seed = 1,
    key,
    retention = { count: 1_000, ageUs: 1e15 },
    site = 0,
    sites = [],
    beside,
    strange,
  }: ShippingOptions = {}) {
    this.history = beside?.history ?? new SampleHistory(seed, strange?.instance);
    this.target = (beside ?? strange?.to)?.target ?? new MemoryTarget();
    this.key = key;
    this.retention = retention;
    this.#site = site;
    this.#sites = sites;
    this.shipper = this.started();
  }

  /** Ships another folder than that of the history. */
  useSource(source: LogSource): void {
    this.shipper = this.started(source);
  }

  /** A process that begins with what is on the disk. */
  started(source: LogSource = this.history.source()): Shipper {
    const ledger: LedgerFile = {
      place: 'the ledger',
      load: () => this.ledgerText,
      save: (text) => {
        this.ledgerText = text;
      },
    };
    return new Shipper({
      target: this.target,
      source,
      ledger,
      clusterId: historyClusterId,
      site: this.#site,
      sites: this.#sites,
      packing: { compression: 'zstd', key: this.key },
      retention: this.retention,
      chance: () => ++this.#chance,
      warn: (text) => this.warnings.push(text),
    });
  }

  /** Ships everything that is committed. */
  async ship(view: CommittedView = this.history.view): Promise<void> {
    while (await this.shipper.ship(view, this.history.timeUs + this.clockUs));
  }

  /** Frames, shipped a few at a time, with a snapshot now and then. */
  async run(rounds: number, framesEach: number, snapshotEvery = 4): Promise<void> {
    for (let round = 1; round <= rounds; round++) {
      this.history.add(framesEach);
      if (round % snapshotEvery === 0) this.history.snapshot();
      await this.ship();
    }
  }

  get from(): ReadFrom {
    return { target: this.target, clusterId: historyClusterId, key: this.key };
  }

  chains(): Promise<Chain[]> {
    return readChains(this.target, historyClusterId, this.key);
  }

  async restore(goal: Partial<Goal> = {}): Promise<Restored> {
    const { seq = Number.POSITIVE_INFINITY, timeUs = Number.POSITIVE_INFINITY } = goal;
    return restore(this.from, await this.chains(), { seq, timeUs });
  }
}
