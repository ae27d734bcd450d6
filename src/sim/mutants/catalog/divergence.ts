/** Defects in how replicas compare what they make of the log, and in what becomes of one that differs. */
import type { Mutant } from '../mutant.ts';

export const divergenceMutants: readonly Mutant[] = [
  {
    name: 'difference-not-compared',
    defect: 'The leader takes every report of a follower for its own digests.',
    breaks: 1,
    expected: ['divergence'],
    profile: 'memory',
    edits: [
      {
        file: 'replica/divergence/comparison.ts',
        find: 'if (this.#events[id] === events && this.#logs[id] === log) {',
        replace: 'if (this.#logs[id] === log) {',
      },
    ],
  },
  {
    name: 'digest-not-in-the-snapshot',
    defect: 'A state from a snapshot begins with another digest than the one that it was taken of.',
    breaks: 8,
    expected: ['divergence', 'equivalence', 'liveness', 'assertion'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '  state.output.digest = getU53(view, DIGEST) | 0;\n',
        replace: '  state.output.digest = 1;\n',
      },
    ],
  },
  {
    name: 'wrong-state-kept',
    defect: 'A replica that differs goes on from its own state, as if it had been rebuilt.',
    breaks: 1,
    expected: ['divergence', 'equivalence', 'liveness'],
    profile: 'memory',
    edits: [
      {
        file: 'replica/snapshots/adoption.ts',
        find: '  adopt();\n  applier.restart',
        replace: '  applier.restart',
      },
    ],
  },
  {
    name: 'one-sound-replica-asked',
    defect: 'A replica that differs asks for the state of the replica alone that its leader named.',
    breaks: 'liveness',
    expected: ['divergence'],
    profile: 'changes',
    edits: [
      {
        file: 'replica/divergence/rebuild.ts',
        find: ' && soundId !== transfer.unreachedId;',
        replace: ';',
      },
    ],
  },
  {
    name: 'one-doubt-lifts-all',
    defect: 'What ends one of the reasons to give no snapshot, and to be parked, ends all of them.',
    breaks: 8,
    expected: ['divergence'],
    profile: 'memory',
    edits: [
      {
        file: 'std/holds.ts',
        find: 'else this.#reasons.delete(reason);',
        replace: 'else this.#reasons.clear();',
      },
    ],
  },
  {
    name: 'wrong-leader-stays',
    defect: 'A leader that alone differs from the majority takes itself for right.',
    breaks: 1,
    expected: ['divergence', 'equivalence', 'liveness'],
    profile: 'memory',
    edits: [
      {
        file: 'replica/divergence/comparison.ts',
        find: 'if (this.#chosen === self || (this.#chosen === 0 && isQuorum(supporters)))',
        replace: 'if (this.#chosen === 0 || isQuorum(supporters))',
      },
    ],
  },
  {
    name: 'parked-replica-serves',
    defect: 'A leader whose state is wrong goes on serving sessions.',
    breaks: 2,
    expected: ['divergence'],
    profile: 'memory',
    edits: [
      {
        file: 'replica/divergence/divergence.ts',
        find: 'return this.isDisputed || this.rebuild.isParked;',
        replace: 'return this.isDisputed;',
      },
    ],
  },
];
