import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyKind } from '../../protocol/parties.ts';
import type { LeaseQuestion } from '../../replica/sites/lease-ledger.ts';
import { certificateOf } from '../../trust/testing/certificates.ts';
import type { GrantQuestion } from '../grants/grant-ledger.ts';
import type { Giver } from '../operator-orders/operators.ts';
import type { ControlSubject } from './control-subject.ts';
import { OperatorOrderDesk } from './order-desk.ts';

function giver(kind: PartyKind, id: number): Giver {
  return { party: { kind, id }, certificate: certificateOf('replica-2'), source: '127.0.0.1' };
}

test('a replica asks for the lease of its own alone, and no machine asks for an address in the name of another', () => {
  const leases: LeaseQuestion[] = [];
  const holders: string[] = [];
  const desk = new OperatorOrderDesk({
    replicaId: 5,
    clusterId: 7,
    leases: {
      ask(question: LeaseQuestion) {
        leases.push(question);
        return { isGranted: true, epoch: question.epoch, lengthUs: 1_000_000 };
      },
      promise: () => ({ ok: true, reason: '', waitUs: 0 }),
    },
    address({ holder }: GrantQuestion) {
      holders.push(holder);
      return { isGranted: true, voters: [5], holder };
    },
  } as Partial<ControlSubject> as ControlSubject);
  const question = { replicaId: 1, site: 1, epoch: 1, writes: true };
  assert.equal(desk.lease(giver(PartyKind.replica, 1), question).status, 200);
  const foreign = desk.lease(giver(PartyKind.replica, 2), question);
  assert.equal(foreign.status, 403);
  assert.match(JSON.stringify(foreign.body), /certificate of replica\/2, and the lease is asked for another/);
  assert.deepEqual(leases, [question]);

  const asked = { holder: 'gateway/1 life', number: 1, state: 'holds' } as const;
  for (const id of [1, 2]) desk.address(giver(PartyKind.gateway, id), asked);
  assert.deepEqual(holders, ['gateway/1 gateway/1 life', 'gateway/2 gateway/1 life']);
});
