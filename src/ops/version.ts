/** The release, as the package says it, and the program that starts every process of it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

export const version = manifest.version;

/** What Node is given to run a command of this release. */
export const programFile = fileURLToPath(new URL('../../bin/lockstep.js', import.meta.url));

/** How this program is called from the working folder, for commands that are printed to be repeated. */
export function calledAs(workingFolder = process.cwd()): string {
  const isHere = programFile === join(workingFolder, 'bin', 'lockstep.js');
  if (isHere || existsSync(join(workingFolder, 'node_modules', '.bin', 'lockstep'))) return 'npx lockstep';
  const called = process.argv[1] ?? programFile;
  const isOnPath = (process.env['PATH'] ?? '').split(delimiter).includes(dirname(called));
  return isOnPath && !called.includes('node_modules') ? basename(called) : programFile;
}

/** The same for a command that is printed for another machine, where no path of this one counts. */
export function calledThere(workingFolder = process.cwd()): string {
  const here = calledAs(workingFolder);
  return here === 'npx lockstep' ? here : 'lockstep';
}
