/**
 * Sends reports of this process to every member, at its control port. A member that answers late gets the newest report
 * next, and none of those between.
 */
import type { Party } from '../../trust/parties.ts';
import { orderUrl } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import { messageOf } from '../failure.ts';
import { RenewedGiver } from '../orders/control-orders.ts';
import type { OperatorOrder } from '../orders/order-words.ts';
import { ReplicaAgents } from '../orders/replica-agents.ts';
import { ask } from '../web-request.ts';
import { withMembers } from './control-client.ts';

const answerMsMax = 2_000;
const answerBytesMax = 65_536;
/** A member that starts beside this process is there by then. */
const unreachedMsMax = 15_000;
/** Members may come and go. */
const membersEveryMs = 60_000;

/** Where it goes, and what it is, for people. */
interface Postage {
  readonly path: OperatorOrder;
  readonly what: string;
}

export class MemberPost<Report extends object> {
  readonly #loaded: Pick<Loaded, 'configuration' | 'dataFolder'>;
  readonly #giver: RenewedGiver;
  readonly #postage: Postage;
  readonly #warn: (text: string) => void;
  readonly #ending = new AbortController();
  readonly #agents: ReplicaAgents;
  /** To which replicas a report is under way, until each is there or refused. */
  readonly #underWay = new Map<number, Promise<void>>();
  #newest: Report | undefined;
  #members: readonly ReplicaAddress[];
  #membersAtMs = Number.NEGATIVE_INFINITY;
  /** Of members that take nothing: since when, and what was said of it. */
  readonly #troubles = new Map<number, { readonly sinceMs: number; said: string }>();
  readonly #nowMs: () => number;

  /** `party`: the identity by which this process proves itself to the replicas. */
  constructor(
    loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
    party: Party,
    postage: Postage,
    warn: (text: string) => void,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#loaded = loaded;
    this.#giver = new RenewedGiver(loaded.dataFolder, party);
    this.#agents = new ReplicaAgents(loaded.configuration, () => this.#giver.current);
    this.#members = loaded.configuration.replicas;
    this.#postage = postage;
    this.#warn = warn;
    this.#nowMs = nowMs;
  }

  send(report: Report): void {
    if (performance.now() - this.#membersAtMs >= membersEveryMs) void this.#lookForMembers();
    this.#newest = report;
    // A member that does not answer holds up none of the others.
    for (const member of this.#members)
      if (!this.#underWay.has(member.id)) this.#underWay.set(member.id, this.#keepUp(member));
  }

  /** Each member has the newest report, or did not take it in time. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  end(): void {
    this.#ending.abort();
    this.#agents.destroy();
  }

  async #lookForMembers(): Promise<void> {
    this.#membersAtMs = performance.now();
    this.#members = (await withMembers(this.#loaded.configuration)).replicas;
  }

  async #keepUp(member: ReplicaAddress): Promise<void> {
    let sent: Report | undefined;
    while (this.#newest !== undefined && sent !== this.#newest) {
      sent = this.#newest;
      await this.#sendTo(member, sent);
    }
    this.#underWay.delete(member.id);
  }

  async #sendTo(member: ReplicaAddress, report: Report): Promise<void> {
    const { path, what } = this.#postage;
    try {
      const { status, text } = await ask({
        url: `${orderUrl(member)}/operator/${path}`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(report),
        signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(answerMsMax)]),
        agent: this.#agents.to(member),
        answerBytesMax,
      });
      if (status === 200) this.#troubles.delete(member.id);
      else this.#say(member.id, `Replica ${member.id} does not take ${what}: ${text}`);
    } catch (error) {
      if (!this.#ending.signal.aborted)
        this.#say(member.id, `Replica ${member.id} did not get ${what}: ${messageOf(error)}`, unreachedMsMax);
    }
  }

  /** The same is not said again with each round; `afterMs`: nor before the member has taken nothing for so long. */
  #say(member: number, text: string, afterMs = 0): void {
    const nowMs = this.#nowMs();
    const trouble = this.#troubles.get(member) ?? { sinceMs: nowMs, said: '' };
    this.#troubles.set(member, trouble);
    if (text === trouble.said || nowMs - trouble.sinceMs < afterMs) return;
    trouble.said = text;
    this.#warn(text);
  }
}
