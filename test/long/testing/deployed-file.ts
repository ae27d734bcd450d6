// A file of `deploy`, with the addresses and folders of a test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../deploy', import.meta.url));

/** Replaces each text that is named; one that the file does not have is a mistake. */
export function deployedFile(
  path: string,
  changes: readonly (readonly [from: string | RegExp, to: string])[] = [],
): string {
  return changes.reduce(
    (text, [from, to]) => {
      assert.ok(
        typeof from === 'string' ? text.includes(from) : text.search(from) >= 0,
        `${path} has ${from}`,
      );
      return text.replaceAll(from, to);
    },
    readFileSync(`${folder}/${path}`, 'utf8'),
  );
}
