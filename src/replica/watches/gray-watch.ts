/**
 * A leader that lives and is worse than its followers hands over to one that is better (gray-signals.ts): once, for a
 * replica that has done so gets no leadership for a while, and one that has just begun to lead waits. Followers let
 * their leader know how they are twice a second.
 */
import { isAverse } from '../../raft/preference.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Reports } from '../../raft/reports.ts';
import { Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { Ports, SeenCondition } from '../ports.ts';
import type { FlushWatch } from './flush-watch.ts';
import {
  isWorse,
  type MemberCondition,
  type SignalName,
  signalNames,
  signalOf,
  wordsOf,
} from './gray-signals.ts';
import type { ManualReview } from './manual-review.ts';
import type { MemberClocks } from './member-clocks.ts';

const lookUs = 500_000;
/** What a member said holds for so long. */
const heardUsMax = 3_000_000;
/** A leader leads so long at least, whatever it finds. */
const leadUsMin = 10_000_000;
/** A replica that handed over since it was worse gets no leadership for so long. */
const restUs = 60_000_000;
/** Looks over which datagrams are counted, and how many must have been sent in them. */
const looksCounted = 4;
const datagramsMin = 40;

type WatchedRaft = Pick<
  Raft,
  'id' | 'role' | 'term' | 'configuration' | 'mayTakeOver' | 'transferLeadership'
> & { readonly reports: Pick<Reports, 'conditions' | 'tellCondition'> };
type GrayPorts = Pick<Ports, 'seals' | 'counters' | 'log'> & {
  readonly control: Pick<Ports['control'], 'machine' | 'showConditions'>;
};
type WatchedFlushes = Pick<FlushWatch, 'usualUs'>;
type WatchedClocks = Pick<MemberClocks, 'aheadUs' | 'aheadOf'>;

/** What is known of a member. */
interface Known {
  readonly condition: MemberCondition;
  readonly isResting: boolean;
  readonly heardUs: number;
}

/** The best value of a signal among others. */
interface Best {
  readonly id: number;
  readonly value: number;
}

export class GrayWatch {
  readonly #review: Pick<ManualReview, 'wouldHandOver'>;
  readonly #ports: GrayPorts;
  readonly #raft: WatchedRaft;
  readonly #flush: WatchedFlushes;
  readonly #clocks: WatchedClocks;
  readonly #known = new Map<number, Known>();
  /** Datagrams that were sent here, and that came, at the last looks. */
  readonly #sent: number[] = [];
  readonly #came: number[] = [];
  /** Signals by which a member is gray, as `member signal`. */
  #gray: ReadonlySet<string> = new Set();
  /** Since when a better replica is there. */
  readonly #sinceUs = new Map<SignalName, number>();
  #lookAtUs = 0;
  #term = 0;
  #leadsSinceUs = 0;
  #handedOverUs = Number.NEGATIVE_INFINITY;
  #nowUs = 0;

  constructor(
    review: Pick<ManualReview, 'wouldHandOver'>,
    ports: GrayPorts,
    raft: WatchedRaft,
    { flush }: { readonly flush: WatchedFlushes },
    { clocks }: { readonly clocks: WatchedClocks },
  ) {
    this.#clocks = clocks;
    this.#review = review;
    this.#ports = ports;
    this.#raft = raft;
    this.#flush = flush;
    raft.reports.conditions = this;
  }

  /** Leader: a member says how it is; the values are in the order of the signals. */
  memberIs(memberId: number, values: readonly (number | undefined)[], isResting: boolean): void {
    const condition = Object.fromEntries(signalNames.map((name, at) => [name, values[at]]));
    condition['clock'] = differenceOf(this.#clocks.aheadOf(memberId));
    this.#known.set(memberId, { condition: condition as MemberCondition, isResting, heardUs: this.#nowUs });
  }

  doWork(nowUs: number): void {
    this.#nowUs = nowUs;
    if (nowUs < this.#lookAtUs) return;
    this.#lookAtUs = nowUs + lookUs;
    const raft = this.#raft;
    const own: Known = {
      condition: this.#measure(),
      isResting: nowUs - this.#handedOverUs < restUs,
      heardUs: nowUs,
    };
    if (raft.role === Role.leader) return this.#lead(own);
    this.#forget();
    raft.reports.tellCondition(
      signalNames.map((name) => own.condition[name]),
      own.isResting,
    );
  }

  #forget(): void {
    if (this.#known.size === 0 && this.#gray.size === 0) return;
    this.#known.clear();
    this.#sinceUs.clear();
    this.#gray = new Set();
    this.#ports.control.showConditions([]);
  }

  #measure(): MemberCondition {
    const { starvedPermille, heapPermille, diskPermille } = this.#ports.control.machine;
    return {
      flush: this.#flush.usualUs,
      starved: starvedPermille,
      loss: this.#lossPermille(),
      heap: heapPermille,
      disk: diskPermille,
      clock: differenceOf(this.#clocks.aheadUs),
    };
  }

  #lossPermille(): number | undefined {
    const { datagramsSent, datagramsCame } = this.#ports.seals;
    const sent = datagramsSent - (this.#sent[0] ?? datagramsSent);
    const came = datagramsCame - (this.#came[0] ?? datagramsCame);
    for (const [list, value] of [
      [this.#sent, datagramsSent],
      [this.#came, datagramsCame],
    ] as const) {
      list.push(value);
      if (list.length > looksCounted) list.shift();
    }
    return sent < datagramsMin ? undefined : Math.max(0, Math.round((1_000 * (sent - came)) / sent));
  }

  #lead(own: Known): void {
    const { id, term, configuration } = this.#raft;
    if (term !== this.#term) {
      this.#term = term;
      this.#leadsSinceUs = this.#nowUs;
      this.#sinceUs.clear();
    }
    const known = new Map([[id, own]]);
    for (const voter of configuration.voters) {
      const one = this.#known.get(voter);
      if (voter !== id && one !== undefined && this.#nowUs - one.heardUs <= heardUsMax) known.set(voter, one);
    }
    this.#judge(known);
    const fit = [...known.keys()].filter((each) => each !== id && this.#isFit(each, known.get(each)!));
    for (const name of signalNames) this.#handOverFor(name, own, fit, known);
  }

  /** Which member is gray by what, beside the best of the others. */
  #judge(known: ReadonlyMap<number, Known>): void {
    const gray = new Set<string>();
    const seen: SeenCondition[] = [];
    for (const [memberId, { condition }] of known) {
      const why: string[] = [];
      for (const name of signalNames) {
        const best = bestOf(name, known, memberId);
        const value = condition[name];
        const key = `${memberId} ${name}`;
        if (value === undefined || best === undefined) continue;
        if (!isWorse(name, value, best.value, this.#gray.has(key))) continue;
        gray.add(key);
        why.push(wordsOf(name, value, best.value, best.id));
      }
      seen.push({ memberId, values: condition, gray: why });
    }
    this.#gray = gray;
    this.#ports.control.showConditions(seen);
  }

  /** Whether a replica may take over: it could, is gray by nothing, and has not just given leadership up. */
  #isFit(memberId: number, { isResting }: Known): boolean {
    const { configuration } = this.#raft;
    if (isResting || !this.#raft.mayTakeOver(memberId) || isAverse(configuration, memberId)) return false;
    return signalNames.every((name) => !this.#gray.has(`${memberId} ${name}`));
  }

  #handOverFor(
    name: SignalName,
    own: Known,
    fit: readonly number[],
    known: ReadonlyMap<number, Known>,
  ): void {
    const { id } = this.#raft;
    const value = own.condition[name];
    const best = bestOf(name, new Map(fit.map((each) => [each, known.get(each)!])), id);
    const isKnown = value !== undefined && best !== undefined;
    if (!isKnown || !this.#gray.has(`${id} ${name}`) || !isWorse(name, value, best.value, true)) {
      this.#sinceUs.delete(name);
      return;
    }
    const sinceUs = this.#sinceUs.get(name) ?? this.#nowUs;
    this.#sinceUs.set(name, sinceUs);
    const isDue = this.#nowUs - sinceUs >= signalOf(name).holdUs;
    if (!isDue || this.#nowUs - this.#leadsSinceUs < leadUsMin) return;
    const why = wordsOf(name, value, best.value, best.id);
    if (this.#review.wouldHandOver(id, this.#raft.term, why)) return;
    if (this.#raft.transferLeadership(best.id) !== undefined) return;
    this.#handedOverUs = this.#nowUs;
    this.#ports.counters.add(counter.grayHandOvers, 1);
    this.#ports.log.warn(`this leader is worse than replica ${best.id} and hands over to it: ${why}`, {
      to: best.id,
      signal: name,
    });
  }
}

/** Of those but one, where any is known. */
function bestOf(name: SignalName, known: ReadonlyMap<number, Known>, butId: number): Best | undefined {
  let best: Best | undefined;
  for (const [id, { condition }] of known) {
    const value = condition[name];
    if (id === butId || value === undefined) continue;
    if (best === undefined || value < best.value) best = { id, value };
  }
  return best;
}

function differenceOf(aheadUs: number | undefined): number | undefined {
  return aheadUs === undefined ? undefined : Math.abs(aheadUs);
}
