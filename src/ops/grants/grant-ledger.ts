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
 *
 * A process whose gateway answers without being ready gets a grant, too, so that callers are refused with a reason and
 * not left without an answer; but never beside one that is ready, to which it gives way.
 */
import { isJoint } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { holdOffMs, standardTimes } from '../address-times.ts';

export interface GrantQuestion {
  /** The process, by a text that no other one has. */
  readonly holder: string;
  /** Of the questions of that process: later ones have higher numbers. */
  readonly number: number;
  /**
   * `wants`: to hold the address; `holds`: does so; `returns`: does not, and gives back what was granted. `Unready`:
   * its gateway answers that it is not ready.
   */
  readonly state: GrantState;
}

export const grantStates = ['wants', 'holds', 'returns', 'wantsUnready', 'holdsUnready'] as const;
export type GrantState = (typeof grantStates)[number];

/** A ready process that wants the address asks more often than this; one that has not is gone, or has the address. */
const readyMs = 1_000;

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
  /** The process that asked last of those that were ready then. */
  #ready = { holder: '', untilMs: 0 };
  /** What was given back last: questions before it came late. */
  #returned = { holder: '', number: 0 };

  /** `members`: as the log of this voter has them now, another object after each change; undefined: not known. */
  ask(question: GrantQuestion, members: Configuration | undefined, nowMs: number): GrantAnswer {
    if (members !== this.#members) this.#knowsFromMs = nowMs + this.#grantMs;
    this.#members = members;
    if (nowMs >= this.#untilMs) this.#holder = '';
    if (question.state === 'returns') this.#takeBack(question);
    else this.#noteReadiness(question, nowMs);
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
    if (isUnready(state) && nowMs < this.#ready.untilMs) return false;
    return state === 'holds' || state === 'holdsUnready' || nowMs >= this.#knowsFromMs;
  }

  #noteReadiness({ holder, state }: GrantQuestion, nowMs: number): void {
    if (!isUnready(state)) this.#ready = { holder, untilMs: nowMs + readyMs };
    else if (holder === this.#ready.holder) this.#ready = { holder: '', untilMs: 0 };
  }

  #takeBack({ holder, number }: GrantQuestion): void {
    if (holder !== this.#returned.holder || number > this.#returned.number)
      this.#returned = { holder, number };
    if (this.#holder === holder) this.#holder = '';
  }
}

function isUnready(state: GrantState): boolean {
  return state === 'wantsUnready' || state === 'holdsUnready';
}
