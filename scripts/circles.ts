// Finds circles of imports: between files, and between the folders of a room. Types count as code does: to read a
// file is to read what it is made of. A file in a room's own folder counts as a folder of its own. Tests,
// fuzzers and `testing` folders may look at everything beside them, and are left out.
import { posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { isTesting } from './rooms.ts';

export interface SourceFile {
  /** Relative to the root of the project, such as `src/replica/replica.ts`. */
  readonly path: string;
  readonly text: string;
}

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** A sentence for each circle. */
export function circlesOf(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => path.startsWith('src/') && !isTesting(path));
  const imports = new Map(sources.map(({ path, text }) => [path, importsOf(path, text)]));
  const between = (nameOf: (path: string) => string): Arrows => {
    const arrows = new Map<string, Set<string>>();
    for (const [path, targets] of imports) {
      const from = nameOf(path);
      const known = arrows.get(from) ?? new Set();
      for (const target of targets) if (nameOf(target) !== from) known.add(nameOf(target));
      arrows.set(from, known);
    }
    return arrows;
  };
  return [
    ...circlesAmong(between((path) => path)).map((circle) => `files import each other: ${circle}`),
    ...circlesAmong(between(folderOf)).map((circle) => `folders import each other: ${circle}`),
  ];
}

/** `src/replica/log` for what is anywhere below it; a file of the room's own folder is itself. */
function folderOf(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}

function importsOf(path: string, text: string): string[] {
  const targets: string[] = [];
  const add = (specifier: string): void => {
    if (specifier.startsWith('.')) targets.push(posix.join(posix.dirname(path), specifier));
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value),
    ExportAllDeclaration: (node) => add(node.source.value),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value);
    },
    TSImportType: (node) => add(node.source.value),
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') add(String(node.source.value));
    },
  }).visit(parseSync(path, text).program);
  return targets;
}

/** One shortest circle for each group of names that all reach each other. */
function circlesAmong(arrows: Arrows): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  for (const start of arrows.keys()) {
    if (done.has(start)) continue;
    const circle = shortestCircle(arrows, start);
    if (circle === undefined) continue;
    for (const name of circle) done.add(name);
    circles.push([...circle, start].join(' → '));
  }
  return circles;
}

function shortestCircle(arrows: Arrows, start: string): readonly string[] | undefined {
  const waiting: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (let way = waiting.shift(); way !== undefined; way = waiting.shift()) {
    for (const next of arrows.get(way.at(-1)!) ?? []) {
      if (next === start) return way;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push([...way, next]);
    }
  }
  return undefined;
}
