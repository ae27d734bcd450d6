/** Two sites that both write, or of which one shows what the other has not. */
import type { Mutant } from '../mutant.ts';

export const siteMutants: readonly Mutant[] = [
  {
    name: 'site-opens-at-once',
    profile: 'calm',
    defect: 'A site that begins to write takes orders at once, and not in stages.',
    breaks: 1,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/sessions/exchange-service.ts',
        find: 'let work = this.#view.serving ? this.#reopening.doWork() : 0;',
        replace: 'let work = 0;',
      },
    ],
  },
  {
    name: 'promoted-site-not-held',
    profile: 'calm',
    defect: 'A site that was promoted opens as one does whose other site has ended what it wrote.',
    breaks: 1,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/sites/shipping-server.ts',
        find: 'return epoch === this.#log.epoch && term === this.#log.term;',
        replace: 'return epoch >= 0 && term >= 0;',
      },
    ],
  },
  {
    name: 'lease-not-checked-before-answers',
    profile: 'manual',
    defect: 'A leader lets events leave beyond the lease of its site.',
    breaks: 2,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: 'return !this.#doubt.isOpen && this.#lease.mayAnswer();',
        replace: 'return !this.#doubt.isOpen;',
      },
    ],
  },
  {
    name: 'lease-promise-forgotten',
    profile: 'manual',
    defect: 'A witness that starts again does not know that it promised to grant a site no lease any more.',
    breaks: 2,
    expected: ['liveness', 'sites'],
    edits: [
      {
        file: 'replica/sites/lease-ledger.ts',
        find: '    this.#state = state;\n    this.#save = save;',
        replace: '    this.#state = { ...state, promisedEpoch: 0 };\n    this.#save = save;',
      },
    ],
  },
  {
    name: 'lease-counted-from-answer',
    profile: 'manual',
    defect: 'A replica counts its lease from the answer of the witness, and not from its question.',
    breaks: 2,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/sites/lease-asker.ts',
        find: 'sentUs + countedUs(answer.lengthUs)',
        replace: 'this.#nowUs() + countedUs(answer.lengthUs)',
      },
    ],
  },
  {
    name: 'standby-serves',
    profile: 'calm',
    defect: 'A site at which another one is to write goes on, and so does a standby.',
    breaks: 2,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/replica.ts',
        find: 'const serves = this.#hasTakenOver && isWell && !this.isStandby && this.#mayAnswer();',
        replace: 'const serves = this.#hasTakenOver && isWell;',
      },
      {
        file: 'replica/replica.ts',
        find: 'if (this.isStandby) this.#stopServing();',
        replace: '',
      },
    ],
  },
  {
    name: 'commands-behind-the-seal',
    knownSeed: 27,
    profile: 'calm',
    defect: 'A site that is ending still takes commands, behind the frame that opens the other one.',
    breaks: 1,
    expected: ['sites', 'durability', 'liveness'],
    edits: [
      { file: 'replica/sites/site-change.ts', find: '    this.#ring.close();\n', replace: '' },
      {
        file: 'replica/sites/site-change.ts',
        find: 'if (this.#site === 0 || this.#isAppended || this.#ring.count > 0) return;',
        replace: 'if (this.#site === 0 || this.#isAppended) return;',
      },
    ],
  },
  {
    name: 'end-before-all-is-applied',
    knownSeed: 14_100_035,
    profile: 'manual',
    defect:
      'A site ends what it writes while commands are under way, so that what voids one comes behind its end.',
    breaks: 'liveness',
    expected: ['sites', 'durability', 'liveness'],
    edits: [
      {
        file: 'replica/sites/site-change.ts',
        find: 'if (!isStandby && appliedSeq < this.#log.nextSeq - 1) return;',
        replace: 'if (!isStandby && appliedSeq > this.#log.nextSeq) return;',
      },
    ],
  },
  {
    name: 'shipped-frame-skipped',
    profile: 'calm',
    defect: 'A standby takes a frame though the one before it did not come.',
    breaks: 1,
    expected: ['sites', 'assertion', 'liveness'],
    edits: [
      {
        file: 'replica/sites/shipping-server.ts',
        find: '    if (firstSeq > nextSeq) return ShippedCode.gap;\n    if (firstSeq < nextSeq || previousTimeUs !== log.lastTimeUs) return ShippedCode.otherHistory;\n',
        replace: '    if (firstSeq < nextSeq) return ShippedCode.otherHistory;\n',
      },
    ],
  },
  {
    name: 'void-not-taken',
    profile: 'manual',
    defect: 'A standby does not take what the writing site has voided.',
    breaks: 1,
    expected: ['sites', 'liveness'],
    edits: [
      {
        file: 'replica/sites/shipping-server.ts',
        find: 'const isHere = seq < log.nextSeq && ',
        replace: 'const isHere = seq < 0 && ',
      },
    ],
  },
  {
    name: 'void-ahead-forgotten',
    profile: 'manual',
    defect: 'A standby that knew a command to be voided before it came appends the command alone.',
    breaks: 1,
    expected: ['sites', 'liveness'],
    edits: [
      {
        file: 'replica/sites/shipping-server.ts',
        find: 'for (const seq of voided) log.voids.append(seq);',
        replace: 'for (const seq of voided) this.#voids.delete(seq);',
      },
    ],
  },
  {
    name: 'void-of-another-history',
    profile: 'manual',
    defect: 'A standby takes a void though the commands before it are not those of the writing site.',
    breaks: 1,
    expected: ['sites', 'liveness', 'durability'],
    edits: [
      {
        file: 'replica/sites/shipping-server.ts',
        find: ' && timeUs === log.lastTimeUs;',
        replace: ';',
      },
    ],
  },
  {
    name: 'late-void-passed',
    profile: 'manual',
    defect: 'A standby that has applied a command which the writing site voided goes on with that state.',
    breaks: 1,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/state/applier.ts',
        find: 'const isIn = seq > 0 &&',
        replace: 'const isIn = seq < 0 &&',
      },
    ],
  },
  {
    name: 'old-site-not-held-back',
    profile: 'calm',
    defect: 'A replica that is ordered to end because another site writes in a later epoch goes on.',
    breaks: 2,
    expected: ['liveness', 'sites'],
    edits: [
      {
        file: 'replica/operators/operations.ts',
        find: '  generations.end(epoch);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'old-site-one-epoch-behind-left-alone',
    profile: 'calm',
    defect:
      'A site over which another one was promoted is ordered to end only once two epochs have begun since.',
    breaks: 2,
    expected: ['liveness'],
    edits: [
      {
        file: 'replica/sites/outlived.ts',
        find: 'leader.epoch >= epoch)',
        replace: 'leader.epoch >= epoch - 1)',
      },
    ],
  },
  {
    name: 'stood-still-and-goes-on',
    knownSeed: 9,
    profile: 'calm',
    defect: 'A site that stood still while another one was promoted goes on before it has looked.',
    breaks: 2,
    expected: ['sites'],
    edits: [
      {
        file: 'replica/sites/site-doubt.ts',
        find: 'passedUs > this.#times.afterUs)',
        replace: 'passedUs > 1e15)',
      },
      {
        file: 'replica/sites/site-doubt.ts',
        find: 'nowUs - this.#ledUs > this.#times.afterUs)',
        replace: 'nowUs < 0)',
      },
    ],
  },
  {
    name: 'second-session-on-a-bound-connection',
    profile: 'calm',
    defect:
      'A client that lost its session, as a promotion cut off what it saw, opens the next one on a connection that is still bound.',
    breaks: 'liveness',
    expected: ['conversation'],
    edits: [
      {
        file: 'client/core/attachment.ts',
        find: 'if (this.link !== undefined) this.#attach(this.link, nowUs);',
        replace: 'if (this.link !== undefined) this.#open(this.link, nowUs);',
      },
    ],
  },
  {
    name: 'terms-of-two-sites-compared',
    knownSeed: 30,
    profile: 'calm',
    defect: 'A client takes the leader of a site in a later epoch for a deposed one, as its term is lower.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'client/core/attachment.ts',
        find: '      this.term = 0;\n      this.#termUs = nowUs;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'other-site-forgotten',
    profile: 'calm',
    defect: 'A client leaves the replicas of the other site, which are no members of the one that leads.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'client/core/roster.ts',
        find: 'for (const link of this.links.filter((candidate) => candidate.site === site)) {',
        replace: 'for (const link of [...this.links]) {',
      },
    ],
  },
];
