/** Files of authorities and identities: for their owner alone, and replaced whole or not at all. */
import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileMode, flushFolder, makePrivate } from '../../io/disk/private-files.ts';
import { refuseExposed } from '../configuration/keys.ts';
import { loadSmallFile } from '../configuration/small-file.ts';
import { messageOf, usageFailure } from '../failure.ts';

/** Makes a folder that only its owner opens. */
export function makePrivateFolder(folder: string): void {
  try {
    makePrivate(folder);
  } catch (error) {
    throw usageFailure(`${folder} cannot be used: ${messageOf(error)}`);
  }
}

/** The text of a file that only its owner may open. */
export function loadSecret(path: string): string {
  let found: ReturnType<typeof loadSmallFile>;
  try {
    found = loadSmallFile(path);
  } catch (error) {
    throw usageFailure(`${path} cannot be read: ${messageOf(error)}.`);
  }
  refuseExposed(path, found.stats);
  return found.text;
}

/** The text of a file without secrets, such as a request. */
export function loadPublic(path: string): string {
  try {
    return loadSmallFile(path).text;
  } catch (error) {
    throw usageFailure(`${path} cannot be read: ${messageOf(error)}. Check the path.`);
  }
}

/** Other processes see the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', fileMode);
    try {
      giveToOwner(file, dirname(path));
      // Writes all of it, or throws: `writeSync` stops early on a disk that runs full.
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    flushFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw usageFailure(`${path} cannot be written: ${messageOf(error)}. The former file is unchanged.`);
  }
}

/** What root writes into the folder of another user is that one's, whose processes have to read it. */
function giveToOwner(file: number, folder: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  if (uid !== 0) fchownSync(file, uid, gid);
}
