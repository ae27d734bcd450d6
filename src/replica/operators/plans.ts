/**
 * Orders that wait for a second person. What must hold: a plan is whole once two persons have signed it for the same
 * order, within its time, and once.
 */

/** For so long a plan may be signed. */
export const planMsMax = 600_000;
/** The oldest gives way. */
const plansMax = 64;

/** Why a signature does not count. */
export type PlanProblem = 'otherOrder' | 'samePerson';

interface Waiting<Plan, Signer> {
  readonly plan: Plan;
  /** The order that it is for, as text. */
  readonly order: string;
  readonly endMs: number;
  first: { readonly person: number; readonly signer: Signer } | undefined;
}

/** Plans by their hash. `Signer` is what is kept of the first person. */
export class WaitingPlans<Plan, Signer> {
  /** The oldest first. */
  readonly #waiting = new Map<string, Waiting<Plan, Signer>>();

  /** `nowMs` never runs back. */
  add(hash: string, order: string, plan: Plan, nowMs: number): void {
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= plansMax && oldest !== undefined) this.#waiting.delete(oldest);
    this.#waiting.set(hash, { plan, order, endMs: nowMs + planMsMax, first: undefined });
  }

  /** The plan that waits under `hash`. */
  find(hash: string, nowMs: number): Plan | undefined {
    const found = this.#waiting.get(hash);
    if (found !== undefined && nowMs < found.endMs) return found.plan;
    this.#waiting.delete(hash);
    return undefined;
  }

  /**
   * A person signs a plan that {@link find} has given. Gives the first signer once this is the second one: the plan is
   * taken out, to be carried out now or never.
   */
  sign(
    hash: string,
    order: string,
    person: number,
    signer: Signer,
  ): { readonly first?: Signer } | PlanProblem {
    const found = this.#waiting.get(hash)!;
    if (found.order !== order) return 'otherOrder';
    const { first } = found;
    if (first === undefined) {
      found.first = { person, signer };
      return {};
    }
    if (first.person === person) return 'samePerson';
    this.#waiting.delete(hash);
    return { first: first.signer };
  }
}
