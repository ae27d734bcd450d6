// Writes the program as a server runs it, into `dist` or the folder that is named: each process and thread reads a few
// large files in place of some hundred small ones (docs/decisions/0035-bundles.md). A checkout runs without it.
import { cpSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const sources = resolve('src');
const folder = resolve(process.argv[2] ?? 'dist');
/** The first file of each process and thread. */
const entries = [
  'ops/cli/main',
  'ops/replica-process/core.worker',
  'io/disk/flusher.worker',
  'io/disk/writer.worker',
];
/** As deep as the entries, so that what a file finds beside itself is found by one rule wherever its code ends up. */
const parts = 'parts/code';
/** Code that so many parts need is in one file: fewer would let a process read what it does not need. */
const sharesMin = 10;
/** What holds machine code or files that it reads by itself, and what `ws` does without. */
const outside = /^(?:koffi|sodium-native|@fastify\/swagger-ui|bufferutil|utf-8-validate)(?:\/|$)/;
/** Folders below `src` that hold no TypeScript. */
const assets = ['gateway/http/page'];

/** A file of ours keeps its place: what it names relative to itself is there as in `src`. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(sources) || !code.includes('import.meta.url')) return undefined;
    const place = relative(sources, id).replace(/\.ts$/, '.js');
    const url = `new URL('../../${place}', import.meta.url).href`;
    return { code: code.replaceAll('import.meta.url', url), map: null };
  },
};

for (const name of [...entries, `${parts}/x`])
  if (name.split('/').length !== 3)
    throw new Error(`${name} must be two folders deep, as all files of a bundle are.`);
rmSync(folder, { recursive: true, force: true });
// One after the other: code that two of them need is in both, and each reads it in one piece.
for (const name of entries) {
  const build = await rolldown({
    input: { [name]: join(sources, `${name}.ts`) },
    platform: 'node',
    external: outside,
    plugins: [places],
  });
  await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `${parts}/[name]-[hash].js`,
    sourcemap: true,
    cleanDir: false,
    codeSplitting: { groups: [{ name: 'common', minShareCount: sharesMin }] },
  });
  await build.close();
}
for (const asset of assets) cpSync(join(sources, asset), join(folder, asset), { recursive: true });
