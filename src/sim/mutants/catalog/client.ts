/** A wrong client: what it sends again, what it passes on, and until when. */
import type { Mutant } from '../mutant.ts';

export const clientMutants: readonly Mutant[] = [
  {
    name: 'resume-without-resend',
    defect: 'A client that resumes its session does not send again what was not answered.',
    breaks: 'liveness',
    expected: ['liveness'],
    edits: [
      {
        file: 'client/core/window.ts',
        find: 'this.unsent = Math.max(this.oldest, ticket);',
        replace: 'this.unsent = Math.max(this.neverSent, ticket);',
      },
    ],
  },
  {
    name: 'resend-with-new-numbers',
    defect:
      'A client that resumes its session gives new numbers to what was not answered, and sends it again.',
    breaks: 5,
    expected: ['linearizability'],
    edits: [
      {
        file: 'client/core/window.ts',
        find: 'this.unsent = Math.max(this.oldest, ticket);',
        replace: `this.#base += this.oldest - ticket;
    this.unsent = this.oldest;
    this.enterSession(this.#sessionId);`,
      },
    ],
  },
  {
    name: 'resent-without-deadline',
    defect: 'A command that is sent again carries no deadline.',
    breaks: 5,
    expected: ['deadlines'],
    edits: [
      {
        file: 'client/core/window.ts',
        find: '    this.view.setUint32(at + commandAt.deadlineMs, deadlineMs, true);\n',
        replace:
          '    this.view.setUint32(at + commandAt.deadlineMs, ticket < this.neverSent ? 0 : deadlineMs, true);\n',
      },
    ],
  },
  {
    name: 'deadline-from-sending',
    defect: 'The time until a deadline begins when a command is sent, not when its caller gave it.',
    breaks: 5,
    expected: ['deadlines'],
    edits: [
      {
        file: 'client/core/window.ts',
        find: 'const dueUs = this.#submittedUs[ticket & this.#mask] + this.deadlineAfterUs;',
        replace: 'const dueUs = this.deadlineUsMin + 3_600_000_000 + 3_000_000;',
      },
    ],
  },
  {
    name: 'time-of-the-old-leader',
    defect: 'A client goes on with the time of the leader that it lost where the next one is behind it.',
    breaks: 5,
    expected: ['deadlines'],
    edits: [
      {
        file: 'client/core/session.ts',
        find: '    this.#time.forget();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'resume-skips-a-command',
    defect: 'A client that resumes its session leaves out the first command that was not answered.',
    breaks: 'liveness',
    expected: ['conversation', 'liveness'],
    edits: [
      {
        file: 'client/core/window.ts',
        find: 'this.unsent = Math.max(this.oldest, ticket);',
        replace: 'this.unsent = Math.min(this.next, Math.max(this.oldest, ticket) + 1);',
      },
    ],
  },
  {
    name: 'answer-behind-a-gap-forgotten',
    defect:
      'A client whose answered command the next site has cut off goes on in its session, where a command before it waits.',
    breaks: 'liveness',
    expected: ['conversation'],
    profile: 'manual',
    knownSeed: 330,
    edits: [
      {
        file: 'client/core/attachment.ts',
        find: 'next <= window.lastAnswered',
        replace: 'next < window.oldest',
      },
    ],
  },
  {
    name: 'members-of-one-claimant',
    defect: 'A client leaves all replicas that one which says it leads does not name.',
    breaks: 'liveness',
    expected: ['strangers'],
    profile: 'changes',
    edits: [
      {
        file: 'client/core/roster.ts',
        find: 'else if (isBacked || isFollower(link, from)) this.#leave(link);',
        replace: 'else if (link !== from) this.#leave(link);',
      },
    ],
  },
  {
    name: 'silent-members-left-at-a-word',
    defect:
      'A client leaves a member that is away for a moment at the word of one that says it leads, whatever others say.',
    breaks: 'liveness',
    expected: ['strangers'],
    profile: 'changes',
    knownSeed: 15_200_004,
    edits: [
      {
        file: 'client/core/roster.ts',
        find: ' && !isDisputed(this.links, from)',
        replace: '',
      },
    ],
  },
];
