/**
 * Orders that came to the control port of this replica, on their way into the audit trail. Each is written down before
 * it is carried out, and leaves the file once the trail has it, so that one that was given while nothing could be
 * committed, or to a process that ended, is reported later. What must
 * hold: the trail gets them in their order, each once.
 */
import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileMode } from '../../io/disk/private-files.ts';
import { AuditKind, ControlOutcome } from '../../protocol/audit.ts';
import { auditActionBytes, auditSourceBytes } from '../../protocol/limits.ts';
import type { OperatorOrderNote } from '../../replica/ports.ts';
import { replaceFile } from '../certificates/files.ts';
import { messageOf } from '../failure.ts';
import { readNote } from './order-paths.ts';

const lookMs = 250;
/** How long the leader may take to commit a note before the note is sent again. */
const againMs = 2_000;
/** What is waiting beyond this is counted, and is in the log alone. */
const waitingMax = 1_024;
/** The file is written again when so many lines were added. */
const linesMax = 8_192;
/** A note from later than so much after now is none that was written here. */
const aheadUsMax = 366 * 86_400_000_000;
/** Refused callers are noted in sums, so often. */
const refusalsMs = 60_000;

export interface OperatorOrderNotePorts {
  readonly file: string;
  readonly replicaId: number;
  readonly log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
  /** Of the newest order of this replica in the audit trail, as far as it is applied here. */
  notedUs(): number;
  /** The clock of this machine, in microseconds since 1970. */
  wallUs(): number;
  /** Tells the leader; false where none takes it now. */
  tell(note: OperatorOrderNote): Promise<boolean>;
}

/** What is known of an order before it is carried out. */
export interface OperatorOrderGiven {
  readonly operatorId: number;
  readonly source: string;
  readonly action: string;
  readonly subject: number;
  /** Goes into the log beside: a record of the trail has no room for it. */
  readonly said?: string;
}

interface Waiting {
  note: OperatorOrderNote;
  isOpen: boolean;
}

