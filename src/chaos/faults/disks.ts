/** Disks that are full, slow, read-only or stand still; power that is cut; bits that flip. */
import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { segmentNumber } from '../../journal/segment.ts';
import { stateFileName } from '../../journal/state-file.ts';
import { replicaFolder } from '../../ops/supervisor/cluster-folder.ts';
import { blockBytes } from '../hosts/disk.ts';
import { replicaHosts } from '../lab/host-configuration.ts';
import type { Lab } from '../lab/lab.ts';
import { isBeingKilled } from '../stopped-processes.ts';
import { type Fault, fails, inMemory, type StrikeStage, shows, soonMended } from './fault.ts';
import { takeSnapshot, withSnapshots } from './operations.ts';

const ballast = 'ballast';
const onExt4 = { fileSystem: 'ext4' } as const;
/** A full disk shows at the next segment: more orders than usual, so that it soon comes. */
const manyOrders = { sdkPerSecond: 600 } as const;
const fullMs = 4_000;

/**
 * Cuts the power of replicas' machines: what was not flushed is gone, and no packet says to others that they have
 * ended. Returns what shows it.
 */
export async function cutPower(lab: Lab, hosts: readonly number[]): Promise<string> {
  for (const host of hosts) await lab.hosts.plug(host, false);
  for (const host of hosts) lab.disk(host).cutOff();
  await lab.kill(...hosts);
  const [host = 0] = hosts;
  const disk = lab.disk(host);
  return fails(`the disk of host ${host} is gone`, () => disk.run('touch', join(disk.path, ballast)));
}

/** The machines start again. */
export async function restorePower(lab: Lab, hosts: readonly number[]): Promise<void> {
  for (const host of hosts) {
    await lab.disk(host).powerOn();
    await lab.hosts.plug(host, true);
    lab.start(host);
  }
}

const unflushed = 'what was not flushed is lost';

function powerCut(
  name: string,
  words: Pick<Fault, 'component' | 'effect' | 'severity'> & Partial<Fault>,
  which: (stage: StrikeStage) => readonly number[],
): Fault {
  let seen = '';
  return {
    name,
    failure: `its power is cut: ${unflushed}`,
    mitigation: 'Only what a majority has flushed is acknowledged.',
    rate: 'power',
    holdMs: 500,
    ...words,
    async strike(stage) {
      seen = await cutPower(stage.lab, which(stage));
    },
    proof: async () => seen,
    undo: (stage) => restorePower(stage.lab, which(stage)),
  };
}

const fullDisk = {
  component: 'disk of the leader',
  effect: 'Orders wait until a follower leads.',
  mitigation: 'A leader that cannot write hands over; a full follower does not count and is not waited for.',
  severity: 3,
  rate: 'disk',
  holdMs: 0,
  lab: manyOrders,
} as const;

/** Fills it, until its replica has found that out. */
async function fill({ lab, leader }: StrikeStage): Promise<void> {
  const disk = lab.disk(leader);
  const file = join(disk.path, ballast);
  // In steps that get smaller: the file system keeps its last blocks back.
  const script = `for unit in 16M 1M 64K 4K; do dd if=/dev/zero of=${file} bs=$unit oflag=append conv=notrunc 2>/dev/null; done; true`;
  await disk.run('bash', '-c', script);
  // It has room until its next segment.
  await lab.until(`replica ${leader} finds its disk full`, async () => {
    const statuses = await lab.statuses();
    return statuses.some(({ replicaId, diskFull }) => replicaId === leader && diskFull);
  });
}

const full: Fault = {
  ...fullDisk,
  name: 'leader-disk-full',
  failure: 'it is full',
  alarm: 'diskFull',
  async strike(stage) {
    await fill(stage);
    await sleep(fullMs);
  },
  proof: ({ lab, leader }) => {
    const disk = lab.disk(leader);
    const script = `dd if=/dev/zero of=${join(disk.path, ballast)} bs=64K count=1 oflag=append conv=notrunc`;
    return fails(`the disk of host ${leader} takes no more`, () => disk.run('bash', '-c', script));
  },
  async undo({ lab, leader }) {
    const disk = lab.disk(leader);
    await disk.run('rm', join(disk.path, ballast));
  },
};

