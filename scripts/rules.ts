// The rules about sources that no ready-made tool checks: import directions, determinism, tidiness.
// Each rule has a test beside it that breaks it.
import { posix } from 'node:path';
import { type Expression, parseSync, Visitor } from 'oxc-parser';
import { checkComments, hotDeclarations } from './comments.ts';
import {
  deterministicRooms,
  importRefusal,
  isFaceless,
  packageRefusal,
  roomOf,
  seamRefusal,
} from './rooms.ts';

export interface Problem {
  readonly line: number;
  readonly message: string;
}

const linesMax = 500;
/** Where the type and the version of a record are: protocol/layout.ts says it, and formats of others are no records. */
const prefixOffsets: readonly number[] = [2, 3];
const ownOffsets = /^src\/(?:protocol\/(?:layout|texts)\.ts$|ops\/replay\/)/;
const unfinished = /\b(?:TODO|FIXME|XXX|HACK)\b/;
/** Rooms that keep what they know in records of words. */
const roomsOfRecords: readonly string[] = ['store', 'book', 'engine'];
/** Rooms in which a mask has a name: those, and the replica, which keeps executions in words. */
const roomsOfMasks: readonly string[] = [...roomsOfRecords, 'replica'];
/** The words of a store's records (`Records` in src/store). */
const wordsOfRecords: readonly string[] = ['i32', 'u32', 'f64'];
/** Names words one after the other, because they are one value. */
const fileOfWords = 'src/store/client-words.ts';
/** Rooms that never leave the checkout, so they may name source files. */
const unpublishedRooms: readonly string[] = ['checkers', 'sim', 'chaos', 'bench', 'fuzz'];

/** Methods that write a status of HTTP. */
const sendsStatus = /^(code|status|writeHead)$/;

/** Where a function's body is in its file. */
interface Body {
  readonly start: number;
  readonly end: number;
}

type ReportProblem = (offset: number, message: string) => void;
type Handlers = ConstructorParameters<typeof Visitor>[0];

/** A file that is checked. */
interface CheckedFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly text: string;
  readonly room: string | undefined;
  readonly isTest: boolean;
  /** In a deterministic room, tests included. */
  readonly isDeterministic: boolean;
  readonly report: ReportProblem;
}

/** All problems of one TypeScript file; `path` is relative to the root of the project. */
export function problemsOf(path: string, text: string): Problem[] {
  const problems: Problem[] = [];
  const report: ReportProblem = (offset, message) => {
    problems.push({ line: lineAt(text, offset), message });
  };
  const parsed = parseSync(path, text);
  for (const error of parsed.errors) report(error.labels[0]?.start ?? 0, error.message);
  for (const comment of parsed.comments) {
    const found = unfinished.exec(comment.value);
    if (found) report(comment.start, `${found[0]}: finish it, or write it where work is planned.`);
  }
  const room = roomOf(path);
  const isTest = path.endsWith('.test.ts') || path.includes('/testing/');
  const isDeterministic = deterministicRooms.some((one) => path.startsWith(`src/${one}/`));
  const file = { path, text, room, isTest, isDeterministic, report };
  checkComments(text, parsed.comments, report);
  const hotStarts = hotDeclarations(text, parsed.comments);
  // The rules run one after the other, so that all bodies are known to the last one.
  const hotBodies: Body[] = [];
  const rules = [
    boundaryRules(file),
    importRules(file),
    faceRules(file),
    determinismRules(file),
    recordRules(file),
    hotRules(file, hotStarts, hotBodies),
    assertionRules(file, hotBodies),
  ];
  for (const rule of rules) new Visitor(rule).visit(parsed.program);

  if (path.endsWith('.test.ts') && !/\btest\(/.test(text))
    report(0, 'a test file without a test: helpers of tests stand in a folder "testing".');
  const lines = text.split('\n').length - 1;
  if (lines > linesMax) {
    const message = `${lines} lines; a file tells one story in at most ${linesMax}.`;
    problems.push({ line: linesMax + 1, message });
  }
  return problems.sort((a, b) => a.line - b.line);
}

/** What the project is made of is in it: only tests look beside it, for what they skip where it is not there. */
function boundaryRules({ path, report }: CheckedFile): Handlers {
  if (path.endsWith('.test.ts')) return {};
  return {
    Literal: ({ start, value }) => {
      if (typeof value !== 'string' || !value.startsWith('../')) return;
      if (posix.join(posix.dirname(path), value).startsWith('../'))
        report(start, `${value} is outside of the project: let the caller, or an option, give it.`);
    },
  };
}

/** Arrows between rooms and folders, and URLs of files that hold in the published package. */
function importRules({ path, room, isTest, report }: CheckedFile): Handlers {
  const isPublished = room !== undefined && !isTest && !unpublishedRooms.includes(room);
  const checkImport = (offset: number, specifier: string): void => {
    const isFile = specifier.startsWith('.');
    const target = isFile ? posix.join(posix.dirname(path), specifier) : specifier;
    const refusal = isFile ? importRefusal(path, target) : packageRefusal(path, target);
    if (refusal !== undefined) report(offset, `import of ${target}: ${refusal}.`);
  };
  return {
    ImportDeclaration: (node) => {
      checkImport(node.start, node.source.value);
      const target = posix.join(posix.dirname(path), node.source.value);
      const seam = node.importKind === 'type' ? undefined : seamRefusal(path, target);
      if (seam !== undefined) report(node.start, `import of ${target}: ${seam}.`);
      if (isPublished && node.importKind !== 'type' && node.source.value === 'node:http')
        report(
          node.start,
          'an import of node:http loads fetch and HTTP/2 too, a fifth of the start of a process: take its values from process.getBuiltinModule, and import its types.',
        );
    },
    ExportAllDeclaration: (node) => checkImport(node.start, node.source.value),
    ExportNamedDeclaration: (node) => {
      if (node.source) checkImport(node.start, node.source.value);
    },
    TSImportType: (node) => checkImport(node.start, node.source.value),
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') checkImport(node.start, String(node.source.value));
    },
    NewExpression: (node) => {
      // Entry files of threads and processes are reached through their URL.
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return;
      const [file] = node.arguments;
      if (file?.type !== 'Literal' || typeof file.value !== 'string' || !file.value.endsWith('.ts')) return;
      checkImport(node.start, file.value);
      if (isPublished) {
        report(
          node.start,
          'a URL that ends in .ts is not there in the published package; derive the ending from import.meta.url.',
        );
      }
    },
  };
}

