/** A person at a terminal, which `script` of util-linux makes: gives a command, and types answers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { programFile } from '../../version.ts';

/** Why there is none here; false where there is. */
export const noTerminal =
  spawnSync('script', ['--version']).error === undefined ? false : 'script is not installed';

export const ctrlC = '\x03';
export const ctrlD = '\x04';

export class Person {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #screen = '';
  #read = 0;

  constructor(context: TestContext, words: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
    const line = `exec "${process.execPath}" "${programFile}" ${words.join(' ')}`;
    this.#child = spawn('script', ['-qefc', line, '/dev/null'], {
      cwd: this.folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#ended = once(this.#child, 'exit');
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#screen += chunk.toString();
    });
    context.after(() => {
      this.#child.kill('SIGKILL');
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Waits until it is on the screen, after what was read before. */
  async reads(text: string): Promise<void> {
    let at = -1;
    while (at < 0) {
      at = this.#screen.indexOf(text, this.#read);
      if (at >= 0) break;
      assert.equal(this.#child.exitCode, null, this.#screen);
      await sleep(5);
    }
    this.#read = at + text.length;
  }

  types(text: string): void {
    this.#child.stdin!.write(text);
  }

  /** The exit code. */
  async ends(): Promise<number> {
    const [code] = await this.#ended;
    return code as number;
  }

  get screen(): string {
    return this.#screen;
  }

  get files(): string[] {
    return readdirSync(this.folder);
  }
}
