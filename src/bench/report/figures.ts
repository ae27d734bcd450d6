/** Puts the tables of the last kept runs into docs/PERFORMANCE.md, between two marks, so that no number is typed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machineText } from './machine.ts';
import { lastTables } from './record.ts';
import { tableText } from './table.ts';

const page = fileURLToPath(new URL('../../../docs/PERFORMANCE.md', import.meta.url));
const begin = '<!-- figures -->';
const end = '<!-- end of figures -->';

export function writeFigures(): void {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/PERFORMANCE.md lacks ${begin} or ${end}.`);
  const tables = lastTables([]).map(tableText).join('\n\n');
  writeFileSync(page, `${before}${begin}\nOn ${machineText}:\n\n${tables}\n${end}${after}`);
}
