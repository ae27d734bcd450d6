// Runs a program of the checkout: `node scripts/run.js FILE ARGUMENTS`. Before `npm ci` there is neither the Node nor the
// packages that it needs, which is said in words. Plain JavaScript that an old Node can read.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestNodeMajor = 26;
const isInstalled = existsSync(new URL('../node_modules/', import.meta.url));

if (!isInstalled || Number.parseInt(process.versions.node, 10) < oldestNodeMajor) {
  console.error(
    `This needs the packages of the project and Node ${oldestNodeMajor} or newer, which they bring; ` +
      `${isInstalled ? `this is Node ${process.versions.node}` : 'they are not installed'}. ` +
      'Run "npm ci" in the checkout first.',
  );
  process.exit(1);
}
// Compiled code is kept from one run to the next; what the program starts keeps it in the same place.
const cache = fileURLToPath(new URL('../node_modules/.cache/lockstep', import.meta.url));
process.env['NODE_COMPILE_CACHE'] ??= cache;
module.enableCompileCache(process.env['NODE_COMPILE_CACHE']);
// The program sees its arguments as if it had been started by itself.
process.argv.splice(1, 2, resolve(process.argv[2]));
await import(pathToFileURL(process.argv[1]).href);
