/** A copy of this build with wrong lines in it, to be run as the product is. */
import { cpSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFile } from '../ops/version.ts';
import type { Edit } from '../sim/mutants/mutant.ts';
import { SourceCopy } from '../sim/mutants/source-copy.ts';

export interface PlantedBuild {
  /** What is run in place of `bin/lockstep.js`. */
  readonly program: string;
  remove(): void;
}

/** In a temporary folder, or in `parent`. Throws where the lines to be replaced are not there. */
export function plantedBuild(edits: readonly Edit[], parent?: string): PlantedBuild {
  const root = dirname(dirname(programFile));
  const copy = new SourceCopy(root, parent);
  cpSync(join(root, 'bin'), join(copy.folder, 'bin'), { recursive: true });
  symlinkSync(join(root, 'runtime'), join(copy.folder, 'runtime'));
  const problem = copy.apply({ edits });
  if (problem !== undefined) {
    copy.close();
    throw new Error(problem);
  }
  return { program: join(copy.folder, 'bin', 'lockstep.js'), remove: () => copy.close() };
}
