/**
 * What earlier parts of a round have found, in a file, so that a round can be done in pieces, over days and changes of
 * the sources. A mutant that was found stays so as long as its entry in the catalogue does: each finding says on which
 * commit it was made. That something was not found, and that nothing was reported where there is no mutant, holds for
 * the very sources alone.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HuntFinding, Prey } from './hunt.ts';

/** Below the sources: what no hunt runs. */
const catalogue = join('sim', 'mutants', 'catalog');

export interface LedgerEntry {
  readonly finding: HuntFinding;
  /** Of the sources that the hunt ran on. */
  readonly commit: string;
}

interface KeptEntry extends LedgerEntry {
  readonly sources: string;
}

export class ProofLedger {
  readonly #path: string | undefined;
  readonly #sources: string;
  readonly #commit: string;
  readonly #entries: Record<string, KeptEntry>;

  /** Without a path it lasts as long as the process. */
  constructor(root: string, path: string | undefined, commit = commitOf(root)) {
    this.#path = path;
    this.#sources = hashOfSources(join(root, 'src'));
    this.#commit = commit;
    this.#entries = path !== undefined && existsSync(path) ? entriesIn(path) : {};
  }

  find(hunt: Pick<Prey, 'expected'>): LedgerEntry | undefined {
    const entry = this.#entries[JSON.stringify(hunt)];
    if (entry === undefined) return undefined;
    const isLasting = hunt.expected.length > 0 && entry.finding.seed > 0;
    return isLasting || entry.sources === this.#sources ? entry : undefined;
  }

  note(hunt: Pick<Prey, 'expected'>, finding: HuntFinding): LedgerEntry {
    const entry = { finding, commit: this.#commit, sources: this.#sources };
    this.#entries[JSON.stringify(hunt)] = entry;
    if (this.#path !== undefined) writeFileSync(this.#path, JSON.stringify({ entries: this.#entries }));
    return entry;
  }
}

function entriesIn(path: string): Record<string, KeptEntry> {
  return (JSON.parse(readFileSync(path, 'utf8')) as { entries?: Record<string, KeptEntry> }).entries ?? {};
}

function hashOfSources(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const isRun = name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith(catalogue);
    if (isRun) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

/** With a plus where the sources hold more than the commit; `-` where there is none. */
function commitOf(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=8', 'HEAD') + (git('status', '--porcelain', 'src') === '' ? '' : '+');
  } catch {
    return '-';
  }
}
