// Checks every TypeScript file against scripts/rules.ts. Any problem fails the run.
import { globSync, readFileSync } from 'node:fs';
import { circlesOf } from './circles.ts';
import { ghostsAmong, heapsAmong } from './rooms.ts';
import { problemsOf } from './rules.ts';
import { repeatedTypesOf } from './type-names.ts';

// What another file is made into is not written by hand, and not judged.
const files = globSync(['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'], {
  exclude: ['src/**/generated/**'],
}).sort();
let errors = 0;
for (const file of files) {
  const path = file.replaceAll('\\', '/');
  for (const { line, message } of problemsOf(path, readFileSync(file, 'utf8'))) {
    console.log(`${path}:${line} error: ${message}`);
    errors++;
  }
}
const sources = files.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
const paths = sources.map(({ path }) => path);
const folders = [...ghostsAmong(paths), ...heapsAmong(paths)];
for (const problem of [...circlesOf(sources), ...repeatedTypesOf(sources), ...folders]) {
  console.log(`error: ${problem}`);
  errors++;
}
if (errors > 0) process.exitCode = 1;
