/**
 * Frames of the log itself: the opening of a leadership, a change of the members, another epoch. They carry the time of
 * the frame before them: what is shipped to a standby site was stamped earlier than they are appended there.
 */
import type { Journal } from '../../journal/journal.ts';
import { FrameKind, frameHeaderBytes, instanceFrameBytes, writeInstance } from '../../protocol/frames.ts';
import { configurationBytes, writeConfiguration } from '../../raft/configuration.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Configuration } from '../../raft/types.ts';

/** What these frames are appended to, by its leader; `reserve` gives a place, -1 where there is none now. */
export interface OwnLog {
  readonly journal: Journal;
  readonly raft: Raft;
  reserve(bytes: number): number;
}

/** A change of the members, which takes effect at once. */
export function appendConfiguration(log: OwnLog, configuration: Configuration): boolean {
  const length = frameHeaderBytes + configurationBytes(configuration);
  const at = log.reserve(length);
  if (at < 0) return false;
  writeConfiguration(configuration, log.journal.bytes, at + frameHeaderBytes);
  sealOwn(log, length, FrameKind.configuration);
  log.raft.configurationAppended(log.journal.lastIndex, configuration);
  log.raft.appended();
  return true;
}

/** Another epoch, in which this site writes; it counts once its frame is committed. */
export function appendEpoch(log: OwnLog, instance: number, epoch: number, site: number): boolean {
  const at = log.reserve(instanceFrameBytes);
  if (at < 0) return false;
  writeInstance(log.journal.view, at, instance, epoch, site);
  sealOwn(log, instanceFrameBytes, FrameKind.instance);
  // What ships the end of a site reads it beside a follower, and the other site waits for it.
  log.raft.appended(true);
  return true;
}

export function sealOwn({ journal, raft }: OwnLog, length: number, kind: FrameKind): void {
  journal.seal(length, raft.term, journal.lastTimeUs, 0, kind);
}
