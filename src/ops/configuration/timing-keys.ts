/** Keys of the times after which a silent replica is suspect, or gone, and what must hold between them. */
import { group, integer, key, type Problems, type ValueOfSchema } from '../json/schema.ts';

/** An election starts only after this many heartbeats were missed: one late thread is no dead leader. */
const missedHeartbeatsMin = 3;

export const timingKeys = group({
  electionTimeoutMs: key(
    integer(20, 60_000, 400),
    'A leader that is silent for longer is replaced. A dead process is seen at once, without waiting for it.',
  ),
  electionTimeoutMsMin: key(
    integer(6, 60_000, 100),
    'One that is silent for less is not. Between the two, the silences that were seen before decide.',
  ),
  heartbeatMs: key(integer(2, 10_000, 15), 'Time between signs of life of an idle leader.'),
  tetherDelayMs: key(integer(0, 1_000, 2), 'Longest random wait before a follower answers a dead leader.'),
  spareAfterMs: key(
    integer(1_000, 86_400_000, 60_000),
    'A voter that is silent for longer is gone: a spare takes its place, where there is one.',
  ),
});

export function checkTiming(timing: ValueOfSchema<typeof timingKeys>, problems: Problems): void {
  if (timing.electionTimeoutMsMin > timing.electionTimeoutMs) {
    problems.push(
      `timing.electionTimeoutMsMin: ${timing.electionTimeoutMsMin} is longer than timing.electionTimeoutMs; ` +
        `allowed: up to ${timing.electionTimeoutMs}`,
    );
  }
  const heartbeatMsMax = Math.floor(timing.electionTimeoutMsMin / missedHeartbeatsMin);
  if (timing.heartbeatMs > heartbeatMsMax) {
    problems.push(
      `timing.heartbeatMs: ${timing.heartbeatMs} is too long for timing.electionTimeoutMsMin ${timing.electionTimeoutMsMin}; ` +
        `allowed: up to ${heartbeatMsMax}, so that ${missedHeartbeatsMin} heartbeats fit`,
    );
  }
  if (timing.spareAfterMs < timing.electionTimeoutMs) {
    problems.push(
      `timing.spareAfterMs: ${timing.spareAfterMs} is shorter than timing.electionTimeoutMs; ` +
        `allowed: from ${timing.electionTimeoutMs}`,
    );
  }
}
