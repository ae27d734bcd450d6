/**
 * What operators do is noted in the audit trail: each command that takes the permission of an operator, whatever comes
 * of it, and what gateways and leaders report of requests, orders at control ports, and logins that were refused.
 */
import { AuditKind } from '../../protocol/audit.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import {
  byClientType,
  commands,
  createInstrument,
  reportAudit,
  requestAt,
  requestStampBytes,
  setTier,
} from '../../protocol/commands.ts';
import { changeKey, createKey, grantKey, revokeKey, rotateKey } from '../../protocol/key-commands.ts';
import { setMode } from '../../protocol/mode-commands.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import type { AuditNote } from '../stores/audit.ts';
import { answer } from './answers.ts';

/**
 * Of each command that is an operator's, and so noted, where its subject is, where that is not the account of its
 * header; 0: nowhere. The compiler asks for an entry for each command of a client.
 */
const subjects = byClientType<number | 'notNoted'>({
  placeOrder: 'notNoted',
  cancelOrder: 'notNoted',
  replaceOrder: 'notNoted',
  massCancel: 'notNoted',
  reportAudit: 'notNoted',
  createInstrument: createInstrument.at.instrumentId,
  createAccount: 0,
  setLimits: 0,
  endDay: 0,
  setTier: setTier.at.tier,
  assignTier: 0,
  createKey: 0,
  changeKey: changeKey.at.keyNumber,
  grantKey: grantKey.at.keyNumber,
  rotateKey: rotateKey.at.keyNumber,
  revokeKey: revokeKey.at.keyNumber,
  setMode: setMode.at.instrumentId,
  killAccount: 0,
});
/** The same without those that are not noted. */
const subjectAt = new Map<number, number>();
for (const [type, place] of subjects) if (place !== 'notNoted') subjectAt.set(type, place);

/** Whether a command is an operator's to give. */
export function isOfOperator(type: number): boolean {
  return subjectAt.has(type);
}

/** Notes the command at `at`, which a session has sent, if it is one of an operator. It has been answered. */
export function noteCommand(state: State, type: number, view: DataView, at: number): void {
  const place = subjectAt.get(type);
  if (place === undefined) return;
  const { accountId, answered, keys } = state;
  const made = type === createKey.type && answered === OutcomeCode.ok ? keys.used : 0;
  const subject = place === 0 || accountId !== 0 ? accountId + made : view.getUint32(at + place, true);
  const name = commands.of(type)!.name;
  const keyNumber = keyOf(type, view, at);
  const what = { keyNumber, subject, count: 0, commandType: type, outcome: answered, action: name };
  note(state, { ...what, entryKind: AuditKind.command, source: '' });
}

/** Applies a reportAudit command of a session: orders at control ports are not its to tell. */
export function takeReport(state: State, view: DataView, at: number): void {
  const { keyNumber, subject, count, entryKind, outcome, source, action } = reportAudit.read(view, at);
  if (entryKind === AuditKind.control) return answer(state, reportAudit.type, OutcomeCode.notPermitted);
  note(state, { keyNumber, subject, count, entryKind, outcome, source, action, commandType: 0 });
  answer(state, reportAudit.type, OutcomeCode.ok);
}

/**
 * Applies a reportAudit command of the leader. A replica tells its orders again until it sees them in the trail, one
 * after the other: what is not later than the newest of its orders there is there already.
 */
export function takeOrderNote(state: State, view: DataView, at: number): void {
  const { subject, count, entryKind, outcome, source, action, ...given } = reportAudit.read(view, at);
  const { operatorId, replicaId, givenUs } = given;
  const { audit, lastSeq: seq, lastTimeUs: timeUs } = state;
  if (givenUs <= audit.lastGivenUs(replicaId)) return;
  const what = { subject, count, entryKind, outcome, source, action, replicaId, givenUs };
  const owner =
    operatorId === 0
      ? { ownerKind: PartyKind.replica, ownerId: replicaId }
      : { ownerKind: PartyKind.operator, ownerId: operatorId };
  audit.note({ ...what, ...owner, keyNumber: 0, commandType: 0, seq, timeUs });
}

type Noted = Omit<AuditNote, 'ownerId' | 'ownerKind' | 'seq' | 'timeUs' | 'replicaId' | 'givenUs'>;

function note(state: State, noted: Noted): void {
  const { sessions, session, lastSeq: seq, lastTimeUs: timeUs } = state;
  const ownerKind = session === NONE ? 0 : sessions.ownerKind(session);
  const ownerId = session === NONE ? 0 : sessions.ownerId(session);
  state.audit.note({ ...noted, ownerKind, ownerId, replicaId: 0, givenUs: 0, seq, timeUs });
}

/** The key that signed a command; of a program's session its key, 0 where there is none. */
function keyOf(type: number, view: DataView, at: number): number {
  const length = view.getUint16(at, true);
  const stampAt = at + length - requestStampBytes;
  return length > commands.of(type)!.size ? view.getUint32(stampAt + requestAt.keyNumber, true) : 0;
}
