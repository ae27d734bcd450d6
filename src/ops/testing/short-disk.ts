/** Code that runs where no file may become longer than one page, as on a disk that runs full in the middle of one. */
import { spawnSync } from 'node:child_process';

/** In units of `ulimit`, which are 512 bytes: the rest of what is written is refused. */
const unitsMax = 8;

export const shortDiskBytes = unitsMax * 512;

/** Runs the module text with `words`; throws where it does not end with 0. */
export function onShortDisk(code: string, ...words: readonly string[]): void {
  const limited = `ulimit -f ${unitsMax}; exec "$@"`;
  const program = [process.execPath, '--input-type=module', '--eval', code, '--', ...words];
  const { status, stderr } = spawnSync('sh', ['-c', limited, 'sh', ...program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: '', NODE_DISABLE_COMPILE_CACHE: '1' },
  });
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
}
