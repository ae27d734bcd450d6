// Puts what the published program reads besides its code next to that code, after `tsc` has written `dist`.
import { cpSync } from 'node:fs';

/** Folders below `src` that hold no TypeScript. */
const folders = ['gateway/http/page'];

for (const folder of folders) cpSync(`src/${folder}`, `dist/${folder}`, { recursive: true });
