/** What the documents name exists: files, tests, planted bugs, failures of others. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { checkerNames } from '../src/checkers/violations.ts';
import { refusals } from '../src/gateway/admission/refusals.ts';
import { commandSources, commands, commandsByName } from '../src/protocol/commands.ts';
import { RaftType } from '../src/protocol/datagrams.ts';
import { events } from '../src/protocol/events.ts';
import { WIRE_VERSION } from '../src/protocol/layout.ts';
import { ConnectionRole, messages, QueryKind, rows } from '../src/protocol/messages.ts';
import { mutants } from '../src/sim/mutants/catalog.ts';
import { recordsPage } from './testing/records-page.ts';

const root = join(import.meta.dirname, '..');
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: root }).sort();
/** From where documents name files: the root, its sources, and the documents themselves. */
const places = ['.', 'src', 'docs', 'packages'];

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a document calls `path`, as a path from the root; undefined where there is no such file. */
function located(path: string): string | undefined {
  return places.map((place) => join(place, path)).find((candidate) => existsSync(join(root, candidate)));
}

test('every file that a document names exists', () => {
  const missing: string[] = [];
  for (const document of documents) {
    const paths = textOf(document).matchAll(
      /(?<![\w/.:*-])(?:[\w-]+\/)+[\w.-]+\.(?:ts|js|json|txt|md|html)\b/g,
    );
    for (const [path] of paths) if (located(path) === undefined) missing.push(`${document}: ${path}`);
  }
  assert.deepEqual(missing, []);
});

/** Anchors of the headings of a document, as GitHub makes them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase());
  return new Set(headings.map((each) => each.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')));
}

test('every link of a document leads to a file, and to a heading there', () => {
  const lost: string[] = [];
  for (const document of documents)
    for (const [, path = '', anchor] of textOf(document).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      if (/^\w+:/.test(path)) continue;
      const target = path === '' ? document : join(dirname(document), path);
      const isThere = existsSync(join(root, target));
      if (!isThere || (anchor !== undefined && !anchorsOf(textOf(target)).has(anchor)))
        lost.push(`${document}: ${path}#${anchor ?? ''}`);
    }
  assert.deepEqual(lost, []);
});

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** Whether the schema of the configuration has a key, such as `site.lease.host`. */
function hasKey({ properties, items, anyOf = [] }: Shape, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  const own = properties?.[first];
  if (own !== undefined && hasKey(own, rest)) return true;
  return [...anyOf, ...(items === undefined ? [] : [items])].some((each) => hasKey(each, [first, ...rest]));
}

test('every key of the configuration that a document or a refusal names is one', () => {
  const schema = JSON.parse(textOf('lockstep.schema.json')) as Shape;
  assert.equal(hasKey(schema, ['vip', 'where']), true);
  assert.equal(hasKey(schema, ['vip', 'whence']), false);
  const unknown: string[] = [];
  // What figures are called in JSON is no key there.
  const pages = documents.filter((document) => document !== 'docs/PERFORMANCE.md');
  const texts = pages.map((document) => [document, textOf(document)] as const);
  for (const [document, text] of [...texts, ['refusals', JSON.stringify(refusals)] as const]) {
    for (const [, name = ''] of text.matchAll(/`([a-z]\w*(?:(?:\[\])?\.[a-z]\w*)+)`/g)) {
      const path = name.replaceAll('[]', '').split('.');
      const isFile = /\.(?:json|pem|key|ts)$/.test(name);
      if (schema.properties?.[path[0]!] !== undefined && !isFile && !hasKey(schema, path))
        unknown.push(`${document}: ${name}`);
    }
  }
  assert.deepEqual(unknown, []);
});

/** The keys of the configuration below `path` that hold a secret, or name a file with one. */
function secretsIn({ properties = {}, items, anyOf = [] }: Shape, path: readonly string[] = []): string[] {
  const below = Object.entries(properties).flatMap(([name, shape]) => {
    const own = [...path, name];
    const isSecret = name === 'keyFile' || shape.anyOf?.some(({ properties: of }) => of?.['credential']);
    return isSecret ? [own.join('.')] : secretsIn(shape, own);
  });
  const parts = [...anyOf, ...(items === undefined ? [] : [items])];
  return [...below, ...parts.flatMap((each) => secretsIn(each, path))];
}