const fullOnce: Fault = {
  ...fullDisk,
  name: 'leader-disk-full-once',
  failure: 'it is full when a segment is made, and has room again at once',
  effect: 'Orders wait until a follower leads, or a little.',
  unalarmed: 'It has room again before a notice would count.',
  async strike(stage) {
    const { lab, leader } = stage;
    await fill(stage);
    await lab.disk(leader).run('rm', join(lab.disk(leader).path, ballast));
  },
  proof: ({ lab, leader }) =>
    shows('room', async () => {
      const status = (await lab.statuses()).find(({ replicaId }) => replicaId === leader);
      if (status === undefined || status.diskFull) return undefined;
      return `replica ${leader} had found its disk full, and has room again`;
    }),
  undo: async () => undefined,
};

const readOnly: Fault = {
  name: 'leader-disk-read-only',
  component: 'disk of the leader',
  failure: 'an error makes the file system read-only',
  effect: 'Orders wait until a follower leads.',
  mitigation: 'A replica whose disk refuses a write or a flush ends; the others go on.',
  severity: 3,
  rate: 'disk',
  alarm: 'leaderChanged',
  holdMs: 2_000,
  // XFS does not become read-only: it is gone, as at a power cut.
  lab: onExt4,
  strike: async ({ lab, leader }) => {
    const disk = lab.disk(leader);
    await disk.run('mount', '-o', 'remount,abort', disk.path);
  },
  proof: ({ lab, leader }) => {
    const disk = lab.disk(leader);
    return fails(`the disk of host ${leader} cannot be written`, () =>
      disk.run('touch', join(disk.path, ballast)),
    );
  },
  async undo({ lab, leader }) {
    const disk = lab.disk(leader);
    await lab.kill(leader);
    await disk.unmount();
    await disk.mount();
    lab.start(leader);
  },
};

const still: Fault = {
  name: 'leader-disk-stands-still',
  component: 'disk of the leader',
  failure: 'no write ends for 5 s (fsfreeze)',
  effect: 'Orders wait until a follower leads.',
  mitigation: 'A leader whose flush does not return is replaced.',
  severity: 3,
  unalarmed: 'The leader hands over by itself, or its disk goes on before.',
  rate: 'disk',
  holdMs: 5_000,
  // What waits for this disk does not end either.
  isAlone: true,
  strike: async ({ lab, leader }) => {
    const disk = lab.disk(leader);
    await disk.run('fsfreeze', '--freeze', disk.path);
  },
  proof: ({ lab, leader }) => {
    const disk = lab.disk(leader);
    // What stands still cannot be stopped again.
    return fails(`the disk of host ${leader} stands still`, () =>
      disk.run('fsfreeze', '--freeze', disk.path),
    );
  },
  undo: async ({ lab, leader }) => {
    const disk = lab.disk(leader);
    // Where its process has ended itself, that takes effect once its threads come back from the disk.
    const isEnding = !lab.isRunning(leader) || isBeingKilled(lab.pidOf(leader));
    await disk.run('fsfreeze', '--unfreeze', disk.path);
    if (!isEnding) return;
    await lab.until(`the process of host ${leader} is gone`, () => !lab.isRunning(leader));
    lab.start(leader);
  },
};

const writesPerSecond = 20;

