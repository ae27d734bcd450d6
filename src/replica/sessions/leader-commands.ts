/** The commands that a leader of the exchange stamps by itself; each is queued, or false where the ring is full. */
import { emptyHeader } from '../../protocol/command-layouts.ts';
import {
  continueCancels,
  endDay,
  expireDisconnect,
  reportAudit,
  switchEngine,
} from '../../protocol/commands.ts';
import { beginSite, openDue } from '../../protocol/mode-commands.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { OperatorOrderNote } from '../ports.ts';

/** The end of a disconnected session's grace. */
export function expireSession(sequencer: Sequencer, sessionId: number): boolean {
  return sequencer.pushOwn(expireDisconnect, { ...emptyHeader, targetSessionId: sessionId, reserved2: 0 });
}

/** The next part of cancels that go on. */
export function continueSweep(sequencer: Sequencer): boolean {
  return sequencer.pushOwn(continueCancels, emptyHeader);
}

/** What was to be open by now opens. */
export function openModes(sequencer: Sequencer): boolean {
  return sequencer.pushOwn(openDue, emptyHeader);
}

/** The site of this leader begins to write; the exchange is held, or may open. */
export function beginWriting(
  sequencer: Sequencer,
  {
    reason,
    ...begun
  }: Pick<ReturnType<typeof beginSite.read>, 'epoch' | 'site' | 'openAfterMs' | 'isHeld'> & {
    readonly reason: string;
  },
): boolean {
  const reserved = { reserved2: 0, reserved3: 0, reserved4: 0 };
  return sequencer.pushOwn(beginSite, { ...emptyHeader, ...begun, ...reserved, reason });
}

/** From the next command on another version of the engine is in force. */
export function switchEngineTo(sequencer: Sequencer, engineVersion: number): boolean {
  return sequencer.pushOwn(switchEngine, { ...emptyHeader, engineVersion, reserved2: 0, reserved3: 0 });
}

/** An order at a control port goes into the audit trail. */
export function noteOrder(sequencer: Sequencer, note: OperatorOrderNote): boolean {
  return sequencer.pushOwn(reportAudit, { ...emptyHeader, ...note, keyNumber: 0, reserved: 0 });
}

/** The end of the day. */
export function orderEndOfDay(sequencer: Sequencer): boolean {
  return sequencer.pushOwn(endDay, emptyHeader);
}
