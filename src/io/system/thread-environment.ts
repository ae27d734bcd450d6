/** Settings of a process that its threads take from its environment. */
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * That of the process, and where it keeps compiled code: a thread does not look there by itself, and starts in half the
 * time.
 */
export function threadEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  // The folder of this version of Node is inside the one that is named.
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
}
