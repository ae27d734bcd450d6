/**
 * What all replicas of a measured cluster logged, in the order of one clock. A line with the field `atUs` (microseconds
 * of CLOCK_MONOTONIC, taken where it happened) is exact; any other has the time at which it was written, to a
 * millisecond.
 */
import { wallToMonotonicUs } from './clocks.ts';

/** Older lines are dropped beyond this many. */
const entriesMax = 20_000;
const commonFields: ReadonlySet<string> = new Set(['level', 'time', 'replica', 'pid', 'msg', 'atUs']);

export interface LogEntry {
  readonly atUs: number;
  readonly isExact: boolean;
  /** `replica 1`, `client`. */
  readonly source: string;
  readonly text: string;
}

export class LogBook {
  readonly #entries: LogEntry[] = [];

  add(source: string, atUs: number, text: string): void {
    this.#push({ atUs, isExact: true, source, text });
  }

  /** A line as a process wrote it: JSON, or text. */
  addLine(source: string, line: string): void {
    const json = parsed(line);
    if (json === undefined) {
      this.#push({ atUs: wallToMonotonicUs(Date.now()), isExact: false, source, text: line.slice(0, 500) });
      return;
    }
    const { atUs, time, msg } = json;
    const wallMs = typeof time === 'string' ? Date.parse(time) : Number(time ?? Date.now());
    const fields = Object.entries(json)
      .filter(([name]) => !commonFields.has(name))
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    const isExact = typeof atUs === 'number';
    const text = [String(msg ?? ''), ...fields].join(' ');
    this.#push({ atUs: isExact ? atUs : wallToMonotonicUs(wallMs), isExact, source, text });
  }

  /** Entries from `fromUs` to `toUs`, oldest first. */
  between(fromUs: number, toUs: number): LogEntry[] {
    return this.#entries
      .filter(({ atUs }) => atUs >= fromUs && atUs <= toUs)
      .toSorted((a, b) => a.atUs - b.atUs);
  }

  #push(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > entriesMax) this.#entries.splice(0, entriesMax / 10);
  }
}

/** Lines relative to `zeroUs`, in milliseconds; `~` is in front of times that are not exact. */
export function shownEntries(entries: readonly LogEntry[], zeroUs: number): string {
  return entries
    .map(({ atUs, isExact, source, text }) => {
      const ms = ((atUs - zeroUs) / 1_000).toFixed(isExact ? 3 : 0);
      return `${`${isExact ? '' : '~'}${ms}`.padStart(12)} ms  ${source.padEnd(10)} ${text}`;
    })
    .join('\n');
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
