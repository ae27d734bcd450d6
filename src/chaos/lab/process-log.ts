/** What the processes of the exchange print, line by line, with the time of its arrival. */
import type { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { EventKind } from '../../ops/configuration/event-kinds.ts';
import { monotonicMs } from '../monotonic.ts';
import type { LeaderRecord } from '../verdict.ts';

/** What a replica logs when it begins to serve. */
const leadsText = 'this replica leads';
/** What the hook of the lab prints of a notice; its replica logs it. */
export const noticeScript = 'echo "notice $LOCKSTEP_EVENT $LOCKSTEP_STATE $LOCKSTEP_ID $LOCKSTEP_SUBJECT"';
/** Of pino. */
const warnLevel = 40;

/** The simulator's workload stops and opens instruments and accounts. */
const ofClients: readonly string[] = ['modeChanged'] satisfies EventKind[];

/** A line that {@link noticeScript} printed of something that happens or begins. */
function beginningIn(text: string): { readonly kind: string; readonly number: number } | undefined {
  const [word, kind = '', state = '', id = ''] = text.split(' ');
  if (word !== 'notice' || state === 'ends') return undefined;
  return { kind, number: Number(id.split('-').at(-1)) };
}

export interface LogLine {
  readonly host: number;
  readonly atMs: number;
  readonly text: string;
  readonly level: number;
  readonly term?: number;
}

export class ProcessLog {
  readonly lines: LogLine[] = [];
  readonly #file: string | undefined;

  /** `file` gets each line as it came, behind the number of its host. */
  constructor(file?: string) {
    this.#file = file;
  }

  /** A line of the lab itself, in the file alone: what it did, between what the processes said of it. */
  mark(text: string): void {
    if (this.#file !== undefined)
      appendFileSync(this.#file, `lab ${JSON.stringify({ time: new Date().toISOString(), msg: text })}\n`);
  }

  /** Reads what a process prints from now on. */
  follow(host: number, child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#add(host, line));
    }
  }

  /** Each time that a replica began to serve. */
  leaders(): LeaderRecord[] {
    return this.lines.flatMap(({ host, text, term }) =>
      text === leadsText && term !== undefined ? [{ replicaId: host, term }] : [],
    );
  }

  /**
   * The first notice of a kind after a moment, but for those that something is over. One with a lower number than
   * `numberMin`, which ends its id, is of something that was before.
   */
  noticeSince(fromMs: number, kind: EventKind, numberMin = 0): LogLine | undefined {
    return this.firstSince(fromMs, ({ text }) => {
      const notice = beginningIn(text);
      return notice?.kind === kind && notice.number >= numberMin;
    });
  }

  /** The first notice of each kind after a moment, but for those that something is over, and for what clients do. */
  firstNotices(fromMs: number): { readonly kind: string; readonly atMs: number }[] {
    const first = new Map<string, number>();
    for (const { text, atMs } of this.lines) {
      const kind = atMs >= fromMs ? beginningIn(text)?.kind : undefined;
      if (kind !== undefined && !ofClients.includes(kind) && !first.has(kind)) first.set(kind, atMs);
    }
    return [...first].map(([kind, atMs]) => ({ kind, atMs }));
  }

  /** Whether some notice of a kind has begun and is not over: it is not sent again before. */
  isOpen(kind: EventKind): boolean {
    const last = new Map<string, boolean>();
    for (const { text } of this.lines) {
      const [word, event, state, , ...subject] = text.split(' ');
      if (word === 'notice' && event === kind && state !== 'happens')
        last.set(subject.join(' '), state === 'begins');
    }
    return [...last.values()].includes(true);
  }

  /** The first line after a moment that matches. */
  firstSince(fromMs: number, isMeant: (line: LogLine) => boolean): LogLine | undefined {
    return this.lines.find((line) => line.atMs >= fromMs && isMeant(line));
  }

  lastWordsOf(host: number): string {
    return this.lines.findLast((line) => line.host === host)?.text ?? 'It has said nothing.';
  }

  /** The first sign that a process has noticed a fault: its words, or, where it has none, a warning or a new leader. */
  noticedSince(fromMs: number, signs: readonly (RegExp | undefined)[] = [undefined]): LogLine | undefined {
    const isSign = ({ level, text }: LogLine): boolean =>
      signs.some((sign) => sign?.test(text) ?? (level >= warnLevel || text === leadsText));
    return this.firstSince(fromMs, isSign);
  }

  #add(host: number, line: string): void {
    const atMs = monotonicMs();
    if (this.#file !== undefined) appendFileSync(this.#file, `${host} ${line}\n`);
    let parsed: { readonly msg?: string; readonly level?: number; readonly term?: number } = {};
    try {
      parsed = JSON.parse(line) as typeof parsed;
    } catch {
      // Not all that a process prints is a line of its log.
    }
    const { msg = line, level = 0, term } = parsed;
    this.lines.push({ host, atMs, text: msg, level, ...(term !== undefined && { term }) });
  }
}
