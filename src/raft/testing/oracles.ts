/** Reads data-driven cases of etcd's raft (its folders `quorum/testdata` and `confchange/testdata`). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const debian = 'usr/share/gocode/src/go.etcd.io/etcd/raft';

/** Beside the project where it is developed, as Debian installs them, and where `.ci/run` unpacks Debian's package. */
const placesOf = (part: string): readonly string[] => [
  join(root, '../shared/oracles/etcd-raft', part),
  join('/', debian, part, 'testdata'),
  join(root, 'node_modules/.cache/etcd', debian, part, 'testdata'),
];

/** Where the cases of a part are; undefined where they are not here. */
function folderOf(part: string): string | undefined {
  return placesOf(part).find((folder) => existsSync(folder));
}

/** Why a test of the cases of `part` is skipped; false where they are there. */
export function missingCases(part: string): string | false {
  if (folderOf(part) !== undefined) return false;
  return `the cases of etcd-raft are not here: install Debian's package golang-etcd-server-dev`;
}

export interface OracleCase {
  /** File and line, for messages. */
  readonly place: string;
  readonly command: string;
  /** `key=(1,2)` and `key=word`, as lists. */
  readonly arguments: ReadonlyMap<string, readonly string[]>;
  readonly input: string;
  readonly expected: string;
}

/** The cases of each file. */
export function oracleFiles(part: string): OracleCase[][] {
  const folder = folderOf(part)!;
  return readdirSync(folder)
    .sort()
    .map((file) => casesOf(file, readFileSync(join(folder, file), 'utf8').split('\n')));
}

/** The cases of one file: a command line, lines of input, `----`, lines of output, an empty line. */
function casesOf(file: string, lines: readonly string[]): OracleCase[] {
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
