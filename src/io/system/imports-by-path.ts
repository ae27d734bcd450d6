/**
 * Imports between files of this program name the file itself, so there is nothing to look for. Node looks all the same,
 * for the file, its package and links on the way to it, which takes a third of the time in which a process starts.
 */
import { registerHooks } from 'node:module';
import { extname } from 'node:path';

const ownFiles = new URL('../../', import.meta.url).href;
const ending = extname(import.meta.url);
// A checkout runs TypeScript, a package what was built from it.
const format = ending === '.ts' ? 'module-typescript' : 'module';

/** What this thread imports from here on is taken by its path, where a file of this program asks for another one. */
export function importByPath(): void {
  registerHooks({
    resolve(specifier, context, resolveNext) {
      const { parentURL = '' } = context;
      const isOwn = specifier.startsWith('.') && specifier.endsWith(ending) && parentURL.startsWith(ownFiles);
      if (!isOwn) return resolveNext(specifier, context);
      return { url: new URL(specifier, parentURL).href, format, shortCircuit: true };
    },
  });
}
