/**
 * Invariant 1: no two replicas apply different commands at the same seq, at a different time, or with different events.
 * The first replica that applies a command defines what it did; commands and events are kept, so that other checkers
 * can run them again.
 */
import { commandAt } from '../protocol/commands.ts';
import { eventAt } from '../protocol/events.ts';
import { crc32 } from '../std/crc32.ts';
import { getU53 } from '../std/integers.ts';
import type { Report } from './violations.ts';

export interface AppliedCommand {
  readonly seq: number;
  readonly timeUs: number;
  readonly bytes: Uint8Array;
  readonly crc: number;
  readonly sessionId: number;
  /** It was passed over. */
  readonly isVoided: boolean;
  /** Checksum of each event, by its n. */
  readonly events: number[];
}

/** The one history of the exchange, compared with what each replica does. */
export class AgreementChecker {
  /** By seq; 0 is empty. */
  readonly commands: (AppliedCommand | undefined)[] = [undefined];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  get lastSeq(): number {
    return this.commands.length - 1;
  }

  /** A replica has applied a command; true when it is the first of all to do so. */
  applied(replicaId: number, seq: number, timeUs: number, view: DataView, at: number): boolean {
    return this.#took(replicaId, { seq, timeUs, isVoided: false }, view, at);
  }

  /** A replica has passed over a command that is voided; true when it is the first of all to do so. */
  passedOver(replicaId: number, seq: number, timeUs: number, view: DataView, at: number): boolean {
    return this.#took(replicaId, { seq, timeUs, isVoided: true }, view, at);
  }

  #took(
    replicaId: number,
    { seq, timeUs, isVoided }: Pick<AppliedCommand, 'seq' | 'timeUs' | 'isVoided'>,
    view: DataView,
    at: number,
  ): boolean {
    const length = view.getUint16(at, true);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
    const crc = crc32(bytes, 0, length);
    const first = this.commands[seq];
    if (first === undefined) {
      const sessionId = view.getUint32(at + commandAt.sessionId, true);
      this.commands[seq] = { seq, timeUs, bytes: bytes.slice(), crc, sessionId, isVoided, events: [] };
      return true;
    }
    if (first.isVoided !== isVoided) {
      this.#report(
        'agreement',
        `replica ${replicaId} ${isVoided ? 'passed over' : 'applied'} seq ${seq}, which the first did not`,
      );
    } else if (first.crc !== crc || first.bytes.length !== length) {
      this.#report(
        'agreement',
        `replica ${replicaId} applied another command at seq ${seq} than the first did`,
      );
    } else if (first.timeUs !== timeUs) {
      this.#report(
        'agreement',
        `replica ${replicaId} applied seq ${seq} with time ${timeUs}, the first with ${first.timeUs}`,
      );
    }
    return false;
  }

  /** A replica's engine has emitted an event; true when it is the first of all to do so. */
  emitted(replicaId: number, view: DataView, at: number): boolean {
    const seq = getU53(view, at + eventAt.seq);
    const n = view.getUint32(at + eventAt.n, true);
    const crc = eventChecksum(view, at);
    const command = this.commands[seq];
    if (command === undefined) {
      this.#report(
        'agreement',
        `replica ${replicaId} emitted an event of seq ${seq}, which no replica applied`,
      );
      return false;
    }
    const first = command.events[n];
    if (first === undefined) {
      if (n !== command.events.length) {
        this.#report('agreement', `replica ${replicaId} emitted event ${n} of seq ${seq} out of turn`);
      }
      command.events[n] = crc;
      return true;
    }
    if (first !== crc) {
      this.#report(
        'agreement',
        `replica ${replicaId} emitted another event ${n} of seq ${seq} than the first did`,
      );
    }
    return false;
  }
}

/** Checksum of a whole event. */
export function eventChecksum(view: DataView, at: number): number {
  const length = view.getUint16(at, true);
  return crc32(new Uint8Array(view.buffer, view.byteOffset + at, length), 0, length);
}
