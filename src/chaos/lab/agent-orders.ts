/** What the lab asks of the process on the clients' host, and its answers: lines of JSON. */
import type { Violation } from '../../checkers/violations.ts';
import type { ServiceKind } from '../../gateway/admission/services.ts';
import type { ReplicaStatus } from '../../ops/health/status.ts';
import type { LeaderRecord } from '../verdict.ts';
import type { VenueOptions } from './venue-flow.ts';

/** What requests over HTTP are signed with. */
export interface ApiKeyWords {
  readonly keyId: string;
  readonly secret: string;
}

/** What a gateway said to a request. */
export interface ServiceAnswer {
  readonly status: number;
  /** Of an error; empty where it was served. */
  readonly code: string;
  /** For so long no command has changed the state that was shown; undefined: it is the leader's. */
  readonly stateAgeMs?: number;
  /** Whether a replica leads, as a stream says. */
  readonly mode?: string;
}

export type ServiceAnswers = Readonly<Record<ServiceKind, ServiceAnswer>>;

/** Where the clients find the exchange. */
export interface AgentSettings {
  readonly config: string;
  readonly identity: string;
  readonly gatewayUrls: readonly string[];
  readonly apiKey: ApiKeyWords;
  readonly sdkPerSecond: number;
  readonly httpPerSecond: number;
  readonly recorded?: VenueOptions;
}

/** Of a replica. */
export interface JournalPlace {
  readonly id: number;
  readonly folder: string;
  /** Segments that may have been dropped from it. */
  readonly keptFolder?: string;
}

export type AgentOrder =
  /** Whatever has been answered since a moment of the common clock. */
  | { readonly what: 'gaps'; readonly fromMs: number }
  | { readonly what: 'statuses' }
  | { readonly what: 'endDay' }
  /** One request of each kind and a stream, of one of the gateways. */
  | { readonly what: 'probe'; readonly gateway: number }
  /** The clients rest, ask for everything that they know, and the checkers judge. */
  | {
      readonly what: 'end';
      readonly folders: readonly JournalPlace[];
      readonly leaders: readonly LeaderRecord[];
      /** False where the log does not reach back to the beginning. */
      readonly isLogWhole: boolean;
      /** False where the stream may have left something out, if it has said so. */
      readonly isStreamWhole: boolean;
      /** False where stamps cannot be held against the clients' times. */
      readonly areClocksTrue: boolean;
      /** Orders that a site has listed which was lost: no other one knows them. */
      readonly listed: readonly string[];
    };

export interface Gaps {
  /** Longest times without an answer, with the SDK and over HTTP, that end after the moment or still go on. */
  readonly sdkMs: number;
  readonly httpMs: number;
  /** When they began. */
  readonly sdkFromMs: number;
  readonly httpFromMs: number;
  /** The longest time in which the clients' own process had no turn, which it measures as a gap, too. */
  readonly stoodMs: number;
  /** The longest gap with the SDK, less the time in it in which the clients' own process had no turn. */
  readonly sdkNetMs: number;
  /** Answers since. */
  readonly sdkAnswers: number;
  readonly httpAnswers: number;
}

export interface Account {
  readonly acknowledged: number;
  readonly lost: number;
  /** Gone with a site that was lost, and in the list of what it had acknowledged. */
  readonly lostWithSite: number;
  readonly doubled: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Outcomes that were unknown to a caller over HTTP, and what the exchange said later. */
  readonly unknown: { readonly executed: number; readonly notExecuted: number };
  /** Fills that a reader of the stream missed, or saw twice. */
  readonly streamMissed: number;
  /** The first order with missed fills, where they are, and what the stream said around there. */
  readonly streamMissedFirst?: string;
  /** How often the stream said that it left something out. */
  readonly streamGaps: number;
  readonly streamDoubled: number;
  /** Where a reader of the stream ended with another book than gateways show: both. */
  readonly streamBook?: string;
  readonly violations: readonly Violation[];
  /** False where the log was cut, so that the checkers had nothing to judge; older results lack it. */
  readonly isJudged?: boolean;
}

export type AgentAnswer =
  | { readonly ok: true; readonly value: Gaps | Account | ServiceAnswers | readonly ReplicaStatus[] | null }
  | { readonly ok: false; readonly error: string };
