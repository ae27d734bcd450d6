/** What a machine must be like that runs Lockstep: its disk, memory, kernel settings, limits and clock. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultDatagramSettings } from '../../io/sockets/settings.ts';
import { bytesPerMegabyte } from '../../std/units.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { messageOf } from '../failure.ts';
import { type Diagnosis, good, unknown, warning, wrong } from './diagnosis.ts';
import { textAt } from './units.ts';

const flushes = 100;
const flushBytes = 4_096;
/** Slower flushes hold up every order with `durability: disk`. */
const flushP99UsGood = 10_000;
const flushMedianUsMax = 100_000;
/** No device that keeps its data without power flushes faster than this. */
const flushMedianUsMin = 8;
/** A replica with some thousand instruments and a million open orders. */
const memoryBytesGood = 2_048 * bytesPerMegabyte;
export const memoryBytesMin = 512 * bytesPerMegabyte;
/** Descriptors beside those of its connections: segments, snapshots, sockets, threads. */
export const ownDescriptors = 256;
/** File systems in memory, by the number of their kind (statfs(2)). */
const memoryFileSystems: ReadonlyMap<number, string> = new Map([
  [0x0102_1994, 'tmpfs'],
  [0x8584_58f6, 'ramfs'],
]);
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff53_4d42, 'CIFS'],
  [0xfe53_4d42, 'SMB'],
]);

