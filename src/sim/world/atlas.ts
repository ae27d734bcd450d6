/**
 * The fault atlas: everything that can happen to a simulated cluster, by the device that it happens to. Each kind is
 * counted where it takes effect, as often as it does: a storm counts the datagrams that it loses, a crash loop its
 * crashes.
 */

const kinds = {
  network: [
    'datagram lost',
    'datagram duplicated',
    'datagram reordered',
    'datagram delayed',
    'datagram corrupted',
    'datagram blocked',
    'partition',
    'asymmetric partition',
    'isolation',
    'one-way cut',
    'mute replica',
    'deaf replica',
    'connection reset',
    'reconnect storm',
  ],
  disk: [
    'power cut',
    'torn write',
    'journal bit flip',
    'snapshot bit flip',
    'slow disk',
    'disk full',
    'disk full at a write',
    'disk refusal',
    'read error',
  ],
  process: [
    'crash',
    'crash in a call',
    'crash of all',
    'crash loop',
    'pause',
    'slow replica',
    'wipe',
    'old folder copied',
    'volume set back',
    'folder of an earlier cluster',
    'unclean boot in memory mode',
    'memory error',
    'death on a command',
    'command voided',
    'state rebuilt',
  ],
  clock: ['clock step', 'clock drift'],
  cluster: [
    'transfer',
    'membership change',
    'snapshot asked for',
    'snapshot installed',
    'log truncated',
    'restart in good order',
    'rolling restart',
    'file edited',
    'founders added by mistake',
    'odd order',
  ],
  strangers: [
    'another wire version',
    'another key',
    'revoked key',
    'another role',
    'impostor',
    'turned replica',
    'forged snapshot',
    'relay',
    'another cluster',
    'another foundation',
    'another instance',
    'another agreement',
    'garbage',
    'datagram repeated by a stranger',
    'datagram of a former life',
    'datagram from before the start',
    "datagram in another's name",
    "another's commands repeated",
    'stolen session',
    'program without a key',
    'gateway as operator',
    'watcher as trader',
  ],
  clients: [
    'commands repeated',
    'retry after a time-out',
    'client order id used again',
    'another order under a used id',
    'signed request',
    'signed request copied',
    'signed request out of time',
    'key changed',
    'mode changed',
    'signed with a key',
    'deadline past',
    'symbol used again',
    'disconnect with cancel on disconnect',
    'overload told',
    'session evicted',
  ],
  sites: [
    'sites switched',
    'site promoted',
    'site held back',
    'doubt of a site answered',
    'standby begun again',
    'poison at two sites',
    'voided at two sites',
    'void after the command',
    'odd shipment',
    'acknowledged and lost with its site',
  ],
} as const;

export type AtlasKind = (typeof kinds)[keyof typeof kinds][number];

/** All kinds, device by device. */
const atlas: readonly AtlasKind[] = Object.values(kinds).flat();

/** Counts what happens in one run. */
export class Tally {
  readonly #counts = new Map<AtlasKind, number>();

  add(kind: AtlasKind, times = 1): void {
    if (times > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  /** What happened in another world that belongs to this run. */
  addAll(counts: Tally['counts']): void {
    for (const [kind, times] of Object.entries(counts)) this.add(kind as AtlasKind, times);
  }

  /** The kinds that happened, in the order of the atlas. */
  get counts(): Partial<Record<AtlasKind, number>> {
    return Object.fromEntries(
      atlas.flatMap((kind) => {
        const count = this.#counts.get(kind);
        return count === undefined ? [] : [[kind, count]];
      }),
    );
  }
}