function slow(name: string, component: string, which: (stage: StrikeStage) => number): Fault {
  // That of the strike: mounted again, the disk may have another one.
  let device = '';
  return {
    name,
    component,
    failure: `it writes ${writesPerSecond} times in a second`,
    effect: 'Answers are late, or another replica leads.',
    mitigation: 'A quorum does not wait for the slowest; flushes take together what waits.',
    severity: 2,
    unalarmed:
      'Whether a disk is ten times as slow as another one is a matter of what else the machine does.',
    rate: 'disk',
    holdMs: 4_000,
    async strike(stage) {
      const host = which(stage);
      device = await stage.lab.disk(host).device();
      const limit = `${device} ${writesPerSecond}`;
      stage.lab.groups(host).set('blkio', 'blkio.throttle.write_iops_device', limit);
    },
    proof: async (stage) => {
      const host = which(stage);
      const { lab } = stage;
      const file = join(lab.disk(host).path, ballast);
      const count = 10;
      const fromMs = performance.now();
      await lab.runIn(host, 'dd', 'if=/dev/zero', `of=${file}`, 'bs=4k', `count=${count}`, 'oflag=direct');
      const tookMs = Math.round(performance.now() - fromMs);
      const leastMs = ((count - 2) * 1_000) / writesPerSecond;
      if (tookMs < leastMs)
        throw new Error(`The fault did not take effect: ${count} writes took ${tookMs} ms.`);
      return `${count} writes on host ${host} took ${tookMs} ms`;
    },
    async undo(stage) {
      stage.lab.groups(which(stage)).set('blkio', 'blkio.throttle.write_iops_device', `${device} 0`);
    },
  };
}

interface Flipped {
  readonly isMeant: (file: string) => boolean;
  /** Makes such a file where there is none by itself. */
  readonly prepare?: (stage: StrikeStage) => Promise<void>;
}

/** Flips a bit in each of some bytes of a file in the data folder of a follower while that is down. */
function flipped(
  name: string,
  what: string,
  { isMeant, prepare }: Flipped,
  more: Partial<Fault> = {},
): Fault {
  let seen = '';
  return {
    name,
    component: 'disk of a follower',
    failure: `bits of its ${what} flip while it is down`,
    effect: 'None.',
    mitigation: 'Everything has a checksum; what is spoiled is fetched from the others.',
    severity: 1,
    unalarmed: soonMended,
    rate: 'disk',
    holdMs: 500,
    spoilsDisk: true,
    ...more,
    async strike(stage) {
      const { lab, followers, struck } = stage;
      const host = followers[0]!;
      await prepare?.(stage);
      await lab.stop(host);
      const folder = replicaFolder(lab.disk(host).outside(), host);
      const files = readdirSync(folder).filter(isMeant);
      if (files.length === 0) throw new Error(`Replica ${host} has no ${what}.`);
      seen = flipBits(join(folder, files.toSorted()[0]!));
      struck();
      lab.start(host);
    },
    proof: async () => seen,
    undo: async () => undefined,
  };
}

const isSegment = (name: string): boolean => segmentNumber(name) !== undefined;
/** Behind the header of a segment. */
const spoiledBlock = 1;

function unreadablePage(): Fault {
  const fileOf = ({ lab, followers }: StrikeStage): string => {
    const host = followers[0]!;
    const folder = replicaFolder(lab.disk(host).path, host);
    const inside = replicaFolder(lab.disk(host).outside(), host);
    return join(folder, readdirSync(inside).filter(isSegment).toSorted()[0]!);
  };
  return {
    name: 'journal-page-unreadable',
    component: 'disk of a follower',
    failure: 'a page of its journal cannot be read',
    effect: 'None.',
    mitigation:
      'The process ends, for the kernel ends what maps such a page; the others are a quorum and go on.',
    severity: 1,
    rate: 'disk',
    alarm: 'memberLost',
    // A member is missed after 5 s.
    holdMs: 9_000,
    isAlone: true,
    lab: onExt4,
    async strike(stage) {
      const { lab, followers } = stage;
      const host = followers[0]!;
      await lab.stop(host);
      await lab.disk(host).spoilBlock(fileOf(stage), spoiledBlock);
      lab.start(host);
    },
    async proof(stage) {
      const { lab, followers } = stage;
      const host = followers[0]!;
      const disk = lab.disk(host);
      const words = [
        `if=${fileOf(stage)}`,
        'of=/dev/null',
        'status=none',
        `bs=${blockBytes}`,
        `skip=${spoiledBlock}`,
        'count=1',
      ];
      const seen = await fails(`a page of host ${host} cannot be read`, () => disk.run('dd', ...words));
      return shows('the end of the replica', async () => (lab.isRunning(host) ? undefined : seen));
    },
    async undo({ lab, followers }) {
      const host = followers[0]!;
      await lab.kill(host);
      await lab.disk(host).mendBlock();
      lab.start(host);
    },
  };
}

