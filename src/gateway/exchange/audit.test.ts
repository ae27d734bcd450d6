import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Desk } from '../testing/desk.ts';
import { AuditReports } from './audit.ts';
import type { ExchangeLink } from './link.ts';

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

const reports = (): unknown[] =>
  desk.exchange.received.flatMap(([name, given]) => (name === 'reportAudit' ? [given] : []));

test('what an operator asks is noted with its caller before its commands, once', async () => {
  const account = { accountId: 31, name: 'new' };
  assert.equal((await desk.operator('POST', '/v1/operator/accounts', account)).status, 201);
  const names = desk.exchange.received.map(([name]) => name).slice(-2);
  assert.deepEqual(names, ['reportAudit', 'createAccount']);
  const { source, ...report } = reports().at(-1) as Readonly<Record<string, unknown>>;
  assert.deepEqual(report, { kind: 'request', action: 'POST/accounts', keyNumber: 0 });
  assert.match(String(source), /127\.0\.0\.1|::1/);
});

test('refused logins are reported in sums, with the busiest caller, and again where that failed', async () => {
  const sent: unknown[] = [];
  let fails = true;
  const reportAudit = async (report: unknown) => {
    if (fails) throw new Error('no session');
    sent.push(report);
  };
  const link = {
    run: (_owner: string, _kind: string, command: (exchange: object) => unknown) => command({ reportAudit }),
  };
  const audit = new AuditReports(link as unknown as ExchangeLink);
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.2']) audit.refused('wrongSignature', address);
  audit.refused('wrongOperatorToken', '192.0.2.3');
  audit.refused('invalidField', '192.0.2.3');
  await audit.report();
  fails = false;
  audit.refused('wrongSignature', '192.0.2.2');
  await audit.report();
  await audit.report();
  audit.close();
  assert.deepEqual(sent, [
    { kind: 'refusals', action: 'wrongSignature', source: '192.0.2.2', count: 4 },
    { kind: 'refusals', action: 'wrongOperatorToken', source: '192.0.2.3', count: 1 },
  ]);
});

test('the trail is read by operators and keys with the permission audit, and by no others', async () => {
  const entry = { number: 1, seq: 5, timeUs: 9, entryKind: 1, ownerKind: 2, ownerId: 1, commandType: 5 };
  const what = {
    givenUs: 0,
    replicaId: 0,
    keyNumber: 0,
    subject: 7,
    count: 0,
    outcome: 0,
    source: '',
    action: 'createAccount',
  };
  desk.exchange.auditRows.push({ ...entry, ...what, digest: new Uint8Array(32) });
  const path = '/v1/operator/audit';
  const shown = await desk.operator('GET', path);
  const [first] = shown.body['entries'] as Readonly<Record<string, unknown>>[];
  assert.deepEqual([first?.['kind'], first?.['party'], first?.['outcome']], ['command', 'gateway/1', 'ok']);
  const signed = () => desk.operatorCall('GET', path, { headers: desk.signature('GET', path) });
  assert.equal((await signed()).status, 403);
  await desk.exchange.changeKey({ keyNumber: 1, permissions: ['read', 'audit'] });
  await desk.operator('GET', '/v1/operator/keys');
  assert.equal((await signed()).status, 200);
  const keys = '/v1/operator/keys';
  const others = await desk.operatorCall('GET', keys, { headers: desk.signature('GET', keys) });
  assert.equal(others.status, 403);
});