export class OperatorOrderNotes {
  readonly #ports: OperatorOrderNotePorts;
  /** The oldest first. */
  #waiting: Waiting[] = [];
  #lastUs = 0;
  #lines = 0;
  /** Orders that found no room since the last one that did. */
  #omitted = 0;
  #refused = { count: 0, source: '', sinceMs: Number.NEGATIVE_INFINITY };
  #isTelling = false;
  #againAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: OperatorOrderNotePorts) {
    this.#ports = ports;
    this.#read();
  }

  /** Orders that the audit trail does not have yet. */
  get count(): number {
    return this.#waiting.length;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(performance.now()), lookMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Writes down an order that is about to be carried out; `close` says how it ended. */
  open({ said, ...given }: OperatorOrderGiven): (outcome: ControlOutcome) => void {
    if (said !== undefined) this.#ports.log.info({ ...given, said }, 'an operator tells what a command said');
    return this.#open({ ...given, entryKind: AuditKind.control });
  }

  /** An order of a caller who is not believed, or may not give it. */
  refused(source: string): void {
    const { count } = this.#refused;
    this.#refused = { ...this.#refused, count: count + 1, source };
  }

  /** Tells what waits, one after the other. */
  async look(nowMs: number): Promise<void> {
    this.#sumRefusals(nowMs);
    const notedUs = this.#ports.notedUs();
    const before = this.#waiting.length;
    while (this.#waiting[0]?.isOpen === false && this.#waiting[0].note.givenUs <= notedUs)
      this.#waiting.shift();
    if (this.#waiting.length < before) {
      this.#againAtMs = 0;
      if (this.#waiting.length === 0 || this.#lines > linesMax) this.#rewrite();
    }
    const [next] = this.#waiting;
    if (next === undefined || next.isOpen || this.#isTelling || nowMs < this.#againAtMs) return;
    this.#againAtMs = nowMs + againMs;
    this.#isTelling = true;
    try {
      await this.#ports.tell(next.note);
    } finally {
      this.#isTelling = false;
    }
  }

  #open({
    source,
    action,
    ...given
  }: OperatorOrderGiven & { readonly entryKind: number; readonly count?: number }) {
    const { replicaId, notedUs, wallUs } = this.#ports;
    if (this.#waiting.length >= waitingMax) {
      this.#omitted++;
      this.#warn('an order is in this log alone: too many wait for the audit trail', action);
      return () => undefined;
    }
    this.#lastUs = Math.max(this.#lastUs + 1, notedUs() + 1, wallUs());
    const note = {
      count: this.#omitted,
      ...given,
      replicaId,
      givenUs: this.#lastUs,
      outcome: ControlOutcome.unknown,
      source: printable(source, auditSourceBytes),
      action: printable(action, auditActionBytes),
    };
    this.#omitted = 0;
    const waiting: Waiting = { note, isOpen: true };
    this.#waiting.push(waiting);
    this.#append(waiting);
    return (outcome: ControlOutcome): void => {
      waiting.note = { ...note, outcome };
      waiting.isOpen = false;
      this.#append(waiting);
      void this.look(performance.now());
    };
  }

  #sumRefusals(nowMs: number): void {
    const { count, source, sinceMs } = this.#refused;
    if (count === 0 || nowMs - sinceMs < refusalsMs) return;
    this.#refused = { count: 0, source: '', sinceMs: nowMs };
    const what = { operatorId: 0, source, action: 'controlPort', subject: this.#ports.replicaId };
    const close = this.#open({ ...what, entryKind: AuditKind.refusals, count });
    close(ControlOutcome.accepted);
  }

  /** The later line of an order counts. One without an end was under way when the process ended. */
  #read(): void {
    const { file } = this.#ports;
    if (!existsSync(file)) return;
    const found = new Map<number, OperatorOrderNote>();
    const lines = readFileSync(file, 'utf8').split('\n');
    const last = lines.length - 1;
    let strange = 0;
    for (const [n, line] of lines.entries()) {
      const note = this.#noteIn(line);
      if (note !== undefined) found.set(note.givenUs, note);
      else if (n < last) strange++;
    }
    if (strange > 0)
      this.#warn(
        'some lines in the file of orders that wait for the audit trail cannot be read',
        `${strange} lines`,
      );
    const notes = [...found.values()].sort((a, b) => a.givenUs - b.givenUs);
    this.#waiting = notes.slice(-waitingMax).map((note) => ({ note, isOpen: false }));
    this.#omitted = notes.length - this.#waiting.length;
    this.#lastUs = Math.max(0, ...found.keys());
    // What was cut in the last line would spoil the next one.
    this.#rewrite();
  }

  /** A line that was cut or spoiled is none: a note that no leader takes would keep all later ones back. */
  #noteIn(line: string): OperatorOrderNote | undefined {
    try {
      const read = readNote(JSON.parse(line));
      const note = typeof read === 'string' ? undefined : read.note;
      const { replicaId, wallUs } = this.#ports;
      return note?.replicaId === replicaId && note.givenUs <= wallUs() + aheadUsMax ? note : undefined;
    } catch {
      return undefined;
    }
  }

  #append({ note }: Waiting): void {
    try {
      const descriptor = openSync(this.#ports.file, 'a', fileMode);
      writeSync(descriptor, `${JSON.stringify(note)}\n`);
      fdatasyncSync(descriptor);
      closeSync(descriptor);
      this.#lines++;
    } catch (error) {
      // An operator must be able to act on a replica whose disk is full.
      this.#warn(
        'an order cannot be written down for the audit trail; it is kept in memory until a leader takes it',
        messageOf(error),
      );
    }
  }

  #rewrite(): void {
    try {
      replaceFile(this.#ports.file, this.#waiting.map(({ note }) => `${JSON.stringify(note)}\n`).join(''));
      this.#lines = this.#waiting.length;
    } catch (error) {
      this.#warn('the orders that wait for the audit trail cannot be written', messageOf(error));
    }
  }

  #warn(text: string, what: string): void {
    this.#ports.log.warn({ file: this.#ports.file, what }, text);
  }
}

/** What a record of the trail takes. */
function printable(text: string, bytesMax: number): string {
  return text.replace(/[^!-~]/g, '?').slice(0, bytesMax);
}
