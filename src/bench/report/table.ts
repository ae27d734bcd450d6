/** Tables in Markdown that are also aligned for a terminal. */
import type { Table } from './suite.ts';

export function tableText({ title, rows }: Table): string {
  const names = Object.keys(rows);
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const cells = [
    ['', ...columns],
    ...names.map((name) => [name, ...columns.map((column) => shown(rows[name]![column]))]),
  ];
  const widths = ['', ...columns].map((_, n) => Math.max(3, ...cells.map((line) => line[n]!.length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, n) => (n === 0 ? text.padEnd(widths[n]!) : text.padStart(widths[n]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, n) => (n === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [`${title}`, '', line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}

function shown(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isNaN(value)) return '-';
  return Number.isInteger(value)
    ? value.toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: value < 1_000 ? 4 : 6 });
}