/** The core of the gateway refuses without a protocol: only a face knows statuses. */
function faceRules({ path, isTest, report }: CheckedFile): Handlers {
  if (isTest || !isFaceless(path)) return {};
  return {
    CallExpression: ({ start, callee, arguments: [status] }) => {
      const isSent = callee.type === 'MemberExpression' && sendsStatus.test(nameOf(callee));
      if (isSent && status?.type === 'Literal' && typeof status.value === 'number')
        report(start, 'a status of HTTP in the core of the gateway: refuse with a CoreError.');
    },
  };
}

/** In a deterministic room no clock, no chance, and nothing that waits. */
function determinismRules({ isTest, isDeterministic, report }: CheckedFile): Handlers {
  const loop = 'its code runs to the end and never returns to an event loop';
  const numbers = 'it allocates; use fixed-width integers on numbers';
  const forbid = (offset: number, what: string, instead: string): void => {
    if (isDeterministic && !isTest) report(offset, `${what} in a deterministic room: ${instead}.`);
  };
  const checkFunction = (node: { readonly start: number; readonly async: boolean }): void => {
    if (node.async) forbid(node.start, 'async', loop);
  };
  return {
    FunctionDeclaration: checkFunction,
    FunctionExpression: checkFunction,
    ArrowFunctionExpression: checkFunction,
    ImportExpression: (node) => forbid(node.start, 'import()', loop),
    AwaitExpression: (node) => forbid(node.start, 'await', loop),
    ForOfStatement: (node) => {
      if (node.await) forbid(node.start, 'await', loop);
    },
    Literal: (node) => {
      if ('bigint' in node) forbid(node.start, 'a BigInt', numbers);
    },
    TSBigIntKeyword: (node) => forbid(node.start, 'bigint', numbers),
    MemberExpression: (node) => {
      if (node.object.type !== 'Identifier' || node.object.name !== 'Math') return;
      const { property } = node;
      const name = property.type === 'Identifier' && !node.computed ? property.name : undefined;
      const isRandom = name === 'random' || (property.type === 'Literal' && property.value === 'random');
      if (isRandom && isDeterministic)
        report(node.start, 'Math.random in a deterministic room: randomness comes in as a seed.');
    },
    VariableDeclarator: (node) => {
      if (node.init?.type !== 'Identifier' || node.init.name !== 'Math') return;
      forbid(node.start, 'another name for Math', 'write Math.x where you use it, so that it can be checked');
    },
  };
}

