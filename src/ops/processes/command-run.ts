/**
 * Runs a command of the configuration, a hook or a fence: facts in its environment, its output, and an end. It has a
 * process group of its own, which ends with it.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Failure } from '../failure.ts';

/** Takes a line that a command wrote. */
export type LineTaker = (name: string, line: string) => void;

export interface CommandRun {
  readonly name: string;
  /** The program and its arguments; no shell reads them. */
  readonly run: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly say: LineTaker;
  /** What of the environment of this process it gets beside: by default nothing that could be secret. */
  readonly inherits?: NodeJS.ProcessEnv;
}

/** Of one run: what comes beyond it is read and dropped. */
const outputBytesMax = 16_384;
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];
/** What has left the group of an ended command and holds its output open is not waited for. */
const outputMsMax = 500;

/** Resolves where it ends with 0. */
export function runCommand({
  name,
  run,
  facts,
  signal,
  say,
  inherits = harmless(),
}: CommandRun): Promise<void> {
  const [program = '', ...words] = run;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { ...inherits, ...facts },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: '/',
    });
    const output = { left: outputBytesMax };
    follow(child.stdout, output, (line) => say(name, line));
    follow(child.stderr, output, (line) => say(name, line));
    const endAll = (): void => killGroup(child.pid);
    let closing: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', endAll, { once: true });
    child.on('error', (error) => reject(new Failure(`it cannot be run: ${error.message}`)));
    child.on('exit', () => {
      // What it started and left behind ends too, or its pipes would stay open.
      endAll();
      closing = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, outputMsMax);
    });
    child.on('close', (code, how) => {
      clearTimeout(closing);
      signal.removeEventListener('abort', endAll);
      if (code === 0) resolve();
      else reject(new Failure(how === null ? `it ends with exit code ${code}` : `it is ended by ${how}`));
    });
    if (signal.aborted) endAll();
  });
}

function harmless(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    passedOn.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
}
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function follow(stream: Readable, output: { left: number }, say: (line: string) => void): void {
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const taken = chunk.subarray(0, output.left);
    output.left -= taken.length;
    const lines = `${rest}${taken.toString()}`.split('\n');
    rest = lines.pop()!;
    for (const line of lines) say(line);
  });
  stream.on('end', () => {
    if (rest !== '') say(rest);
  });
  stream.on('error', () => undefined);
}
