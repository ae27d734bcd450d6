import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ghostsAmong, heapsAmong } from './rooms.ts';
import { problemsOf } from './rules.ts';

/** The problems of a file; a file of tests gets a test, so that it has no other problem than what is asked about. */
function messages(path: string, text: string): string[] {
  const whole = path.endsWith('.test.ts') ? `${text}\ntest();` : text;
  return problemsOf(path, whole).map(({ line, message }) => `${line} ${message}`);
}

function accepts(path: string, text: string): void {
  assert.deepEqual(messages(path, text), []);
}

function refuses(path: string, text: string, expected: RegExp): void {
  const found = messages(path, text);
  assert.equal(found.length, 1, `${path}: ${JSON.stringify(found)}`);
  assert.match(found[0] ?? '', expected);
}

test('every form of import is held to the direction of the rooms', () => {
  const forms = [
    "import { x } from '../ops/x.ts';",
    "import type { X } from '../ops/x.ts';",
    "import '../ops/x.ts';",
    "export { x } from '../ops/x.ts';",
    "export type { X } from '../ops/x.ts';",
    "export * from '../ops/x.ts';",
    "type X = import('../ops/x.ts').X;",
    "void import('../ops/x.ts');",
  ];
  for (const form of forms) {
    refuses(
      'src/client/a.ts',
      `\n${form}\n`,
      /^2 import of src\/ops\/x\.ts: client may import std, protocol, trust\.$/,
    );
    refuses('src/client/a.test.ts', form, /client may import/);
    accepts('test/a.test.ts', form);
    accepts('src/bench/a.ts', form);
  }
});

test('a room or folder that is listed holds a file', () => {
  const paths = globSync('src/**/*.ts', { cwd: join(import.meta.dirname, '..') });
  assert.deepEqual(ghostsAmong(paths), []);
  const withoutBook = paths.filter(
    (path) => !path.startsWith('src/book/') && !path.startsWith('src/io/disk/'),
  );
  assert.deepEqual(
    ghostsAmong(withoutBook).map((text) => text.split(' ')[0]),
    ['src/book', 'src/io/disk'],
  );
});

test('a folder that has grown into a heap is named, and tests do not count', () => {
  const files = (count: number, ending: string): string[] =>
    Array.from({ length: count }, (_, n) => `src/raft/a${n}${ending}`);
  assert.deepEqual(heapsAmong([...files(26, '.ts'), ...files(26, '.test.ts'), 'src/raft/testing/a.ts']), []);
  assert.match(heapsAmong(files(27, '.ts')).join(), /^src\/raft holds 27 sources, more than 26/);
});

test('nothing but a test names what is outside of the project', () => {
  const text = "const data = new URL('../../../data/orders.csv', import.meta.url);";
  refuses('src/bench/a.ts', text, /outside of the project/);
  refuses(
    'src/raft/testing/a.ts',
    "const folder = join(import.meta.dirname, '../../../../cases');",
    /outside of/,
  );
  accepts('src/bench/a.test.ts', text);
  accepts('src/bench/engine/a.ts', text);
});

test('backups read journals and apply them, and know no sockets of the exchange', () => {
  accepts('src/backup/a.ts', "import { x } from '../journal/segment.ts';");
  accepts('src/ops/cli/a.ts', "import { x } from '../../backup/a.ts';");
  refuses(
    'src/backup/a.ts',
    "import { x } from '../io/disk/storage.ts';",
    /backup may import std, protocol, engine/,
  );
  refuses('src/replica/a.ts', "import { x } from '../backup/a.ts';", /replica may import/);
});

test('only a face of the gateway speaks a protocol of the outside world', () => {
  for (const name of ['fastify', '@fastify/websocket', 'ws', 'node:https']) {
    const text = `import { x } from '${name}';`;
    for (const part of ['exchange/a.ts', 'admission/a.ts', 'core.ts'])
      refuses(`src/gateway/${part}`, text, /only a face of the gateway speaks a protocol\.$/);
    for (const part of ['http/a.ts', 'websocket/a.ts', 'gateway.ts', 'exchange/a.test.ts'])
      accepts(`src/gateway/${part}`, text);
  }
  accepts('src/gateway/exchange/a.ts', "import { x } from 'cockatiel';");
  refuses(
    'src/gateway/exchange/a.ts',
    "import { x } from '../http/errors.ts';",
    /gateway\/exchange may import admission/,
  );
});

