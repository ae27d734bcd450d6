/**
 * What the witness of a third place has granted and promised: which site may write, in which epoch, and until when.
 * What must hold: no lease of an epoch is granted while one of another site may still be good, nor one of an epoch
 * below a promised one, also after a restart. Times are of a clock of the witness that goes on while its machine
 * sleeps; those of replicas may run faster or slower by `driftPermille`, so a replica counts less than it was granted,
 * from the sending of its question, and the witness more.
 */

/** Both clocks may be off by so much, each in its direction. */
const driftPermille = 20;

/** What is durable before it is answered by; the length is the longest that was ever granted. */
export interface LeaseState {
  readonly epoch: number;
  readonly site: number;
  readonly promisedEpoch: number;
  /** For whose opening it was promised: its own leases go on. */
  readonly promisedSite: number;
  readonly lengthUs: number;
}

export const noLease: LeaseState = {
  epoch: 0,
  site: 0,
  promisedEpoch: 0,
  promisedSite: 0,
  lengthUs: 0,
};

/** A replica of `site`, whose log is in `epoch`; `writes` is false where that log lets another site write. */
export interface LeaseQuestion {
  readonly replicaId: number;
  readonly site: number;
  readonly epoch: number;
  readonly writes: boolean;
}

/** `epoch` of the lease; `waitUs`: how long leases of others may still be good. */
export type LeaseAnswer =
  | { readonly isGranted: true; readonly epoch: number; readonly lengthUs: number }
  | { readonly isGranted: false; readonly reason: string; readonly waitUs: number };

export interface LeasePromise {
  readonly ok: boolean;
  readonly reason: string;
  /** From then on no lease of an earlier epoch is good. */
  readonly waitUs: number;
}

/** How long a replica may count on a lease of so many microseconds, by its clock from the sending of the question. */
export function countedUs(lengthUs: number): number {
  return Math.floor((lengthUs * (1_000 - driftPermille)) / 1_000);
}

export class LeaseLedger {
  #state: LeaseState;
  readonly #save: (state: LeaseState) => boolean;
  readonly #lengthUs: number;
  /** Of the site in the state: until when each replica may write, by the witness's clock. */
  readonly #untilUs = new Map<number, number>();
  /** Leases that a process before this one may have granted, also where nothing of it is left. */
  readonly #unknownUntilUs: number;

  /** @param save makes a state durable; false where the disk refuses. */
  constructor(state: LeaseState, lengthUs: number, nowUs: number, save: (state: LeaseState) => boolean) {
    this.#state = state;
    this.#save = save;
    this.#lengthUs = lengthUs;
    this.#unknownUntilUs = nowUs + longUs(Math.max(state.lengthUs, lengthUs));
  }

  get state(): LeaseState {
    return this.#state;
  }

  /** How long a lease of the site in the state may still be good. */
  waitUs(nowUs: number): number {
    return Math.max(0, this.#unknownUntilUs - nowUs, ...[...this.#untilUs.values()].map((us) => us - nowUs));
  }

  ask({ replicaId, site, epoch, writes }: LeaseQuestion, nowUs: number): LeaseAnswer {
    const state = this.#state;
    // Its log has the end of what its site wrote: it never writes in an earlier epoch again.
    if (!writes) {
      if (state.site === site && epoch > state.epoch) this.#untilUs.delete(replicaId);
      return refusal('The log of the replica lets another site write.', 0);
    }
    const wanted = Math.max(epoch, site === state.site ? state.epoch : 0);
    const isPromisedAway = wanted < state.promisedEpoch && site !== state.promisedSite;
    if (wanted < state.epoch || isPromisedAway)
      return refusal(
        `Epoch ${Math.max(state.epoch, state.promisedEpoch)} has begun, or is to begin, and the question is of ${epoch}.`,
        this.waitUs(nowUs),
      );
    if (site !== state.site && wanted === state.epoch)
      return refusal(`Site ${state.site} writes in epoch ${wanted}.`, this.waitUs(nowUs));
    const waitUs = site === state.site ? 0 : this.waitUs(nowUs);
    if (waitUs > 0) return refusal('A lease of another site may still be good.', waitUs);
    if (!this.#begin({ ...state, site, epoch: wanted, lengthUs: Math.max(state.lengthUs, this.#lengthUs) }))
      return refusal('The disk of the witness refuses.', 0);
    this.#untilUs.set(replicaId, nowUs + longUs(this.#lengthUs));
    return { isGranted: true, epoch: wanted, lengthUs: this.#lengthUs };
  }

  /** No other site is granted a lease of an epoch below this one, in which `site` is to write, from here on. */
  promise(epoch: number, site: number, nowUs: number): LeasePromise {
    const state = this.#state;
    if (epoch <= state.epoch)
      return { ok: false, reason: `Site ${state.site} writes in epoch ${state.epoch} already.`, waitUs: 0 };
    const isNewest = epoch >= state.promisedEpoch;
    if (!isNewest)
      return { ok: false, reason: `Epoch ${state.promisedEpoch} was promised already.`, waitUs: 0 };
    if (!this.#begin({ ...state, promisedEpoch: epoch, promisedSite: site }))
      return { ok: false, reason: 'The disk of the witness refuses.', waitUs: 0 };
    return { ok: true, reason: '', waitUs: this.waitUs(nowUs) };
  }

  #begin(next: LeaseState): boolean {
    const state = this.#state;
    const names = Object.keys(noLease) as readonly (keyof LeaseState)[];
    const isSame = names.every((name) => next[name] === state[name]);
    if (isSame) return true;
    if (!this.#save(next)) return false;
    if (next.site !== state.site) this.#untilUs.clear();
    this.#state = next;
    return true;
  }
}

/** By a clock that may run fast. */
function longUs(lengthUs: number): number {
  return Math.ceil((lengthUs * (1_000 + driftPermille)) / 1_000);
}

function refusal(reason: string, waitUs: number): LeaseAnswer {
  return { isGranted: false, reason, waitUs };
}
