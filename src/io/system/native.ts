/**
 * The system calls of `io/`, declared once. Every call is synchronous; those on sockets never block, because every
 * socket here is non-blocking. A call takes about 0.03 µs more than the system call itself and allocates nothing:
 * buffers are passed as the typed arrays that they are, or as an address where a call starts inside a buffer.
 */
import koffi from 'koffi';
import { checkPlatform } from './platform.ts';

checkPlatform();
const library = koffi.load(null);

type Call<Arguments extends readonly unknown[]> = (...values: Arguments) => number;

/** Results are -1 on failure, with the reason in {@link lastError}, unless said otherwise. */
function declare<Arguments extends readonly unknown[]>(
  name: string,
  result: string,
  types: readonly string[],
): Call<Arguments> {
  return library.func(name, result, [...types]) as unknown as Call<Arguments>;
}

const bytes = 'void *';
const address = 'uintptr_t';

export const socket = declare<[domain: number, type: number, protocol: number]>('socket', 'int', [
  'int',
  'int',
  'int',
]);
export const bind = declare<[fd: number, name: Uint8Array, nameBytes: number]>('bind', 'int', [
  'int',
  bytes,
  'uint32_t',
]);
export const connect = declare<[fd: number, name: Uint8Array, nameBytes: number]>('connect', 'int', [
  'int',
  bytes,
  'uint32_t',
]);
export const listen = declare<[fd: number, backlog: number]>('listen', 'int', ['int', 'int']);
export const accept4 = declare<[fd: number, name: Uint8Array, nameBytes: Uint32Array, flags: number]>(
  'accept4',
  'int',
  ['int', bytes, bytes, 'int'],
);
export const getsockname = declare<[fd: number, name: Uint8Array, nameBytes: Uint32Array]>(
  'getsockname',
  'int',
  ['int', bytes, bytes],
);
export const getpeername = declare<[fd: number, name: Uint8Array, nameBytes: Uint32Array]>(
  'getpeername',
  'int',
  ['int', bytes, bytes],
);
export const setsockopt = declare<
  [fd: number, level: number, option: number, value: Uint8Array | Int32Array, valueBytes: number]
>('setsockopt', 'int', ['int', 'int', 'int', bytes, 'uint32_t']);
export const getsockopt = declare<
  [fd: number, level: number, option: number, value: Int32Array, valueBytes: Uint32Array]
>('getsockopt', 'int', ['int', 'int', 'int', bytes, bytes]);
export const shutdown = declare<[fd: number, how: number]>('shutdown', 'int', ['int', 'int']);
export const close = declare<[fd: number]>('close', 'int', ['int']);

/** Into the start of a buffer. */
export const receive = declare<[fd: number, into: Uint8Array, length: number, flags: number]>('recv', 'int', [
  'int',
  bytes,
  'uint32_t',
  'int',
]);
/** Into the middle of one. */
export const receiveAt = declare<[fd: number, into: number, length: number, flags: number]>('recv', 'int', [
  'int',
  address,
  'uint32_t',
  'int',
]);
export const receiveFrom = declare<
  [fd: number, into: Uint8Array, length: number, flags: number, source: Uint8Array, sourceBytes: Uint32Array]
>('recvfrom', 'int', ['int', bytes, 'uint32_t', 'int', bytes, bytes]);
/** From the middle of a buffer. */
export const sendAt = declare<[fd: number, from: number, length: number, flags: number]>('send', 'int', [
  'int',
  address,
  'uint32_t',
  'int',
]);
export const sendTo = declare<
  [fd: number, from: Uint8Array, length: number, flags: number, name: Uint8Array, nameBytes: number]
>('sendto', 'int', ['int', bytes, 'uint32_t', 'int', bytes, 'uint32_t']);
export const writeAt = declare<[fd: number, from: number, length: number]>('write', 'int', [
  'int',
  address,
  'uint32_t',
]);
export const write = declare<[fd: number, from: Uint8Array, length: number]>('write', 'int', [
  'int',
  bytes,
  'uint32_t',
]);
export const read = declare<[fd: number, into: Uint8Array, length: number]>('read', 'int', [
  'int',
  bytes,
  'uint32_t',
]);

