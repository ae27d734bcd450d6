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
  'trust',
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
  trust: ['std', 'protocol'],
  journal: ['std', 'protocol'],
  replica: ['std', 'protocol', 'store', 'book', 'engine', 'raft', 'journal'],
  io: ['std', 'protocol', 'trust', 'replica/ports', 'replica/counters'],
  backup: ['std', 'protocol', 'engine', 'raft', 'journal', 'replica'],
  client: ['std', 'protocol', 'trust'],
  gateway: ['std', 'protocol', 'trust', 'client'],
  ops: [
    'std',
    'trust',
    'protocol',
    'store',
    'book',
    'engine',
    'raft',
    'journal',
    'replica',
    'io',
    'backup',
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
    'trust',
    'gateway/admission',
  ],
  chaos: [everyRoom],
  bench: [everyRoom],
  fuzz: [everyRoom],
};

/**
 * For each room or folder that has folders, these from the top down: one may import those after it. Folders of one row
 * of its own are equals, and know nothing of each other.
 */
const foldersOf: Readonly<Record<string, readonly (string | readonly string[])[]>> = {
  engine: ['commands', 'snapshot', 'market', 'events', 'stores'],
  replica: [
    'operators',
    'sites',
    'witness',
    'sessions',
    'exchange',
    'poison',
    'divergence',
    'snapshots',
    'state',
    'raft-log',
    'members',
    ['peers', 'watches'],
    'log',
    ['connections', 'mark'],
  ],
  io: ['threads', 'sockets', 'disk', 'system'],
  backup: ['targets'],
  client: ['core'],
  gateway: [['http', 'websocket'], 'exchange', ['admission', 'canary']],
  ops: [
    'cli',
    'drills',
    'gateway-process',
    'canary',
    'cluster-view',
    'fencing',
    'join',
    'init',
    'doctor',
    'addresses',
    'site-process',
    'backup-process',
    'replay',
    'clients',
    'demo',
    'replica-process',
    'control-port',
    'operator-orders',
    'health',
    'grants',
    'orders',
    'shipping',
    'standing',
    'availability',
    'notify',
    'supervisor',
    'certificates',
    'configuration',
    'processes',
    'json',
  ],
  'ops/cli': [['setup', 'seeing', 'members', 'sites', 'records', 'market'], 'backups'],
  sim: ['campaign', 'mutants', 'runs', 'faults', 'actors', 'world'],
  chaos: ['scenarios', 'faults', 'lab', 'hosts'],
  bench: ['suites', 'path', 'peers', 'load', 'engine', 'cluster', 'report'],
};

/** Sources that a folder holds at the most, without tests: more are a heap, and want folders (decision 12). */
const filesOfFolderMax = 26;
/** Folders that tell one story in more files, and how many they may hold. */
const largeFolders: Readonly<Record<string, number>> = {
  // A file for each promise.
  'src/checkers': 32,
  // A file for each group of routes, and one for its schemas.
  'src/gateway/http': 36,
};

/** Parts that know no protocol of the outside world, so that every face of the gateway can be built on them. */
const facelessParts: readonly string[] = [
  'src/gateway/core.ts',
  'src/gateway/exchange/',
  'src/gateway/admission/',
];
/** What leads to the exchange past the rules of the core: for the parts above, and for what joins a gateway. */
const behindTheCore = /^src\/gateway\/exchange\/(link|commands)\.ts$/;
const packagesOfFaces = /^(fastify|@fastify\/.+|ws|node:(http|https|http2|net))$/;

/** Why `from` may not import a package, or undefined when it may. */
export function packageRefusal(from: string, name: string): string | undefined {
  if (isFaceless(from) && !isTesting(from) && packagesOfFaces.test(name))
    return 'only a face of the gateway speaks a protocol';
  return undefined;
}

/** Folders of the replica that are the log over Raft and the journal, or measure it. */
const foldersOfTheLog = /^src\/replica\/(raft-log|members|peers|watches|log|snapshots)\//;
/** What others take of these rooms: names of files in a folder, lines for a person, and a log without members. */
const knownOfTheLog = /^src\/(journal\/(snapshot-file|state-file|inspect)|raft\/configuration)\.ts$/;

