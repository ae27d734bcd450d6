/** The program as a server runs it: what `npm pack` would put there, made of this checkout. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFile } from '../../ops/version.ts';

/** In the place of every run, so that its compiled code is found again; replaced where the sources have changed. */
const place = 'node_modules/.cache/lockstep-server';

/** Makes it; gives what Node is to run in place of `bin/lockstep.js` of the checkout. */
export function serverProgram(): string {
  const root = dirname(dirname(programFile));
  const folder = join(root, place);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['bin', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of ['runtime', 'deploy', 'node_modules']) symlinkSync(join(root, name), join(folder, name));
  execFileSync(process.execPath, ['scripts/run.js', 'scripts/bundle.ts', join(folder, 'dist')], {
    cwd: root,
  });
  return join(folder, 'bin', 'lockstep.js');
}
