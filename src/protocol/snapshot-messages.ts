/** The messages by which snapshots are named and given: on tethers and fetches (protocol/messages.ts). */
import { bytes, Layout, u32, u53 } from './layout.ts';
import { replicaIdMax } from './limits.ts';

/** Fetch: give the snapshot at `index`, from byte `offset` on; `wanted`: take a newer one, and give none. */
export const snapshotRequest = new Layout('snapshotRequest', 140, {
  wanted: u32(0, 1),
  index: u53(),
  offset: u53(),
});

/** Fetch: bytes of the snapshot at `index` (0: there is none), trailing. `totalBytes` is the size of the whole. */
export const snapshotChunk = new Layout(
  'snapshotChunk',
  141,
  { chunkBytes: u32(), index: u53(), offset: u53(), totalBytes: u53() },
  true,
);

/**
 * Tether: the replica `holderId` has the snapshot at `index` (0: none), whose file has this SHA-256. A leader says it
 * of others too, in its term, and thereby names what may be fetched; `leaderTerm` 0: the sender does not lead.
 */
export const snapshotNamed = new Layout('snapshotNamed', 150, {
  holderId: u32(1, replicaIdMax),
  leaderTerm: u53(),
  index: u53(),
  term: u53(),
  hash: bytes(32),
});
