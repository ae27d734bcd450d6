/** A notice: one event, as hooks get it. The same event has the same id, whichever replica saw it. */
import { type EventKind, kindNames, type Severity } from '../configuration/event-kinds.ts';

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

const textMax = 2_000;
const factsMax = 32;

/** Whether a value that another replica sent, or that a file holds, is an entry. */
export function isEntry(json: unknown): json is NoticeEntry {
  if (!isObject(json)) return false;
  const { notice, hooks, settled } = json;
  return (
    isNotice(notice) &&
    Array.isArray(hooks) &&
    hooks.length <= factsMax &&
    hooks.every(isShort) &&
    isObject(settled) &&
    Object.entries(settled).every(
      ([hook, outcome]) => hooks.includes(hook) && (outcome === 'delivered' || outcome === 'givenUp'),
    )
  );
}

function isNotice(json: unknown): json is Notice {
  if (!isObject(json)) return false;
  const { id, kind, subject, number, order, state, value, severity, text, facts, atMs, reporter } = json;
  return (
    [id, subject, value, text].every(isShort) &&
    [number, order, atMs, reporter].every((each) => Number.isSafeInteger(each) && Number(each) >= 0) &&
    (kindNames as readonly unknown[]).includes(kind) &&
    ['begins', 'ends', 'happens'].includes(state as string) &&
    ['info', 'warning', 'critical'].includes(severity as string) &&
    isObject(facts) &&
    Object.keys(facts).length <= factsMax &&
    Object.values(facts).every((fact) => isShort(fact) || ['number', 'boolean'].includes(typeof fact))
  );
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length <= textMax;
}

/** A text that fits a notice. */
export function shortened(text: string): string {
  return text.length <= textMax ? text : `${text.slice(0, textMax - 1)}…`;
}