test('the core of the gateway answers without a status of HTTP', () => {
  for (const text of ['reply.code(404);', 'reply.status(503).send();', 'response.writeHead(500);']) {
    for (const part of ['exchange/a.ts', 'admission/a.ts', 'core.ts'])
      refuses(`src/gateway/${part}`, text, /^1 a status of HTTP in the core of the gateway/);
    accepts('src/gateway/http/a.ts', text);
  }
});

test('the replica reaches Raft and the journal through its log', () => {
  const values = [
    "import { Raft } from '../../raft/raft.ts';",
    "import { x, type Y } from '../../journal/journal.ts';",
  ];
  for (const text of values) {
    refuses('src/replica/poison/a.ts', text, /through the replicated log \(decision 13\)\.$/);
    for (const folder of ['raft-log', 'members', 'peers', 'watches', 'log', 'snapshots'])
      accepts(`src/replica/${folder}/a.ts`, text);
    accepts('src/replica/poison/a.test.ts', text);
  }
  accepts('src/replica/poison/a.ts', "import type { Raft } from '../../raft/raft.ts';");
  accepts('src/replica/poison/a.ts', "import { snapshotName } from '../../journal/snapshot-file.ts';");
});

test('the values of node:http are not imported, for they bring fetch along', () => {
  for (const text of [
    "import { request } from 'node:http';",
    "import http, { type Server } from 'node:http';",
  ]) {
    refuses('src/ops/a.ts', text, /process\.getBuiltinModule/);
    accepts('src/ops/a.test.ts', text);
    accepts('src/chaos/a.ts', text);
  }
  accepts('src/ops/a.ts', "import type { Server } from 'node:http';");
  accepts('src/ops/a.ts', "const { request } = process.getBuiltinModule('node:http');");
});

test('the faces of the gateway know nothing of each other', () => {
  refuses(
    'src/gateway/http/a.ts',
    "import { x } from '../websocket/x.ts';",
    /gateway\/http may import exchange, admission, canary of its room\.$/,
  );
  refuses(
    'src/gateway/websocket/a.ts',
    "import { x } from '../http/x.ts';",
    /gateway\/websocket may import exchange, admission, canary of its room\.$/,
  );
  accepts('src/gateway/a.ts', "import { x } from './http/x.ts';\nimport { y } from './websocket/y.ts';");
  accepts('src/gateway/http/a.ts', "import { x } from './x.ts';");
});

test('a face of the gateway reaches the exchange through the core alone', () => {
  for (const file of ['link.ts', 'commands.ts']) {
    for (const face of ['http', 'websocket'])
      refuses(
        `src/gateway/${face}/a.ts`,
        `import type { X } from '../exchange/${file}';`,
        /a face reaches the exchange through the core alone\.$/,
      );
    accepts('src/gateway/core.ts', `import { X } from './exchange/${file}';`);
    accepts('src/gateway/exchange/a.ts', `import { X } from './${file}';`);
    accepts('src/gateway/http/a.test.ts', `import { X } from '../exchange/${file}';`);
  }
  accepts('src/gateway/http/a.ts', "import type { X } from '../exchange/outcomes.ts';");
});

