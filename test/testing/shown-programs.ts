// The programs in TypeScript that documents show, in a folder of their own, as their readers run them.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Program {
  readonly name: string;
  readonly code: string;
}

/** Of a page that names no files the blocks go on where the ones before them end. */
function programsOf(document: string): Program[] {
  const blocks = [...readFileSync(document, 'utf8').matchAll(/^```ts *(\S*)\n([\s\S]*?)^```/gm)];
  const named = blocks.map(([, name = '', code = '']) => ({ name, code }));
  if (named.length === 0 || named.some(({ name }) => name !== '')) return named;
  return [{ name: `${document.replace(/\W/g, '-')}.ts`, code: named.map(({ code }) => code).join('\n') }];
}

function npm(folder: string, words: readonly string[]): void {
  const script = process.env['npm_execpath'];
  const [program, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, stderr } = spawnSync(program, [...first, ...words], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

export class ShownPrograms {
  readonly folder: string;
  readonly names: readonly string[];
  readonly #running = new Set<ChildProcess>();
  readonly #said = new Map<ChildProcess, string>();

  /** `folder` has the packages that are imported. */
  constructor(folder: string) {
    this.folder = folder;
    const documents = ['README.md', 'packages/client/README.md', ...globSync('docs/**/*.md')];
    const programs = documents.flatMap(programsOf);
    for (const { name, code } of programs) writeFileSync(join(folder, name), code);
    // As `npm init -y` leaves it since npm 11; the page says what to change of it.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
    const page = readFileSync('docs/VENUE.md', 'utf8');
    for (const [, words = ''] of page.matchAll(/npm (pkg set [^&\n]*)/g))
      npm(folder, words.trim().split(' '));
    this.names = programs.map(({ name }) => name);
    assert.equal(new Set(this.names).size, programs.length, 'two programs have one name');
  }

  /** As docs/VENUE.md says it is done. */
  compile(): void {
    const page = readFileSync('docs/VENUE.md', 'utf8').replace(/\s+/g, ' ');
    const words = /npx tsc ([^`]*) \*\.ts/.exec(page)?.[1]?.split(' ') ?? assert.fail('no tsc in VENUE');
    const compiler = join(this.folder, 'node_modules/typescript/bin/tsc');
    const line = [compiler, ...words, ...this.names];
    const { status, stdout } = spawnSync(process.execPath, line, { cwd: this.folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  }

  /** Other addresses and folders than those of the page. */
  change(name: string, ...changes: readonly (readonly [from: string, to: string])[]): void {
    let text = readFileSync(join(this.folder, name), 'utf8');
    for (const [from, to] of changes) {
      assert.ok(text.includes(from), `${name} has ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(join(this.folder, name), text);
  }

  begin(name: string, ...words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [name, ...words], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void this.#said.set(child, this.said(child) + chunk.toString()));
    child.on('exit', () => this.#running.delete(child));
    return child;
  }

  said(child: ChildProcess): string {
    return this.#said.get(child) ?? '';
  }

  /** Runs it to its end, which must be a good one; what it printed. */
  async run(name: string, ...words: readonly string[]): Promise<string> {
    const child = this.begin(name, ...words);
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0, `${name}: ${this.said(child)}`);
    return this.said(child);
  }

  async kill(child: ChildProcess): Promise<void> {
    assert.ok(this.#running.has(child), `it has ended: ${this.said(child)}`);
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }

  end(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}
