import type { ReplicaFacts } from '../facts.ts';

/** A follower of three to which nothing has happened; `more` is what is otherwise. */
export function quietFactsOf(replicaId: number, more: Partial<ReplicaFacts> = {}): ReplicaFacts {
  return {
    replicaId,
    instance: 7,
    term: 0,
    leaderId: 0,
    isServing: false,
    voters: 0b111,
    learners: 0,
    heard: 0,
    isRecovering: false,
    isDiskFull: false,
    isParked: false,
    isDisputed: false,
    isStalled: false,
    lagFrames: 0,
    wallMs: 0,
    crashLoops: [],
    certificates: [],
    ...more,
  };
}
