import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrustFailure } from './failures.ts';
import { LinkReports } from './link-reports.ts';

test('each reason of a host is named once in a while, and a crowd of hosts keeps no later one from being named', () => {
  const named: unknown[] = [];
  let nowUs = 0;
  const reports = new LinkReports({
    count: () => undefined,
    warn: (_text, { host }) => named.push(host),
    hostName: String,
    nowUs: () => nowUs,
  });
  const refuse = (source: number, failure: TrustFailure = TrustFailure.malformed): void =>
    reports.refused({ calledId: 0, source, failure, reason: undefined, detail: undefined });
  for (let n = 0; n < 3; n++) refuse(1);
  refuse(1, TrustFailure.forged);
  assert.deepEqual(named, ['1', '1']);
  for (let source = 2; source <= 200; source++) refuse(source);
  const crowd = named.length;
  assert.ok(crowd < 100, 'a crowd does not fill the log');
  nowUs = 600_000_000;
  refuse(201);
  assert.equal(named.length, crowd + 1);
  refuse(1);
  assert.equal(named.at(-1), '1');
});
