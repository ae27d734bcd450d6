/**
 * One order's life from the system calls of all threads that took part, as `perf script` prints them. Orders come one
 * at a time, so what happens between the client's call and its outcome belongs to one order. Only the work of a slower
 * follower reaches into the next order. Its datagrams show to which order they belong: two threads receive them in the
 * order in which they were sent.
 */
import type { Durability } from '../../raft/types.ts';

/** A system call that moved something, at the moment that `perf` saw it. */
export interface TracedCall {
  /** CLOCK_MONOTONIC. */
  readonly atUs: number;
  readonly thread: number;
  /** The call and the return of a send and of a flush; the return of a call that has received something. */
  readonly kind: 'sends' | 'sent' | 'received' | 'flushes' | 'flushed';
  /** What is sent, or was received; 0 for all others. */
  readonly bytes: number;
  /** The call of a send: to an address, not on a connection. */
  readonly isDatagram: boolean;
  /** Where that address is in the memory of the process: another place for each peer, 0 for all other calls. */
  readonly to: number;
}

export interface ReplicaThreadIds {
  readonly core: number;
  readonly flusher: number;
}

/** Ids of the threads that take part. */
export interface PathThreads {
  readonly client: number;
  readonly leader: ReplicaThreadIds;
  readonly followers: readonly ReplicaThreadIds[];
}

/** One order as the client saw it: times of the call and of the outcome, microseconds of CLOCK_MONOTONIC. */
export interface OrderTimes {
  readonly calledUs: number;
  readonly outcomeUs: number;
}

/** An order's life from the call to the outcome, along the replica whose copy completed the majority. */
export interface OrderPath {
  /** Whose copy that was; the leader's own, once flushed, where one follower was slower than that. */
  readonly completedBy: 'follower' | 'leader';
  /** Microseconds of each of {@link stepNames}; they add up to the whole. */
  readonly stepsUs: readonly number[];
}

const firstNames = [
  'client: call → send',
  'kernel: client → leader, call of send',
  'kernel: client → leader, until received',
  'leader: order received → frame sent',
];
const lastNames = [
  'kernel: leader → client, call of send',
  'kernel: leader → client, until received',
  'client: events received → outcome',
];

/** The steps of a path, in their order. */
export function stepNames(durability: Durability, completedBy: OrderPath['completedBy']): string[] {
  const flush =
    completedBy === 'leader'
      ? ['leader: frame sent → flush begins', 'leader: flush (msync)', 'leader: flush ends → events sent']
      : [
          'kernel: leader → follower, call of send',
          'kernel: leader → follower, until received',
          ...(durability === 'memory'
            ? ['follower: frame received → acknowledgement sent']
            : [
                'follower: frame received → flush begins',
                'follower: flush (msync)',
                'follower: flush ends → acknowledgement sent',
              ]),
          'kernel: follower → leader, call of send',
          'kernel: follower → leader, until received',
          'leader: acknowledgement received → events sent',
        ];
  return [...firstNames, ...flush, ...lastNames];
}

const linePattern = /(\d+)\s+(\d+)\.(\d+):\s+syscalls:sys_(enter|exit)_(sendto|recvfrom|msync):\s*(.*)$/;
const addressPattern = /\baddr: (0x[0-9a-f]+)/;
const lengthPattern = /\blen: (0x[0-9a-f]+)/;

/** A line of `perf script --ns -F tid,time,event,trace`; undefined for any other text and for a call that failed. */
export function parseCall(line: string): TracedCall | undefined {
  const match = linePattern.exec(line);
  if (match === null) return undefined;
  const [, thread, seconds, fraction, side, call, rest] = match as unknown as string[];
  const by = { atUs: Number(seconds) * 1e6 + Number(`0.${fraction}`) * 1e6, thread: Number(thread) };
  if (call === 'msync') {
    return { ...by, kind: side === 'enter' ? 'flushes' : 'flushed', bytes: 0, isDatagram: false, to: 0 };
  }
  if (call === 'sendto' && side === 'enter') {
    const bytes = Number(lengthPattern.exec(rest!)?.[1]);
    const to = Number(addressPattern.exec(rest!)?.[1] ?? 0);
    return { ...by, kind: 'sends', bytes, isDatagram: to !== 0, to };
  }
  if (call === 'sendto') return { ...by, kind: 'sent', bytes: 0, isDatagram: false, to: 0 };
  const bytes = Number(rest);
  // A failure is a negative number in 64 bits.
  if (call !== 'recvfrom' || side !== 'exit' || !(bytes > 0 && bytes <= 0x7fff_ffff)) return undefined;
  return { ...by, kind: 'received', bytes, isDatagram: false, to: 0 };
}

