/** What a snapshot that came from a peer is good for. What is not of the own log is refused in words. */
import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import { beginningOf } from '../../protocol/foundation.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Log } from '../ports.ts';
import { configurationIn } from './log-facts.ts';
import type { ClusterOrigin } from './origin.ts';

export function useOfSnapshot(
  { founders, instance, raft }: ClusterOrigin & { readonly raft: Pick<Raft, 'wantsSnapshot'> },
  snapshot: SnapshotFile,
  log: Log,
): 'install' | 'keep' | 'none' {
  const { index, term } = snapshot;
  if (founders.length > 0 && founders.join() !== snapshot.founders.join()) {
    log.warn('a snapshot of a cluster with other founders is not used', {
      index,
      founders: snapshot.founders.join(', '),
    });
    return 'none';
  }
  if (instance !== 0 && instance !== snapshot.instance) {
    log.warn('a snapshot of another cluster of the same replicas is not used', {
      index,
      began: beginningOf(snapshot.instance),
    });
    return 'none';
  }
  if (!raft.wantsSnapshot(index, term)) return 'keep';
  if (configurationIn(snapshot) !== undefined) return 'install';
  log.warn('a snapshot of a peer has members that cannot be read; it is fetched again', { index });
  return 'none';
}
