/** The release, as the package says it, and the program that starts every process of it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

export const version = manifest.version;

/** What Node is given to run a command of this release. */
export const programFile = fileURLToPath(new URL('../../bin/lockstep.js', import.meta.url));
