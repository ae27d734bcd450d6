import { runCommandLine } from '../program.ts';

export interface PrintedRun {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs `lockstep` with these words in this process; gives what it printed. */
export async function runWords(...words: string[]): Promise<PrintedRun> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await runCommandLine(words, {
    print: (text) => void out.push(text),
    printError: (text) => void error.push(text),
    isScreen: false,
  });
  return { code, out: out.join('\n'), error: error.join('\n') };
}
