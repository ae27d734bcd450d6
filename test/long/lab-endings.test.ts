// The lab is ended at moments drawn at random, by Ctrl-C and by `kill -9`: of what it makes outside itself nothing is
// left, after `kill -9` once the next one has started. It needs root.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HostLedger } from '../../src/chaos/hosts/ledger.ts';
import { systemCommand } from '../../src/chaos/hosts/system-command.ts';
import { labRefusal } from '../../src/chaos/lab/lab.ts';
import { Random } from '../../src/std/random.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const refusal = labRefusal();
const moments = 10;
const momentMsMax = 20_000;
/** Its processes carry it, whatever becomes of their parents. */
const markName = 'LOCKSTEP_LAB_MARK';
/** A host that stands still, another build in a folder of its own, a disk that stands still. */
const faults = ['leader-frozen', 'another-wire-version', 'leader-disk-stands-still'];
const controllers = ['cpu', 'memory', 'blkio', 'freezer'];
/** What was ended may still be going away, on a machine that is busy. */
const goneMsMax = 30_000;
const pollMs = 100;

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Processes with a mark in their environment. */
function marked(mark: string): string[] {
  return entriesOf('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${markName}=${mark}`)
      );
    } catch {
      return false;
    }
  });
}

/** Of the lab with this process: what it has made outside of itself, by kind. */
async function madeBy({ pid, mark, folder }: Ended): Promise<Record<string, string[]>> {
  const isIts = (name: string): boolean => name.includes(`lockstep-${pid}-`) || name.includes(folder);
  const devices = await systemCommand('losetup', '--list', '--noheadings', '--output', 'BACK-FILE');
  const links = await systemCommand('ip', '-oneline', 'link', 'show');
  const found: Record<string, string[]> = {
    processes: marked(mark),
    ledgers: entriesOf('/run/lockstep-lab').filter((name) => name.startsWith(`${pid}-`)),
    namespaces: entriesOf('/var/run/netns').filter(isIts),
    'control groups': controllers.flatMap((name) => entriesOf(`/sys/fs/cgroup/${name}`).filter(isIts)),
    mounts: readFileSync('/proc/mounts', 'utf8').split('\n').filter(isIts),
    'loop devices': devices.split('\n').filter(isIts),
    // Its own ones are in namespaces.
    links: links.split('\n').filter((line) => /^\d+: (h\d|rack|bend)/.test(line)),
    'temporary files': entriesOf(folder),
  };
  return Object.fromEntries(Object.entries(found).filter(([, names]) => names.length > 0));
}

/** What is there once it had the time to go. */
async function leftOf(lab: Ended): Promise<Record<string, string[]>> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const left = await madeBy(lab);
    if (Object.keys(left).length === 0 || waitedMs >= goneMsMax) return left;
    await sleep(pollMs);
  }
}

interface Ended {
  readonly pid: number;
  readonly mark: string;
  /** Of its temporary files. */
  readonly folder: string;
  /** What it had said last. */
  readonly step: string;
}

/** Starts a lab as in a terminal, ends it after a while, and waits for its end. */
async function endedAfter(ms: number, signal: 'SIGINT' | 'SIGKILL', folder: string): Promise<Ended> {
  const mark = randomUUID();
  const child = spawn(process.execPath, ['scripts/run.js', 'src/chaos/main.ts', ...faults, '--repeat', '1'], {
    cwd: root,
    env: { ...process.env, TMPDIR: folder, [markName]: mark },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let step = 'nothing yet';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    step = text.trim().split('\n').at(-1)!;
  });
  const ended = once(child, 'exit');
  await Promise.race([sleep(ms), ended]);
  const last = step;
  // A terminal sends it to every process of its group.
  if (child.exitCode === null) process.kill(-child.pid!, signal);
  await ended;
  return { pid: child.pid!, mark, folder, step: last };
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(
    `nothing of a lab is left after ${signal === 'SIGINT' ? 'Ctrl-C' : 'kill -9 and the next start'}`,
    refusal === undefined ? {} : { skip: refusal },
    async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'lockstep-endings-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const random = new Random(signal === 'SIGINT' ? 1 : 2);
      for (let n = 1; n <= moments; n++) {
        const ms = random.below(momentMsMax);
        const lab = await endedAfter(ms, signal, folder);
        if (signal === 'SIGKILL') await (await HostLedger.open()).clear();
        t.diagnostic(`${n}: after ${ms} ms, at: ${lab.step}`);
        assert.deepEqual(await leftOf(lab), {}, `ended after ${ms} ms, at: ${lab.step}`);
      }
    },
  );
}
