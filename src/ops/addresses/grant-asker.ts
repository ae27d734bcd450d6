/**
 * Carries the questions of a machine of a gateway to the voters of the cluster, again and again: may it have the
 * address? (grant-claim.ts, replica-process/grant-ledger.ts)
 */

import { randomBytes } from 'node:crypto';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { withMembers } from '../clients/control-client.ts';
import { orderUrl } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import { messageOf } from '../failure.ts';
import type { GrantAnswer, GrantState } from '../grants/grant-ledger.ts';
import { answerIn } from '../orders/control-answers.ts';
import { RenewedGiver } from '../orders/control-orders.ts';
import { ReplicaAgents } from '../orders/replica-agents.ts';
import { ask } from '../web-request.ts';
import type { GatewayStanding } from './gateway-readiness.ts';
import { GrantClaim } from './grant-claim.ts';
import type { Holder } from './holder.ts';

const askEveryMs = 100;
/** An answer confirms nothing when it is late, but its connection is good for the next question. */
const answerMsMax = 1_000;
const answerBytesMax = 65_536;
const membersEveryMs = 10_000;

export class GrantAsker {
  readonly #loaded: Loaded;
  readonly #nowMs: () => number;
  readonly #warn: (text: string) => void;
  readonly #giver: RenewedGiver;
  readonly #claim: GrantClaim;
  /** Tells this process from all others of its party. */
  readonly #life = randomBytes(8).toString('hex');
  readonly #agents: ReplicaAgents;
  readonly #underWay = new Set<number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #members: readonly ReplicaAddress[];
  readonly #warned = new Map<number, string>();

  constructor(
    loaded: Loaded,
    {
      party,
      holder,
      nowMs,
    }: { readonly party: Party; readonly holder: Holder; readonly nowMs: () => number },
    warn: (text: string) => void,
  ) {
    this.#loaded = loaded;
    this.#nowMs = nowMs;
    this.#warn = warn;
    this.#giver = new RenewedGiver(loaded.dataFolder, party);
    this.#agents = new ReplicaAgents(loaded.configuration, () => this.#giver.current);
    this.#claim = new GrantClaim(`${partyText(party)} ${this.#life}`, holder, Math.random);
    this.#members = loaded.configuration.replicas;
  }

  /** Throws a Failure where this process cannot prove which party it is. */
  check(): void {
    this.#giver.check();
  }

  start(): void {
    this.#timers.push(
      setInterval(() => this.#turn(), askEveryMs),
      setInterval(() => void this.#lookForMembers(), membersEveryMs),
    );
    void this.#lookForMembers();
  }

  gateway(standing: GatewayStanding): void {
    this.#claim.gateway(standing);
  }

  /** The process that has the address, as far as voters say; empty: none does. */
  get other(): string {
    return this.#claim.other;
  }

  /** Asks no more. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** The address is not held any more: gives back what was granted. */
  async end(): Promise<void> {
    this.#claim.return();
    await this.#return();
    this.#agents.destroy();
  }

  #turn(): void {
    const state = this.#claim.next(this.#nowMs());
    if (state === 'returns') void this.#return();
    else if (state !== undefined) for (const member of this.#members) void this.#ask(member, state);
  }

  /** One question at a time for each voter. */
  async #ask(member: ReplicaAddress, state: GrantState): Promise<void> {
    const { id } = member;
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    const number = this.#claim.asked();
    const askedMs = this.#nowMs();
    try {
      const answer = await this.#send(member, { number, state });
      this.#claim.answered(id, number, answer, askedMs, this.#nowMs());
      this.#warned.delete(id);
    } catch (error) {
      this.#say(id, messageOf(error));
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** Also to those that have not answered yet; what does not arrive runs out. */
  async #return(): Promise<void> {
    const question = { number: this.#claim.asked(), state: 'returns' } as const;
    await Promise.allSettled(this.#members.map((member) => this.#send(member, question)));
  }

  async #send(
    member: ReplicaAddress,
    question: { readonly number: number; readonly state: GrantState },
  ): Promise<GrantAnswer> {
    const { status, text } = await ask({
      url: `${orderUrl(member)}/operator/address`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ holder: this.#life, ...question }),
      signal: AbortSignal.timeout(answerMsMax),
      agent: this.#agents.to(member),
      answerBytesMax,
    });
    const { grant, error } = JSON.parse(text) as { readonly grant?: unknown; readonly error?: unknown };
    const answer = answerIn('grant', grant);
    if (status === 200 && answer !== undefined) return answer;
    throw new Error(typeof error === 'string' ? error : `it answers ${status}`);
  }

  async #lookForMembers(): Promise<void> {
    this.#members = (await withMembers(this.#loaded.configuration)).replicas;
  }

  /** The same is not said again with each round. */
  #say(id: number, text: string): void {
    if (text === this.#warned.get(id)) return;
    this.#warned.set(id, text);
    this.#warn(`replica ${id} says nothing of the address: ${text}`);
  }
}
