/**
 * What earlier parts of a round have found, in a file, so that a round can be done in pieces. It holds for the sources
 * that it was written with and for no others.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './hunt.ts';

interface Contents {
  readonly sources: string;
  readonly findings: Record<string, Finding>;
}

export class Ledger {
  readonly #path: string | undefined;
  readonly #contents: Contents;

  /** Without a path it lasts as long as the process. */
  constructor(root: string, path: string | undefined) {
    this.#path = path;
    const sources = hashOfSources(join(root, 'src'));
    const before = path === undefined ? undefined : readContents(path);
    this.#contents = before?.sources === sources ? before : { sources, findings: {} };
  }

  find(name: string): Finding | undefined {
    return this.#contents.findings[name];
  }

  note(name: string, finding: Finding): void {
    this.#contents.findings[name] = finding;
    if (this.#path !== undefined) writeFileSync(this.#path, JSON.stringify(this.#contents));
  }
}

function readContents(path: string): Contents | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Contents) : undefined;
}

function hashOfSources(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
      hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}
