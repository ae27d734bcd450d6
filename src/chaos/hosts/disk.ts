/**
 * The disk of a host: a file system of its own on a loop device, mounted where only the host sees it. It can be cut off
 * as a power switch does it: what was written and not flushed is gone after the next mount.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ioctl, lastError } from '../../io/system/native.ts';
import type { ProcessIdentity } from '../../ops/processes/process-identity.ts';
import { until } from '../waits.ts';
import type { HostLedger } from './ledger.ts';
import { systemCommand } from './system-command.ts';

export const fileSystems = ['xfs', 'ext4'] as const;
export type FileSystem = (typeof fileSystems)[number];

/** `FS_IOC_SHUTDOWN` of `linux/fs.h`, which XFS and ext4 know, and its flag: the file system's own log is lost, too. */
const FS_IOC_SHUTDOWN = 0x8004_587d;
const withoutLog = 2;
/** What the kernel calls its own boot; each host that has lost its power once has another one. */
const bootIdFile = '/proc/sys/kernel/random/boot_id';
/** The smallest XFS that mkfs makes has 300. */
const megabytes = 512;
export const blockBytes = 4_096;
const lastBlock = (megabytes * 1_048_576) / blockBytes - 1;

export class Disk {
  /** Where the host has it. */
  readonly path: string;
  readonly fileSystem: FileSystem;
  readonly #image: string;
  readonly #bootIdFile: string;
  #keeper: ProcessIdentity | undefined;
  #spoiled: { readonly order: string; readonly place: number } | undefined;

  private constructor(image: string, path: string, fileSystem: FileSystem) {
    this.#image = image;
    this.#bootIdFile = `${image}.boot`;
    this.path = path;
    this.fileSystem = fileSystem;
  }

  /** A disk that is empty and nowhere mounted; `folder` is one that goes away with the run. */
  static async make(folder: string, host: number, fileSystem: FileSystem): Promise<Disk> {
    const image = join(folder, `disk-${host}.img`);
    await systemCommand('truncate', '--size', `${megabytes}M`, image);
    await systemCommand(`mkfs.${fileSystem}`, '-q', image);
    return new Disk(image, join(folder, 'disk'), fileSystem);
  }

  /** The mount namespace of the keeper gets it. */
  async mountFor(keeper: ProcessIdentity, ledger: HostLedger): Promise<void> {
    this.#keeper = keeper;
    ledger.note({ kind: 'disk', keeper, path: this.path });
    await this.mount();
  }

  /** The device is freed with its last mount, however that ends. */
  async mount(): Promise<void> {
    await this.run('mount', '-o', 'loop', this.#image, this.path);
  }

  /** What was killed a moment ago may still hold a file of it, on a busy machine for longer. */
  async unmount(): Promise<void> {
    await until(`nothing uses the disk at ${this.path}`, async () => {
      try {
        await this.run('umount', this.path);
        return true;
      } catch (error) {
        if (error instanceof Error && error.message.includes('target is busy')) return false;
        throw error;
      }
    });
  }

  /**
   * After {@link cutOff}. To programs of the host it has booted: a tail that was torn between two boots was never
   * flushed, and one that is torn without a boot is damage.
   */
  async powerOn(): Promise<void> {
    await this.unmount();
    await this.mount();
    const isFirst = !existsSync(this.#bootIdFile);
    writeFileSync(this.#bootIdFile, `${randomUUID()}\n`);
    if (isFirst) await this.run('mount', '--bind', this.#bootIdFile, bootIdFile);
  }

  /**
   * A block of a file cannot be read from now on, as if that place of the disk were worn out: it is moved to the last
   * place, which is cut off. Nothing may have the file open. The file system is ext4.
   */
  async spoilBlock(path: string, block: number): Promise<void> {
    await this.unmount();
    const order = `bmap /${relative(this.path, path)} ${block}`;
    const place = Number(await systemCommand('debugfs', '-R', order, this.#image));
    await systemCommand('debugfs', '-w', '-R', `${order} ${lastBlock}`, this.#image);
    this.#spoiled = { order, place };
    await this.mount();
    await systemCommand('truncate', '--size', `-${blockBytes}`, this.#image);
  }

  /** The block is where it was before. */
  async mendBlock(): Promise<void> {
    const { order, place } = this.#spoiled!;
    await this.unmount();
    await systemCommand('truncate', '--size', `${megabytes}M`, this.#image);
    await systemCommand('debugfs', '-w', '-R', `${order} ${place}`, this.#image);
    await this.mount();
  }

  /** A file of it, as a process outside the host opens it. */
  outside(path = ''): string {
    return join(`/proc/${this.#keeper!.pid}/root`, this.path, path);
  }

  /**
   * From now on nothing reaches the disk and nothing can be read, until it is mounted again; what was not flushed is
   * lost.
   */
  cutOff(): void {
    const fd = openSync(this.outside(), constants.O_RDONLY);
    try {
      const flags = new Uint8Array(new Uint32Array([withoutLog]).buffer);
      if (ioctl(fd, FS_IOC_SHUTDOWN, flags) < 0) {
        throw new Error(`The file system could not be cut off: error ${lastError()}.`);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** The major and minor number of its device. */
  async device(): Promise<string> {
    return (await this.run('findmnt', '--noheadings', '--output', 'MAJ:MIN', this.path)).trim();
  }

  /** Runs a command of the system where the disk is seen. */
  run(program: string, ...words: readonly string[]): Promise<string> {
    return systemCommand('nsenter', '--target', `${this.#keeper!.pid}`, '--mount', '--', program, ...words);
  }
}
