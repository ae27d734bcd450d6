/** Wrong failure detection: what is silent, and what only seems to be. */
import type { Mutant } from '../mutant.ts';

export const silenceMutants: readonly Mutant[] = [
  {
    name: 'late-order-obeyed',
    defect: 'A replica stands for election by an order of its leader that comes once that one leads on.',
    breaks: 'liveness',
    expected: ['stability'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: 'return this.#term === this.#state.term && round > 0 && round < this.#round;',
        replace: 'return this.#term === this.#state.term && round < 0;',
      },
    ],
  },
  {
    name: 'silence-never-suspect',
    defect: 'The failure detector takes a leader for alive however long it is silent.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'std/failure-detector.ts',
        find: 'return this.heardUs + this.boundUs;',
        replace: 'return this.heardUs + this.boundUs * 1_000_000;',
      },
    ],
  },
  {
    name: 'leader-without-majority-goes-on',
    defect: 'A leader that no majority answers goes on as one, and its followers hear it.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'raft/leader.ts',
        find: 'return this.#quorumAnswers() || state.lateTicks === 1;',
        replace: 'return this.#quorumAnswers() || state.term > 0;',
      },
    ],
  },
  {
    name: 'clients-cut-off-not-noticed',
    defect:
      'A leader that its clients do not reach goes on, though they reach the other replicas and say so.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'replica/watches/client-watch.ts',
        find: 'if (to === 0) return;',
        replace: 'if (to !== -1) return;',
      },
    ],
  },
  {
    name: 'disk-standstill-not-noticed',
    defect: 'A leader whose disk ends no flush goes on as one, as if it could store what it stamps.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'replica/watches/disk-watch.ts',
        find: 'this.#tellStandstill(waitedUs >= electionTimeoutUs);',
        replace: 'this.#tellStandstill(waitedUs < 0);',
      },
    ],
  },
  {
    name: 'hand-over-to-a-disk-that-stands-still',
    defect: 'A leader whose flush does not return hands over to a replica whose disk stands still too.',
    breaks: 'liveness',
    expected: ['stability'],
    edits: [
      {
        file: 'replica/watches/disk-watch.ts',
        find: 'if (durableIndex >= this.#journal.lastIndex) return true;',
        replace: 'if (durableIndex >= 0) return true;',
      },
    ],
  },
  {
    name: 'gray-leader-stays',
    defect: 'A leader that lives and is worse than its followers goes on as one.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'replica/watches/gray-signals.ts',
        find: 'return value >= from * part && value >= worseBy * part * other;',
        replace: 'return value >= from * part * 1_000_000 && value >= worseBy * part * other;',
      },
    ],
  },
  {
    name: 'gray-leader-hands-over-again',
    defect:
      'A leader that is worse hands over again as soon as it leads again, or to one that has just done so.',
    breaks: 'liveness',
    expected: ['stability'],
    edits: [
      {
        file: 'replica/watches/gray-watch.ts',
        find: 'if (!isDue || this.#nowUs - this.#leadsSinceUs < leadUsMin',
        replace: 'if (!isDue || this.#nowUs - this.#leadsSinceUs < 0',
      },
    ],
  },
  {
    name: 'own-pause-not-noticed',
    defect: 'A replica that stood still takes its own pause for a silence of the others.',
    breaks: 'liveness',
    expected: ['stability'],
    edits: [
      {
        file: 'raft/state.ts',
        find: 'if (elapsedUs > heartbeatsMissed * heartbeatUs) {',
        replace: 'if (elapsedUs > heartbeatsMissed * heartbeatUs * 1_000_000) {',
      },
    ],
  },
  {
    name: 'stalled-leader-serves',
    defect: 'A leader that gets nothing committed goes on taking orders, whose callers wait without an end.',
    breaks: 'liveness',
    expected: ['stalls'],
    profile: 'power',
    edits: [
      {
        file: 'replica/watches/commit-watch.ts',
        find: ': this.#waitedUs >= this.#patienceUs;',
        replace: ': this.#waitedUs < 0;',
      },
    ],
  },
];
