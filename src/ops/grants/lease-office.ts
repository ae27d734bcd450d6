/** The witness's side of leases between sites: it answers replicas and operators, and writes down what it has said. */
import { join } from 'node:path';
import { bootUs } from '../../io/system/boot-clock.ts';
import {
  type LeaseAnswer,
  LeaseLedger,
  type LeasePromise,
  type LeaseQuestion,
  type LeaseState,
  noLease,
} from '../../replica/sites/lease-ledger.ts';
import { replaceFile } from '../certificates/files.ts';
import { loadSmallFile } from '../configuration/small-file.ts';
import { Failure, messageOf } from '../failure.ts';

export interface LeaseOfficeOptions {
  readonly folder: string;
  readonly seconds: number;
  readonly log: { warn(fields: object, text: string): void };
}

/** What a witness has granted and promised; for `waitMs` leases of the site may still be good. */
export type GrantedLeaseStanding = LeaseState & { readonly waitMs: number };

export class LeaseOffice {
  readonly #ledger: LeaseLedger;

  constructor({ folder, seconds, log }: LeaseOfficeOptions) {
    const file = join(folder, 'site-lease.json');
    this.#ledger = new LeaseLedger(stateIn(file), seconds * 1_000_000, bootUs(), (state) => {
      try {
        replaceFile(file, `${JSON.stringify(state)}\n`);
        return true;
      } catch (error) {
        log.warn({ file }, `the grant of the lease cannot be written, so none is given: ${messageOf(error)}`);
        return false;
      }
    });
  }

  ask(question: LeaseQuestion): LeaseAnswer {
    return this.#ledger.ask(question, bootUs());
  }

  promise(epoch: number, site: number): LeasePromise {
    return this.#ledger.promise(epoch, site, bootUs());
  }

  get standing(): GrantedLeaseStanding {
    return { ...this.#ledger.state, waitMs: Math.ceil(this.#ledger.waitUs(bootUs()) / 1_000) };
  }
}

function stateIn(file: string): LeaseState {
  let text: string;
  try {
    text = loadSmallFile(file).text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noLease;
    throw new Failure(`${file} cannot be read: ${messageOf(error)}.`);
  }
  const found = parsed(text);
  if (found !== undefined) return found;
  throw new Failure(
    `${file} does not say what this witness has promised. Promote no site before a lease is over, remove the file, and start again.`,
  );
}

function parsed(text: string): LeaseState | undefined {
  try {
    const { epoch, site, promisedEpoch, promisedSite, lengthUs } = JSON.parse(text) as LeaseState;
    const state = { epoch, site, promisedEpoch, promisedSite, lengthUs };
    const areNumbers = Object.values(state).every((n) => Number.isSafeInteger(n) && n >= 0);
    return areNumbers ? state : undefined;
  } catch {
    return undefined;
  }
}