/** A replica that holds the frame of an order: from when the leader sent it to when the leader knew, step by step. */
interface Copy {
  readonly completedBy: OrderPath['completedBy'];
  readonly marksUs: readonly number[];
  readonly knownUs: number;
}

/** The path of each order, in the order of `orders`; undefined where not all its calls were seen. */
export function splitOrders(
  calls: readonly TracedCall[],
  orders: readonly OrderTimes[],
  { client, leader, followers }: PathThreads,
  durability: Durability,
): (OrderPath | undefined)[] {
  const sorted = calls.toSorted((a, b) => a.atUs - b.atUs);
  const of = (thread: number, kind: TracedCall['kind'], isDatagram = false): TracedCall[] =>
    sorted.filter((one) => one.thread === thread && one.kind === kind && one.isDatagram === isDatagram);

  // All orders have one size; what else the client sends keeps its connections alive.
  const clientSends = mostCommon(of(client, 'sends'));
  const clientReceives = of(client, 'received');
  const leaderReceives = of(leader.core, 'received');
  const leaderSends = of(leader.core, 'sends');
  const leaderDatagrams = of(leader.core, 'sends', true);
  const sent = orders.map(({ calledUs }) => firstFrom(clientSends, calledUs));
  const orderReceives = leaderReceives.filter(({ bytes }) => bytes === clientSends[0]?.bytes);
  const arrived = sent.map((call) => firstFrom(orderReceives, call?.atUs));
  const frames = arrived.map((call) => firstFrom(leaderDatagrams, call?.atUs));

  const returns = Map.groupBy(
    sorted.filter(({ kind }) => kind === 'sent'),
    ({ thread }) => thread,
  );
  /** The call of a send, its return, and the receipt, which may come before the return. */
  const crossing = (send: TracedCall | undefined, received: TracedCall | undefined): number[] => {
    const returned = firstFrom(returns.get(send?.thread ?? 0) ?? [], send?.atUs);
    if (send === undefined || received === undefined || returned === undefined) return [Number.NaN];
    return [send.atUs, Math.min(returned.atUs, received.atUs), received.atUs];
  };
  /** How a replica made frames durable that it held at these times. */
  const flushesOf = ({ flusher }: ReplicaThreadIds): ((heldUs: number | undefined) => number[]) => {
    if (durability === 'memory') return () => [];
    const begun = of(flusher, 'flushes');
    const ended = of(flusher, 'flushed');
    return (heldUs) => {
      const begins = firstFrom(begun, heldUs);
      const ends = firstFrom(ended, begins?.atUs);
      return begins === undefined || ends === undefined ? [Number.NaN] : [begins.atUs, ends.atUs];
    };
  };
  const leaderFlushes = flushesOf(leader);
  const own = frames.map((frame): Copy => {
    const marksUs = [frame?.atUs ?? Number.NaN, ...leaderFlushes(frame?.atUs)];
    return { completedBy: 'leader', marksUs, knownUs: marksUs.at(-1)! };
  });
  const held = followers.map((follower) => {
    const flushes = flushesOf(follower);
    const datagrams = of(follower.core, 'sends', true);
    const frameReceives = pairs(frames, of(follower.core, 'received'));
    const heldUs = frames.map((frame) => {
      const received = frameReceives.get(frame);
      return [...crossing(frame, received), ...flushes(received?.atUs)];
    });
    return answered(heldUs, datagrams);
  });
  const answerReceives = receiptsOf(held.flat(), leaderReceives);
  const theirs = held.map((copies) =>
    copies.map(({ heldUs, answer }): Copy => {
      const marksUs = [...heldUs, ...crossing(answer, answerReceives.get(answer))];
      return { completedBy: 'follower', marksUs, knownUs: marksUs.at(-1)! };
    }),
  );

  return orders.map(({ calledUs, outcomeUs }, n) => {
    const copy = completing([own[n]!, ...theirs.map((copies) => copies[n]!)]);
    const events = lastUpTo(clientReceives, outcomeUs);
    const eventsSent = lastUpTo(leaderSends, events?.atUs);
    const before = crossing(sent[n], arrived[n]);
    const marksUs = [calledUs, ...before, ...copy.marksUs, ...crossing(eventsSent, events), outcomeUs];
    const stepsUs = marksUs.slice(1).map((us, step) => us - marksUs[step]!);
    // A call that is missing leaves NaN, and one of another order a time before its cause.
    return stepsUs.every((us) => us >= 0) ? { completedBy: copy.completedBy, stepsUs } : undefined;
  });
}

