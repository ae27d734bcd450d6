/**
 * The constants of the operating system that `io/` calls: Linux on x64 and arm64, the only machines that this room
 * knows. Everything that differs from platform to platform is here and nowhere else.
 */

const isKnown = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');

/** Throws on a machine whose constants are not known: a wrong number in a system call would corrupt memory. */
export function checkPlatform(): void {
  if (isKnown) return;
  throw new Error(
    `A replica runs on Linux, x64 or arm64; this machine is ${process.platform} ${process.arch}. ` +
      'Run it there, in a container or in a virtual machine.',
  );
}

/** Address families, socket types and flags (`socket(2)`). */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
/** The type of a stream that is read and written without waiting, and not inherited. */
export const streamType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
export const SHUT_WR = 1;

/** Flags of `send(2)` and `recv(2)`. */
export const MSG_TRUNC = 0x20;
export const MSG_NOSIGNAL = 0x4000;

/** Socket options: level, name (`socket(7)`, `ip(7)`, `tcp(7)`). */
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_LINGER = 13;
export const IPPROTO_IP = 0;
export const IP_MULTICAST_IF = 32;
export const IP_MULTICAST_TTL = 33;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_MULTICAST_ALL = 49;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_USER_TIMEOUT = 18;

/** `ipv6(7)`, `packet(7)`, RFC 3542: protocols and options of sockets for neighbours. */
export const ETH_P_ARP = 0x0806;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ICMPV6 = 58;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_MULTICAST_IF = 17;
export const IPV6_MULTICAST_HOPS = 18;
export const ICMPV6_FILTER = 1;

/** `netdevice(7)`: the number and the hardware address of a network card, by its name in a `struct ifreq`. */
export const SIOCGIFINDEX = 0x8933;
export const SIOCGIFHWADDR = 0x8927;
export const ifreqBytes = 40;

/** Bytes of the path in `struct sockaddr_un`, behind the family of two bytes. */
export const unixPathBytesMax = 108;

/** `struct sockaddr_in`: family at 0, port (big-endian) at 2, address (big-endian) at 4. */
export const sockaddrBytes = 16;

/** `epoll(7)`. On x64 the structure of an event is packed, on arm64 it is not. */
export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
export const EPOLLET = 0x8000_0000;
export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
const isPacked = process.arch === 'x64';
export const epollEventBytes = isPacked ? 12 : 16;
export const epollDataAt = isPacked ? 4 : 8;

/** `poll(2)`: descriptor at 0, events at 4, revents at 6. */
export const POLLIN = 0x001;
export const pollfdBytes = 8;

/** `struct timespec` (`clock_gettime(2)`, `ppoll(2)`): seconds in the first half, nanoseconds in the second. */
export const timespecBytes = 16;

/** `eventfd(2)`. */
export const EFD_NONBLOCK = 0o4000;
export const EFD_CLOEXEC = 0o2000000;

/** `sync_file_range(2)`: wait for what is on its way already, start to write, wait for it. */
export const SYNC_FILE_RANGE_ALL = 7;

/** `madvise(2)`: not needed any more, and reads as zeros afterwards; large pages from now on; large pages at once. */
export const MADV_DONTNEED = 4;
export const MADV_HUGEPAGE = 14;
export const MADV_COLLAPSE = 25;

/** `mmap(2)`, `msync(2)`, `flock(2)`, `unshare(2)`, `clock_gettime(2)`. */
export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MS_SYNC = 4;
export const CLONE_FILES = 0x400;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const CLOCK_REALTIME = 0;
export const CLOCK_BOOTTIME = 7;

/** Error numbers that are answered, not only reported (`errno(3)`). */
export const EINTR = 4;
export const EAGAIN = 11;
export const ENFILE = 23;
export const EMFILE = 24;
export const EADDRINUSE = 98;