const flippedBytes = 4;

/** Returns what it did, read back from the file. */
function flipBits(file: string): string {
  const { size } = statSync(file);
  const fd = openSync(file, 'r+');
  try {
    const words: string[] = [];
    const byte = new Uint8Array(1);
    for (let n = 0; n < flippedBytes; n++) {
      // In the first part, where also a file that is reserved ahead holds something.
      const at = Math.floor((Math.min(size, 65_536) * (n + 1)) / (flippedBytes + 1));
      readSync(fd, byte, 0, 1, at);
      const before = byte[0]!;
      byte[0]! ^= 0x10;
      writeSync(fd, byte, 0, 1, at);
      readSync(fd, byte, 0, 1, at);
      words.push(`byte ${at}: ${before}, now ${byte[0]}`);
    }
    return words.join('; ');
  } finally {
    closeSync(fd);
  }
}

export const diskFaults: readonly Fault[] = [
  full,
  fullOnce,
  readOnly,
  still,
  slow('leader-disk-slow', 'disk of the leader', ({ leader }) => leader),
  slow('follower-disk-slow', 'disk of a follower', ({ followers }) => followers[0]!),
  flipped('journal-bits-flip', 'journal', { isMeant: isSegment }, { sign: /is damaged/ }),
  flipped(
    'state-file-bits-flip',
    'state file',
    { isMeant: (name) => name === stateFileName },
    { sign: /may have lost something/ },
  ),
  flipped(
    'snapshot-bits-flip',
    'snapshot',
    {
      isMeant: (name) => name.endsWith('.snap'),
      prepare: async ({ lab, followers }) => {
        await takeSnapshot(lab, followers[0]!);
      },
    },
    { lab: withSnapshots, isAlone: true },
  ),
  unreadablePage(),
];

export const powerFaults: readonly Fault[] = [
  powerCut(
    'power-cut-leader',
    {
      component: 'machine of the leader',
      effect: 'Orders wait until a follower leads.',
      severity: 3,
      alarm: 'leaderChanged',
    },
    ({ leader }) => [leader],
  ),
  powerCut(
    'power-cut-leader-in-memory',
    {
      component: 'machine of the leader, with orders acknowledged from memory',
      effect: 'Orders wait until a follower leads.',
      mitigation: 'A majority has what was acknowledged; the machine counts again once it has caught up.',
      severity: 3,
      alarm: 'leaderChanged',
      lab: inMemory,
    },
    ({ leader }) => [leader],
  ),
  powerCut(
    'power-cut-follower',
    {
      component: 'machine of a follower',
      effect: 'None.',
      severity: 1,
      alarm: 'memberLost',
      // A member is missed after 5 s.
      measuredHoldMs: 9_000,
    },
    ({ followers }) => followers.slice(0, 1),
  ),
  powerCut(
    'power-cut-majority',
    {
      component: 'machines of the leader and a follower',
      failure: `their power is cut: ${unflushed}`,
      effect: 'Orders wait until a quorum runs again.',
      severity: 4,
      alarm: 'leaderChanged',
      isNoticedAfterwards: true,
    },
    ({ leader, followers }) => [leader, followers[0]!],
  ),
  powerCut(
    'power-cut-all',
    {
      component: 'machines of all replicas',
      failure: `their power is cut: ${unflushed}`,
      effect: 'Orders wait until a quorum runs again.',
      severity: 4,
      alarm: 'leaderChanged',
      isNoticedAfterwards: true,
    },
    () => replicaHosts,
  ),
  powerCut(
    'power-cut-all-ext4',
    {
      component: 'machines of all replicas, with ext4',
      failure: `their power is cut: ${unflushed}`,
      effect: 'Orders wait until a quorum runs again.',
      severity: 4,
      alarm: 'leaderChanged',
      isNoticedAfterwards: true,
      lab: onExt4,
    },
    () => replicaHosts,
  ),
];
