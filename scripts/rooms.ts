// The map of the rooms: which folder of `src` may import which. Arrows point down only.
// `npm run lint` enforces it; a new room starts with a row here.

/**
 * Rooms, and folders in rooms, whose code must give the same result on each machine: no clock, no randomness, no I/O,
 * no event loop.
 */
export const deterministicRooms: readonly string[] = [
  'std',
  'protocol',
  'store',
  'book',
  'engine',
  'raft',
  'journal',
  'replica',
  'client/core',
];

const everyRoom = '*';

/** For each room, what it may import besides itself: rooms, or files and folders inside one (`replica/ports`). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  std: [],
  protocol: ['std'],
  store: ['std', 'protocol'],
  book: ['std', 'protocol', 'store'],
  engine: ['std', 'protocol', 'store', 'book'],
  raft: ['std', 'protocol'],
  journal: ['std', 'protocol'],
  replica: ['std', 'protocol', 'store', 'book', 'engine', 'raft', 'journal'],
  io: ['std', 'protocol', 'replica/ports'],
  client: ['std', 'protocol'],
  gateway: ['std', 'protocol', 'client'],
  ops: [
    'std',
    'protocol',
    'store',
    'book',
    'engine',
    'raft',
    'journal',
    'replica',
    'io',
    'client',
    'gateway',
  ],
  checkers: ['std', 'protocol', 'store', 'book', 'engine', 'raft', 'journal', 'replica', 'client'],
  sim: [
    'std',
    'protocol',
    'store',
    'book',
    'engine',
    'raft',
    'journal',
    'replica',
    'client',
    'checkers',
    'gateway/admission',
  ],
  chaos: [everyRoom],
  bench: [everyRoom],
  fuzz: [everyRoom],
};

/** The room of a path such as `src/book/ladder.ts`; undefined outside `src` and for files directly in it. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Why `from` may not import `to` (both relative to the root of the project), or undefined when it may. */
export function importRefusal(from: string, to: string): string | undefined {
  if (from.startsWith('test/')) return undefined;
  if (!from.startsWith('src/')) {
    return to.startsWith('src/') ? 'only src and test import from src' : undefined;
  }
  const room = roomOf(from);
  const allowed = room === undefined ? undefined : mayImport[room];
  if (allowed === undefined) return `${from} is in no known room; rooms are listed in scripts/rooms.ts`;
  if (!to.startsWith('src/')) return 'a room imports only from src and from packages';
  const target = to.slice('src/'.length);
  const isAllowed = [room, ...allowed].some(
    (entry) => entry === everyRoom || target.startsWith(`${entry}/`) || target === `${entry}.ts`,
  );
  return isAllowed ? undefined : `${room} may import ${allowed.join(', ') || 'no other room'}`;
}
