/** What a replica says of itself and of what it sees, for the replica that sends notices. */
import type { HeardReport } from '../../gateway/canary/report.ts';
import type { SeenCondition, WouldBe } from '../../replica/ports.ts';
import type { HeardSide } from './side-report.ts';

export interface ReplicaFacts {
  readonly replicaId: number;
  /** Of the cluster that it belongs to; 0: it has no log yet. */
  readonly instance: number;
  readonly term: number;
  /** 0: it knows none. */
  readonly leaderId: number;
  readonly isServing: boolean;
  /** Sets of replicas as numbers: bit n - 1 is replica n. */
  readonly voters: number;
  readonly learners: number;
  readonly heard: number;
  /** Spares that it gave a vote as a leader, in whose place, numbered in the life of its process. */
  readonly spares?: readonly {
    readonly number: number;
    readonly spareId: number;
    readonly memberId: number;
  }[];
  readonly isRecovering: boolean;
  readonly isDiskFull: boolean;
  /** Of its machine: too much of the memory is used; nearly all of the processors is. */
  readonly isMemoryShort?: boolean;
  readonly isBusy?: boolean;
  readonly isParked: boolean;
  readonly isDisputed: boolean;
  /** The command on which its processes died, and from which on it applies nothing. */
  readonly stoppedBefore?: number;
  /** The last commands that it passed over, since they are voided, in their order. */
  readonly voided?: readonly number[];
  readonly isStalled: boolean;
  /** Undefined where it hears no leader. */
  readonly lagFrames?: number;
  /** Its clock when it said this, in milliseconds since 1970. */
  readonly wallMs: number;
  /** Processes of its machine that die again and again. */
  readonly crashLoops: readonly string[];
  /** Certificates that end soon: what they are for, and when they end. */
  readonly certificates: readonly { readonly of: string; readonly endsAtMs: number }[];
  /** It waits for the order of an operator before it takes over. */
  readonly isManual?: boolean;
  /** What it would have done by itself, in the life of its process: the newest. */
  readonly withheld?: readonly WouldBe[];
  /** Where it leads: members that are worse than another one, and by what. */
  readonly gray?: readonly { readonly member: number; readonly text: string }[];
  /** What watchers said to it of faults of the exchange, a moment ago. */
  readonly canaries?: readonly HeardReport[];
  /** What processes beside the replicas said to it, a moment ago. */
  readonly sides?: readonly HeardSide[];
  /** What its backup alarms; absent where none runs beside it. */
  readonly backup?: { readonly writtenMs: number; readonly alarms: readonly string[] };
  /** Drills that are overdue by the reports of its machine; absent where the configuration asks for none. */
  readonly drills?: readonly string[];
  /** What the process of its site alarms; absent where none runs beside it. `undecided`: docs/HOOKS.md. */
  readonly site?: {
    readonly writtenMs: number;
    readonly alarms: readonly string[];
    readonly undecided?: { readonly level: number; readonly text: string };
  };
}

/** What is in files and in other parts of the process. */
export type LocalFacts = Pick<
  ReplicaFacts,
  'crashLoops' | 'certificates' | 'backup' | 'site' | 'drills' | 'sides'
>;

/** From what a leader knows of its members. */
export function grayIn(conditions: readonly SeenCondition[]): NonNullable<ReplicaFacts['gray']> {
  return conditions.flatMap(({ memberId: member, gray }) =>
    gray.length === 0 ? [] : [{ member, text: gray.join(', and ') }],
  );
}
