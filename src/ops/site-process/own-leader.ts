/** The way to the leader of this site over a connection that is kept: its status, and orders to it. */
import { operatorOf } from '../certificates/own-identity.ts';
import { statusIn } from '../clients/status-answer.ts';
import { orderUrl, replicaOf } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { giveOrder, RenewedGiver } from '../orders/control-orders.ts';
import { ReplicaAgents } from '../orders/replica-agents.ts';
import { ask } from '../web-request.ts';
import type { OpeningParts } from './opening.ts';

const statusTimeoutMs = 2_000;

export class OwnLeader {
  readonly #loaded: Loaded;
  readonly #giver: RenewedGiver;
  readonly #agents: ReplicaAgents;

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#giver = new RenewedGiver(loaded.dataFolder, operatorOf(loaded.configuration));
    this.#agents = new ReplicaAgents(loaded.configuration, () => this.#giver.current);
  }

  /** Throws a Failure where the identity that proves orders cannot be used. */
  check(): void {
    void this.#giver.current;
  }

  /** What this replica says, where it answers and takes sessions. */
  async servingStatus(id: number): Promise<ReplicaStatus | undefined> {
    try {
      const replica = replicaOf(this.#loaded.configuration, id);
      const { status, text } = await ask({
        url: `${orderUrl(replica)}/status`,
        signal: AbortSignal.timeout(statusTimeoutMs),
        agent: this.#agents.to(replica),
      });
      const said = status === 200 ? statusIn(text) : '';
      return typeof said === 'object' && said.serving ? said : undefined;
    } catch {
      return undefined;
    }
  }

  order(replicaId: number, opening: Parameters<OpeningParts['order']>[1]): Promise<string> {
    const giver = { ...this.#giver.current, agents: this.#agents };
    return giveOrder(this.#loaded, replicaId, 'hold-opening', opening, giver);
  }

  close(): void {
    this.#agents.destroy();
  }
}
