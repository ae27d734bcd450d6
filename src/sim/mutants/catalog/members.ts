/** Members that are called elsewhere than the log says, or change in a wrong way. */
import type { Mutant } from '../mutant.ts';

export const memberMutants: readonly Mutant[] = [
  {
    name: 'key-for-all-kept',
    profile: 'membership',
    defect: 'A replica goes on to seal for all by the key that it has given to a member that was removed.',
    breaks: 4,
    expected: ['seals'],
    edits: [
      {
        file: 'replica/peers/key-exchange.ts',
        find: '    if ([...this.#holders].some((holder) => !members.includes(holder))) this.#replaceKeyForAll();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'key-for-all-to-any-caller',
    profile: 'membership',
    defect: 'A replica gives the key by which it seals for all to machines that are no members.',
    breaks: 4,
    expected: ['seals'],
    edits: [
      {
        file: 'replica/peers/key-exchange.ts',
        find: 'if (this.#isMember(peerId)) this.#offerToAll(id, peerId);',
        replace: 'if (this.#isMember(peerId) || peerId > 0) this.#offerToAll(id, peerId);',
      },
    ],
  },
  {
    name: 'averse-leader-stays',
    profile: 'changes',
    defect: 'A leader that an operator does not want to lead keeps its place.',
    breaks: 'liveness',
    expected: ['preferences'],
    edits: [
      {
        file: 'raft/preferred-leader.ts',
        find: 'const wellTimeoutsAverse = 1;',
        replace: 'const wellTimeoutsAverse = 1_000;',
      },
    ],
  },
  {
    name: 'averse-voter-in-its-turn',
    profile: 'changes',
    defect: 'A voter that is not to lead asks for votes in the order of ids, as any other.',
    breaks: 'liveness',
    expected: ['preferences'],
    edits: [
      {
        file: 'raft/election.ts',
        find: 'const gives = state.isParked || isAverse(state.configuration, state.id, this.#watchedId);',
        replace: 'const gives = state.isParked;',
      },
      {
        file: 'raft/preference.ts',
        find: 'const difference = rankOf(configuration, one) - rankOf(configuration, other);',
        replace: 'const difference = rankOf(configuration, one) - rankOf(configuration, one);',
      },
    ],
  },
  {
    name: 'parked-voter-well-enough',
    profile: 'changes',
    defect: 'A leader that is not to lead hands over to a voter that died on a command and applies nothing.',
    breaks: 'liveness',
    expected: ['preferences', 'poison', 'liveness'],
    edits: [
      {
        file: 'raft/leader.ts',
        find: 'return this.isFit(id) && this.progress.of(id)?.isParked !== true;',
        replace: 'return this.isFit(id);',
      },
    ],
  },
  {
    name: 'preferred-voter-not-asked',
    profile: 'changes',
    defect: 'A leader keeps its place though another voter is to lead and is well.',
    breaks: 'liveness',
    expected: ['preferences'],
    edits: [
      {
        file: 'raft/preferred-leader.ts',
        find: 'const wellTimeouts = 75;',
        replace: 'const wellTimeouts = 7_500;',
      },
    ],
  },
  {
    name: 'address-from-the-file',
    profile: 'membership',
    defect: 'A replica calls members only where its file has them, whatever the log and the members say.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'replica/peers/callable-members.ts',
        find: 'recordOf(this.#configuration ?? noMembers, replicaId),',
        replace: '',
      },
      { file: 'replica/peers/callable-members.ts', find: 'this.#said.described(replicaId),', replace: '' },
      { file: 'replica/peers/callable-members.ts', find: 'this.#said.heardOf(replicaId),', replace: '' },
    ],
  },
  {
    name: 'roster-kept-after-truncation',
    profile: 'membership',
    defect: 'A replica goes on by a configuration, and the addresses in it, whose frame was cut off.',
    breaks: 2,
    expected: ['rosters'],
    edits: [
      {
        file: 'replica/peers/callable-members.ts',
        find: 'const isOther = configuration !== this.#configuration || this.#isLeaderless !== wasLeaderless;',
        replace:
          'const isOther =\n      this.#configuration === undefined ||\n      configuration.roster.length > this.#configuration.roster.length;',
      },
    ],
  },
  {
    name: 'old-log-believed-for-ever',
    profile: 'membership',
    knownSeed: 12_020_021,
    defect: 'A replica that was removed while it was away calls those alone that were members before.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'replica/peers/callable-members.ts',
        find: '    this.#isLeaderless = nowUs - this.#ledUs > leaderlessUsMax;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'witness-asked-to-lead',
    profile: 'witness members',
    knownSeed: 12_030_017,
    defect: 'A leader whose disk stands still hands over to the voter that has flushed most, a witness too.',
    breaks: 'liveness',
    expected: ['succession'],
    edits: [
      {
        file: 'replica/watches/disk-watch.ts',
        find: ' || !this.#raft.mayTakeOver(id)',
        replace: '',
      },
    ],
  },
  {
    name: 'replace-without-joint',
    profile: 'membership',
    defect: 'A member takes the place of another one without a joint configuration.',
    breaks: 4,
    expected: ['leadership', 'agreement', 'durability', 'assertion'],
    edits: [
      {
        file: 'raft/member-changes.ts',
        find: 'const next = simple === refusal.tooManyVoters ? enterJoint(configuration, changes) : simple;',
        replace:
          "const joint = enterJoint(configuration, changes);\n    const next = simple === refusal.tooManyVoters && typeof joint !== 'string' ? { ...joint, outgoing: [], learnersNext: [] } : simple;",
      },
    ],
  },
  {
    name: 'token-used-twice',
    profile: 'membership',
    defect: 'A join token stays open when its machine becomes a member.',
    breaks: 8,
    expected: ['tokens'],
    edits: [
      {
        file: 'raft/configuration.ts',
        find: 'const open = tokens.filter(({ replicaId }) => !members.includes(replicaId));',
        replace: 'const open = members.length === 0 ? [] : [...tokens];',
      },
    ],
  },
  {
    name: 'spare-below-a-safe-quorum',
    profile: 'membership',
    defect: 'A spare takes the place of a voter that is gone, whether or not the spare answers.',
    breaks: 2,
    knownSeed: 47,
    expected: ['spares'],
    edits: [
      {
        file: 'replica/members/spares.ts',
        find: 'if (bearable < 0 || bearableOf(raft, next.voters) <= bearable) continue;',
        replace: 'if (bearable < -next.voters.length) continue;',
      },
    ],
  },
  {
    name: 'two-spares-at-once',
    profile: 'files',
    defect: 'Where several voters are gone, all spares get their places in one change.',
    breaks: 4,
    expected: ['spares'],
    edits: [
      {
        file: 'replica/members/spares.ts',
        find: 'const next = raft.changeConfiguration(changes);',
        replace:
          "const others = roster.filter(({ replicaId, role: each }) => replicaId !== spareId && each === MemberRole.spare && learners.includes(replicaId));\n      for (const other of others) changes.push({ kind: 'addVoter', replicaId: other.replicaId, member: { ...other, role: MemberRole.voter } });\n      const next = raft.changeConfiguration(changes);",
      },
    ],
  },
  {
    name: 'old-generation-heard',
    profile: 'crash',
    defect: 'A replica that hears of a later generation of its cluster goes on with its own.',
    breaks: 2,
    expected: ['generations'],
    edits: [
      {
        file: 'replica/raft-log/generations.ts',
        find: 'if (own === 0 || epoch <= Math.max(own, raft.epochSeen)',
        replace: 'if (own >= 0 || epoch <= Math.max(own, raft.epochSeen)',
      },
    ],
  },
  {
    name: 'generation-of-a-spare-not-believed',
    profile: 'changes',
    defect:
      'A replica believes voters alone that a later generation has begun, and not a spare from which it did.',
    breaks: 2,
    expected: ['generations'],
    edits: [
      {
        file: 'replica/raft-log/generations.ts',
        find: '!membersOf(raft.configuration).includes(from)',
        replace: '!raft.configuration.voters.includes(from)',
      },
    ],
  },
  {
    name: 'superseded-in-the-same-life',
    profile: 'crash',
    defect: 'What a replica says after a later generation has begun looks like what it said before.',
    breaks: 2,
    expected: ['generations'],
    edits: [
      {
        file: 'raft/state.ts',
        find: 'this.#incarnation += 1;',
        replace: 'this.#incarnation += 0;',
      },
    ],
  },
  {
    name: 'token-after-expiry',
    profile: 'membership',
    defect: 'A join token counts after the time at which it ends.',
    breaks: 8,
    expected: ['tokens'],
    edits: [
      {
        file: 'replica/members/join-tokens.ts',
        find: 'return raft.configuration.tokens.filter(({ expiresAtMs }) => timeUs < expiresAtMs * 1_000);',
        replace: 'return timeUs < 0 ? [] : raft.configuration.tokens;',
      },
    ],
  },
  {
    name: 'two-machines-for-one-place',
    profile: 'membership',
    defect: 'A join token for the place of a member is made although another one is open for that place.',
    breaks: 8,
    expected: ['tokens'],
    edits: [
      {
        file: 'replica/members/places.ts',
        find: 'openTokens.find(({ replicaId, replaces }) => replaces === oldId && replicaId !== newId)',
        replace: 'openTokens.find(({ replicaId, replaces }) => replaces === newId && replicaId !== newId)',
      },
    ],
  },
  {
    name: 'spare-in-the-place-of-a-voter',
    profile: 'membership',
    defect: 'A machine without a vote may take the place of a voter, whose vote is gone then.',
    breaks: 8,
    expected: ['tokens'],
    edits: [
      {
        file: 'replica/members/places.ts',
        find: 'if (role === before ||',
        replace: 'if (role > 0 ||',
      },
    ],
  },
  {
    name: 'token-of-another-secret',
    profile: 'membership',
    defect: 'A replica believes a machine that shows any token, as long as one is open for its number.',
    breaks: 8,
    expected: ['tokens'],
    edits: [
      {
        file: 'trust/joined-keys.ts',
        find: 'if (token !== undefined && claim.isSignedBy(token.key)) return joined;',
        replace: 'if (token !== undefined) return joined;',
      },
    ],
  },
  {
    name: 'tail-not-cut',
    profile: 'crash',
    defect: 'A replica that returns to a later generation keeps the frames that it had beyond it.',
    breaks: 2,
    expected: ['generations', 'assertion'],
    edits: [
      {
        file: 'replica/raft-log/next-generation.ts',
        find: 'if (segmentNumber(name) !== undefined) storage.remove(name);',
        replace: 'if (first !== undefined && segmentNumber(name) !== undefined) storage.remove(name);',
      },
    ],
  },
  {
    name: 'mixed-release-applies',
    profile: 'files',
    defect:
      'A release that lacks the engine to which the exchange goes over applies what follows with its own.',
    breaks: 4,
    expected: ['upgrades'],
    edits: [
      {
        file: 'engine/commands/administration.ts',
        find: 'if (engineVersion > state.engineVersionMost)',
        replace: 'if (engineVersion > 65_535)',
      },
    ],
  },
  {
    name: 'switched-before-all-can',
    profile: 'files',
    defect: 'The leader switches to the newest engine without asking which engines the members have.',
    breaks: 4,
    expected: ['upgrades'],
    edits: [
      {
        file: 'replica/members/engine-switch.ts',
        find: 'if (lacking.length === 0) return',
        replace: 'if (lacking.length >= 0) return',
      },
    ],
  },
  {
    name: 'witness-leads',
    profile: 'witness',
    defect: 'A witness stands for election as any other voter.',
    breaks: 8,
    expected: ['witness'],
    edits: [
      {
        file: 'raft/state.ts',
        find: '    if (this.options.isWitness) return false;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'witness-drops-before-both',
    profile: 'witness',
    defect: 'A witness forgets frames that one of the replicas has not flushed.',
    breaks: 2,
    expected: ['witness', 'durability', 'liveness'],
    edits: [
      {
        file: 'raft/raft.ts',
        find: 'isWitness ? Math.min(index, this.#kept.flushedIndex + 1) : index',
        replace: 'isWitness ? Math.max(index, this.#kept.flushedIndex + 1) : index',
      },
    ],
  },
  {
    name: 'witness-gives-no-frames',
    profile: 'witness',
    defect: 'A witness refuses a log that is behind, and keeps what that one lacks for itself.',
    breaks: 'liveness',
    expected: ['witness', 'liveness'],
    edits: [
      {
        file: 'raft/kept-frames.ts',
        find: 'state.output.sendAppend(message, last);',
        replace: 'state.output.sendAppend(message, base);',
      },
    ],
  },
];
