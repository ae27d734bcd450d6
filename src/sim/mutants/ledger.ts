/**
 * What earlier parts of a round have found, in a file, so that a round can be done in pieces. It holds for the sources
 * that it was written with and for no others; the catalogue may change, since each hunt is kept under all that it is.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HuntFinding } from './hunt.ts';

/** Below the sources: what no hunt runs. */
const catalogue = join('sim', 'mutants', 'catalog');

interface Contents {
  readonly sources: string;
  readonly findings: Record<string, HuntFinding>;
}

export class ProofLedger {
  readonly #path: string | undefined;
  readonly #contents: Contents;

  /** Without a path it lasts as long as the process. */
  constructor(root: string, path: string | undefined) {
    this.#path = path;
    const sources = hashOfSources(join(root, 'src'));
    const before = path === undefined ? undefined : readContents(path);
    this.#contents = before?.sources === sources ? before : { sources, findings: {} };
  }

  find(hunt: object): HuntFinding | undefined {
    return this.#contents.findings[JSON.stringify(hunt)];
  }

  note(hunt: object, finding: HuntFinding): void {
    this.#contents.findings[JSON.stringify(hunt)] = finding;
    if (this.#path !== undefined) writeFileSync(this.#path, JSON.stringify(this.#contents));
  }
}

function readContents(path: string): Contents | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Contents) : undefined;
}

function hashOfSources(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const isRun = name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith(catalogue);
    if (isRun) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}
