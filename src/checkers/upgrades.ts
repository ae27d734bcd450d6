/** No replica applies a command by an engine that its release does not have. */
import { switchEngine } from '../protocol/commands.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import type { Report } from './violations.ts';

export class UpgradesChecker {
  readonly #report: Report;
  /** The newest engine that a command let all go over to, and the command. */
  #version = 0;
  #since = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A replica, whose release has engines up to `newest`, has applied the command at `at`. */
  applied(replicaId: number, newest: number, seq: number, view: DataView, at: number): void {
    if (view.getUint8(at + TYPE_AT) === switchEngine.type) this.#switched(seq, view, at);
    if (seq < this.#since || newest >= this.#version) return;
    this.#report(
      'upgrades',
      `replica ${replicaId} has engines up to version ${newest}, and applied command ${seq}: version ${this.#version} is in force ` +
        `since command ${this.#since}`,
    );
  }

  #switched(seq: number, view: DataView, at: number): void {
    const { engineVersion } = switchEngine.read(view, at);
    if (engineVersion <= this.#version) return;
    this.#version = engineVersion;
    this.#since = seq;
  }
}
