/** A notice: one event, as hooks get it. The same event has the same id, whichever replica saw it. */
import type { EventKind, Severity } from '../configuration/event-kinds.ts';

/** `happens`: it has no end. */
export type NoticeState = 'begins' | 'ends' | 'happens';

export type NoticeFacts = Readonly<Record<string, string | number | boolean>>;

export interface Notice {
  /** `cluster-instance-kind-subject-number`; a hook that sees it twice has seen one event. */
  readonly id: string;
  readonly kind: EventKind;
  /** What it is about, such as `replica 3`; empty for the whole cluster. */
  readonly subject: string;
  /** 1, 2, 3 … of this kind and subject; a term where another replica leads. */
  readonly number: number;
  /** Notices of a kind are sent in this order. */
  readonly order: number;
  readonly state: NoticeState;
  /** What tells two states of one subject apart, such as a mode. */
  readonly value: string;
  readonly severity: Severity;
  readonly text: string;
  readonly facts: NoticeFacts;
  /** Milliseconds since 1970, by the clock of the reporter. */
  readonly atMs: number;
  /** The replica that saw it. */
  readonly reporter: number;
}

/** What became of a notice at a hook. */
export type Settlement = 'delivered' | 'givenUp';

/** A notice with the hooks that it is for, and what became of it there. */
export interface NoticeEntry {
  readonly notice: Notice;
  readonly hooks: readonly string[];
  readonly settled: Readonly<Record<string, Settlement>>;
}

export const noticeTextMax = 2_000;

/** A text that fits a notice. */
export function shortened(text: string): string {
  return text.length <= noticeTextMax ? text : `${text.slice(0, noticeTextMax - 1)}…`;
}