/** Why a file of the replica may not use a value of `to`, or undefined when it may; types are free. */
export function seamRefusal(from: string, to: string): string | undefined {
  if (!from.startsWith('src/replica/') || isTesting(from) || foldersOfTheLog.test(from)) return undefined;
  if (!/^src\/(raft|journal)\//.test(to) || knownOfTheLog.test(to)) return undefined;
  return 'the replica reaches Raft and the journal through the replicated log (decision 13)';
}

/** Whether a file is of the gateway's core, which no protocol shapes. */
export function isFaceless(path: string): boolean {
  return facelessParts.some((part) => path.startsWith(part));
}

/** The room of a path such as `src/book/ladder.ts`; undefined outside `src` and for files directly in it. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** A sentence for each room and folder that is listed here and holds no file. */
export function ghostsAmong(paths: readonly string[]): string[] {
  const folders = Object.entries(foldersOf).flatMap(([room, rows]) =>
    rows.flat().map((name) => `${room}/${name}`),
  );
  return [...Object.keys(mayImport), ...folders]
    .filter((place) => !paths.some((path) => path.startsWith(`src/${place}/`)))
    .map((place) => `src/${place} is listed in scripts/rooms.ts and holds no file.`);
}

/** A sentence for each folder of `src` that holds more files than its reader takes in. */
export function heapsAmong(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (!path.startsWith('src/') || isTesting(path)) continue;
    const folder = path.slice(0, path.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) => {
    const most = largeFolders[folder] ?? filesOfFolderMax;
    return count <= most
      ? []
      : [`${folder} holds ${count} sources, more than ${most}: divide it by duty (scripts/rooms.ts).`];
  });
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
  const isFace = room === 'gateway' && from.split('/').length > 3 && !isFaceless(from) && !isTesting(from);
  if (isFace && behindTheCore.test(to)) return 'a face reaches the exchange through the core alone';
  const between = folderRefusal(from, to);
  if (between !== undefined) return between;
  const isAllowed = [room, ...allowed].some(
    (entry) => entry === everyRoom || target.startsWith(`${entry}/`) || target === `${entry}.ts`,
  );
  return isAllowed ? undefined : `${room} may import ${allowed.join(', ') || 'no other room'}`;
}

/** Tests and their helpers may look at everything beside them. */
export function isTesting(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('.fuzz.ts') || path.includes('/testing/');
}

/** Why a file in one folder may not import one in another; a file beside the folders may. */
function folderRefusal(from: string, to: string): string | undefined {
  const [, room = '', within = ''] = from.split('/');
  if (isTesting(from)) return undefined;
  for (const place of [room, `${room}/${within}`]) {
    const folder = folderIn(place, from);
    const listed = place === room ? (foldersOf[room] ?? []) : foldersOf[place];
    if (folder === undefined || listed === undefined) continue;
    const rows = listed.map((row) => [row].flat());
    const at = rows.findIndex((row) => row.includes(folder));
    if (at < 0) return `${place}/${folder} is in no known folder; folders are listed in scripts/rooms.ts`;
    const below = rows.slice(at + 1).flat();
    const other = folderIn(place, to);
    if (other === undefined || other === folder || below.includes(other)) continue;
    return `${place}/${folder} may import ${below.join(', ') || 'no other folder'} of ${partName(place)}`;
  }
  return undefined;
}

/** The folder in `place`, such as `ops/cli`, that holds a path; undefined for a file of its own, and elsewhere. */
function folderIn(place: string, path: string): string | undefined {
  const prefix = `src/${place}/`;
  if (!path.startsWith(prefix)) return undefined;
  const [folder, ...rest] = path.slice(prefix.length).split('/');
  return rest.length === 0 ? undefined : folder;
}

function partName(place: string): string {
  return place.includes('/') ? 'its folder' : 'its room';
}