export const poll = declare<[entries: Uint8Array, count: number, timeoutMs: number]>('poll', 'int', [
  bytes,
  'uint64_t',
  'int',
]);
/** `poll` with a time-out to the nanosecond: a `struct timespec`, whose last argument blocks no signal. */
export const ppoll = declare<[entries: Uint8Array, count: number, timeout: Uint8Array, signals: 0]>(
  'ppoll',
  'int',
  [bytes, 'uint64_t', bytes, address],
);
export const epollCreate1 = declare<[flags: number]>('epoll_create1', 'int', ['int']);
export const epollCtl = declare<[epoll: number, operation: number, fd: number, event: Uint8Array]>(
  'epoll_ctl',
  'int',
  ['int', 'int', 'int', bytes],
);
export const epollWait = declare<[epoll: number, events: Uint8Array, count: number, timeoutMs: number]>(
  'epoll_wait',
  'int',
  ['int', bytes, 'int', 'int'],
);
export const eventfd = declare<[initial: number, flags: number]>('eventfd', 'int', ['uint32_t', 'int']);
export const schedYield = declare<[]>('sched_yield', 'int', []);

/** The address of the mapping. */
export const mmap = declare<
  [at: 0, length: number, protection: number, flags: number, fd: number, offset: number]
>('mmap', 'int64_t', [address, 'uint64_t', 'int', 'int', 'int', 'int64_t']);
/** Writes what was changed in a part of a mapping to the disk, and flushes the disk's own cache. */
export const msync = declare<[at: number, length: number, flags: number]>('msync', 'int', [
  address,
  'uint64_t',
  'int',
]);
export const madvise = declare<[at: number, length: number, advice: number]>('madvise', 'int', [
  address,
  'uint64_t',
  'int',
]);
export const munmap = declare<[at: number, length: number]>('munmap', 'int', [address, 'uint64_t']);
/** 0, or the error number. */
export const posixFallocate = declare<[fd: number, offset: number, length: number]>(
  'posix_fallocate',
  'int',
  ['int', 'int64_t', 'int64_t'],
);
/** Writes a part of a file to the disk, without its metadata and without flushing the disk's own cache. */
export const syncFileRange = declare<[fd: number, offset: number, length: number, flags: number]>(
  'sync_file_range',
  'int',
  ['int', 'int64_t', 'int64_t', 'uint32_t'],
);
/** Takes the calling thread out of what it shares with the others of its process. */
export const unshare = declare<[flags: number]>('unshare', 'int', ['int']);
/** With a structure as its argument, which the call may fill. */
export const ioctl = declare<[fd: number, request: number, argument: Uint8Array]>('ioctl', 'int', [
  'int',
  'uint64_t',
  bytes,
]);
export const flock = declare<[fd: number, operation: number]>('flock', 'int', ['int', 'int']);
export const clockGettime = declare<[clock: number, time: Uint8Array]>('clock_gettime', 'int', [
  'int',
  bytes,
]);

/** The error number of this thread's last failed call. */
export function lastError(): number {
  return koffi.errno();
}

const errorNames = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));

/** The name of an error number, such as ENOSPC. */
export function errorName(number: number): string {
  return errorNames.get(number) ?? `error ${number}`;
}

/** An error for a call that failed in a way that nothing here can answer. */
export function callError(call: string, subject: string): Error {
  return new Error(`${call} failed with ${errorName(lastError())} on ${subject}.`);
}

/** The address of the first byte; it holds for as long as the array's buffer lives. */
export function addressOf(array: Uint8Array): number {
  return Number(koffi.address(array));
}

/** The bytes at an address, without a copy. They may not be read or written once they are unmapped. */
export function bytesAt(start: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(koffi.view(start, length));
}