test('arrows point down only', () => {
  const edge = (from: string, to: string): string =>
    `import { x } from '${'../'.repeat(from.split('/').length - 2)}${to}';`;
  const allowed = [
    ['src/book/a.ts', 'store/x.ts'],
    ['src/replica/a.ts', 'book/x.ts'],
    ['src/sim/a.ts', 'checkers/x.ts'],
    ['src/replica/a.ts', 'engine/deep/x.ts'],
    ['src/io/a.ts', 'replica/ports.ts'],
    ['src/trust/a.ts', 'protocol/x.ts'],
    ['src/io/a.ts', 'replica/ports/clock.ts'],
    ['src/sim/a.ts', 'gateway/admission/x.ts'],
    ['src/gateway/http/a.ts', 'gateway/admission/x.ts'],
    ['src/ops/cli/main.ts', 'io/x.ts'],
    ['src/fuzz/a.ts', 'gateway/http/x.ts'],
  ] as const;
  for (const [from, to] of allowed) accepts(from, edge(from, to));
  const refused = [
    ['src/std/a.ts', 'protocol/x.ts'],
    ['src/book/a.ts', 'engine/x.ts'],
    ['src/store/a.ts', 'book/x.ts'],
    ['src/engine/a.ts', 'raft/x.ts'],
    ['src/raft/a.ts', 'journal/x.ts'],
    ['src/trust/a.ts', 'io/x.ts'],
    ['src/replica/a.ts', 'io/x.ts'],
    ['src/io/a.ts', 'replica/duty.ts'],
    ['src/client/a.ts', 'replica/x.ts'],
    ['src/gateway/http/a.ts', 'engine/x.ts'],
    ['src/ops/a.ts', 'sim/x.ts'],
    ['src/checkers/a.ts', 'sim/x.ts'],
    ['src/sim/a.ts', 'io/x.ts'],
    ['src/sim/a.ts', 'gateway/http/x.ts'],
    ['src/engine/a.fuzz.ts', 'fuzz/x.ts'],
    ['src/unheard/a.ts', 'std/x.ts'],
  ] as const;
  for (const [from, to] of refused) refuses(from, edge(from, to), /^1 import of src\//);
  refuses('src/a.ts', "import { x } from './std/x.ts';", /no known room/);
  refuses('src/ops/a.ts', "import { x } from '../../test/x.ts';", /only from src and from packages/);
});

test('folders of a room import those below them only', () => {
  const edge = (to: string): string => `import { x } from '../${to}';`;
  accepts('src/replica/state/a.ts', edge('log/x.ts'));
  accepts('src/replica/log/a.ts', edge('ports.ts'));
  accepts('src/replica/a.ts', "import { x } from './log/x.ts';");
  accepts('src/replica/log/a.test.ts', edge('state/x.ts'));
  accepts('src/replica/log/testing/a.ts', "import { x } from '../../state/x.ts';");
  refuses(
    'src/replica/log/a.ts',
    edge('state/x.ts'),
    /replica\/log may import connections, mark of its room/,
  );
  refuses('src/io/system/a.ts', edge('disk/x.ts'), /io\/system may import no other folder of its room/);
  refuses('src/replica/heap/a.ts', edge('ports.ts'), /no known folder/);
  refuses('src/book/heap/a.ts', edge('x.ts'), /book\/heap is in no known folder/);
  accepts('src/ops/cli/sites/a.ts', edge('backups/x.ts'));
  accepts('src/ops/cli/sites/a.ts', edge('command.ts'));
  refuses('src/ops/cli/sites/a.ts', edge('members/x.ts'), /ops\/cli\/sites may import backups of its folder/);
  refuses('src/ops/cli/heap/a.ts', edge('command.ts'), /ops\/cli\/heap is in no known folder/);
});

test('nothing in a deterministic room waits for an event loop', () => {
  const path = 'src/engine/a.ts';
  refuses(path, 'export async function f(): Promise<void> {}', /async/);
  refuses(path, 'export const f = async (): Promise<void> => {};', /async/);
  refuses(path, 'export class A { async m(): Promise<void> {} }', /async/);
  refuses(path, 'await f;', /await/);
  assert.equal(messages(path, 'async function f() { for await (const x of y) f(x); }').length, 2);
  refuses(path, "void import('./b.ts');", /import\(\)/);
  refuses('src/client/core/a.ts', 'await f;', /await/);
  accepts('src/engine/a.test.ts', 'await f;');
  accepts('src/ops/a.ts', 'export async function f(): Promise<void> { await g(); }');
});

test('nothing in a deterministic room draws from Math.random, tests included', () => {
  refuses('src/raft/a.ts', 'f(Math.random());', /seed/);
  refuses('src/raft/a.test.ts', "f(Math['random']());", /seed/);
  refuses('src/raft/a.ts', 'const { random } = Math;', /another name/);
  accepts('src/raft/a.ts', 'f(Math.imul(2, 3));');
  accepts('src/ops/a.ts', 'f(Math.random());');
});

test('nothing in a deterministic room counts in BigInt', () => {
  refuses('src/std/a.ts', 'f(1n);', /BigInt/);
  refuses('src/std/a.ts', 'export type T = bigint;', /bigint/);
  accepts('src/std/a.test.ts', 'f(1n);');
  accepts('src/io/a.ts', 'f(1n);');
});

test('entry files are reached by a URL that holds in the published package too', () => {
  const url = "new URL('./core.ts', import.meta.url);";
  refuses('src/io/a.ts', url, /published/);
  accepts('src/sim/a.ts', url);
  assert.equal(messages('src/io/a.ts', "new URL('../ops/core.ts', import.meta.url);").length, 2);
});

test('words of records are read where the record is declared, and masks have names', () => {
  const reads = [
    'use(orders.i32[slot * 16 + 14]);',
    'use(f64[at]!);',
    'store.u32![at] = 1;',
    'use(this.i32[at]);',
  ];
  for (const read of reads) {
    refuses('src/engine/a.ts', read, /^1 a word of a record/);
    refuses('src/book/a.ts', read, /accessor/);
    accepts('src/engine/a.ts', `const record = wordsOf(16, fields);\n${read}`);
    accepts('src/engine/a.ts', `class A extends Records {}\n${read}`);
    accepts('src/engine/a.test.ts', read);
    accepts('src/io/a.ts', read);
  }
  accepts('src/engine/a.ts', 'use(words[at]); use(words[at + REST]);');
  refuses('src/engine/a.ts', 'use(words[at * SIZE + 2]!);', /^1 a word by a number/);
  accepts('src/store/client-words.ts', 'use(words[at + 2]);');
  for (const mask of ['(word >>> 2) & 3', 'word & 0xff', '7 & word']) {
    for (const room of ['engine', 'replica'])
      refuses(`src/${room}/a.ts`, `use(${mask});`, /^1 a mask without a name/);
    accepts('src/engine/a.test.ts', `use(${mask});`);
    accepts('src/io/a.ts', `use(${mask});`);
  }
  accepts('src/engine/a.ts', 'use((word >>> TIME_SHIFT) & TIME_MASK);');
  refuses('src/engine/a.ts', 'word &= 3;', /^1 a mask without a name/);
  accepts('src/engine/a.ts', 'word &= TIME_MASK;');
});

test('the type and the version of a record are read where the layout has them', () => {
  for (const read of ['view.getUint8(at + 2)', 'view.getUint8(2)', 'this.view.getUint8(at + 3)'])
    refuses('src/client/a.ts', read, /by a number: use TYPE_AT or VERSION_AT\.$/);
  accepts('src/client/a.ts', 'view.getUint8(at + TYPE_AT); view.getUint8(at); view.getUint8(at + 24)');
  accepts('src/ops/replay/a.ts', 'view.getUint8(at + 2)');
});

test('unfinished work and long files show', () => {
  refuses('src/ops/a.ts', `\n// ${'TO'}${'DO'}: later\n`, /^2 TODO/);
  refuses('src/ops/a.ts', 'f();\n'.repeat(501), /^501 501 lines; a file tells one story in at most 500\.$/);
  accepts('src/ops/a.ts', 'f();\n'.repeat(500));
});

test('a file that is called a test holds one', () => {
  const [problem] = problemsOf('src/raft/a.test.ts', 'export class Cluster {}');
  assert.match(problem?.message ?? '', /without a test/);
  assert.deepEqual(problemsOf('src/raft/testing/a.ts', 'export class Cluster {}'), []);
});

test('a file that does not parse is a problem', () => {
  assert.notEqual(messages('src/ops/a.ts', 'const = 1;').length, 0);
});

test('a line of a comment has 120 columns at most', () => {
  const fits = `  // ${'a'.repeat(115)}`;
  accepts('src/book/a.ts', fits);
  refuses('src/book/a.ts', `${fits}a`, /^1 a line of a comment with 121 columns: break it at 120\.$/);
  refuses('src/book/a.ts', `/**\n * Short.\n * ${'a'.repeat(118)}\n */`, /^3 a line of a comment with 121/);
  refuses('test/a.test.ts', `const a = 1; // ${'a'.repeat(110)}`, /^1 a line of a comment/);
  accepts('src/book/a.ts', `export const a = '${'a'.repeat(140)}';`);
});

test('a function tagged @hot makes no closures, arrays and spreads, and in the core no objects', () => {
  const tagged = (body: string): string =>
    `/** Adds. @hot */\nexport function add(a: number) {\n  ${body}\n}`;
  accepts('src/engine/a.ts', tagged('return a + 1;'));
  refuses('src/engine/a.ts', tagged('return () => a;'), /^3 a closure in a function tagged @hot/);
  refuses('src/engine/a.ts', tagged('return [a];'), /^3 an array in a function tagged @hot/);
  refuses('src/engine/a.ts', tagged('return Math.max(...list);'), /^3 a spread in a function tagged @hot/);
  refuses('src/engine/a.ts', tagged('return { a };'), /^3 an object in a function tagged @hot/);
  accepts('src/gateway/a.ts', tagged('return { a };'));
  accepts('src/engine/a.ts', tagged('return { a };').replace(' @hot', ''));
  const method = (body: string): string =>
    `class A {\n  /**\n   * Adds.\n   * @hot\n   */\n  #add(a: number) {\n    ${body}\n  }\n}`;
  accepts('src/engine/a.ts', method('return a;'));
  refuses('src/engine/a.ts', method('return [a];'), /^7 an array/);
  refuses('src/engine/a.ts', '/** Adds. Hot path. */\nconst a = 1;', /^1 a hot function is tagged @hot/);
});

test('an assertion names what was, and where it compares both sides, but for hot functions', () => {
  const body = "  assert(a <= b, 'it fits');";
  refuses('src/engine/a.ts', body, /^1 an assertion without values: assertAtMost names both/);
  refuses('src/engine/a.ts', "assert(a === b, 'it is b');", /assertEqual names both/);
  refuses(
    'src/engine/a.ts',
    "assert(a <= b && c, 'it fits');",
    /^1 an assertion that says nothing of what was: let a function/,
  );
  refuses('src/engine/a.ts', "assert(!c || (d && a === 1), 'it fits');", /let a function name it/);
  refuses('src/engine/a.ts', "assert(isGood, 'it is good');", /let a function name it/);
  refuses('src/engine/a.ts', "assert(a !== undefined, 'it is there');", /let a function name it/);
  accepts('src/engine/a.fuzz.ts', "assert(a <= b && c, 'it fits');");
  accepts('src/gateway/http/checks.ts', "assert(a !== undefined, 'it is there');");
  accepts('src/engine/a.ts', 'assert(a <= b, () => described(a, b));');
  accepts('src/engine/a.test.ts', body);
  accepts('src/engine/a.ts', `/** Adds. @hot */\nfunction add(a: number) {\n${body}\n}`);
});

test('only a hot function may have more than five parameters, and its comment says so', () => {
  const ignore = (why: string): string =>
    `// biome-ignore lint/complexity/useMaxParams: ${why}\nexport function f(a: X): void { g(() => a); }`;
  refuses('src/ops/a.ts', ignore('it has many'), /^1 more than five parameters: take an object/);
  refuses('src/ops/a.ts', ignore('no object for each order. @hot'), /^2 a closure in a function tagged @hot/);
});

test('comments name what they speak of', () => {
  for (const word of [
    'Whoever',
    'somebody',
    'nobody',
    'anyone',
    'everybody',
    'anew',
    'owed',
    'spoken',
    'told',
    'who',
    'stands',
    'stand',
  ]) {
    const comment = `\n/**\n * A line.\n * Here ${word} is.\n */`;
    refuses(
      'src/book/a.ts',
      comment,
      new RegExp(`^4 "${word.toLowerCase()}" in a comment: name the replica`),
    );
    refuses('src/book/a.test.ts', `// Here ${word} is.`, /in a comment/);
    refuses('scripts/a.ts', comment, /in a comment/);
  }
  accepts('src/book/a.ts', "const text = 'nobody answers'; // Replicas are told apart. Renewed.");
  accepts(
    'src/book/a.ts',
    '/**\n * A caller who waits. The operator\n * who asks. A process stands\n * still.\n */',
  );
});
