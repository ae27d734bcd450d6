/** Wrong consensus: elections, commit, replication. */
import type { Mutant } from '../mutant.ts';

export const consensusMutants: readonly Mutant[] = [
  {
    name: 'commit-before-quorum',
    defect: 'A leader commits whatever is in its own log.',
    breaks: 2,
    expected: ['durability', 'agreement'],
    edits: [
      {
        file: 'raft/leader.ts',
        find: 'const index = quorumValue(state.configuration, this.#values);',
        replace: 'const index = state.log.lastIndex;',
      },
    ],
  },
  {
    name: 'commit-of-an-old-term',
    profile: 'old terms',
    defect: 'A leader commits frames of older terms by counting who holds them.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion'],
    edits: [
      {
        file: 'raft/leader.ts',
        find: 'if (index <= state.commitIndex || state.log.termAt(index) !== state.term) return;',
        replace: 'if (index <= state.commitIndex) return;',
      },
    ],
  },
  {
    name: 'majority-of-half',
    defect: 'Half of the voters, rounded down, count as a majority.',
    breaks: 4,
    expected: ['leadership', 'agreement', 'durability'],
    profile: 'crash',
    edits: [
      {
        file: 'raft/quorum.ts',
        find: 'return Math.floor(voters / 2) + 1;',
        replace: 'return Math.max(1, Math.floor(voters / 2));',
      },
    ],
  },
  {
    name: 'two-votes-in-a-term',
    profile: 'crash',
    defect: 'A replica votes for every candidate that asks.',
    breaks: 4,
    expected: ['votes', 'leadership', 'agreement'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'const isFree = state.votedFor === from || (state.votedFor === 0 && state.leaderId === 0);',
        replace: 'const isFree = true;',
      },
      {
        file: 'raft/state.ts',
        find: 'this.#votedFor === 0 || this.#votedFor === candidate,',
        replace: 'true,',
      },
    ],
  },
  {
    name: 'vote-without-log-check',
    defect: 'A vote is given to candidates whose log is behind.',
    breaks: 2,
    expected: ['durability', 'agreement'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'return request.logTerm > lastTerm || (request.logTerm === lastTerm && request.index >= log.lastIndex);',
        replace: 'return request.index >= 0 || lastTerm > 0;',
      },
    ],
  },
  {
    name: 'hard-state-not-saved',
    profile: 'crash',
    defect: 'Term and vote are not written to the disk.',
    breaks: 4,
    expected: ['leadership'],
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: 'if (this.#stateFile.save({ ...this.#stateFile.state, ...state })) return;',
        replace: 'if (state.term >= 0) return;',
      },
    ],
  },
  {
    name: 'vote-not-saved',
    knownSeed: 69,
    seedsMax: 480,
    profile: 'crash',
    defect: 'The term is written to the disk, the vote is not.',
    breaks: 4,
    expected: ['votes'],
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: 'if (this.#stateFile.save({ ...this.#stateFile.state, ...state })) return;',
        replace: 'if (this.#stateFile.save({ ...this.#stateFile.state, ...state, votedFor: 0 })) return;',
      },
    ],
  },
  {
    name: 'stale-leader-obeyed',
    knownSeed: 16,
    defect: 'A follower takes frames of a leader whose term is over.',
    breaks: 1,
    expected: ['assertion', 'agreement', 'durability'],
    edits: [
      {
        file: 'raft/raft.ts',
        find: 'else if (message.term < state.term) this.#answerStale(message);',
        replace:
          'else if (message.term < state.term && message.type !== RaftType.append) this.#answerStale(message);',
      },
      {
        file: 'raft/raft.ts',
        find: 'else if (message.term === state.term || this.#followTerm(message)) this.#dispatch(message, frames);',
        replace:
          'else if (message.term <= state.term || this.#followTerm(message)) this.#dispatch(message, frames);',
      },
    ],
  },
  {
    name: 'gap-in-frames-ignored',
    defect: 'A follower does not look at the frame before those that it is sent.',
    breaks: 3,
    expected: ['assertion'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: 'const follows = this.holds(message.index, message.logTerm);',
        replace: 'const follows = message.index >= 0;',
      },
    ],
  },
  {
    name: 'conflict-in-frames-ignored',
    defect: 'A follower takes frames behind a frame of another term than the leader has there.',
    breaks: 1,
    expected: ['assertion', 'agreement', 'durability'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: 'return index <= commitIndex || (index <= log.lastIndex && log.termAt(index) === term);',
        replace: 'return index <= commitIndex || (index <= log.lastIndex && term >= 0);',
      },
    ],
  },
  {
    name: 'match-of-an-older-term',
    knownSeed: 10,
    defect: 'A follower believes that what matched the last leader matches the next one.',
    breaks: 2,
    expected: ['agreement', 'durability', 'assertion'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: '    this.#matchedIndex = this.#state.commitIndex;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'answers-of-an-earlier-round-count',
    defect:
      'A leader that was paused takes answers to an earlier question for the proof that it is still followed.',
    breaks: 4,
    expected: ['invariants'],
    edits: [
      {
        file: 'raft/leader.ts',
        find: 'progress.isRecovering ? 0 : progress.round;',
        replace: 'progress.isRecovering ? 0 : progress.round + 1;',
      },
    ],
  },
  {
    name: 'late-append-cuts-the-log',
    defect: 'A follower cuts off what is behind the frames of an append, though it came late.',
    breaks: 2,
    expected: ['agreement', 'durability', 'assertion', 'liveness'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: '      if (!frames.append(n)) return index - 1;\n    }\n    return index;',
        replace: `      if (!frames.append(n)) return index - 1;
    }
    if (frames.count > 0 && index >= commitIndex && index < log.lastIndex) log.truncateAfter(index);
    return index;`,
      },
    ],
  },
  {
    name: 'committed-frames-cut',
    defect: 'A follower cuts off its log before the first frame that it is sent, committed or not.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion'],
    edits: [
      {
        file: 'raft/follower.ts',
        find: '      if (index <= commitIndex) {\n',
        replace: '      if (index < log.firstIndex && commitIndex > 0) {\n',
      },
      {
        file: 'raft/follower.ts',
        find: '        if (log.termAt(index) === frames.termOf(n)) continue;\n',
        replace: '',
      },
      {
        file: 'raft/follower.ts',
        find: 'index > commitIndex,',
        replace: 'true,',
      },
      {
        file: 'raft/follower.ts',
        find: 'index > this.#matchedIndex,',
        replace: 'true,',
      },
    ],
  },
  {
    name: 'recovering-replica-votes',
    profile: 'disk',
    defect: 'A replica that has forgotten what it promised gives its vote.',
    breaks: 2,
    expected: ['durability', 'agreement'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'const isGranted = isFree && !state.isRecovering && this.#isUpToDate(request);',
        replace: 'const isGranted = isFree && this.#isUpToDate(request);',
      },
      {
        file: 'raft/election.ts',
        find: 'const isGood = isNews && !state.isRecovering && ',
        replace: 'const isGood = isNews && ',
      },
    ],
  },
  {
    name: 'former-life-remembered',
    defect: 'A leader still counts what a replica held before it lost its disk.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion', 'liveness'],
    edits: [
      {
        file: 'raft/raft.ts',
        find: '      this.#leader.restarted(from);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'no-pre-vote',
    defect: 'A replica that hears no leader raises the term without asking whether it could win.',
    breaks: 'liveness',
    expected: ['stability'],
    seedsMax: 140,
    edits: [
      {
        file: 'raft/election.ts',
        find: "state.options.failover === 'automatic') return this.start(false, false, absence);",
        replace: "state.options.failover === 'automatic') return this.start(true, false, absence);",
      },
    ],
  },
  {
    name: 'lease-ignored',
    defect: 'A replica that hears its leader votes for another one.',
    breaks: 'liveness',
    expected: ['stability'],
    seedsMax: 140,
    edits: [
      {
        file: 'raft/election.ts',
        find: 'return role === Role.leader || (leaderId !== 0 && nowUs < this.#leaseUntilUs);',
        replace: 'return role === Role.leader && leaderId < 0 && nowUs < this.#leaseUntilUs;',
      },
    ],
  },
  {
    name: 'manual-failover-ignored',
    profile: 'manual',
    defect: 'A replica stands for election by itself, though elections must be ordered.',
    breaks: 'liveness',
    expected: ['manual failover'],
    edits: [
      {
        file: 'raft/election.ts',
        find: "if (this.#canWin() && state.options.failover === 'automatic') return",
        replace: 'if (this.#canWin()) return',
      },
    ],
  },
  {
    name: 'ordered-election-for-good',
    profile: 'manual',
    defect: 'The order of an operator to elect holds for good, also once it has led to a leader.',
    breaks: 'liveness',
    expected: ['manual failover'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'const orderedTimeouts = 2;',
        replace: 'const orderedTimeouts = 1_000_000;',
      },
      {
        file: 'raft/election.ts',
        find: '    this.#attempts = 0;\n    this.orderEnds();\n',
        replace: '    this.#attempts = 0;\n',
      },
      { file: 'raft/raft.ts', find: '    this.#election.orderEnds();\n', replace: '' },
    ],
  },
  {
    name: 'unheard-learner-promoted',
    knownSeed: 46,
    profile: 'membership',
    defect: 'A learner that was never heard becomes a voter, though it may be recovering.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'raft/member-changes.ts',
        find: '        progress.matchedIndex > 0 &&\n',
        replace: '',
      },
    ],
  },
  {
    name: 'learner-counts',
    knownSeed: 36,
    defect: 'Learners count as voters.',
    breaks: 2,
    expected: ['durability', 'agreement', 'liveness'],
    profile: 'membership',
    edits: [
      {
        file: 'raft/quorum.ts',
        find: 'return Math.min(majorityValue(quorum.voters, values), majorityValue(quorum.outgoing, values));',
        replace: `const { learners = [] } = quorum as { learners?: readonly number[] };
  return Math.min(
    majorityValue([...quorum.voters, ...learners], values),
    majorityValue(quorum.outgoing, values),
  );`,
      },
    ],
  },
  {
    name: 'heard-lives-not-written',
    profile: 'old folders',
    defect: 'A replica keeps in memory only which lives of the others it has heard of.',
    breaks: 2,
    expected: ['durability', 'agreement', 'feed', 'exactly-once', 'linearizability'],
    edits: [
      {
        file: 'raft/state.ts',
        find: 'heard: this.heard.slice(),',
        replace: 'heard: this.options.state.heard,',
      },
    ],
  },
  {
    name: 'life-before-not-announced',
    knownSeed: 9,
    profile: 'old folders',
    defect: 'A replica does not say which life its folder knows before its own.',
    breaks: 2,
    expected: ['durability', 'agreement', 'feed', 'exactly-once', 'linearizability'],
    edits: [
      {
        file: 'raft/state.ts',
        find: 'message.previousIncarnation = this.#previousIncarnation;',
        replace: 'message.previousIncarnation = this.#incarnation;',
      },
    ],
  },
  {
    name: 'copy-not-noticed',
    knownSeed: 13,
    profile: 'old folders',
    defect: 'A folder that is a copy passes for the folder.',
    breaks: 2,
    expected: ['durability', 'agreement', 'feed', 'exactly-once', 'linearizability'],
    edits: [
      {
        file: 'journal/state-file.ts',
        find: "this.isCopy = found.identity !== '' && this.#identity !== '' && isAnother(found.identity, this.#identity);",
        replace: 'this.isCopy = false;',
      },
    ],
  },
  {
    name: 'voters-from-the-file',
    profile: 'files',
    knownSeed: 48,
    defect: 'Until there is a snapshot the voters are what the configuration file says, and not the log.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion', 'feed', 'exactly-once', 'linearizability'],
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: 'configuration: configurationOf(newest),',
        replace:
          'configuration:\n      newest === undefined && founders.length > 0\n        ? { ...noMembers, voters: options.founders.toSorted((a, b) => a - b) }\n        : configurationOf(newest),',
      },
      {
        file: 'replica/raft-log/startup.ts',
        find: 'changes: configurationChanges(journal, newest?.index ?? 0),',
        replace: 'changes: configurationChanges(journal, newest?.index ?? 1),',
      },
    ],
  },
  {
    name: 'foundation-not-compared',
    profile: 'network',
    defect: 'Replicas of clusters that were founded with other members hear each other.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion', 'strangers', 'leadership', 'votes', 'liveness'],
    edits: [
      {
        file: 'replica/peers/replication.ts',
        find: 'if (theirs === foundation || foundation === 0)',
        replace: 'if (theirs >= 0)',
      },
    ],
  },
  {
    name: 'instance-not-compared',
    profile: 'old folders',
    defect: 'Replicas of two clusters of the same founders hear each other.',
    breaks: 2,
    expected: ['instances', 'durability', 'agreement', 'assertion', 'feed', 'linearizability', 'liveness'],
    edits: [
      {
        file: 'replica/peers/replication.ts',
        find: 'return theirs === own || theirs === 0 || own === 0;',
        replace: 'return theirs >= 0 || own === 0;',
      },
    ],
  },
  {
    name: 'instance-not-written',
    profile: 'old folders',
    defect: 'The first leader of all keeps the instance of the cluster to itself.',
    breaks: 2,
    expected: ['instances', 'durability', 'agreement', 'assertion', 'feed', 'linearizability', 'liveness'],
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: 'const carriesInstance = this.journal.lastIndex + 1 === instanceIndex;',
        replace: 'const carriesInstance = this.journal.lastIndex + 2 === instanceIndex;',
      },
    ],
  },
  {
    name: 'first-leader-by-majority',
    profile: 'files',
    defect: 'A majority of the founders elects the first leader, whatever the others were told.',
    breaks: 2,
    expected: ['founding'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'const { configuration, isFounding } = this.#state;',
        replace:
          'const { configuration } = this.#state;\n    const isFounding = configuration.voters.length === 0;',
      },
    ],
  },
  {
    name: 'commit-rule-not-compared',
    profile: 'network',
    defect: 'Replicas with another commit rule or other limits hear each other.',
    breaks: 2,
    expected: ['strangers', 'durability', 'agreement'],
    edits: [
      {
        file: 'replica/peers/replication.ts',
        find: 'if (agreementOf(view) !== agreement)',
        replace: 'if (agreementOf(view) < 0 && agreement < 0)',
      },
    ],
  },
];
