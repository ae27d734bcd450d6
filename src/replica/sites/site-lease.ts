/**
 * The lease under which a site writes, where it is configured so: the witness of a third place grants it to each
 * replica of the site (lease-ledger.ts). Beyond it a replica stores no frame, and a leader lets no event leave. A
 * standby site needs none: what it stores is shipped.
 */
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { SiteLeasePort } from '../ports.ts';

const firstEpoch = 1;

export class SiteLease {
  readonly #site: number;
  readonly #port: SiteLeasePort | undefined;
  readonly #log: Pick<ReplicatedLog, 'epoch' | 'writingSite'>;

  constructor(
    { site = 0 }: Pick<ReplicaOptions, 'site'>,
    port: SiteLeasePort | undefined,
    log: Pick<ReplicatedLog, 'epoch' | 'writingSite'>,
  ) {
    this.#site = site;
    this.#port = port;
    this.#log = log;
  }

  /** Whether frames may be stored now; one that lags behind the epoch of its site may. @hot */
  mayStore(): boolean {
    return this.#port === undefined || this.#log.writingSite !== this.#site || this.#port.isGood();
  }

  /** Whether events may leave now: the lease is of the epoch that this log knows. @hot */
  mayAnswer(): boolean {
    const port = this.#port;
    if (port === undefined || this.#log.writingSite !== this.#site) return true;
    return port.isGood() && port.epoch === (this.#log.epoch || firstEpoch);
  }
}
