/** How the change of a file is noticed. */
import { statSync } from 'node:fs';

/**
 * Another text once a file was written, replaced or removed. A file that cannot be looked at, on a disk that fails, is
 * changed too: whatever reads it then says why it cannot.
 */
export function fileStamp(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino}:${size}:${mtimeMs}:${ctimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
