/**
 * Commands and events of a range of the log as text, for audit: one line for each command with what it led to, or for
 * spreadsheets one row for each command and each event. The events come from applying the commands again.
 */

import { OutcomeCode } from '../protocol/codes.ts';
import { commands, OrderType, SelfMatch, Side, TimeInForce } from '../protocol/commands.ts';
import { events } from '../protocol/events.ts';
import { type Catalog, type Fields, type Layout, TYPE_AT } from '../protocol/layout.ts';
import type { Observer } from '../replica/options.ts';
import { nameOfNumber } from '../std/number-names.ts';
import { timeText } from './time-text.ts';

export const exportFormats = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Both ends are in it. */
export interface ExportRange {
  readonly from: number;
  readonly to: number;
}

export type FieldsOfRecord = Readonly<Record<string, unknown>>;

interface Exported {
  readonly seq: number;
  readonly timeUs: number;
  readonly command: FieldsOfRecord;
  readonly events: FieldsOfRecord[];
}

/** Fields that are numbers in records and words for a person. */
const words: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  side: { both: 0, ...Side },
  orderType: OrderType,
  timeInForce: TimeInForce,
  selfMatch: SelfMatch,
  code: OutcomeCode,
};
const prefixFields: ReadonlySet<string> = new Set(['length', 'type', 'version']);

/** The first row of a CSV file. */
export const csvHeading = 'seq,time,timeUs,record,type,fields';

/** Writes what is applied within the range, line by line. */
export class Exporter implements Observer {
  commands = 0;
  events = 0;
  readonly #range: ExportRange;
  readonly #format: ExportFormat;
  readonly #write: (line: string) => void;
  /** Of the frame that is being applied. */
  #waiting = new Map<number, Exported>();
  #hasEvents = false;

  constructor(range: ExportRange, format: ExportFormat, write: (line: string) => void) {
    this.#range = range;
    this.#format = format;
    this.#write = write;
  }

  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    if (this.#hasEvents) this.flush();
    if (seq < this.#range.from || seq > this.#range.to) return;
    this.#waiting.set(seq, { seq, timeUs, command: recordAt(commands, view, at), events: [] });
  }

  voided(seq: number, timeUs: number, view: DataView, at: number): void {
    this.applied(seq, timeUs, view, at);
  }

  emitted(view: DataView, at: number): void {
    this.#hasEvents = true;
    const event = recordAt(events, view, at);
    this.#waiting.get(Number(event['seq']))?.events.push(event);
  }

  changed(): void {}

  /** Writes what waits; to be called at the end. */
  flush(): void {
    for (const exported of this.#waiting.values()) {
      this.commands += 1;
      this.events += exported.events.length;
      for (const line of this.#format === 'jsonl' ? jsonLines(exported) : csvLines(exported))
        this.#write(line);
    }
    this.#waiting = new Map();
    this.#hasEvents = false;
  }
}

function jsonLines({ seq, timeUs, command, events: found }: Exported): string[] {
  return [JSON.stringify({ seq, time: timeText(timeUs), timeUs, command, events: found })];
}

function csvLines({ seq, timeUs, command, events: found }: Exported): string[] {
  const row = (record: string, { type, ...fields }: FieldsOfRecord): string =>
    [seq, timeText(timeUs), timeUs, record, type, quoted(JSON.stringify(fields))].join(',');
  return [row('command', command), ...found.map((event) => row('event', event))];
}

/** RFC 4180, section 2. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The fields of a record by name; what no release writes is shown as it is. */
export function recordAt(catalog: Catalog<Layout<Fields>>, view: DataView, at: number): FieldsOfRecord {
  const type = view.getUint8(at + TYPE_AT);
  const length = view.getUint16(at, true);
  const layout = catalog.of(type);
  if (layout === undefined || catalog.check(view, at, length) !== 0) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
    return { type: 'malformed', bytes: Buffer.from(bytes).toString('hex') };
  }
  const fields: Record<string, unknown> = { type: layout.name };
  for (const [name, value] of Object.entries({
    ...layout.read(view, at),
    ...layout.readOptional(view, at),
  })) {
    if (prefixFields.has(name) || name.startsWith('reserved')) continue;
    // It would open the session again.
    if (name.toLowerCase().includes('token')) continue;
    fields[name] = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : inWords(name, value);
  }
  return fields;
}

function inWords(field: string, value: unknown): unknown {
  return nameOfNumber(words[field] ?? {}, value) ?? value;
}
