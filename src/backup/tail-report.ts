/**
 * What an exchange acknowledged, or may have, and a later generation of it does not have: the commands of a log behind
 * the frame at which the two part, with what they led to, by account. A venue has to tell its members of each.
 */
import { commands } from '../protocol/commands.ts';
import { type Cut, commonIndex } from '../protocol/cut.ts';
import { events } from '../protocol/events.ts';
import { frameHeaderBytes, readFrameHeader } from '../protocol/frames.ts';
import type { Observer } from '../replica/options.ts';
import { type FieldsOfRecord, quoted, recordAt } from './export.ts';
import type { LogPiece } from './source.ts';
import { timeText } from './time-text.ts';

/**
 * Something that is lost: a command, or what it led to for an account. `voided`: a command that this log passed over,
 * as its sender learned, and the later generation carried out.
 */
export interface TailEntry {
  readonly accountId: number;
  readonly seq: number;
  readonly timeUs: number;
  readonly record: 'command' | 'event' | 'voided';
  readonly fields: FieldsOfRecord;
}

export const tailHeading = 'account,seq,time,timeUs,record,type,fields';

/** Where the log of a folder and the later generation part. */
export class TailStart {
  readonly #cut: Pick<Cut, 'index' | 'terms' | 'seq'>;
  /** By index: the term of a frame, and the command behind it. */
  readonly #frames = new Map<number, { readonly term: number; readonly nextSeq: number }>();
  #lastIndex = 0;
  #firstSeq = 0;

  constructor(cut: Pick<Cut, 'index' | 'terms' | 'seq'>) {
    this.#cut = cut;
  }

  /** Frames as they follow in the log. */
  add({ frames }: Pick<LogPiece, 'frames'>): void {
    const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
    for (let at = 0; at + frameHeaderBytes <= frames.length; ) {
      const { index, term, firstSeq, count, length } = readFrameHeader(view, at);
      if (this.#firstSeq === 0) this.#firstSeq = firstSeq;
      this.#lastIndex = index;
      if (index <= this.#cut.index) this.#frames.set(index, { term, nextSeq: firstSeq + count });
      at += length;
    }
  }

  /** The first command that is lost; where the frames begin behind it, the first command of these. */
  get seq(): number {
    const { index: last, seq } = this.#cut;
    const common = commonIndex(this.#cut, (index) => this.#frames.get(index)?.term ?? -1, this.#lastIndex);
    const next = this.#frames.get(common)?.nextSeq ?? this.#firstSeq;
    // A restore may have ended within that frame.
    return common === last ? Math.min(next, seq + 1) : next;
  }
}

/** Notes what is applied from a command on. */
export class TailReport implements Observer {
  readonly entries: TailEntry[] = [];
  readonly #fromSeq: number;
  readonly #others: ReadonlySet<number>;
  #timeUs = 0;

  /** @param others Commands of both before that, which one of the two voided and the other one carried out. */
  constructor(fromSeq: number, others: ReadonlySet<number> = new Set()) {
    this.#fromSeq = fromSeq;
    this.#others = others;
  }

  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    this.#timeUs = timeUs;
    if (this.#isListed(seq)) this.#note('command', seq, recordAt(commands, view, at));
  }

  voided(seq: number, timeUs: number, view: DataView, at: number): void {
    this.#timeUs = timeUs;
    const record = seq >= this.#fromSeq ? 'command' : 'voided';
    if (this.#isListed(seq)) this.#note(record, seq, recordAt(commands, view, at));
  }

  emitted(view: DataView, at: number): void {
    const event = recordAt(events, view, at);
    const seq = Number(event['seq']);
    if (this.#isListed(seq)) this.#note('event', seq, event);
  }

  changed(): void {}

  #isListed(seq: number): boolean {
    return seq >= this.#fromSeq || this.#others.has(seq);
  }

  #note(record: TailEntry['record'], seq: number, fields: FieldsOfRecord): void {
    const accountId = Number(fields['accountId'] ?? 0);
    this.entries.push({ accountId, seq, timeUs: this.#timeUs, record, fields });
  }

  /** By account, 0 for what is of none, in the order of the log. */
  get accounts(): { readonly accountId: number; readonly entries: readonly object[] }[] {
    const byAccount = [...Map.groupBy(this.entries, ({ accountId }) => accountId)];
    return byAccount
      .toSorted(([a], [b]) => a - b)
      .map(([accountId, entries]) => ({
        accountId,
        entries: entries.map(({ seq, timeUs, record, fields }) => ({
          seq,
          time: timeText(timeUs),
          timeUs,
          record,
          ...fields,
        })),
      }));
  }

  csvLines(): string[] {
    const rows = this.entries.toSorted((a, b) => a.accountId - b.accountId || a.seq - b.seq);
    return rows.map(({ accountId, seq, timeUs, record, fields: { type, ...rest } }) =>
      [accountId, seq, timeText(timeUs), timeUs, record, type, quoted(JSON.stringify(rest))].join(','),
    );
  }
}
