/**
 * A command that was voided, because each engine that applied it ended. It is not carried out: its command number is
 * used, its session gets an outcome, and the audit trail notes it. It is read no further than its header, since
 * the defect may be in what reads the rest.
 */
import { AuditKind } from '../../protocol/audit.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { closeSession, commandAt } from '../../protocol/commands.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { getU53, isU53 } from '../../std/integers.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer } from './answers.ts';

const voidedAction = 'void';

/** Passes over the command at `at`, whose seq is `state.lastSeq`. */
export function passOver(state: State, view: DataView, at: number): void {
  const { sessions } = state;
  const type = view.getUint8(at + TYPE_AT);
  const hasHeader =
    view.getUint16(at, true) >= closeSession.size && isU53(view, at + commandAt.commandNumber);
  state.sessionId = hasHeader ? view.getUint32(at + commandAt.sessionId, true) : 0;
  state.accountId = hasHeader ? view.getUint32(at + commandAt.accountId, true) : 0;
  state.commandNumber = hasHeader ? getU53(view, at + commandAt.commandNumber) : 0;
  state.session = state.sessionId === 0 ? NONE : sessions.find(state.sessionId);
  const { session, commandNumber } = state;
  if (session !== NONE && sessions.lastNumber(session) + 1 === commandNumber) {
    sessions.touch(session, commandNumber, state.lastSeq);
    answer(state, type, OutcomeCode.voided);
  }
  state.audit.note({
    ownerKind: session === NONE ? 0 : sessions.ownerKind(session),
    ownerId: session === NONE ? 0 : sessions.ownerId(session),
    seq: state.lastSeq,
    timeUs: state.lastTimeUs,
    givenUs: 0,
    replicaId: 0,
    keyNumber: 0,
    subject: state.accountId,
    count: 0,
    entryKind: AuditKind.voided,
    commandType: type,
    outcome: OutcomeCode.voided,
    source: '',
    action: voidedAction,
  });
}
