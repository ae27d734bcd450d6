/** The events of clients that a replica still holds, in words: what was answered while its state was wrong. */

import { events as catalog, eventAt } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { noEvent } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import type { EventRing } from './event-ring.ts';

/** Commands of which the answers are asked for: those behind the first, up to the last. */
interface AnsweredCommands {
  readonly afterSeq: number;
  readonly lastSeq: number;
}

/** At most `linesMax` lines; the first says where some are forgotten. */
export function answersIn(
  ring: EventRing,
  { afterSeq, lastSeq }: AnsweredCommands,
  linesMax: number,
): readonly string[] {
  const lines: string[] = [];
  let position = ring.positionAfter(afterSeq, noEvent);
  if (position < 0) {
    lines.push(`events right after command ${afterSeq} are not remembered any more`);
    position = ring.align(ring.start);
  }
  for (; position < ring.end; position = ring.align(position + ring.lengthAt(position))) {
    const at = ring.offset(position);
    if (ring.view.getUint32(at + eventAt.sessionId, true) === 0) continue;
    if (getU53(ring.view, at + eventAt.seq) > lastSeq) break;
    if (lines.length === linesMax) return [...lines.slice(0, -1), 'and more'];
    lines.push(line(ring.view, at));
  }
  return lines;
}

function line(view: DataView, at: number): string {
  const layout = catalog.of(view.getUint8(at + TYPE_AT))!;
  const { sessionId, accountId, seq, n, timeUs, ...rest } = layout.read(view, at) as Record<
    string,
    string | number
  >;
  const said = Object.entries(rest).filter(([, value]) => value !== 0 && value !== '');
  const words = said.map(([name, value]) => `${name} ${value}`).join(', ');
  return `command ${seq}, event ${n}, ${timeUs} µs, to session ${sessionId}, account ${accountId}: ${layout.name} ${words}`;
}