/** Whether it can be written; for a replica also space, flush speed, and whether what is flushed is kept. */
export function diskFindings(
  dataFolder: string,
  { journal, snapshot, durability }: ConfigurationFile,
  hasJournal: boolean,
): Diagnosis[] {
  let folder: string;
  try {
    folder = mkdtempSync(join(dataFolder, 'doctor-'));
  } catch (error) {
    return [
      wrong(
        'disk',
        `${dataFolder} cannot be written: ${messageOf(error)}.`,
        'Make it, for the user that runs Lockstep, and run the doctor as that user (runuser -u lockstep).',
      ),
    ];
  }
  try {
    if (!hasJournal) return [good('disk', `${dataFolder} can be written.`)];
    return [
      spaceFinding(folder, dataFolder, journal.segmentMegabytes, snapshot.everyMegabytes),
      kindFinding(folder, dataFolder, durability),
      flushFinding(folder, dataFolder, durability),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spaceFinding(folder: string, shown: string, segment: number, snapshotEvery: number): Diagnosis {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / bytesPerMegabyte);
  // What is logged until a snapshot is there, that snapshot and the one before, and a segment on each side.
  const needed = 3 * snapshotEvery + 2 * segment;
  const text = `${free} MB are free in ${shown}`;
  if (free >= needed) return good('disk space', `${text}; ${needed} are needed to begin.`);
  const remedy = `Make room: ${needed} MB are needed to begin (segments, and the log between two snapshots).`;
  return free < 2 * segment + 1
    ? wrong('disk space', `${text}.`, remedy)
    : warning('disk space', `${text}.`, remedy);
}

function kindFinding(folder: string, shown: string, durability: ConfigurationFile['durability']): Diagnosis {
  const { type } = statfsSync(folder);
  const inMemory = memoryFileSystems.get(type);
  if (inMemory !== undefined) {
    const text = `${shown} is a ${inMemory}: it is gone when the machine loses power.`;
    const remedy = 'Put the data folder on a disk (key dataFolder).';
    return durability === 'disk' ? wrong('disk kind', text, remedy) : warning('disk kind', text, remedy);
  }
  const network = networkFileSystems.get(type);
  if (network !== undefined)
    return wrong(
      'disk kind',
      `${shown} is on ${network}: its locks and flushes are those of another machine.`,
      'Put the data folder on a disk of this machine (key dataFolder).',
    );
  return good('disk kind', `${shown} is on a disk of this machine.`);
}

function flushFinding(folder: string, shown: string, durability: ConfigurationFile['durability']): Diagnosis {
  const file = openSync(join(folder, 'flush'), 'w');
  const block = Buffer.alloc(flushBytes);
  const timesUs: number[] = [];
  try {
    // A journal's segments are allocated before they are written.
    for (let n = 0; n < flushes; n++) writeSync(file, block, 0, flushBytes, n * flushBytes);
    fdatasyncSync(file);
    for (let n = 0; n < flushes; n++) {
      block.writeUInt32LE(n);
      const startedUs = performance.now() * 1_000;
      writeSync(file, block, 0, flushBytes, n * flushBytes);
      fdatasyncSync(file);
      timesUs.push(performance.now() * 1_000 - startedUs);
    }
  } catch (error) {
    const isFull = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
    const remedy = isFull ? 'Make room on it.' : 'Replace the disk.';
    return wrong('disk flush', `A flush in ${shown} failed: ${messageOf(error)}.`, remedy);
  } finally {
    closeSync(file);
  }
  return judgeFlushes(timesUs, shown, durability);
}

/** What the times of flushes say of a disk. */
export function judgeFlushes(
  timesUs: readonly number[],
  shown: string,
  durability: ConfigurationFile['durability'],
): Diagnosis {
  const sorted = timesUs.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  const [medianUs, p99Us] = [at(0.5), at(0.99)];
  const text = `A flush in ${shown} takes ${milliseconds(medianUs)} ms (median), ${milliseconds(p99Us)} ms (p99)`;
  if (medianUs < flushMedianUsMin && durability === 'disk')
    return warning(
      'disk flush',
      `${text}: so fast that it may not reach the device.`,
      'Look whether the file system is mounted with barriers, and whether the disk, its controller or the hypervisor acknowledges ' +
        'what lies in a cache without a battery: what was acknowledged is lost with the power then.',
    );
  if (medianUs > flushMedianUsMax && durability === 'disk')
    return wrong(
      'disk flush',
      `${text}: every order waits for it.`,
      'Use another disk (an SSD that keeps its cache without power), alone for Lockstep.',
    );
  if (p99Us > flushP99UsGood)
    return warning('disk flush', `${text}.`, 'Use a faster disk, or keep other programs off this one.');
  return good('disk flush', `${text}.`);
}

function milliseconds(us: number): string {
  return (us / 1_000).toFixed(2);
}

export function memoryFindings(
  limits: Pick<ConfigurationFile['limits'], 'ringMegabytes' | 'eventRingMegabytes'>,
  read = textAt,
): Diagnosis[] {
  const info = read('/proc/meminfo');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(info)?.[1] ?? 0);
  const available = kilobytes('MemAvailable') * 1_024;
  const text = `${Math.floor(available / bytesPerMegabyte)} MB of ${Math.floor(totalmem() / bytesPerMegabyte)} MB memory are free`;
  const rings = (limits.ringMegabytes + limits.eventRingMegabytes) * bytesPerMegabyte;
  const memory =
    available < memoryBytesMin + rings
      ? wrong('memory', `${text}.`, 'Give the machine more memory, or end other programs.')
      : available < memoryBytesGood + rings
        ? warning(
            'memory',
            `${text}.`,
            `${memoryBytesGood / bytesPerMegabyte} MB hold a million open orders.`,
          )
        : good('memory', `${text}.`);
  const swapUsed = kilobytes('SwapTotal') - kilobytes('SwapFree');
  const swap =
    kilobytes('SwapTotal') === 0
      ? good('swap', 'There is no swap.')
      : warning(
          'swap',
          `There is swap, of which ${Math.floor(swapUsed / 1_024)} MB are in use.`,
          'A replica whose memory lies on a disk answers as slowly as one that hangs: "swapoff -a", or vm.swappiness = 1.',
        );
  return [memory, swap];
}

/** A packet that was lost is sent again after so long. */
const resendUs = 20_000;

/** Settings of the kernel: what they are, and what deploy/sysctl/60-lockstep.conf says. */
export function kernelFindings(read = textAt): Diagnosis[] {
  const { receiveBufferBytes, sendBufferBytes } = defaultDatagramSettings;
  const settings = [
    settingFinding(read, 'net.core.rmem_max', { least: receiveBufferBytes }),
    settingFinding(read, 'net.core.wmem_max', { least: sendBufferBytes }),
    settingFinding(read, 'net.core.somaxconn', { least: 4_096 }),
    settingFinding(read, 'net.ipv4.tcp_rto_min_us', { most: resendUs }),
    settingFinding(read, 'net.ipv4.tcp_thin_linear_timeouts', { least: 1 }),
  ];
  return [...settings, hugePagesFinding(read)];
}

function settingFinding(
  read: (path: string) => string,
  name: string,
  { least = 0, most = Number.POSITIVE_INFINITY }: { readonly least?: number; readonly most?: number },
): Diagnosis {
  const text = readSetting(read, name);
  if (text === undefined) return unknown('kernel', `${name} cannot be read here.`);
  const value = Number(text);
  return value >= least && value <= most
    ? good('kernel', `${name} is ${text}.`)
    : warning(
        'kernel',
        `${name} is ${text}; ${value < least ? least : most} is right.`,
        'Install deploy/sysctl/60-lockstep.conf to /etc/sysctl.d and run "sysctl --system".',
      );
}

function readSetting(read: (path: string) => string, name: string): string | undefined {
  const text = read(`/proc/sys/${name.replaceAll('.', '/')}`).trim();
  return text === '' ? undefined : text;
}

function hugePagesFinding(read: (path: string) => string): Diagnosis {
  const text = read('/sys/kernel/mm/transparent_hugepage/enabled');
  if (text === '') return unknown('kernel', 'Whether the kernel gives large pages cannot be seen here.');
  return text.includes('[never]')
    ? warning(
        'kernel',
        'Large pages are switched off: deep books are slower.',
        'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
      )
    : good('kernel', 'Large pages are given to programs that ask.');
}

/** For a machine without a unit, whose processes may open what this one may. */
export function descriptorsFinding(read = textAt): Diagnosis {
  const soft = /^Max open files +(\d+|unlimited)/m.exec(read('/proc/self/limits'))?.[1];
  const count = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft ?? 0);
  return count >= 1_000 + ownDescriptors
    ? good('limits', `This user may open ${soft} files.`)
    : warning(
        'limits',
        `This user may open ${soft ?? 'an unknown number of'} files here.`,
        'Units of deploy/systemd say LimitNOFILE=16384; elsewhere raise "ulimit -n".',
      );
}

/** Whether something keeps the clock of this machine right. */
export async function clockFinding(): Promise<Diagnosis> {
  const { execFile } = await import('node:child_process');
  const run = promisify(execFile);
  const remedy = 'Run chrony or systemd-timesyncd on every machine, with the same servers.';
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
      timeout: 5_000,
    });
    return stdout.trim() === 'yes'
      ? good('clock', 'The clock is synchronised.')
      : warning('clock', 'The clock is not synchronised.', remedy);
  } catch {
    return unknown(
      'clock',
      'Whether the clock is synchronised cannot be seen here (no timedatectl).',
      remedy,
    );
  }
}
