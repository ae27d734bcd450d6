/**
 * Runs the commands that a replica has for its own role: `becomeLeader` once it leads and takes orders,
 * `becomeFollower` once it does not any more. One after the other, and only the newest where the role changed
 * meanwhile.
 */
import type { RoleEvent } from '../configuration/event-kinds.ts';
import { Failure, messageOf } from '../failure.ts';

const retryMsMin = 500;
const retryMsMax = 30_000;

export interface RoleCommand {
  readonly name: string;
  readonly timeoutMs: number;
  run(event: RoleEvent, term: number, signal: AbortSignal): Promise<void>;
}

interface Wanted {
  readonly event: RoleEvent;
  readonly term: number;
}

export class RoleHook {
  readonly #command: RoleCommand;
  readonly #warn: (text: string) => void;
  readonly #random: () => number;
  readonly #ending = new AbortController();
  #wanted: Wanted | undefined;
  #isBusy = false;
  #attempts = 0;
  #nextMs = 0;

  constructor(command: RoleCommand, warn: (text: string) => void, random: () => number) {
    this.#command = command;
    this.#warn = warn;
    this.#random = random;
  }

  /** The replica has another role. */
  changed(event: RoleEvent, term: number): void {
    this.#wanted = { event, term };
    this.#attempts = 0;
    this.#nextMs = 0;
  }

  /** Begins what is due. */
  step(steadyMs: number): void {
    const isOver = this.#ending.signal.aborted;
    if (isOver || this.#wanted === undefined || this.#isBusy || steadyMs < this.#nextMs) return;
    this.#isBusy = true;
    void this.#run(this.#wanted, steadyMs);
  }

  end(): void {
    this.#ending.abort();
  }

  async #run(wanted: Wanted, steadyMs: number): Promise<void> {
    const { name, timeoutMs } = this.#command;
    const timer = AbortSignal.timeout(timeoutMs);
    try {
      await this.#command.run(wanted.event, wanted.term, AbortSignal.any([timer, this.#ending.signal]));
      if (this.#wanted === wanted) this.#wanted = undefined;
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      const why = timer.aborted ? new Failure(`it does not end within ${timeoutMs / 1_000} s`) : error;
      if (this.#wanted !== wanted) return;
      if (this.#attempts === 0)
        this.#warn(`the command ${name} fails for ${wanted.event}: ${messageOf(why)}; it is tried again`);
      const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** this.#attempts++);
      this.#nextMs = steadyMs + waitMs * (0.5 + this.#random() / 2);
    } finally {
      this.#isBusy = false;
    }
  }
}
