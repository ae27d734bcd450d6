import { type CanaryFault, type CanaryReport, canaryResults } from '../../../gateway/canary/report.ts';
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

/** What a watcher tells; `faults` are those that it has just found. */
export function reportOfWatcher(watcher: number, faults: readonly CanaryFault[] = []): CanaryReport {
  return {
    watcher,
    result: faults[0] ?? 'right',
    text: '',
    leaderId: 1,
    rounds: Object.fromEntries(canaryResults.map((name) => [name, 0])) as CanaryReport['rounds'],
    p50Ms: 1,
    maxMs: 2,
    faults: faults.map((fault) => ({ fault, agoMs: 0, text: `it was ${fault}` })),
    unreached: [],
  };
}
