/**
 * Plans of orders that need two persons, as people read and sign them. The first order gets a plan, a text that says
 * what would be done; two operators sign its hash with the keys of their certificates. Which signatures make a plan
 * whole is in replica/operators/plans.ts.
 */
import { randomBytes, verify } from 'node:crypto';
import { planMsMax, WaitingPlans } from '../../replica/operators/plans.ts';
import { partyText } from '../../trust/certificates.ts';
import { planHash, signedBytes } from '../orders/order-words.ts';
import type { Giver } from './operators.ts';
import type { Confirmation } from './order-bodies.ts';
import type { OperatorReplicaOrder } from './order-paths.ts';

export interface OperatorPlan {
  readonly hash: string;
  /** What people read and sign. */
  readonly text: string;
  readonly order: OperatorReplicaOrder;
  /** What the order would do, in the words of the replica. */
  readonly effect: string;
}

export class Plans {
  readonly #where: string;
  readonly #nowMs: () => number;
  readonly #waiting = new WaitingPlans<OperatorPlan, Giver>();

  /** `where`: the cluster and the replica, in words. `nowMs` never runs back. */
  constructor(where: string, nowMs: () => number) {
    this.#where = where;
    this.#nowMs = nowMs;
  }

  propose(order: OperatorReplicaOrder, effect: string, wallMs: number): OperatorPlan {
    const text = [
      `Plan ${randomBytes(8).toString('hex')} for ${this.#where}`,
      `order: ${JSON.stringify(order)}`,
      `effect: ${effect}`,
      `until: ${new Date(wallMs + planMsMax).toISOString()}`,
    ].join('\n');
    const plan = { hash: planHash(text), text, order, effect };
    this.#waiting.add(plan.hash, JSON.stringify(order), plan, this.#nowMs());
    return plan;
  }

  /**
   * An operator signs a plan. Gives the first signer with the plan once a second one has signed: it is carried out now
   * or never. Before that the plan alone; a text where the signature does not count.
   */
  sign(
    giver: Giver,
    order: OperatorReplicaOrder,
    { plan: hash, signature }: Confirmation,
  ): { plan: OperatorPlan; first?: Giver } | string {
    const nowMs = this.#nowMs();
    const plan = this.#waiting.find(hash, nowMs);
    if (plan === undefined)
      return `There is no plan ${shown(hash)} here now: plans count for ${planMsMax / 60_000} minutes, once, until the replica stops. Give the order without a plan to begin again.`;
    if (!isSigned(giver, hash, signature))
      return 'The signature is not by the key of the certificate that was shown. Nothing was done.';
    const signed = this.#waiting.sign(hash, JSON.stringify(order), giver.party.id, giver);
    if (signed === 'otherOrder')
      return `Plan ${shown(hash)} is for another order: ${JSON.stringify(plan.order)}. Nothing was done.`;
    if (signed === 'samePerson')
      return `${partyText(giver.party)} has signed plan ${shown(hash)} already. Another operator must confirm it: two persons are needed.`;
    return { plan, ...signed };
  }
}

/** As people name it. */
function shown(hash: string): string {
  return hash.slice(0, 12).replace(/[^0-9a-f]/g, '?');
}

function isSigned({ certificate }: Giver, hash: string, signature: string): boolean {
  try {
    return verify(null, signedBytes(hash), certificate.publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
