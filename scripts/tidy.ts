// Checks every TypeScript file against scripts/rules.ts. Errors fail the run, warnings are only shown.
import { globSync, readFileSync } from 'node:fs';
import { circlesOf } from './circles.ts';
import { problemsOf } from './rules.ts';

const files = globSync(['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts']).sort();
let errors = 0;
for (const file of files) {
  const path = file.replaceAll('\\', '/');
  for (const { line, message, severity } of problemsOf(path, readFileSync(file, 'utf8'))) {
    console.log(`${path}:${line} ${severity}: ${message}`);
    if (severity === 'error') errors++;
  }
}
const sources = files.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
for (const circle of circlesOf(sources)) {
  console.log(`error: ${circle}`);
  errors++;
}
if (errors > 0) process.exitCode = 1;
