/** What a leader knows of each other replica: how far its log matches, when it was heard, whether it may count. */
import { FailureDetector, type SilenceLimits } from '../std/failure-detector.ts';
import { membersOf } from './configuration.ts';
import type { Configuration, ReplicaProgress } from './types.ts';

/** One replica as its leader sees it. Indices are 0 where nothing is known. */
export class Progress {
  readonly id: number;
  /** Highest index that is known to match the leader's log. */
  matchedIndex = 0;
  /** Highest index that matches and is flushed there. */
  durableIndex = 0;
  /** Its answers in this term; it begins when the member is taken up. */
  readonly detector: FailureDetector;
  /** It has answered in this term and in its present life: before, nothing is known of it. */
  hasAnswered = false;
  /** The highest confirmation round that it has seen. */
  round = 0;
  /** It lost what it may have promised: it takes frames, but counts for nothing. */
  isRecovering = false;
  /** It has no engine and never leads. */
  isWitness = false;
  /** It applies nothing, as it last said: it has nothing to serve with. */
  isParked = false;
  /** When the confirmation of its return may begin. */
  rejoinFromUs = 0;
  /** The round whose confirmation lets it return; 0: not begun. */
  rejoinRound = 0;
  /** When this leader last sent it the grant to return. */
  grantedUs = Number.NEGATIVE_INFINITY;
  /** Index before the frames that were last sent again, or -1; and when. */
  resentAfter = -1;
  resentUs = Number.NEGATIVE_INFINITY;
  /** Last index of what it is being sent alone, with more to follow; 0: it gets the frames that all followers get. */
  catchUpIndex = 0;
  /** When it last said that clients reach it, and not this leader. */
  missedByClientsUs = Number.NEGATIVE_INFINITY;
  /** Its log ends before the leader's begins. */
  needsSnapshot = false;

  constructor(id: number, detector: FailureDetector) {
    this.id = id;
    this.detector = detector;
  }

  get state(): ReplicaProgress['state'] {
    if (this.isRecovering) return 'recovering';
    if (this.needsSnapshot) return 'needsSnapshot';
    return this.catchUpIndex > 0 || this.matchedIndex === 0 ? 'catchingUp' : 'following';
  }
}

/** The progress of every member, found by id. */
export class ProgressTable {
  /** In order of id. */
  members: readonly Progress[] = [];
  readonly #byId: (Progress | undefined)[] = Array.from({ length: 256 });

  /** @hot */
  of(id: number): Progress | undefined {
    return this.#byId[id];
  }

  /** Takes up the members of a configuration, without `self`; a member of the old one keeps its progress. */
  follow(configuration: Configuration, self: number, limits: SilenceLimits, nowUs: number): void {
    const members: Progress[] = [];
    for (const id of membersOf(configuration)) {
      if (id !== self) members.push(this.#byId[id] ?? new Progress(id, new FailureDetector(limits, nowUs)));
    }
    this.clear();
    this.members = members;
    for (const progress of members) this.#byId[progress.id] = progress;
  }

  /** A replica began a new life: forgets its progress, but not when it was heard. */
  reset(id: number): void {
    const known = this.#byId[id];
    if (known === undefined) return;
    const fresh = new Progress(id, known.detector);
    this.#byId[id] = fresh;
    this.members = this.members.map((progress) => (progress.id === id ? fresh : progress));
  }

  clear(): void {
    this.members = [];
    this.#byId.fill(undefined);
  }
}
