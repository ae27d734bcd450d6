/**
 * Takes the orders of operators to a replica: each is noted for the audit trail, carried out by the core, and answered.
 * Where the replica asks for a second person, the order becomes a plan that two operators sign.
 */
import { ControlOutcome } from '../../protocol/audit.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { planMsMax } from '../../replica/operators/plans.ts';
import type { LeaseQuestion } from '../../replica/sites/lease-ledger.ts';
import { partyText } from '../../trust/certificates.ts';
import type { GrantQuestion } from '../grants/grant-ledger.ts';
import type { Giver } from '../operator-orders/operators.ts';
import type { Confirmation, FenceReport } from '../operator-orders/order-bodies.ts';
import type { OperatorReplicaOrder } from '../operator-orders/order-paths.ts';
import { type OperatorPlan, Plans } from '../operator-orders/plans.ts';
import type { OperatorOrder } from '../orders/order-words.ts';
import type { ControlSubject, OperatorOrderAnswer } from './control-subject.ts';

export interface DeskAnswer {
  readonly status: number;
  readonly body: object;
}

/** An order with its giver, by the path it came to. */
export interface GivenTo {
  readonly giver: Giver;
  readonly path: OperatorOrder;
  readonly order: OperatorReplicaOrder;
}

/** Letters of a plan's hash that the audit trail shows. */
const shownHashLetters = 12;

export class OperatorOrderDesk {
  readonly #subject: ControlSubject;
  readonly #plans: Plans;

  constructor(subject: ControlSubject) {
    this.#subject = subject;
    const where = `replica ${subject.replicaId} of cluster ${subject.clusterId}`;
    this.#plans = new Plans(where, () => performance.now());
  }

  async take(given: GivenTo, confirmation: Confirmation | undefined): Promise<DeskAnswer> {
    if (given.order.kind === 'noteOrder') return this.#note(given);
    if (given.order.isTrial === true) return this.#try(given);
    if (confirmation !== undefined) return this.#confirm(given, confirmation);
    const close = this.#open(given);
    const answer = await this.#ask(given);
    close(outcomeOf(answer));
    this.#tellVoid(given.order, answer, [given.giver]);
    return this.#answered(given, answer);
  }

  /** A fence command ran on the machine of an operator, who is about to give an order or gives it up. */
  noteFence({ party, source }: Giver, report: FenceReport): DeskAnswer {
    const { target, number, hash, isDone, said } = report;
    const { notes } = this.#subject;
    const action = `${target === 'site' ? 'fenceSite' : 'fence'}:${hash}`;
    const close = notes.open({ operatorId: party.id, source, action, subject: number, said });
    close(isDone ? ControlOutcome.accepted : ControlOutcome.refused);
    this.#subject.fenced?.(report, partyText(party));
    return { status: 200, body: { ok: true, text: `It is noted as ${action}.` } };
  }

  /** What the witness promises an operator, for the promotion of a site. */
  promise(
    { party, source }: Giver,
    { epoch, site }: { readonly epoch: number; readonly site: number },
  ): DeskAnswer {
    const { leases, notes } = this.#subject;
    if (leases === undefined) return refusal(404, this.#noWitness());
    const close = notes.open({
      operatorId: party.id,
      source,
      action: `leasesEndBefore:${epoch}`,
      subject: site,
    });
    const { ok, reason, waitUs } = leases.promise(epoch, site);
    close(ok ? ControlOutcome.accepted : ControlOutcome.refused);
    if (!ok) return refusal(409, reason);
    const waitMs = Math.ceil(waitUs / 1_000);
    return {
      status: 200,
      body: { ok: true, text: `No other site is granted a lease of an epoch before ${epoch}.`, waitMs },
    };
  }

  /** A replica asks for the lease of its site: it is no order, and is not noted. */
  lease({ party }: Giver, question: LeaseQuestion): DeskAnswer {
    const { leases } = this.#subject;
    if (leases === undefined) return refusal(404, this.#noWitness());
    if (party.id !== question.replicaId)
      return refusal(
        403,
        `This is the certificate of ${partyText(party)}, and the lease is asked for another replica.`,
      );
    return { status: 200, body: { ok: true, lease: leases.ask(question) } };
  }

  /** A machine of a gateway asks for the address: it is no order, and is not noted. */
  address({ party }: Giver, question: GrantQuestion): DeskAnswer {
    const holder = `${partyText(party)} ${question.holder}`;
    return { status: 200, body: { ok: true, grant: this.#subject.address({ ...question, holder }) } };
  }

  #noWitness(): string {
    return `Replica ${this.#subject.replicaId} is not the witness that site.lease of its configuration names.`;
  }

  /** Whether the order would be accepted; neither noted nor planned, since nothing is done. */
  async #try(given: GivenTo): Promise<DeskAnswer> {
    const answer = await this.#ask(given);
    if (!answer?.needsSecond) return this.#plainly(answer);
    return { status: 200, body: { ok: true, text: answer.text, needsSecond: true } };
  }

  /** The party may not give this order: noted too, for a person has tried. */
  refuse({ giver, path }: Pick<GivenTo, 'giver' | 'path'>): void {
    const { party, source } = giver;
    const { notes } = this.#subject;
    if (party.kind !== PartyKind.operator) return notes.refused(source);
    notes.open({ operatorId: party.id, source, action: path, subject: 0 })(ControlOutcome.notPermitted);
  }

  /** One replica tells what was given to it, and nothing of another. */
  async #note({ giver, order }: GivenTo): Promise<DeskAnswer> {
    if (order.note?.replicaId !== giver.party.id)
      return refusal(
        403,
        `This is the certificate of ${partyText(giver.party)}, and the note is of another.`,
      );
    const answer = await this.#subject.order(order);
    return this.#plainly(answer);
  }

  #answered(given: GivenTo, answer: OperatorOrderAnswer | undefined): DeskAnswer {
    if (!answer?.needsSecond) return this.#plainly(answer);
    const { hash, text } = this.#plans.propose(given.order, answer.text, Date.now());
    return { status: 202, body: { ok: false, plan: text, hash } };
  }

