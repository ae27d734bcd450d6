/** Commands of the system, and what they say where they fail. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the command printed; where it fails, an error with its words. */
export async function systemCommand(program: string, ...words: readonly string[]): Promise<string> {
  try {
    return (await run(program, words)).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    const reason = code === 'ENOENT' ? 'is not installed' : `failed (${code}): ${stderr.trim()}`;
    throw new Error(`\`${[program, ...words].join(' ')}\` ${reason}`);
  }
}
