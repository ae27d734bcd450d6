/**
 * Where mutants are made: a copy of the sources in a temporary folder, so that no wrong line
 * is ever in the checkout. One mutant at a time is in the copy; taking it out restores the files to the byte.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edit, Mutant } from './mutant.ts';

/** Why an edit cannot be made in a text: its place must be there, and only once. Undefined where it can. */
export function editProblem({ file, find, replace }: Edit, text: string): string | undefined {
  const places = text.split(find).length - 1;
  if (places === 0) return `src/${file} does not hold the text that this mutant replaces: ${find}`;
  if (places > 1) return `src/${file} holds the text that this mutant replaces ${places} times: ${find}`;
  return replace === find ? `the edit of src/${file} changes nothing: ${find}` : undefined;
}

/** A copy of `src` of the project in `root`, in which the simulator can be run. */
export class SourceCopy {
  readonly folder: string;
  #originals = new Map<string, string>();

  constructor(root: string, parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'lockstep-mutants-'));
    cpSync(join(root, 'src'), join(this.folder, 'src'), { recursive: true });
    cpSync(join(root, 'package.json'), join(this.folder, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Puts a mutant into the copy; returns why that is impossible, and then nothing is changed. */
  apply({ edits }: Pick<Mutant, 'edits'>): string | undefined {
    for (const edit of edits) {
      const path = this.#pathOf(edit);
      const text = readFileSync(path, 'utf8');
      const problem = editProblem(edit, text);
      if (problem !== undefined) {
        this.restore();
        return problem;
      }
      if (!this.#originals.has(path)) this.#originals.set(path, text);
      // A function, because a text would give `$` a meaning.
      writeFileSync(
        path,
        text.replace(edit.find, () => edit.replace),
      );
    }
    return undefined;
  }

  /** Takes the mutant out of the copy. */
  restore(): void {
    for (const [path, text] of this.#originals) writeFileSync(path, text);
    this.#originals.clear();
  }

  /** Removes the copy. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #pathOf({ file }: Edit): string {
    return join(this.folder, 'src', file);
  }
}