  async #confirm(given: GivenTo, confirmation: Confirmation): Promise<DeskAnswer> {
    const { giver, order, path } = given;
    const signed = this.#plans.sign(giver, order, confirmation);
    if (typeof signed === 'string') return refusal(409, signed);
    const { plan, first } = signed;
    if (first === undefined) {
      const text = `${partyText(giver.party)} has signed the plan. Another operator may confirm it within ${planMsMax / 60_000} minutes.`;
      return { status: 200, body: { ok: true, text } };
    }
    const refused = this.#subject.operators.refusalOf(first, path);
    if (refused !== undefined)
      return refusal(
        409,
        `The operator who signed the plan first may not give the order any more: ${refused.error} Nothing was done.`,
      );
    const close = this.#open(given, plan);
    const changed = await this.#change(given, plan);
    if (changed !== undefined) {
      close(outcomeOf(changed));
      return this.#plainly(changed);
    }
    const answer = await this.#ask(given, { isConfirmed: true });
    close(outcomeOf(answer));
    this.#tellVoid(order, answer, [first, giver]);
    return this.#plainly(answer);
  }

  /** Hooks hear the names of the operators that decided; the outcome, `commandVoided`, has none. */
  #tellVoid(
    { kind, seq = 0 }: OperatorReplicaOrder,
    answer: OperatorOrderAnswer | undefined,
    givers: readonly Giver[],
  ): void {
    if (kind !== 'decideVoid' || answer?.ok !== true) return;
    const { operators, voidDecided } = this.#subject;
    voidDecided?.(seq, givers.map(({ party }) => operators.nameOf(party)).join(' and '));
  }

  /** The answer that ends it, where the order would not do any more what both have signed. */
  async #change(given: GivenTo, { effect }: OperatorPlan): Promise<OperatorOrderAnswer | undefined> {
    const now = await this.#ask(given);
    if (now?.needsSecond !== true || now.text === effect) return now?.needsSecond ? undefined : now;
    const text = `What the order would do has changed since it was signed, to: ${now.text} Nothing was done. Give the order without a plan to begin again.`;
    return { ok: false, text };
  }

  #ask(
    { giver, order }: GivenTo,
    confirmed: Pick<OperatorReplicaOrder, 'isConfirmed'> = {},
  ): Promise<OperatorOrderAnswer | undefined> {
    return this.#subject.order({ ...order, operatorId: giver.party.id, ...confirmed });
  }

  #open(
    { giver: { party, source }, path, order }: GivenTo,
    plan?: OperatorPlan,
  ): (outcome: ControlOutcome) => void {
    // Which command, the trail says in the name of the order: its subject is a replica.
    const named = order.kind === 'decideVoid' ? `${order.kind}:${order.seq}` : order.kind;
    const what = order.kind === 'noteOrder' ? path : named;
    const action = plan === undefined ? what : `${what}:${plan.hash.slice(0, shownHashLetters)}`;
    return this.#subject.notes.open({ operatorId: party.id, source, action, subject: order.replicaId });
  }

  #plainly(answer: OperatorOrderAnswer | undefined): DeskAnswer {
    const { replicaId } = this.#subject;
    if (answer === undefined)
      return refusal(
        504,
        `Replica ${replicaId} did not answer; whether it obeyed is not known. Look at /status.`,
      );
    if (answer.ok) return { status: 200, body: { ok: true, text: answer.text } };
    const { text, isForLeader = false } = answer;
    return { status: 409, body: { ok: false, error: text, ...(isForLeader && { isForLeader }) } };
  }
}

function refusal(status: number, error: string): DeskAnswer {
  return { status, body: { ok: false, error } };
}

function outcomeOf(answer: OperatorOrderAnswer | undefined): ControlOutcome {
  if (answer === undefined) return ControlOutcome.unknown;
  if (answer.needsSecond) return ControlOutcome.needsSecond;
  return answer.ok ? ControlOutcome.accepted : ControlOutcome.refused;
}
