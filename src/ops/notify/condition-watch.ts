/** Finds what began and what ended, by its last report, and waits until a change is more than a flicker. */

import { type EventKind, kindOf } from '../configuration/event-kinds.ts';
import { withoutFigures } from '../processes/alarm-watch.ts';
import type { Condition, Judged } from './conditions.ts';
import { keyOf, type NoticeLedger, type SeenEvent } from './ledger.ts';
import { type Notice, shortened } from './notice.ts';

export class ConditionWatch {
  /** When each change that is not reported yet was seen first, by key and value. */
  #since = new Map<string, number>();

  /** Forgets what it waits for: another replica looks from now on. */
  reset(): void {
    this.#since.clear();
  }

  /** What is to be reported now. `steadyMs` never runs back. */
  changes(
    judged: Judged,
    ledger: Pick<NoticeLedger, 'newest' | 'standing'>,
    steadyMs: number,
  ): readonly SeenEvent[] {
    const held = new Map(judged.conditions.map((each) => [keyOf(each.kind, each.subject), each]));
    const since = new Map<string, number>();
    const isDue = (kind: EventKind, change: string, heldSinceMs = steadyMs): boolean => {
      const firstMs = this.#since.get(change) ?? heldSinceMs;
      since.set(change, firstMs);
      return steadyMs - firstMs >= (kindOf(kind).holdMs ?? 0);
    };
    const found: SeenEvent[] = [];
    for (const [key, condition] of held) {
      const known = ledger.newest(condition.kind, condition.subject);
      const now = told(condition.kind, condition.value, shortened(condition.text));
      if (known?.state === 'begins' && told(known.kind, known.value, known.text) === now) continue;
      const { kind, sinceMs } = condition;
      if (isDue(kind, `${key} begins ${now}`, sinceMs)) found.push(beginning(condition));
    }
    for (const notice of ledger.standing()) {
      const { kind, subject } = notice;
      const key = keyOf(kind, subject);
      if (held.has(key) || judged.isOpen(kind, subject)) continue;
      if (isDue(kind, `${key} ends`)) found.push(end(notice));
    }
    this.#since = since;
    return found;
  }
}

/** What tells two events apart that begin of one kind and subject. */
function told(kind: EventKind, value: string, text: string): string {
  const { byText } = kindOf(kind);
  if (byText === undefined) return value;
  return `${value} ${byText === 'words' ? withoutFigures(text) : text}`;
}

function beginning({ kind, subject, value, text, facts }: Condition): SeenEvent {
  const { severity } = kindOf(kind);
  return { kind, subject, value, text: shortened(text), facts, state: 'begins', severity };
}

function end({ kind, subject, severity, text, facts }: Notice): SeenEvent {
  const over = kind === 'modeChanged' ? `Open again: ${subject}.` : `It is over: ${text}`;
  return { kind, subject, value: '', text: shortened(over), facts, state: 'ends', severity };
}
