/**
 * A fuse in the ports of a machine: after a number of calls of any port it ends the process, or cuts the power, in the
 * middle of whatever the replica is doing. So every half-done state is met, between any two calls of a machine.
 */

/** Thrown out of the port call in which a process is killed. */
export class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled';
}

/** Thrown out of the port call in which a machine loses its power. */
export class PowerLost extends Error {
  override readonly name = 'PowerLost';
}

export class Fuse {
  #callsLeft = -1;
  #end: 'kill' | 'power' = 'kill';

  /** The n-th of the next calls, from 0, is the last. */
  light(calls: number, end: 'kill' | 'power'): void {
    this.#callsLeft = calls;
    this.#end = end;
  }

  putOut(): void {
    this.#callsLeft = -1;
  }

  /** A port is called. */
  burn(): void {
    if (this.#callsLeft < 0) return;
    this.#callsLeft -= 1;
    if (this.#callsLeft >= 0) return;
    throw this.#end === 'kill' ? new ProcessKilled('killed in a call') : new PowerLost('no power in a call');
  }
}
