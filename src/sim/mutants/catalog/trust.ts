/** Mutants of which identities are believed: proofs, links, and what they may ask for. */
import type { Mutant } from '../mutant.ts';

export const trustMutants: readonly Mutant[] = [
  {
    name: 'other-cluster-let-in',
    defect: 'A replica takes a call from another cluster.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: 'if (!sameBytes(clusterUuid, this.#own.clusterUuid)) return failed(TrustFailure.wrongCluster);',
        replace: 'if (clusterUuid.length === 0) return failed(TrustFailure.wrongCluster);',
      },
    ],
  },
  {
    name: 'wrong-key-let-in',
    defect: 'What the authority says of a key is not looked at.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: "return typeof party === 'number' ? { failure: party } : { party, life, shown };",
        replace: "return { party: typeof party === 'number' ? { kind: 1, id: 99 } : party, life, shown };",
      },
    ],
  },
  {
    name: 'any-replica-may-answer',
    defect: 'A caller believes whichever replica answers.',
    breaks: 4,
    expected: ['strangers', 'assertion'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: 'if (kind !== PartyKind.replica || id !== this.#replicaId)',
        replace: 'if (kind !== PartyKind.replica || id < 0)',
      },
    ],
  },
  {
    name: 'any-party-may-answer',
    defect: 'A caller believes whatever party answers.',
    breaks: 4,
    expected: ['strangers', 'assertion'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: 'if (kind !== PartyKind.replica || id !== this.#replicaId)',
        replace: 'if (kind < 0 || id < 0)',
      },
    ],
  },
  {
    name: 'role-not-bound',
    defect: 'What a call is for is no part of what its proof proves.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: 'prologue.set(record.subarray(0, opening.size), prologueLabel.length);',
        replace:
          'prologue.set(record.subarray(0, opening.size), prologueLabel.length);\n  prologue[prologueLabel.length + opening.at.role] = 0;',
      },
    ],
  },
  {
    name: 'session-without-owner',
    defect: 'The token of a session is enough to speak for it, for any party.',
    breaks: 5,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'engine/stores/sessions.ts',
        find: 'const isOwner = this.ownerKind(slot) === ownerKind && this.ownerId(slot) === ownerId;',
        replace: 'const isOwner = ownerKind + ownerId > 0 || this.ownerKind(slot) === 0;',
      },
    ],
  },
  {
    name: 'program-without-key',
    defect: 'A program acts for every account, with a key or without.',
    breaks: 10,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'engine/engine.ts',
        find: 'else if (!state.sessions.isLimited(state.session) || mayAct(state, type, view, at))',
        replace: 'else if (state.session >= 0 || mayAct(state, type, view, at))',
      },
    ],
  },
  {
    name: 'watcher-trades',
    defect: 'A watcher acts for every account, at replica and engine.',
    breaks: 10,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'replica/sessions/session-server.ts',
        find: 'if (isWatcher(subscriber) && !mayWatcherSend(subscriber.connection.peerId, type, view, at))',
        replace: 'if (type < 0 && !mayWatcherSend(subscriber.connection.peerId, type, view, at))',
      },
      {
        file: 'engine/engine.ts',
        find: 'return isOfWatcher ? mayWatch(state, type, view, at) : mayActByKey(state, type);',
        replace:
          'return isOfWatcher ? type > 0 || mayWatch(state, type, view, at) : mayActByKey(state, type);',
      },
    ],
  },
  {
    name: 'gateway-operates',
    defect: 'A gateway gives the orders of an operator.',
    breaks: 10,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'engine/commands/handlers.ts',
        find: 'if (isOfOperator(type) && state.sessions.isOfGateway(state.session))',
        replace: 'if (!isOfOperator(type) && type < 0)',
      },
    ],
  },
  {
    name: 'one-person-twice',
    defect: 'An operator who has signed a plan is the second person for it too.',
    breaks: 10,
    expected: ['two persons'],
    edits: [
      {
        file: 'replica/operators/plans.ts',
        find: "if (first.person === person) return 'samePerson';",
        replace: "if (first.person < 0) return 'samePerson';",
      },
    ],
  },
  {
    name: 'rebuilt-by-one-person',
    defect: 'A generation begins by the order of one operator where two are needed.',
    breaks: 10,
    expected: ['two persons'],
    edits: [
      {
        file: 'replica/operators/generations.ts',
        find: 'if (options.twoPersons && !isConfirmed) {',
        replace: 'if (options.twoPersons && !isConfirmed && log.lastIndex < 0) {',
      },
    ],
  },
  {
    name: 'order-noted-twice',
    defect: 'What a replica reports again of an order at its control port is in the audit trail again.',
    breaks: 5,
    expected: ['exactly-once'],
    edits: [
      {
        file: 'engine/commands/audit.ts',
        find: 'if (givenUs <= audit.lastGivenUs(replicaId)) return;',
        replace: 'if (givenUs < 0) return;',
      },
    ],
  },
  {
    name: 'chain-begins-again-after-a-snapshot',
    defect: 'An engine from a snapshot begins a new chain of the audit trail.',
    breaks: 8,
    expected: ['equivalence'],
    edits: [
      {
        file: 'engine/stores/audit.ts',
        find: 'this.#digest = previous === undefined ? noDigest : previous.slice();',
        replace: 'this.#digest = noDigest;',
      },
    ],
  },
  {
    name: 'any-party-may-call',
    defect: 'A party may call for whatever it likes.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/handshake.ts',
        find: 'if (!mayOpen(this.#role, party)) return failed(TrustFailure.roleNotAllowed);',
        replace: 'mayOpen(this.#role, party);',
      },
    ],
  },
  {
    name: 'claimed-term-believed',
    defect: 'A client goes on to believe a term that a majority of the replicas contradicts.',
    breaks: 4,
    expected: ['liveness'],
    profile: 'network',
    edits: [
      {
        file: 'client/core/attachment.ts',
        find: 'const lowest = contradicted ?? this.#ownClaim;',
        replace: 'const lowest: LeaderPlace = this.#ownClaim;',
      },
    ],
  },
  {
    name: 'forged-snapshot-installed',
    defect: 'A snapshot of the index that the leader has named is taken, whatever is in it.',
    breaks: 8,
    expected: ['strangers'],
    edits: [
      {
        file: 'replica/snapshots/snapshot-transfer.ts',
        find: '} else if (isNamed(file, count.end(), name)) {',
        replace: '} else if (isNamed(file, name.hash, name)) {',
      },
    ],
  },
  {
    name: 'window-not-checked',
    defect: 'A datagram counts each time that it comes.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/datagram-keys.ts',
        find: 'if (!held.window.isNew(counter)) return Drop.repeated;',
        replace: 'if (counter < 1) return Drop.repeated;',
      },
    ],
  },
  {
    name: 'window-noted-before-opening',
    defect: 'The number of a datagram counts as come before its seal is looked at.',
    breaks: 1,
    expected: ['strangers', 'liveness', 'stability', 'succession'],
    profile: 'network',
    edits: [
      {
        file: 'trust/datagram-keys.ts',
        find: '    this.#copyHeader(bytes);\n    try {',
        replace: '    this.#copyHeader(bytes);\n    held.window.note(counter);\n    try {',
      },
    ],
  },
  {
    name: 'key-of-a-former-life-heard',
    defect: 'Keys of a peer are held on when another life of it has proven itself.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/datagram-keys.ts',
        find: 'if (held.life !== life) this.#held.delete(held.keyId);',
        replace: 'if (held.life === 0) this.#held.delete(held.keyId);',
      },
    ],
  },
  {
    name: 'number-of-a-grant-ignored',
    defect: 'A replica that has started again takes what was sealed before it was given the key.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'trust/datagram-keys.ts',
        find: 'new ReplayWindow(counter)',
        replace: 'new ReplayWindow(Math.min(counter, 0))',
      },
    ],
  },
  {
    name: 'sender-not-compared-with-key',
    defect: 'A replica may send in the name of another.',
    breaks: 1,
    expected: ['strangers'],
    profile: 'network',
    edits: [
      {
        file: 'replica/peers/replication.ts',
        find: 'if (message.from !== seals.from)',
        replace: 'if (message.from === 0)',
      },
    ],
  },
];
