/** The published shape of an entry of the audit trail. */
import { AuditKind } from '../../protocol/audit.ts';
import { namesOf } from '../../protocol/layout.ts';

export const auditFields = {
  number: { type: 'integer', description: '1, 2, 3 … without a gap.' },
  kind: { type: 'string', enum: namesOf(AuditKind), description: 'What the entry is about.' },
  seq: { type: 'integer', description: 'Sequence number in the exchange.' },
  timeUs: { type: 'integer', description: 'Microseconds since 1970, as the leader stamped it.' },
  party: {
    type: 'string',
    description:
      'The party whose session brought it, or that gave the order: gateway/1, operator/1 or the leader.',
  },
  keyNumber: { type: 'integer', description: 'The API key of the operator; 0 is the shared token, or none.' },
  action: { type: 'string', description: 'The command, the request, or the reason of the refusals.' },
  subject: { type: 'integer', description: 'Number of what it was done to; 0 is nothing.' },
  outcome: { type: 'string', description: 'How it ended.' },
  replicaId: { type: 'integer', description: 'Of an order at a control port: the replica; 0 elsewhere.' },
  givenUs: { type: 'integer', description: 'Of such an order: when it came, by the clock of that replica.' },
  count: {
    type: 'integer',
    description: 'How many refusals; of an order at a control port, how many before it are in the log alone.',
  },
  source: { type: 'string', description: 'Address of the caller; of refusals the busiest one.' },
  digest: { type: 'string', description: 'Hash over this entry and the entry before, in hexadecimal.' },
} as const;

export const auditExample = {
  number: 12,
  kind: 'command',
  seq: 4_711,
  timeUs: 1_700_000_000_000_000,
  party: 'gateway/1',
  keyNumber: 3,
  action: 'revokeKey',
  subject: 2,
  outcome: 'ok',
  replicaId: 0,
  givenUs: 0,
  count: 0,
  source: '',
  digest: '00'.repeat(32),
};
