/** Where a command prints to: a terminal, a pipe, or a test. */
import { stripVTControlCharacters } from 'node:util';
import { errorText } from '../processes/journal.ts';

export interface Terminal {
  /** One line, or several. */
  print(text: string): void;
  printError(text: string): void;
  /** Whether a person watches, so that a screen may be redrawn. */
  readonly isScreen: boolean;
}

export const processTerminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  printError: (text) => void process.stderr.write(`${errorText(text, process.stderr.fd)}\n`),
  isScreen: process.stdout.isTTY === true,
};

/** Columns under their headings; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [headings, ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isNumber = headings.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] === '-'),
  );
  return cells
    .map((row) =>
      headings
        .map((_, column) => {
          const cell = stripVTControlCharacters(row[column] ?? '');
          return isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `75` → `1 min 15 s` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
