/** Commands of the system, and what they say where they fail. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the command printed; where it fails, an error with its words. */
export function systemCommand(program: string, ...words: readonly string[]): Promise<string> {
  return systemCommandOn('', program, ...words);
}

/** The same of a command that reads `input`. */
export async function systemCommandOn(
  input: string,
  program: string,
  ...words: readonly string[]
): Promise<string> {
  try {
    const running = run(program, words);
    // One that has ended without a look at its input says so by its code.
    running.child.stdin!.on('error', () => undefined).end(input);
    return (await running).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    const reason = code === 'ENOENT' ? 'is not installed' : `failed (${code}): ${stderr.trim()}`;
    throw new Error(`\`${[program, ...words].join(' ')}\` ${reason}`);
  }
}
