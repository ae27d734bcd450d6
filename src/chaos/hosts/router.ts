/**
 * The process that bends links: the kernel of the router's namespace hands it the packets of such links over a TUN
 * device, and what it writes there the kernel forwards to the host that they are for. Orders come as lines of JSON on
 * the standard input; each is answered with a line once it holds. It ends with its input.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { ioctl, lastError, ppoll, read, write } from '../../io/system/native.ts';
import { EAGAIN, EINTR, POLLIN, pollfdBytes, timespecBytes } from '../../io/system/platform.ts';
import { Random } from '../../std/random.ts';
import { type Conditions, directionOf, type LinkOrder } from './conditions.ts';
import { PacketsOnTheirWay } from './packets-on-their-way.ts';

const packetBytesMax = 65_536;
/** Packets that wait beyond these are lost, as in the queue of a real router. */
const waitingMax = 20_000;
const ordersBytesMax = 65_536;
const headerBytes = 20;
const sourceAt = 12;
const targetAt = 16;

/** `linux/if_tun.h`, `linux/if.h`. */
const TUNSETIFF = 0x4004_54ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const ifreqBytes = 40;
const ifreqFlagsAt = 16;

const nsPerMs = 1_000_000;
const nsPerSecond = 1_000_000_000;

class Router {
  readonly #random: Random;
  readonly #conditions = new Map<string, Conditions>();
  readonly #waiting = new PacketsOnTheirWay();
  readonly #tun: number;
  readonly #packet = new Uint8Array(packetBytesMax);

  constructor(device: string, seed: number) {
    this.#random = new Random(seed);
    this.#tun = openTun(device);
  }

  /** Runs until the input ends. */
  run(): void {
    const entries = new Uint8Array(2 * pollfdBytes);
    const view = new DataView(entries.buffer);
    view.setInt32(0, this.#tun, true);
    view.setInt16(4, POLLIN, true);
    view.setInt32(pollfdBytes, 0, true);
    view.setInt16(pollfdBytes + 4, POLLIN, true);
    const timeout = new BigInt64Array(timespecBytes / 8);
    for (;;) {
      const waitNs = Math.min(Math.max(this.#waiting.nextDueNs - nowNs(), 0), nsPerSecond);
      timeout[0] = BigInt(Math.floor(waitNs / nsPerSecond));
      timeout[1] = BigInt(Math.ceil(waitNs % nsPerSecond));
      if (ppoll(entries, 2, new Uint8Array(timeout.buffer), 0) < 0 && lastError() !== EINTR) {
        throw new Error(`ppoll failed with error ${lastError()}.`);
      }
      if (view.getInt16(pollfdBytes + 6, true) !== 0 && !this.#takeOrders()) break;
      if (view.getInt16(6, true) !== 0) this.#takePackets();
      for (let bytes = this.#waiting.take(nowNs()); bytes; bytes = this.#waiting.take(nowNs())) {
        // What the kernel does not take is lost.
        write(this.#tun, bytes, bytes.length);
      }
    }
    closeSync(this.#tun);
  }

  #rest = '';

  /** False once the input has ended. */
  #takeOrders(): boolean {
    const bytes = new Uint8Array(ordersBytesMax);
    const length = read(0, bytes, bytes.length);
    if (length < 0) return lastError() === EAGAIN || lastError() === EINTR;
    const lines = (this.#rest + Buffer.from(bytes.subarray(0, length)).toString()).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const { from, to, conditions } = JSON.parse(line) as LinkOrder;
      if (conditions === null) this.#conditions.delete(directionOf(from, to));
      else this.#conditions.set(directionOf(from, to), conditions);
      process.stdout.write('done\n');
    }
    return length > 0;
  }

  #takePackets(): void {
    for (;;) {
      const length = read(this.#tun, this.#packet, packetBytesMax);
      if (length < 0) return;
      this.#take(this.#packet.slice(0, length));
    }
  }

  #take(packet: Uint8Array): void {
    const random = this.#random;
    const direction = directionOf(addressAt(packet, sourceAt), addressAt(packet, targetAt));
    const {
      delayMs = 0,
      jitterMs = 0,
      packetBytesMax: fits = packetBytesMax,
      ...shares
    } = this.#conditions.get(direction) ?? {};
    const isOne = (percent = 0): boolean => random.chance(percent / 100);
    if (isOne(shares.lossPercent) || packet.length > fits || this.#waiting.count >= waitingMax) return;
    if (isOne(shares.corruptPercent) && packet.length > headerBytes) {
      packet[random.between(headerBytes, packet.length - 1)]! ^= 1 << random.below(8);
    }
    const copies = isOne(shares.duplicatePercent) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const ns = delayMs * nsPerMs + (jitterMs === 0 ? 0 : random.below(jitterMs * nsPerMs));
      this.#waiting.add(nowNs() + ns, packet);
    }
  }
}

function nowNs(): number {
  return performance.now() * nsPerMs;
}

function addressAt(packet: Uint8Array, at: number): string {
  return packet.subarray(at, at + 4).join('.');
}

function openTun(device: string): number {
  const fd = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  const request = new Uint8Array(ifreqBytes);
  request.set(Buffer.from(device));
  new DataView(request.buffer).setUint16(ifreqFlagsAt, IFF_TUN | IFF_NO_PI, true);
  if (ioctl(fd, TUNSETIFF, request) < 0) {
    throw new Error(
      `The TUN device ${device} cannot be had: error ${lastError()}. It has to be there, and free.`,
    );
  }
  return fd;
}

const [device = '', seed = '1'] = process.argv.slice(2);
new Router(device, Number(seed)).run();
