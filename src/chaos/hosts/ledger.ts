/**
 * Everything that a run makes outside itself, noted in a file before it is made: a run that was killed is cleaned up by
 * the next one from its notes. {@link HostLedger.clear} takes all back, the last first.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isAlive,
  isRunning,
  ownIdentity,
  type ProcessIdentity,
} from '../../ops/processes/process-identity.ts';
import { systemCommand } from './system-command.ts';

const folder = '/run/lockstep-lab';
const namespacesFolder = '/var/run/netns';
/** Of a try whether this machine can have namespaces, which is in no ledger. */
const probePattern = /^lockstep-(\d+)-probe$/;
const pollMs = 5;
const pollsMax = 2_000;

export type Thing =
  | { readonly kind: 'namespace'; readonly name: string }
  /** A control group; what runs in it ends. */
  | { readonly kind: 'group'; readonly path: string }
  /** A file system that may have been made to stand still, in the mount namespace of a process. */
  | { readonly kind: 'disk'; readonly keeper: ProcessIdentity; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

export class HostLedger {
  /** Part of all names of this run. */
  readonly name: string;
  readonly #things: Thing[];
  readonly #file: string;
  readonly #underWay = new Set<Promise<unknown>>();
  #cleared: Promise<void> | undefined;

  private constructor(name: string, things: Thing[]) {
    this.name = name;
    this.#things = things;
    this.#file = join(folder, name);
  }

  /** A new one of this process, after those of dead processes have been cleared. */
  static async open(): Promise<HostLedger> {
    mkdirSync(folder, { recursive: true });
    for (const name of entriesOf(namespacesFolder)) {
      const [, pid] = probePattern.exec(name) ?? [];
      if (pid !== undefined && !isAlive(Number(pid))) await removeNamespace(name);
    }
    for (const name of readdirSync(folder)) {
      const [pid, startedTicks = ''] = name.split('-');
      if (!isRunning({ pid: Number(pid), startedTicks })) await HostLedger.#clearDead(name);
    }
    const { pid, startedTicks } = ownIdentity();
    const ledger = new HostLedger(`${pid}-${startedTicks}-${opened++}`, []);
    ownLedgers.add(ledger);
    return ledger;
  }

  /** Another run that starts at this moment may be quicker. */
  static async #clearDead(name: string): Promise<void> {
    try {
      await HostLedger.#read(name).clear();
    } catch (error) {
      if (existsSync(join(folder, name))) throw error;
    }
  }

  static #read(name: string): HostLedger {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    // The last line of a run that was killed may be half a one: what it would have named was not made.
    return new HostLedger(
      name,
      lines.slice(0, -1).map((line) => JSON.parse(line) as Thing),
    );
  }

  /** Takes back all that this process has made; nothing more can be made in it. */
  static async close(): Promise<void> {
    isClosed = true;
    for (const ledger of ownLedgers) await ledger.clear();
  }

  /** Before the thing is made. */
  note(thing: Thing): void {
    this.assertOpen();
    appendFileSync(this.#file, `${JSON.stringify(thing)}\n`);
    this.#things.push(thing);
  }

  /**
   * Notes a thing that another process makes, and has it made: what is under way while all is taken back is waited for,
   * or it would come after its removal.
   */
  async make<T>(thing: Thing, making: () => Promise<T>): Promise<T> {
    this.note(thing);
    return this.whileOpen(making);
  }

  /** A step after which something runs outside this process; none begins while all is taken back. */
  async whileOpen<T>(step: () => Promise<T>): Promise<T> {
    this.assertOpen();
    const made = step();
    this.#underWay.add(made);
    try {
      return await made;
    } finally {
      this.#underWay.delete(made);
    }
  }

  /** A folder for temporary files, of this run alone. */
  makeFolder(purpose: string): string {
    const path = join(tmpdir(), `${purpose}-${this.name}`);
    this.note({ kind: 'folder', path });
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  assertOpen(): void {
    if (isClosed || this.#cleared !== undefined) throw new Error('The run is being ended.');
  }

  /** The same end for all that ask for it. */
  clear(): Promise<void> {
    this.#cleared ??= this.#takeAllBack();
    return this.#cleared;
  }

  async #takeAllBack(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    const isFolder = ({ kind }: Thing): boolean => kind === 'folder';
    // Folders last: then nothing runs any more that could write there.
    const others = this.#things.filter((each) => !isFolder(each)).toReversed();
    const problems: unknown[] = [];
    for (const thing of [...others, ...this.#things.filter(isFolder).toReversed()])
      await takeBack(thing).catch((problem) => problems.push(problem));
    ownLedgers.delete(this);
    // The next start tries again what could not be taken back.
    if (problems.length > 0) throw problems[0];
    rmSync(this.#file, { force: true });
  }
}

let opened = 1;
let isClosed = false;
const ownLedgers = new Set<HostLedger>();

async function takeBack(thing: Thing): Promise<void> {
  switch (thing.kind) {
    case 'namespace':
      return removeNamespace(thing.name);
    case 'group':
      return removeGroup(thing.path);
    case 'disk':
      return letGoOn(thing.keeper, thing.path);
    case 'folder':
      rmSync(thing.path, { recursive: true, force: true });
  }
}

async function removeNamespace(name: string): Promise<void> {
  if (!entriesOf(namespacesFolder).includes(name)) return;
  const pids = await systemCommand('ip', 'netns', 'pids', name);
  for (const pid of numbersIn(pids)) await endProcess(pid);
  await systemCommand('ip', 'netns', 'delete', name);
}

async function removeGroup(path: string): Promise<void> {
  const names = entriesOf(path);
  if (names.length === 0) return;
  if (names.includes('freezer.state')) appendFileSync(join(path, 'freezer.state'), 'THAWED');
  // The last process of a group leaves it only when it is gone altogether; one that was being started may come late.
  for (let poll = 0; ; poll++) {
    for (const pid of numbersIn(readFileSync(join(path, 'cgroup.procs'), 'utf8'))) await endProcess(pid);
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || poll === pollsMax) throw error;
      await sleep(pollMs);
    }
  }
}

/** A file system that stands still outlives its last mount, and holds its device for ever. */
async function letGoOn(keeper: ProcessIdentity, path: string): Promise<void> {
  if (!isRunning(keeper)) return;
  const inside = ['--target', `${keeper.pid}`, '--mount', '--'];
  await systemCommand('nsenter', ...inside, 'fsfreeze', '--unfreeze', path).catch(() => undefined);
}

async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
    for (let poll = 0; poll < pollsMax; poll++) {
      process.kill(pid, 0);
      if (hasEnded(pid)) return;
      await sleep(pollMs);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether a process runs no more; its parent may not have asked for its end yet. */
export function hasEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function numbersIn(text: string): number[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}
