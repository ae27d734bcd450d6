/** Defects in what becomes of a command that ends the processes which apply it. */
import type { Mutant } from '../mutant.ts';

export const poisonMutants: readonly Mutant[] = [
  {
    name: 'poison-tried-again',
    defect: 'A replica forgets on which command its processes died, and applies it at each start.',
    breaks: 8,
    expected: ['poison', 'liveness'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/mark/apply-mark.ts',
        find: '    if (isExact && isCertain) numbers[suspectAt] = seq;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'never-applied-not-known',
    defect: 'A replica does not find out how far its earlier lives may have applied the log.',
    breaks: 'liveness',
    expected: ['poison'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/poison/poison.ts',
        find: '      if (index >= 0) this.#mark.know(true, state.lastSeq);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'mark-in-memory-for-good',
    defect: 'A replica to which the disk gave no page for the mark at its start never asks for one again.',
    breaks: 'liveness',
    expected: ['poison'],
    profile: 'clock',
    knownSeed: 13_203_061,
    edits: [
      {
        file: 'replica/poison/poison.ts',
        find: '    if (!this.#mark.isKept) this.#keepMark();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'voided-though-applied',
    defect: 'A leader that died on a command voids it without asking whether others have applied it.',
    breaks: 1,
    expected: ['poison', 'agreement', 'divergence', 'durability', 'liveness'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/poison/poison.ts',
        find: '    if (holder !== 0) {\n      const isVoter',
        replace: '    if (holder < 0) {\n      const isVoter',
      },
      {
        file: 'replica/poison/void-decision.ts',
        find: "  if (silent.length > 0) return { kind: 'silent', members: silent };\n",
        replace: '',
      },
    ],
  },
  {
    name: 'void-forgotten-at-start',
    defect: 'A replica that starts does not look which commands its log voids.',
    breaks: 8,
    expected: ['poison', 'liveness', 'agreement'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: '    voids: voidsIn(journal),\n',
        replace: '    voids: [],\n',
      },
    ],
  },
  {
    name: 'void-before-the-snapshot-forgotten',
    defect:
      'A leader that began with a snapshot does not let a member that is behind know of the voids before that.',
    breaks: 1,
    expected: ['poison', 'agreement', 'durability', 'divergence'],
    profile: 'changes',
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: '    voids: voidsIn(journal),\n',
        replace: '    voids: voidsIn(journal).filter(({ index }) => index > (newest?.index ?? 0)),\n',
      },
    ],
  },
  {
    name: 'removed-voter-not-asked',
    defect:
      'A leader voids a command without the word of a voter that was removed since that command was stored.',
    breaks: 1,
    expected: ['poison', 'agreement', 'durability', 'divergence'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/raft-log/journal-voids.ts',
        find: '      const each = [passedConfiguration, ...later].flatMap(',
        replace: '      const each = [[passedConfiguration, ...later].at(-1)!].flatMap(',
      },
    ],
  },
  {
    name: 'removed-and-applies',
    defect:
      'A replica that the members have removed goes on applying what they commit, and may not hear of a void.',
    breaks: 1,
    expected: ['agreement', 'poison', 'durability'],
    profile: 'manual',
    knownSeed: 11_710_004,
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: '    return Math.min(this.raft.commitIndex, this.raft.lastOwnIndex);\n',
        replace: '    return this.raft.commitIndex;\n',
      },
    ],
  },
  {
    name: 'learner-not-asked',
    defect:
      'A leader voids a command without the word of a learner that may have applied it, and shown that.',
    breaks: 1,
    expected: ['poison', 'agreement', 'durability', 'divergence'],
    profile: 'files',
    edits: [
      {
        file: 'replica/raft-log/journal-voids.ts',
        find: 'withEngine(membersOf(configuration), configuration.roster)',
        replace: 'withEngine([...configuration.voters, ...configuration.outgoing], configuration.roster)',
      },
    ],
  },
  {
    name: 'state-adopted-without-its-members',
    defect:
      'A replica that takes the state of another passes over who the members are since, in the snapshots that it takes.',
    breaks: 2,
    expected: ['members'],
    profile: 'poison',
    edits: [
      {
        file: 'replica/snapshots/adoption.ts',
        find: 'index <= file.index; index++)',
        replace: 'index < 0; index++)',
      },
    ],
  },
];
