/**
 * File systems that are mounted for one test, in a namespace of its own: this process reaches them through /proc, and
 * no other one sees them. They are gone with the process that holds the namespace.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** The holder ends by itself where the test is killed. */
const holderSeconds = 600;

export class OwnMounts {
  readonly #holder: ChildProcess;
  readonly #folder: string;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.#folder = folder;
  }

  /** Ends with the test; a text says why there can be none here. */
  static async open(t: TestContext): Promise<OwnMounts | string> {
    if (process.getuid?.() !== 0) return 'only root mounts file systems';
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-mounts-'));
    const held = `echo ready; exec sleep ${holderSeconds}`;
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', held], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => {
      holder.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
    const said = await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'error'),
      once(holder, 'exit'),
    ]);
    if (!String(said[0]).startsWith('ready')) return `no mount namespace can be made here: ${said[0]}`;
    return new OwnMounts(holder, folder);
  }

  /** An empty file system in memory that holds so much; gives its path. */
  tmpfs(name: string, size: string): string {
    const at = join(this.#folder, name);
    mkdirSync(at);
    this.#run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at);
    return `/proc/${this.#holder.pid}/root${at}`;
  }

  /** Shows one of them at another place, too; gives its path. */
  bind(name: string, as: string): string {
    const at = join(this.#folder, as);
    mkdirSync(at, { recursive: true });
    this.#run('mount', '--bind', join(this.#folder, name), at);
    return `/proc/${this.#holder.pid}/root${at}`;
  }

  unmount(name: string): void {
    this.#run('umount', '--lazy', join(this.#folder, name));
  }

  /** Mounts it with other options, such as `ro`. */
  remount(name: string, options: string): void {
    this.#run('mount', '-o', `remount,${options}`, join(this.#folder, name));
  }

  #run(...words: readonly string[]): void {
    const { status, stderr } = spawnSync('nsenter', ['--mount', `--target=${this.#holder.pid}`, ...words]);
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  }
}
