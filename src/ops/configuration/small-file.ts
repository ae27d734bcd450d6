/**
 * Files of settings and secrets: regular ones, read whole, with a bound. A device, or a link to one, might never end.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

const bytesMax = 4_194_304;

/** The text, and whose file it is. Throws what the system says, or that it is no such file. */
export function loadSmallFile(path: string): { readonly text: string; readonly stats: Stats } {
  // A pipe without a writer would block the open.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > bytesMax) throw new Error(`it has ${stats.size} bytes, and ${bytesMax} are allowed`);
    return { text: readFileSync(file, 'utf8'), stats };
  } finally {
    closeSync(file);
  }
}
