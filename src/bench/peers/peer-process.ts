/** Processes of other people's servers: found on PATH, started in a folder of their own, ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The path of a program; undefined where it is not installed. Debian puts servers into sbin, which PATH may lack. */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Three processes of one program. */
export class PeerProcesses {
  readonly folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-peer-'));
  readonly #program: string;
  readonly #argumentsOf: (n: number) => readonly string[];
  readonly #children: (ChildProcess | undefined)[] = [];

  constructor(program: string, argumentsOf: (n: number, folder: string) => readonly string[]) {
    this.#program = program;
    this.#argumentsOf = (n) => argumentsOf(n, this.folder);
    process.once('exit', this.#abandon);
  }

  start(n: number): void {
    this.#children[n] = spawn(this.#program, this.#argumentsOf(n), { stdio: 'ignore' });
  }

  kill(n: number): void {
    this.#children[n]?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    process.off('exit', this.#abandon);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** This process ends in the midst of a run: nothing of it may stay. */
  readonly #abandon = (): void => {
    for (const child of this.#children) child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  };
}

/** Tries until it succeeds. */
export async function eventually<T>(what: string, attempt: () => Promise<T>, timeoutMs = 30_000): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > endMs) throw new Error(`${what} did not happen in time.`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
