/** What hooks get: each kind of event once, with how grave it is and what it means. docs/HOOKS.md shows it. */

export type Severity = 'info' | 'warning' | 'critical';

interface Kind {
  readonly severity: Severity;
  readonly meaning: string;
  /** It must hold for so long before it counts, and be over for so long before it counts as over. */
  readonly holdMs?: number;
  /**
   * While it holds, another text is another event too: in all, or in its words where its figures go on changing. For
   * kinds of which one notice may have several reasons.
   */
  readonly byText?: 'all' | 'words';
}

export const eventKinds = {
  test: { severity: 'info', meaning: 'A person tries the hooks: "lockstep notify --test".' },
  leaderChanged: { severity: 'info', meaning: 'Another replica leads, or the same one in a new term.' },
  membersChanged: { severity: 'info', meaning: 'The voters or learners are others.' },
  spareGivenVote: {
    severity: 'warning',
    meaning:
      'A voter was silent for too long: a spare has its place now, and it is the spare once it returns.',
  },
  modeChanged: {
    severity: 'warning',
    meaning: 'The exchange, an instrument or an account has another mode.',
    byText: 'all',
  },
  quorumLost: {
    severity: 'critical',
    meaning: 'No replica leads, as far as the sender sees: no orders are taken.',
    holdMs: 1_000,
  },
  commitsStalled: {
    severity: 'critical',
    meaning: 'A replica leads and nothing is committed: no orders are taken.',
  },
  memberLost: {
    severity: 'warning',
    meaning: 'The leader does not hear a member.',
    holdMs: 5_000,
  },
  memberRecovering: {
    severity: 'warning',
    meaning: 'A member stores and applies, but counts in no majority, because it may have lost something.',
    holdMs: 5_000,
  },
  memberBehind: {
    severity: 'warning',
    meaning: 'A member is further behind the leader than a replica may be that takes over.',
    holdMs: 5_000,
  },
  memberGray: {
    severity: 'warning',
    meaning: 'A member lives and is worse than another one; as the leader it hands over: docs/GRAY.md.',
    holdMs: 3_000,
    byText: 'words',
  },
  failoverManual: {
    severity: 'warning',
    meaning: 'A replica takes over on an order alone, so a leader that is lost stops the exchange.',
    holdMs: 10_000,
  },
  failoverWithheld: {
    severity: 'warning',
    meaning:
      'Failover is manual, and automatic failover would have acted: the text says when and why, and whether it would have been wrong.',
  },
  diskFull: { severity: 'critical', meaning: 'The journal of a replica has no space.' },
  memoryShort: {
    severity: 'warning',
    meaning:
      'A machine uses more of its memory than limits.memoryPercentMax allows, so its replica is not ready.',
    holdMs: 10_000,
  },
  processorsBusy: {
    severity: 'warning',
    meaning: 'The processors of a machine are more than 90 % busy, for a minute.',
    holdMs: 60_000,
  },
  commandParked: {
    severity: 'critical',
    meaning:
      'Processes of a replica died on a command: it applies nothing from there on until it is known what becomes of it.',
  },
  commandVoided: {
    severity: 'critical',
    meaning: 'A command on which processes died is voided: no replica applies it.',
  },
  voidDecided: {
    severity: 'critical',
    meaning: 'An operator, whose name is in the text, decided that a command is voided.',
  },
  fenceRan: {
    severity: 'warning',
    meaning: 'An operator ran a fence command; critical where it failed. The text ends with what it said.',
  },
  stateDiffers: {
    severity: 'critical',
    meaning: 'The state of a replica differs from that of the majority and is being replaced.',
  },
  stateDisputed: {
    severity: 'critical',
    meaning: 'No majority of the replicas agrees on the state: no orders are taken.',
  },
  crashLoop: { severity: 'critical', meaning: 'A process of a machine dies again and again.' },
  clockDiffers: {
    severity: 'warning',
    meaning: 'The clock of a machine differs from those of the others.',
    holdMs: 10_000,
  },
  certificateEnding: {
    severity: 'warning',
    meaning: 'A certificate of a replica, a gateway, a watcher or the authority ends soon.',
    byText: 'words',
  },
  backupBehind: {
    severity: 'warning',
    meaning: 'A backup alarms: it is behind, fails, or was not proved.',
    holdMs: 10_000,
    byText: 'words',
  },
  siteBehind: {
    severity: 'warning',
    meaning: 'A site alarms: the standby is behind, or not reached, or another site writes too.',
    holdMs: 5_000,
    byText: 'words',
  },
  siteUndecided: {
    severity: 'critical',
    meaning:
      'The site that writes is out of reach of this standby, and no person has decided; again each time that the time has doubled.',
  },
  drillOverdue: {
    severity: 'warning',
    meaning: 'A drill that the configuration asks for has not succeeded for too long.',
    byText: 'words',
  },
  canaryWrong: {
    severity: 'critical',
    meaning: 'Two watchers got an answer from the exchange that must not come: docs/CANARY.md.',
  },
  canaryLate: {
    severity: 'warning',
    meaning: 'Two watchers got answers too late, three rounds in a row.',
  },
  canarySilent: {
    severity: 'critical',
    meaning: 'Two watchers reach a replica and get no answer to their orders.',
  },
  canaryUnreached: {
    severity: 'critical',
    meaning: 'Two watchers reach no replica where orders are taken.',
  },
  breakerOpen: {
    severity: 'warning',
    meaning:
      'A name server or the target of a backup failed so often that it is left in peace for a while; it ends once a call succeeds.',
  },
  addressFailing: {
    severity: 'critical',
    meaning:
      'A machine may not set the virtual address, or another machine has it; or the name of the gateways has all of them, since "lockstep dns" finds none ready.',
    byText: 'words',
  },
  hookFailing: {
    severity: 'warning',
    meaning: 'A hook failed so often that it is left in peace for a while.',
  },
  noticesGivenUp: {
    severity: 'warning',
    meaning: 'Notices to a hook were given up: they were too old, or too many waited.',
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type EventKind = keyof typeof eventKinds;

export const kindNames = Object.keys(eventKinds) as EventKind[];

/** Ways to say which events a hook wants, beside the names of the kinds. */
export const selections = ['all', 'fault'] as const;
/** What only commands hear, each on its own machine. */
export const roleEvents = ['becomeLeader', 'becomeFollower'] as const;
export type RoleEvent = (typeof roleEvents)[number];

export function kindOf(kind: EventKind): Kind {
  return eventKinds[kind];
}

/** Whether a hook that asks for `on` wants an event. `fault`: what is wrong, and that it is over. */
export function isWanted(on: readonly string[], kind: EventKind): boolean {
  if (on.includes('all') || on.includes(kind)) return true;
  return on.includes('fault') && kindOf(kind).severity !== 'info';
}
