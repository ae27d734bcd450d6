/**
 * The small ports of a virtual machine: counters, orders, log lines.
 */

import { type Member, newMember } from '../../protocol/roster.ts';
import { counterNames } from '../../replica/counters.ts';
import { WaitingPlans } from '../../replica/operators/plans.ts';
import type {
  Addresses,
  Clock,
  Control,
  Counters,
  Log,
  MachineLoad,
  MemberAddress,
  Membership,
  OperatorAnswer,
  OperatorControlOrder,
  SiteLeaseMemory,
  SiteLeasePort,
} from '../../replica/ports.ts';
import { formatFields, type Trace } from './trace.ts';

export class VirtualCounters implements Counters {
  readonly values = new Float64Array(counterNames.length);

  set(slot: number, value: number): void {
    this.values[slot] = value;
  }

  add(slot: number, value: number): void {
    this.values[slot] = this.values[slot]! + value;
  }
}

/** What loses something whenever it is accepted. */
const alwaysOfTwo: readonly OperatorControlOrder['kind'][] = ['beginGeneration', 'chooseState', 'decideVoid'];

/**
 * Two operators' orders to one replica, and its answers. What takes both, both sign; the first one tries to be the
 * second one too.
 */
export class VirtualControl implements Control {
  readonly replies: { readonly order: OperatorControlOrder; readonly ok: boolean; readonly text: string }[] =
    [];
  readonly #waiting: OperatorControlOrder[] = [];
  readonly #plans = new WaitingPlans<OperatorControlOrder, number>();
  readonly #onOneOnly: (order: OperatorControlOrder) => void;
  #number = 0;
  /** What was shown of the members last. */
  members: Membership | undefined;

  /** `onOneOnly` is called where one operator was enough for what takes two. */
  constructor(onOneOnly: (order: OperatorControlOrder) => void) {
    this.#onOneOnly = onOneOnly;
  }

  give(
    kind: OperatorControlOrder['kind'],
    replicaId = 0,
    force = false,
    more: Partial<OperatorControlOrder> = {},
  ): void {
    this.#waiting.push({ ...more, number: ++this.#number, kind, replicaId, force });
  }

  next(): OperatorControlOrder | undefined {
    return this.#waiting.shift();
  }

  reply(order: OperatorControlOrder, { ok, text, needsSecond = false }: OperatorAnswer): void {
    const { kind, isConfirmed = false } = order;
    if (needsSecond) return this.#sign(order);
    if (ok && !isConfirmed && alwaysOfTwo.includes(kind)) this.#onOneOnly(order);
    this.replies.push({ order, ok, text });
  }

  #sign(order: OperatorControlOrder): void {
    const plan = String(order.number);
    this.#plans.add(plan, order.kind, order, 0);
    for (const operator of [1, 1, 2]) {
      const signed = this.#plans.sign(plan, order.kind, operator, operator);
      if (typeof signed === 'string' || signed.first === undefined) continue;
      if (signed.first === operator) this.#onOneOnly(order);
      this.#waiting.push({ ...order, number: ++this.#number, isConfirmed: true });
      return;
    }
  }

  showStopped(): void {}

  showElection(): void {}

  showVoided(): void {}

  showSpare(): void {}

  showProgress(): void {}

  showMembers(members: Membership): void {
    this.members = members;
  }

  showApplicants(): void {}

  machine: MachineLoad = { starvedPermille: 0, heapPermille: 0, diskPermille: 0 };

  showConditions(): void {}

  showWouldBe(): void {}

  showLongWork(): void {}
}

/** What the witness of a third place has granted, by the clock of its machine. */
export class VirtualLease implements SiteLeasePort, SiteLeaseMemory {
  readonly #machine: { readonly clock: Clock };
  #untilUs = 0;
  epoch = 0;

  constructor(machine: { readonly clock: Clock }) {
    this.#machine = machine;
  }

  grant(epoch: number, untilUs: number): void {
    if (epoch === this.epoch) this.#untilUs = Math.max(this.#untilUs, untilUs);
    else if (epoch > this.epoch) this.#untilUs = untilUs;
    this.epoch = Math.max(epoch, this.epoch);
  }

  isGood(): boolean {
    return this.#machine.clock.nowUs() < this.#untilUs;
  }

  clear(): void {
    this.epoch = 0;
    this.#untilUs = 0;
  }
}

/** How a machine of the simulation is reached, as its replica tells the others. */
export function descriptionOf(replicaId: number): Member {
  const host = `host-${replicaId}`;
  return newMember({ replicaId, host, udpPort: 7_100, tcpPort: 7_200, controlPort: 7_300 });
}

/** Which replicas a machine reaches: those that are where they are called. */
export class VirtualAddresses implements Addresses {
  /** Replicas that are reached. */
  readonly reached: Set<number>;
  readonly #configured: ReadonlySet<number>;

  /** `configured` are named in its configuration file. */
  constructor(configured: readonly number[]) {
    this.reached = new Set(configured);
    this.#configured = new Set(configured);
  }

  configured(replicaId: number): MemberAddress | undefined {
    return this.#configured.has(replicaId) ? descriptionOf(replicaId) : undefined;
  }

  place(replicaId: number, address: MemberAddress | undefined): void {
    if (address?.host === descriptionOf(replicaId).host) this.reached.add(replicaId);
    else this.reached.delete(replicaId);
  }
}

/** Log lines go to the trace of the run. */
export class VirtualLog implements Log {
  readonly #trace: Trace;
  readonly #who: string;

  constructor(trace: Trace, who: string) {
    this.#trace = trace;
    this.#who = who;
  }

  info(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void {
    if (this.#trace.isOn) this.#trace.note(this.#who, `log: ${text}${formatFields(fields)}`);
  }

  warn(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void {
    if (this.#trace.isOn) this.#trace.note(this.#who, `warning: ${text}${formatFields(fields)}`);
  }
}
