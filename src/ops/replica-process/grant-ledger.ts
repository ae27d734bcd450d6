/**
 * What one voter has granted: which process may hold the address of the gateways. Pure: times come in. What must hold
 * of all voters together: no process has the grants of a majority while another one may hold the address.
 *
 * - A grant goes to no other process before it is over or was given back. It lasts {@link holdOffMs}: longer than any
 *   kernel has an address that was renewed by it.
 * - In the same time after its start, and after each change of the members, a voter grants to a process alone that
 *   holds the address at that moment. What it granted before it does not know, and voters of another configuration may
 *   have granted.
 * - In a joint configuration nothing is granted, so a majority is one of the same voters for all.
 */
import { isJoint } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { holdOffMs, standardTimes } from '../address-times.ts';

export interface GrantQuestion {
  /** The process, by a text that no other one has. */
  readonly holder: string;
  /** Of the questions of that process: later ones have higher numbers. */
  readonly number: number;
  /** `wants`: to hold the address; `holds`: does so; `returns`: does not, and gives back what was granted. */
  readonly state: GrantState;
}

export const grantStates = ['wants', 'holds', 'returns'] as const;
export type GrantState = (typeof grantStates)[number];

export interface GrantAnswer {
  readonly isGranted: boolean;
  /** The voters of which a majority counts; empty where this one grants nothing at all now. */
  readonly voters: readonly number[];
  /** The process that has the grant of this voter; empty: none. */
  readonly holder: string;
}

export class GrantLedger {
  readonly #grantMs = holdOffMs(standardTimes);
  #holder = '';
  #untilMs = 0;
  /** Before it, what others may have granted is not over. */
  #knowsFromMs = 0;
  #members: Configuration | undefined;
  /** What was given back last: questions before it came late. */
  #returned = { holder: '', number: 0 };

  /** `members`: as the log of this voter has them now, another object after each change; undefined: not known. */
  ask(question: GrantQuestion, members: Configuration | undefined, nowMs: number): GrantAnswer {
    if (members !== this.#members) this.#knowsFromMs = nowMs + this.#grantMs;
    this.#members = members;
    if (nowMs >= this.#untilMs) this.#holder = '';
    if (question.state === 'returns') this.#takeBack(question);
    const isOpen = members !== undefined && !isJoint(members);
    const isGranted = isOpen && this.#mayHave(question, nowMs);
    if (isGranted) {
      this.#holder = question.holder;
      this.#untilMs = nowMs + this.#grantMs;
    }
    return { isGranted, voters: isOpen ? members.voters : [], holder: this.#holder };
  }

  #mayHave({ holder, number, state }: GrantQuestion, nowMs: number): boolean {
    if (state === 'returns' || (this.#holder !== '' && this.#holder !== holder)) return false;
    if (holder === this.#returned.holder && number < this.#returned.number) return false;
    return state === 'holds' || nowMs >= this.#knowsFromMs;
  }

  #takeBack({ holder, number }: GrantQuestion): void {
    if (holder !== this.#returned.holder || number > this.#returned.number)
      this.#returned = { holder, number };
    if (this.#holder === holder) this.#holder = '';
  }
}
