/**
 * What this process asks of the voters for an address of gateways, and what follows from their answers for its holder.
 * Pure: time, chance and answers come in. It gives grants back only while it does not hold the address.
 */
import { standardTimes } from '../address-times.ts';
import type { GrantAnswer, GrantState } from '../grants/grant-ledger.ts';
import { majorityAsOfMs } from './confirmation.ts';
import type { GatewayStanding } from './gateway-readiness.ts';
import type { Holder } from './holder.ts';

/** A process that gets no majority in this time gives back what it has: others may need it. */
const tryMsMax = 500;
/** Then it waits so long, and up to as much again: of two that want the address one asks first. */
const waitMs = 200;
/** The holder's term: any, for grants know none. */
const term = 1;

interface Heard extends GrantAnswer {
  readonly askedMs: number;
}

export class GrantClaim {
  /** What voters call this process. */
  readonly #name: string;
  readonly #holder: Holder;
  readonly #chance: () => number;
  readonly #heard = new Map<number, Heard>();
  #gateway: GatewayStanding = 'silent';
  /** The gateway of another machine is ready, and this one's is not: it gives the address up. */
  #givesWay = false;
  #number = 0;
  #returnedNumber = 0;
  #isReturned = true;
  #triedFromMs = 0;
  #pausedUntilMs = 0;

  /** @param chance between 0 and 1, without it. */
  constructor(name: string, holder: Holder, chance: () => number) {
    this.#name = name;
    this.#holder = holder;
    this.#chance = chance;
  }

  /** How the gateway of this machine is. */
  gateway(standing: GatewayStanding): void {
    this.#gateway = standing;
    this.#holder.ready(standing !== 'silent');
  }

  /** What all voters are to be asked now; undefined: nothing. */
  next(nowMs: number): GrantState | undefined {
    const holds = this.#holder.holdsAt(nowMs);
    if (this.#gateway !== 'silent' && nowMs >= this.#pausedUntilMs) {
      if (this.#isReturned) this.#triedFromMs = nowMs;
      this.#isReturned = false;
      if (nowMs - this.#triedFromMs > tryMsMax) this.#pauseWithout(nowMs);
      if (this.#gateway === 'ready') return holds ? 'holds' : 'wants';
      return holds ? 'holdsUnready' : 'wantsUnready';
    }
    if (this.#isReturned || this.#holder.state === 'holds') return undefined;
    this.return();
    return 'returns';
  }

  /** The number of the next question. */
  asked(): number {
    return ++this.#number;
  }

  /** What voters have granted counts no more, and what they answer to questions before this neither. */
  return(): void {
    this.#isReturned = true;
    this.#givesWay = false;
    this.#returnedNumber = this.#number;
    this.#heard.clear();
    this.#holder.deposed();
  }

  /** A voter has answered the question of that number, which was asked at `askedMs`. */
  answered(id: number, number: number, answer: GrantAnswer, askedMs: number, nowMs: number): void {
    if (number <= this.#returnedNumber || askedMs < (this.#heard.get(id)?.askedMs ?? 0)) return;
    this.#heard.set(id, { ...answer, askedMs });
    if (this.#isToGiveWay(answer)) this.#giveWay(nowMs);
    if (this.#givesWay) return;
    const asOfMs = this.#asOfMs;
    if (asOfMs !== undefined && this.#gateway !== 'silent') this.#holder.confirmed(term, asOfMs, nowMs);
    if (this.other !== '') this.#pauseWithout(nowMs);
  }

  /** The process that has the grant of a voter which refuses it to this one; empty: none is known. */
  get other(): string {
    const refusing = [...this.#heard.values()].filter(({ isGranted }) => !isGranted);
    return refusing.find(({ holder }) => holder !== '' && holder !== this.#name)?.holder ?? '';
  }

  /** A voter has granted it to this process, and does not any more, though it grants. */
  #isToGiveWay({ isGranted, holder, voters }: GrantAnswer): boolean {
    return this.#gateway === 'answers' && !isGranted && holder === this.#name && voters.length > 0;
  }

  /** At once: callers reach nothing until the other machine has the address. */
  #giveWay(nowMs: number): void {
    this.#givesWay = true;
    this.#holder.deposed();
    this.#pausedUntilMs = nowMs + waitMs * (1 + this.#chance());
  }

  #pauseWithout(nowMs: number): void {
    const isConfirmed = nowMs - (this.#asOfMs ?? Number.NEGATIVE_INFINITY) <= standardTimes.confirmedMsMax;
    if (isConfirmed || this.#holder.state === 'holds') return;
    this.#pausedUntilMs = nowMs + waitMs * (1 + this.#chance());
  }

  /** The newest moment of which a majority of the same voters has granted it; undefined: none has. */
  get #asOfMs(): number | undefined {
    const granting = [...this.#heard].filter(([, { isGranted }]) => isGranted);
    const sets = new Map(granting.map(([, { voters }]) => [voters.join(), voters]));
    const moments = [...sets].flatMap(([text, voters]) => {
      const alike = granting.filter(([, heard]) => heard.voters.join() === text);
      return majorityAsOfMs(voters, new Map(alike.map(([id, { askedMs }]) => [id, askedMs]))) ?? [];
    });
    return moments.length === 0 ? undefined : Math.max(...moments);
  }
}
