/** JSON that lockstep keeps in a folder: an edit, or a disk that fails, may have spoiled it. */
import { existsSync } from 'node:fs';
import { loadSmallFile } from '../configuration/small-file.ts';
import { messageOf, usageFailure } from '../failure.ts';

/** What a file must hold, and what helps where it does not. */
export interface KeptKind {
  /** What is wrong with the JSON, a sentence; undefined: nothing. */
  problem(json: unknown): string | undefined;
  readonly remedy: string;
}

/** What is in the file; undefined where there is none. Throws a Failure where it is not what it should be. */
export function loadKept(path: string, { problem, remedy }: KeptKind): unknown {
  if (!existsSync(path)) return undefined;
  const refuse = (why: string) => usageFailure(`${path} is damaged: ${why}. ${remedy}`);
  let json: unknown;
  try {
    json = JSON.parse(loadSmallFile(path).text);
  } catch (error) {
    throw refuse(messageOf(error));
  }
  const found = problem(json);
  if (found !== undefined) throw refuse(found);
  return json;
}
