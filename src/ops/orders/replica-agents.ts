/** Connections to the control ports of replicas that are kept, one to each. */

import { ProvenAgent } from '../web-request.ts';
import { type ControlAddress, type OperatorOrderGiver, trustIn, type WithControl } from './control-orders.ts';

type Place = Pick<ControlAddress, 'id' | 'fingerprint'>;

export class ReplicaAgents {
  readonly #configuration: WithControl;
  readonly #giver: () => OperatorOrderGiver;
  readonly #agents = new Map<number, ProvenAgent>();
  /** As each replica was named last: a new connection believes no older certificate. */
  readonly #places = new Map<number, Place>();

  constructor(configuration: WithControl, giver: () => OperatorOrderGiver) {
    this.#configuration = configuration;
    this.#giver = giver;
  }

  to(place: Place): ProvenAgent {
    const { id } = place;
    this.#places.set(id, place);
    const found = this.#agents.get(id);
    if (found !== undefined) return found;
    const trust = () => trustIn(this.#places.get(id)!, this.#giver(), this.#configuration);
    const agent = new ProvenAgent(trust, { keepAlive: true });
    this.#agents.set(id, agent);
    return agent;
  }

  destroy(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}
