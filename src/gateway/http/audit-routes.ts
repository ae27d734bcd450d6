/** The audit trail, for operators and holders of keys with the permission `audit`. */

import { AuditKind, ControlOutcome } from '../../protocol/audit.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { nameOfNumber } from '../../std/number-names.ts';
import { integer, shape } from '../admission/fields.ts';
import type { AuditRow } from '../ports.ts';
import { type AddRoute, route } from './requests.ts';

const listAudit = route({
  method: 'GET',
  path: '/v1/operator/audit',
  operationId: 'listAudit',
  summary: 'List the audit trail',
  description:
    'Actions and refused actions of operators, oldest first. Each entry has a hash over itself and the entry before; `lockstep audit verify` checks an export.',
  tag: 'operator',
  access: 'audit',
  answers: { 200: 'AuditTrail' },
  query: shape({ after: integer(0, Number.MAX_SAFE_INTEGER, 'Entries with numbers above this one.') }),
  handle: async (core, { query: { after = 0 } }) => {
    const { entries, more } = await core.audit.entriesAfter(after);
    return { entries: entries.map(entryAnswer), more };
  },
});

export const auditRoutes: readonly AddRoute[] = [listAudit];

function nameOf(numbers: Readonly<Record<string, number>>, number: number): string {
  return nameOfNumber(numbers, number) ?? String(number);
}

function entryAnswer(row: AuditRow): object {
  const { number, seq, timeUs, ownerKind, ownerId, keyNumber, subject, count, source, action, digest } = row;
  return {
    number,
    kind: nameOf(AuditKind, row.entryKind),
    seq,
    timeUs,
    party: ownerKind === 0 ? 'leader' : `${nameOf(PartyKind, ownerKind)}/${ownerId}`,
    keyNumber,
    action,
    subject,
    outcome: nameOf(row.entryKind === AuditKind.control ? ControlOutcome : OutcomeCode, row.outcome),
    replicaId: row.replicaId,
    givenUs: row.givenUs,
    count,
    source,
    digest: Buffer.from(digest).toString('hex'),
  };
}