test('SECURITY says of every secret of the configuration what it gives, and how it is replaced', () => {
  const [, keys = ''] = /^## Keys$([\s\S]*?)^### /m.exec(textOf('docs/SECURITY.md')) ?? [];
  const rows = keys.split('\n').filter((line) => line.startsWith('| '));
  const named = new Set(
    rows.flatMap((row) => [...row.split(' | ')[0]!.matchAll(/`([\w.]+)`/g)].map(([, at]) => at)),
  );
  const secrets = secretsIn(JSON.parse(textOf('lockstep.schema.json')) as Shape);
  assert.ok(secrets.includes('keys.operator') && secrets.length > 8, secrets.join(' '));
  const isNamed = (path: string): boolean => named.has(path) || named.has(path.replace(/\.\w+$/, ''));
  assert.deepEqual(
    secrets.filter((path) => !isNamed(path)),
    [],
  );
});

/** Widest line; a table has its own, and so has a page that is written by a program. */
const columnsMax = 120;
const generated: readonly string[] = ['docs/MUTANTS.md', 'docs/RECORDS.md'];

test('each decision has a number of its own, in its name and its title', () => {
  const numbers = readdirSync(join(root, 'docs/decisions')).map((name) => {
    const number = Number(name.slice(0, 4));
    const title = textOf(`docs/decisions/${name}`).split('\n')[0]!;
    assert.ok(title.startsWith(`# ${number}. `), `${name}: ${title}`);
    return number;
  });
  assert.equal(new Set(numbers).size, numbers.length, numbers.join(' '));
});

test('lines of documents have 120 columns at most', () => {
  assert.deepEqual(wideLines('a'.repeat(121)).length, 1);
  assert.deepEqual(wideLines(`| ${'a'.repeat(121)} |\n\`\`\`\n${'a'.repeat(121)}\n\`\`\``), []);
  const wide = documents
    .filter((document) => !generated.includes(document))
    .flatMap((document) => wideLines(textOf(document)).map((line) => `${document}: ${line}`));
  assert.deepEqual(wide, []);
});

function wideLines(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').split('\n');
  return prose.filter((line) => line.length > columnsMax && !line.startsWith('|'));
}

test('documents name what they speak of, as comments do', () => {
  assert.deepEqual(vagueIn('The leader waits until nobody asks.'), ['nobody']);
  assert.deepEqual(vagueIn('The order stands in the journal of a replica that stands\nstill.'), ['stands']);
  assert.deepEqual(vagueIn('"nobody" is in quotes, *anew* is an example'), []);
  const vague = documents.flatMap((document) =>
    vagueIn(textOf(document)).map((word) => `${document}: ${word}`),
  );
  assert.deepEqual(vague, []);
});

/** Vague words outside of quotes, examples, and the names of tests. */
function vagueIn(text: string): string[] {
  const prose = text
    .replaceAll(/^- `[^`]+\.test\.ts`:[^\n]*(?:\n {2}[^\n]*)*/gm, '')
    .replaceAll(/"[^"\n]*"|\*[^*]+\*/g, '');
  const words =
    /\b(?:who(?:m)?ever|somebody|someone|nobody|no one|anybody|anyone|everybody|everyone|anew|owed|spoken|told(?! apart| from)|st(?:ands?|ood)(?![\s-]+(?:still|for)\b))\b/gi;
  return [...prose.matchAll(words)].map(([word]) => word);
}

/** Files of the map in ARCHITECTURE, in its order. */
function filesOfMap(page: string): string[] {
  const map = (page.split(/^### The map$/m)[1] ?? '').split(/^## /m)[0]!;
  const rows = map.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((row) =>
    [...row.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.ts)`/g)].map(([, path]) => `src/${path}`),
  );
}

