/** Wrong storage: journal, recovery, snapshots. */
import type { Mutant } from '../mutant.ts';

export const storageMutants: readonly Mutant[] = [
  {
    name: 'flush-not-awaited',
    defect: 'In `disk` mode a frame counts as flushed when it is written.',
    breaks: 2,
    expected: ['durability'],
    profile: 'power',
    edits: [
      {
        file: 'journal/journal.ts',
        find: '    return this.#durableIndex;\n',
        replace: '    return this.#lastIndex;\n',
      },
    ],
  },
  {
    name: 'reply-before-flush',
    knownSeed: 1018,
    seedsMax: 288,
    defect: 'In `disk` mode a follower reports what it holds as flushed.',
    breaks: 2,
    expected: ['durability'],
    profile: 'power',
    edits: [
      {
        file: 'raft/follower.ts',
        find: 'return Math.min(this.#state.log.durableIndex, this.#matchedIndex);',
        replace: 'return this.#matchedIndex;',
      },
    ],
  },
  {
    name: 'replaced-frames-not-flushed',
    knownSeed: 228,
    defect: 'Frames that replace as many others count as asked to be flushed, and no flush follows.',
    breaks: 'liveness',
    expected: ['liveness'],
    profile: 'crash',
    edits: [
      {
        file: 'journal/journal.ts',
        find: '    this.#requestedIndex = Math.min(this.#requestedIndex, index);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'state-file-not-flushed',
    defect: 'Term and vote are written, but never flushed.',
    breaks: 4,
    expected: ['leadership', 'durability', 'agreement'],
    profile: 'power',
    edits: [
      {
        file: 'journal/state-file.ts',
        find: '      if (!this.#storage.flush(this.#region)) return false;\n',
        replace: '      if (this.#storage === undefined) return false;\n',
      },
    ],
  },
  {
    name: 'unclean-boot-trusted',
    knownSeed: 7,
    defect: 'In `memory` mode a replica that lost its power counts at once, whatever it lost.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion'],
    profile: 'power',
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: "mayBeTorn && state.durability === 'memory'",
        replace: "mayBeTorn && state.durability === ('never' as string)",
      },
    ],
  },
  {
    name: 'wiped-replica-trusted',
    defect: 'A replica with a blank disk votes and counts at once.',
    breaks: 2,
    expected: ['durability', 'agreement'],
    profile: 'disk',
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: 'const lossReason = mayFound ? undefined',
        replace: 'const lossReason = options.replicaId > 0 ? undefined',
      },
    ],
  },
  {
    name: 'damage-taken-for-a-torn-tail',
    knownSeed: 57,
    defect:
      'A journal that rotted is cut like one that was torn by a power cut, and its replica counts at once.',
    breaks: 2,
    expected: ['durability', 'agreement', 'assertion'],
    profile: 'disk',
    edits: [
      {
        file: 'replica/raft-log/startup.ts',
        find: '    if (!stateFile.save({ ...stateFile.state, recovering: true })) {',
        replace: '    if (!stateFile.save({ ...stateFile.state, recovering: false })) {',
      },
    ],
  },
  {
    name: 'bad-checksum-accepted',
    defect: 'Recovery takes frames whose checksum does not match.',
    breaks: 1,
    expected: ['agreement', 'assertion', 'equivalence', 'liveness'],
    profile: 'disk',
    edits: [
      {
        file: 'journal/scan.ts',
        find: 'if (code !== DecodeCode.ok) return badFrame[code];',
        replace: 'if (code !== DecodeCode.ok && code !== DecodeCode.badChecksum) return badFrame[code];',
      },
    ],
  },
  {
    name: 'journal-kept-under-a-snapshot',
    defect: 'A snapshot of a peer replaces the state, and the journal stays.',
    breaks: 8,
    expected: ['assertion'],
    profile: 'disk',
    edits: [
      {
        file: 'replica/raft-log/replicated-journal.ts',
        find: '    this.journal.reset(index, term, seq + 1, timeUs);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'snapshot-claims-too-much',
    defect: 'A snapshot names the commit index, though less is applied to the state in it.',
    breaks: 8,
    expected: ['assertion', 'sequence', 'agreement'],
    edits: [
      {
        file: 'replica/snapshots/snapshots.ts',
        find: 'this.#log.positionAt(this.#applier.appliedIndex)',
        replace: 'this.#log.positionAt(this.#log.lastIndex)',
      },
    ],
  },
  {
    name: 'rotted-snapshot-kept',
    knownSeed: 36,
    defect:
      'A snapshot that has rotted is still the newest, and none is taken while nothing newer is applied.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'replica/snapshots/snapshots.ts',
        find: '    this.#hold(hasOlder ? this.#previousIndex : 0, undefined);\n    this.#previousIndex = this.snapshotIndex;\n',
        replace: '',
      },
      {
        file: 'replica/snapshots/snapshots.ts',
        find: '    if (hasOlder) this.#ports.storage.remove(snapshotName(index));\n',
        replace: '    if (hasOlder) this.#ports.log.warn(snapshotName(index));\n',
      },
    ],
  },
  {
    name: 'applies-while-copying',
    defect: 'A follower goes on to apply commands while it copies its state for a snapshot.',
    breaks: 8,
    expected: ['assertion'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: 'const limit = Math.min(this.log.applyLimit, snapshots.applyLimit, stateLimit);',
        replace: 'const limit = Math.min(this.log.commitIndex, stateLimit);',
      },
    ],
  },
  {
    name: 'snapshot-forgets-command-numbers',
    defect: 'A restored state has forgotten how far each session has come.',
    breaks: 5,
    expected: ['equivalence', 'exactly-once', 'agreement'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '  at = sessions.copyFrom(bytes, at, getU53(view, SESSIONS));\n',
        replace: `  at = sessions.copyFrom(bytes, at, getU53(view, SESSIONS));
  for (let slot = 0; slot < sessions.used; slot++) sessions.touch(slot, 0, sessions.lastSeq(slot));
`,
      },
    ],
  },
  {
    name: 'snapshot-forgets-client-order-ids',
    defect: 'A restored state has forgotten the client order ids of closed orders.',
    breaks: 5,
    expected: ['exactly-once', 'agreement', 'equivalence'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: '    index.addClosed(place);\n',
        replace: '    if (!closed.isNamed(place)) index.addClosed(place);\n',
      },
    ],
  },
  {
    name: 'queue-order-lost-in-snapshot',
    defect: 'In a restored book, orders of one price are in the order of their ids, not of their arrival.',
    breaks: 7,
    expected: ['agreement', 'equivalence'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: 'for (const slot of slotsByTicket(orders, isOpen)) {',
        replace: 'for (const slot of slotsByOrderId(orders, (wanted) => isOpen(wanted))) {',
      },
      {
        file: 'engine/snapshot/snapshot.ts',
        find: 'if (ticket <= ticketBefore || !restAgain(state, slot)) return false;',
        replace: 'if (ticket <= 0 || !restAgain(state, slot)) return false;',
      },
    ],
  },
  {
    name: 'order-of-insertion-shows',
    defect: 'A mass cancel goes through orders as they were inserted, which differs after a restore.',
    breaks: 1,
    expected: ['agreement', 'equivalence'],
    edits: [
      {
        file: 'engine/snapshot/snapshot.ts',
        find: 'for (const slot of slotsByOrderId(orders, isOpen)) {',
        replace: 'for (const slot of slotsByTicket(orders, isOpen)) {',
      },
    ],
  },
];