/** What is in a record is read where its layout or its words are declared. */
function recordRules({ path, text, room, isTest, report }: CheckedFile): Handlers {
  const holdsRecords = room !== undefined && roomsOfRecords.includes(room) && !isTest;
  const holdsMasks = room !== undefined && roomsOfMasks.includes(room) && !isTest;
  // The file that declares a record knows where its fields are.
  const declaresRecord = /\bwordsOf\(|\bextends Records\b|\bclass Records\b/.test(text);
  return {
    CallExpression: (node) => {
      const [offset] = node.arguments;
      if (offset === undefined || nameOf(node.callee) !== 'getUint8' || ownOffsets.test(path)) return;
      const added = offset.type === 'BinaryExpression' && offset.operator === '+' ? offset.right : offset;
      if (added.type === 'Literal' && prefixOffsets.includes(Number(added.value)))
        report(node.start, 'the type or version of a record by a number: use TYPE_AT or VERSION_AT.');
    },
    BinaryExpression: (node) => {
      if (!holdsMasks || node.operator !== '&') return;
      for (const side of [node.left, node.right]) {
        if (side.type === 'Literal' && typeof side.value === 'number')
          report(node.start, 'a mask without a name: name it where the word is declared.');
      }
    },
    AssignmentExpression: ({ start, operator, right }) => {
      if (holdsMasks && operator === '&=' && right.type === 'Literal' && typeof right.value === 'number')
        report(start, 'a mask without a name: name it where the word is declared.');
    },
    MemberExpression: (node) => {
      if (holdsRecords && !declaresRecord && node.computed && wordsOfRecords.includes(nameOf(node.object)))
        report(node.start, 'a word of a record, read outside the file that declares it: use an accessor.');
      const isAlias = holdsRecords && node.computed && nameOf(node.object) === 'words';
      const { property } = node;
      if (
        isAlias &&
        path !== fileOfWords &&
        property.type === 'BinaryExpression' &&
        property.operator === '+'
      ) {
        const { right } = property;
        if (right.type === 'Literal') report(node.start, 'a word by a number: name it where it is declared.');
      }
    },
  };
}

/** A function that is tagged as hot takes no memory; adds the bodies of these functions to `hotBodies`. */
function hotRules(
  { isDeterministic, report }: CheckedFile,
  hotStarts: Set<number>,
  hotBodies: Body[],
): Handlers {
  const enterHot = (at: number, body: Body | null): void => {
    if (hotStarts.has(at) && body !== null) hotBodies.push(body);
  };
  const allocates = (offset: number, what: string): void => {
    if (isWithin(hotBodies, offset))
      report(offset, `${what} in a function tagged @hot: it allocates each time.`);
  };
  return {
    ExportNamedDeclaration: (node) => {
      if (hotStarts.has(node.start) && node.declaration) hotStarts.add(node.declaration.start);
    },
    FunctionDeclaration: (node) => enterHot(node.start, node.body),
    MethodDefinition: (node) => enterHot(node.start, node.value.body),
    FunctionExpression: (node) => allocates(node.start, 'a closure'),
    ArrowFunctionExpression: (node) => allocates(node.start, 'a closure'),
    ArrayExpression: (node) => allocates(node.start, 'an array'),
    ObjectExpression: (node) => {
      // At the edges an answer is an object; in the core it is a value or in a record.
      if (isDeterministic) allocates(node.start, 'an object');
    },
    SpreadElement: (node) => allocates(node.start, 'a spread'),
  };
}

function isWithin(bodies: readonly Body[], offset: number): boolean {
  return bodies.some(({ start, end }) => start < offset && offset < end);
}

/** Comparisons, and the assertion that names both sides. */
const comparisons: Readonly<Record<string, string>> = {
  '===': 'assertEqual',
  '<=': 'assertAtMost',
  '>=': 'assertAtLeast',
  '<': 'assertBelow',
  '>': 'assertAbove',
};

/** What runs for each request, and has nothing to name but that something is there. */
const filesWithoutValues: readonly string[] = ['src/gateway/http/checks.ts'];

/** A broken invariant names what was and what should be; in a function that is tagged as hot it need not. */
function assertionRules({ path, room, isTest, report }: CheckedFile, hotBodies: readonly Body[]): Handlers {
  // A fuzzer that fails prints its seed.
  const isFuzzer = path.endsWith('.fuzz.ts');
  if (room === undefined || isTest || filesWithoutValues.includes(path)) return {};
  return {
    CallExpression: ({ start, callee, arguments: given }) => {
      const [condition, message] = given;
      if (callee.type !== 'Identifier' || callee.name !== 'assert' || message?.type !== 'Literal') return;
      if (condition === undefined || condition.type === 'SpreadElement' || isWithin(hotBodies, start)) return;
      const better = condition.type === 'BinaryExpression' ? comparisons[condition.operator] : undefined;
      if (better !== undefined) report(start, `an assertion without values: ${better} names both.`);
      else if (!isFuzzer)
        report(start, 'an assertion that says nothing of what was: let a function name it, () => `…`.');
    },
  };
}

/** The last name of `a`, `a.b` or `a.b!`; empty for anything else. */
function nameOf(node: Expression): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'TSNonNullExpression') return nameOf(node.expression);
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' ? node.property.name : '';
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