/** The copy with which a majority held the frame. One that was never heard of counts as the last. */
function completing(copies: readonly Copy[]): Copy {
  const order = ({ knownUs }: Copy): number => (Number.isNaN(knownUs) ? Number.POSITIVE_INFINITY : knownUs);
  const sorted = copies.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return sorted[Math.floor(copies.length / 2)]!;
}

/** The datagram that answered each frame, once it was held. What a follower says to another one is none. */
function answered(
  heldUs: readonly (readonly number[])[],
  datagrams: readonly TracedCall[],
): { readonly heldUs: readonly number[]; readonly answer: TracedCall | undefined }[] {
  const next = heldUs.map((marks) => firstFrom(datagrams, marks.at(-1)));
  const places = Map.groupBy(next, (call) => call?.to ?? 0);
  places.delete(0);
  const [leader] = [...places].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const toLeader = datagrams.filter(({ to }) => to === leader);
  return heldUs.map((marks) => ({ heldUs: marks, answer: firstFrom(toLeader, marks.at(-1)) }));
}

/** Where the leader received each answer. */
function receiptsOf(
  copies: readonly { readonly answer: TracedCall | undefined }[],
  leaderReceives: readonly TracedCall[],
): ReturnType<typeof pairs> {
  const answers = copies.flatMap(({ answer }) => answer ?? []);
  return pairs(
    answers.toSorted((a, b) => a.atUs - b.atUs),
    leaderReceives,
  );
}

/** Where each send was received: the first of as many bytes that no send before it has taken. */
function pairs(
  sends: readonly (TracedCall | undefined)[],
  receives: readonly TracedCall[],
): Map<TracedCall | undefined, TracedCall | undefined> {
  const bySize = Map.groupBy(receives, ({ bytes }) => bytes);
  const taken = new Map<number, number>();
  const found = new Map<TracedCall | undefined, TracedCall | undefined>([[undefined, undefined]]);
  for (const send of sends) {
    if (send === undefined || found.has(send)) continue;
    const alike = bySize.get(send.bytes) ?? [];
    const at = Math.max(taken.get(send.bytes) ?? 0, placeOf(alike, send.atUs));
    taken.set(send.bytes, at + 1);
    found.set(send, alike[at]);
  }
  return found;
}

/** The calls of the size that most have. */
function mostCommon(calls: readonly TracedCall[]): TracedCall[] {
  const bySize = [...Map.groupBy(calls, ({ bytes }) => bytes).values()];
  return bySize.toSorted((a, b) => b.length - a.length)[0] ?? [];
}

function firstFrom(calls: readonly TracedCall[], us: number | undefined): TracedCall | undefined {
  return us === undefined || Number.isNaN(us) ? undefined : calls[placeOf(calls, us)];
}

function lastUpTo(calls: readonly TracedCall[], us: number | undefined): TracedCall | undefined {
  if (us === undefined) return undefined;
  const at = placeOf(calls, us);
  return calls[at]?.atUs === us ? calls[at] : calls[at - 1];
}

/** The place of the first call that is not before this time. */
function placeOf(calls: readonly TracedCall[], us: number): number {
  let from = 0;
  let to = calls.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (calls[middle]!.atUs < us) from = middle + 1;
    else to = middle;
  }
  return from;
}
