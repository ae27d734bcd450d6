/** Proofs of targets, each by a process of its own, one at a time: a proof takes a processor for long. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Characters of a failed proof that are kept. */
const keptMax = 4_096;
/** A proof that did not end before this process says nothing of the backup. */
const never = new Promise<never>(() => undefined);

export class Proofs {
  readonly #start: (target: string) => ChildProcess;
  #running: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #hasEnded = false;

  /** @param start begins to prove a target; what it writes to stderr says why that failed. */
  constructor(start: (target: string) => ChildProcess) {
    this.#start = start;
  }

  /** Rejects with what was found. */
  prove(target: string): Promise<void> {
    const proved = this.#last.then(() => this.#run(target));
    this.#last = proved.catch(() => undefined);
    return proved;
  }

  /** Ends the proof that is under way, and begins none of those that wait. */
  end(): void {
    this.#hasEnded = true;
    this.#running?.kill('SIGTERM');
  }

  async #run(target: string): Promise<void> {
    if (this.#hasEnded) return never;
    const child = this.#start(target);
    this.#running = child;
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-keptMax);
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    this.#running = undefined;
    if (this.#hasEnded) return never;
    if (code !== 0) throw new Error(said.trim() || `the proof ended with ${code ?? 'a signal'}`);
  }
}
