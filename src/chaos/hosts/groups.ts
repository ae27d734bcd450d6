/** The control groups of a host: what its processes may use, and whether they run at all. Version 1 of the kernel's. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostLedger } from './ledger.ts';

const root = '/sys/fs/cgroup';
const controllers = ['cpu', 'memory', 'blkio', 'freezer'] as const;
export type Controller = (typeof controllers)[number];
/** What a group gets beside a process that is not nice, and what each step of niceness leaves of it (`sched(7)`). */
const shares = 1_024;
const stepOfNiceness = 1.25;
const pollMs = 1;
const pollsMax = 10_000;

/** Why this machine has no control groups for hosts; undefined where it has. */
export function groupsRefusal(): string | undefined {
  const missing = controllers.filter((name) => !existsSync(join(root, name, 'cgroup.procs')));
  if (missing.length === 0) return undefined;
  return `Hosts need control groups of version 1, and ${root} has none for: ${missing.join(', ')}.`;
}

export class Groups {
  readonly #name: string;

  /** `weight` is its share of a busy machine, of that of a host. */
  constructor(ledger: HostLedger, host: number, weight = 1) {
    this.#name = `lockstep-${ledger.name}-${host}`;
    for (const controller of controllers) {
      const path = this.#path(controller);
      ledger.note({ kind: 'group', path });
      mkdirSync(path);
    }
    this.set('cpu', 'cpu.shares', sharesOf(getPriority(), weight));
  }

  /** Where a process writes its number to belong to them. */
  get memberFiles(): readonly string[] {
    return controllers.map((controller) => join(this.#path(controller), 'cgroup.procs'));
  }

  pids(): number[] {
    const lines = this.get('freezer', 'cgroup.procs').split('\n');
    return lines.filter((line) => line !== '').map(Number);
  }

  get(controller: Controller, file: string): string {
    return readFileSync(join(this.#path(controller), file), 'utf8');
  }

  set(controller: Controller, file: string, value: string | number): void {
    writeFileSync(join(this.#path(controller), file), `${value}`);
  }

  /** All processes of the host stand still, or go on; holds when it returns. */
  async freeze(isFrozen: boolean): Promise<void> {
    const wanted = isFrozen ? 'FROZEN' : 'THAWED';
    for (let poll = 0; poll < pollsMax; poll++) {
      // A process that forks meanwhile makes the kernel stop half way: it is asked again.
      this.set('freezer', 'freezer.state', wanted);
      if (this.get('freezer', 'freezer.state').trim() === wanted) return;
      await sleep(pollMs);
    }
    throw new Error(`The processes of a host did not become ${wanted}.`);
  }

  #path(controller: Controller): string {
    return join(root, controller, this.#name);
  }
}

/** The kernel weighs a group as one process that is not nice: hosts of a nice lab would take others' time. */
function sharesOf(niceness: number, weight: number): number {
  return Math.max(2, Math.round((weight * shares) / stepOfNiceness ** niceness));
}