function importsOf(path: string): string[] {
  const specifiers = textOf(path).matchAll(/(?:from |import\()'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier]) => join(dirname(path), specifier!));
}

/** Where the order comes in by a port, from another process or thread, or from a part that is made beside. */
const entriesOfMap: readonly string[] = [
  'src/gateway/http/server.ts',
  'src/gateway/http/peers.ts',
  'src/gateway/exchange/instruments.ts',
  'src/client/client.ts',
  'src/client/core/session.ts',
  'src/io/threads/core-thread.ts',
  'src/replica/replica.ts',
  'src/io/sockets/tcp.ts',
  'src/trust/secure-connections.ts',
  'src/replica/sessions/exchange-service.ts',
  'src/replica/raft-log/replicated-journal.ts',
  'src/trust/datagram-keys.ts',
  'src/io/sockets/udp.ts',
  'src/io/disk/flush-requests.ts',
  'src/io/disk/flusher.worker.ts',
  'src/engine/look-ahead.ts',
];

/** Files of a map that no file above imports, directly or by way of a file that is not in the map. */
function strayIn(files: readonly string[]): string[] {
  const listed = new Set(files);
  const reached = new Set(entriesOfMap);
  return files.filter((path) => {
    const isStray = !reached.has(path);
    reached.add(path);
    for (const target of importsOf(path)) {
      reached.add(target);
      if (!listed.has(target) && existsSync(join(root, target)))
        for (const next of importsOf(target)) reached.add(next);
    }
    return isStray;
  });
}

test('each file of the map of an order is reached from one above it', () => {
  const files = filesOfMap(textOf('docs/ARCHITECTURE.md'));
  assert.ok(files.length > 100, `${files.length}`);
  assert.deepEqual(strayIn(files), []);
  assert.deepEqual(
    entriesOfMap.filter((path) => !files.includes(path)),
    [],
  );
  const withoutLink = files.filter((path) => path !== 'src/gateway/exchange/link.ts');
  assert.ok(strayIn([...withoutLink.slice(0, 5), 'src/book/reference.ts']).includes('src/book/reference.ts'));
  const moved = files.toSorted(
    (a, b) => Number(b === 'src/book/ladder.ts') - Number(a === 'src/book/ladder.ts'),
  );
  assert.deepEqual(strayIn(moved), ['src/book/ladder.ts']);
});

test('each folder of the replica is called by a word of the glossary', () => {
  const words = (textOf('docs/ARCHITECTURE.md').split(/^## Words$/m)[1] ?? '').split(/^## /m)[0]!;
  const terms = [...words.matchAll(/^\| ([^|*]+) \|/gm)].flatMap(([, cell]) => cell!.split(', '));
  // Terms of Raft and of the network.
  const known = ['raft-log', 'peers', 'connections', 'state', 'testing'];
  const folders = readdirSync(join(root, 'src/replica'), { withFileTypes: true });
  const unnamed = folders
    .filter((entry) => entry.isDirectory() && !known.includes(entry.name))
    .filter(
      ({ name }) =>
        !terms.some((term) =>
          [name, name.replace(/(?:e(?=s$))?s$/, ''), name.slice(0, -1)].some((form) =>
            term.split(' ').includes(form),
          ),
        ),
    )
    .map(({ name }) => name);
  assert.deepEqual(unnamed, []);
});

/** The entries of FAILURES, by number: their text. */
function failures(): ReadonlyMap<string, string> {
  const parts = textOf('docs/FAILURES.md').split(/^## /m).slice(1);
  return new Map(parts.map((part) => [/^\d+/.exec(part)?.[0] ?? part, part]));
}

test('every failure of others that tests, stories and sources cite has an entry', () => {
  const entries = failures();
  const unknown: string[] = [];
  for (const file of globSync(['src/**/*.{ts,txt}', 'test/**/*.ts', 'docs/*.md'], { cwd: root })) {
    for (const [cited, numbers = ''] of textOf(file).matchAll(/\bfailures? ((?:\d+(?:, | and )?)+)/gi)) {
      for (const number of numbers.match(/\d+/g) ?? [])
        if (!entries.has(number)) unknown.push(`${file}: ${cited}`);
    }
  }
  assert.deepEqual(unknown, []);
});

test('no test has a number that nothing here explains', () => {
  const tagged: string[] = [];
  for (const file of globSync('{src,test,scripts}/**/*.test.ts', { cwd: root })) {
    for (const [name] of textOf(file).matchAll(/(?<=test\(\s*['`])[A-Z]{1,3}-?\d+:.*/g))
      tagged.push(`${file}: ${name}`);
  }
  assert.deepEqual(tagged, []);
});

test('every test and planted bug that an entry of the failures names exists', () => {
  const planted = new Set(mutants.map(({ name }) => name));
  const missing: string[] = [];
  for (const [number, entry] of failures()) {
    const tests = [...entry.matchAll(/^- `([\w./-]+\.test\.ts)`: (.+)$/gm)];
    for (const [, path = '', name = ''] of tests) {
      const file = located(path);
      const title = new RegExp(`(?:test\\(|name = )\\s*['\`](?:[^'\`\\n]*: )?${escaped(name)}`);
      if (file === undefined || !title.test(textOf(file))) missing.push(`${number}: ${path}: ${name}`);
    }
    const bugs = /Planted bugs?:((?:\s*`[\w-]+`,?)+)/.exec(entry)?.[1] ?? '';
    for (const [, name = ''] of bugs.matchAll(/`([\w-]+)`/g))
      if (!planted.has(name)) missing.push(`${number}: planted bug ${name}`);
    assert.ok(
      tests.length > 0 || entry.includes('Not yet:'),
      `failure ${number}: no test, and no word of that`,
    );
  }
  assert.deepEqual(missing, []);
});

test('every row of the threats names tests, and each of them exists', () => {
  const table = textOf('docs/SECURITY.md').split(/^## Threats$/m)[1] ?? '';
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| threat '));
  assert.ok(rows.length > 20);
  const missing: string[] = [];
  for (const row of rows) {
    const cell = row.split(' | ').at(-1)!.replace(/ \|$/, '');
    for (const part of cell.split('<br>')) {
      const [, path = '', title = ''] = /^`([\w./-]+\.test\.ts)`: (.+)$/.exec(part) ?? [];
      const file = located(path);
      const isThere =
        file !== undefined && new RegExp(`test\\(\\s*['\`"]${escaped(title)}['\`"]`).test(textOf(file));
      if (!isThere) missing.push(part);
    }
  }
  assert.deepEqual(missing, []);
});

/** The cells of a table of PROTOCOL, by the head of its first column. */
function rowsOf(head: string): string[][] {
  const lines = textOf('docs/PROTOCOL.md').split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} | number |`));
  assert.ok(start >= 0, `PROTOCOL has a table of each ${head}`);
  const end = lines.findIndex((line, n) => n > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(' | '));
}

/** Names and numbers of such a table. */
function tableOf(head: string): string[] {
  return rowsOf(head).map(([name = '', number = '']) => `${name.replaceAll('`', '')} ${number}`);
}

const numbersOf = (list: Readonly<Record<string, number>>): string[] =>
  Object.entries(list).map(([name, number]) => `${name} ${number}`);
const layoutsOf = (catalog: {
  readonly layouts: readonly { readonly name: string; readonly type: number }[];
}): string[] => catalog.layouts.map(({ name, type }) => `${name} ${type}`);

test('the page of the wire has every message, command, event, row and query, and no other', () => {
  const wanted: Readonly<Record<string, string[]>> = {
    type: numbersOf(RaftType),
    role: numbersOf(ConnectionRole),
    message: layoutsOf(messages),
    command: layoutsOf(commands),
    event: layoutsOf(events),
    kind: numbersOf(QueryKind),
    row: layoutsOf(rows),
  };
  for (const [head, list] of Object.entries(wanted)) assert.deepEqual(tableOf(head), list, head);
  assert.match(textOf('docs/PROTOCOL.md'), new RegExp(`\\b${WIRE_VERSION} in this release`));
});

test('the page of measurements has every suite, and no other', () => {
  const [, table = ''] = textOf('docs/PERFORMANCE.md').split('| suite | what it measures |');
  const named = [...table.split('\n\n')[0]!.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!);
  const suites = [...textOf('src/bench/main.ts').matchAll(/^ {2}(\w+): \w+Suite,$/gm)].map(
    ([, name]) => name!,
  );
  assert.ok(suites.length > 9);
  assert.deepEqual(named.toSorted(), suites.toSorted());
});

test('the page of tests has every checker, and no other', () => {
  const [, table = ''] = textOf('docs/TESTING.md').split('| checker | watches | invariant |\n');
  const named = /^(?:\|.*\n)+/
    .exec(table)![0]
    .split('\n')
    .flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
    .filter((name) => !name.endsWith('.test.ts'));
  assert.deepEqual(named.toSorted(), [...checkerNames].toSorted());
});

test('the page of the wire says of each command by whom it is sent, and whether a signed request may stamp it', () => {
  for (const [cell = '', , sender, , stamped] of rowsOf('command')) {
    const name = cell.replaceAll('`', '') as keyof typeof commandsByName;
    const isLeaders = commandSources[name] === 'leader';
    // What an operator asked of a gateway comes from that; what was ordered at a control port the leader adds.
    const senders = name === 'reportAudit' ? 'client, leader' : isLeaders ? 'leader' : 'client';
    assert.equal(sender, senders, name);
    assert.equal(stamped?.trim() ?? '', commandsByName[name].optionalBytes > 0 ? 'yes' : '', name);
  }
});

test('the page of records is the one that the code declares', () => {
  const file = join(root, 'docs/RECORDS.md');
  if (process.env['REWRITE'] === '1') writeFileSync(file, recordsPage());
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === recordsPage();
  assert.ok(
    isCurrent,
    'docs/RECORDS.md is of other declarations: npm test -- test/documents.test.ts --rewrite',
  );
});
