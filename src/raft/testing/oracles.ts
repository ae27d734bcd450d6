/** Reads the data-driven cases of etcd's raft, which stand beside the checkout where they are available. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../shared/oracles/etcd-raft');

export const oraclesMissing = existsSync(folder)
  ? false
  : 'the cases of etcd-raft are not here: put them in ../shared/oracles/etcd-raft, beside the checkout';

export interface OracleCase {
  /** File and line, for messages. */
  readonly place: string;
  readonly command: string;
  /** `key=(1,2)` and `key=word`, as lists. */
  readonly arguments: ReadonlyMap<string, readonly string[]>;
  readonly input: string;
  readonly expected: string;
}

export function oracleFiles(kind: string): string[] {
  return readdirSync(join(folder, kind)).sort();
}

/** The cases of one file: a command line, lines of input, `----`, lines of output, an empty line. */
export function oracleCases(kind: string, file: string): OracleCase[] {
  const lines = readFileSync(join(folder, kind, file), 'utf8').split('\n');
  const cases: OracleCase[] = [];
  let head: string[] = [];
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n]!;
    if (line.startsWith('#') || (line === '' && head.length === 0)) continue;
    if (line !== '----') {
      head.push(line);
      continue;
    }
    const expected: string[] = [];
    while (lines[n + 1] !== '' && n + 1 < lines.length) expected.push(lines[++n]!);
    const [command = '', ...input] = head;
    const found = command.matchAll(/(\w+)=(?:\(([^)]*)\)|(\S+))/g);
    const entries = [...found].map(
      ([, key, list, word]) =>
        [key!, list === undefined ? [word!] : list.split(',').map((item) => item.trim())] as const,
    );
    cases.push({
      place: `${file}:${n}`,
      command: command.split(' ')[0]!,
      arguments: new Map(entries),
      input: input.join(' '),
      expected: expected.join('\n'),
    });
    head = [];
  }
  return cases;
}
