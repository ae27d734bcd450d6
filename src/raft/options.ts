/** What must hold between the times and bounds of a replica before Raft can keep its promises. */
import { assert } from '../std/assert.ts';
import type { RaftLog, RaftOptions } from './types.ts';

export function checkRaftOptions(options: RaftOptions, log: RaftLog): void {
  const { id, heartbeatUs, electionTimeoutUs, electionTimeoutUsMin } = options;
  const { tetherDelayUs, windowFrames, commitIndex } = options;
  assert(Number.isInteger(id) && id >= 1 && id <= 255, () => `a replica id is 1 to 255, not ${id}`);
  assert(heartbeatUs > 0, () => `heartbeats have an interval, not ${heartbeatUs} µs`);
  assert(
    heartbeatUs * 2 <= electionTimeoutUsMin,
    () =>
      `one lost heartbeat starts no election: every ${heartbeatUs} µs, time-out ${electionTimeoutUsMin} µs`,
  );
  assert(
    electionTimeoutUsMin <= electionTimeoutUs,
    () =>
      `the shortest time-out is no longer than the longest: ${electionTimeoutUsMin}, ${electionTimeoutUs} µs`,
  );
  assert(
    tetherDelayUs > 0,
    () => `a broken tether is answered after a random delay, not ${tetherDelayUs} µs`,
  );
  assert(
    tetherDelayUs <= electionTimeoutUs,
    () => `a broken tether is faster than silence: ${tetherDelayUs} µs, time-out ${electionTimeoutUs} µs`,
  );
  assert(windowFrames > 0, () => `the window has room for a frame, not for ${windowFrames}`);
  assert(
    commitIndex >= log.firstIndex - 1,
    () => `a snapshot holds committed frames only: log from ${log.firstIndex}, committed ${commitIndex}`,
  );
}
