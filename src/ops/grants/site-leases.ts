/** What a replica's process does for leases of sites: it asks for its own, and grants them where it is the witness. */
import type { Logger } from 'pino';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Loaded } from '../configuration/load.ts';
import { RenewedGiver } from '../orders/control-orders.ts';
import { replicaFolder } from '../supervisor/cluster-folder.ts';
import { type HeldLeaseStanding, LeaseKeeper } from './lease-keeper.ts';
import { type GrantedLeaseStanding, LeaseOffice } from './lease-office.ts';

interface LeaseParts {
  readonly loaded: Loaded;
  readonly replicaId: number;
  readonly machine: ReplicaThreads;
  readonly log: Logger;
}

/** What a replica was granted; and where it is the witness, what it has granted. */
export interface LeaseStanding {
  readonly held: HeldLeaseStanding;
  readonly granted: GrantedLeaseStanding | null;
}

export class SiteLeases {
  /** Of the witness that `site.lease` names. */
  readonly office: LeaseOffice | undefined;
  readonly #keeper: LeaseKeeper | undefined;

  constructor({ loaded, replicaId, machine, log }: LeaseParts) {
    const { configuration, dataFolder } = loaded;
    const { lease } = configuration.site;
    if (lease === undefined) return;
    const itself = new RenewedGiver(dataFolder, { kind: PartyKind.replica, id: replicaId });
    const { lease: memory, counters } = machine;
    this.#keeper = new LeaseKeeper({ loaded, replicaId, itself, lease: memory, counters, log });
    if (lease.witnessId !== replicaId) return;
    this.office = new LeaseOffice({
      folder: replicaFolder(dataFolder, replicaId),
      seconds: lease.seconds,
      log,
    });
  }

  /** Why the replica may not write under the lease of its site; undefined where it may, or needs none. */
  get trouble(): string | undefined {
    return this.#keeper?.trouble;
  }

  /** Undefined where no lease is configured. */
  get standing(): LeaseStanding | undefined {
    const held = this.#keeper?.held;
    return held && { held, granted: this.office?.standing ?? null };
  }

  start(): void {
    this.#keeper?.start();
  }

  end(): void {
    this.#keeper?.end();
  }
}
