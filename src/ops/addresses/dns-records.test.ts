import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isLater,
  isOvertaken,
  probeScript,
  ReadyGateways,
  readWriter,
  updateProblem,
  updateScript,
  writerText,
} from './dns-records.ts';

const update = {
  name: 'leader.example.com',
  addresses: ['10.90.1.11', 'fd00::11'],
  server: '10.90.4.40',
  port: 53,
  zone: 'example.com',
  ttlSeconds: 5,
  by: { epoch: 1, term: 7 },
};

test('a server is asked by an update that has a condition, and changes nothing', () => {
  assert.equal(
    probeScript(update),
    'server 10.90.4.40 53\nzone example.com\nprereq yxdomain example.com.\nsend\n',
  );
});

test('an update replaces what was read before, and nothing else', () => {
  assert.equal(
    updateScript({ ...update, before: 'lockstep epoch=1 term=6' }),
    `server 10.90.4.40 53
zone example.com
prereq yxrrset leader.example.com. TXT "lockstep epoch=1 term=6"
update delete leader.example.com. A
update delete leader.example.com. AAAA
update delete leader.example.com. TXT
update add leader.example.com. 5 A 10.90.1.11
update add leader.example.com. 5 AAAA fd00::11
update add leader.example.com. 5 TXT "lockstep epoch=1 term=7"
send
`,
  );
  assert.match(
    updateScript({ ...update, before: undefined }),
    /^prereq nxrrset leader\.example\.com\. TXT$/m,
  );
});

test('who wrote last is read back, and texts of others are not', () => {
  assert.deepEqual(readWriter(writerText({ epoch: 2, term: 9 })), { epoch: 2, term: 9 });
  for (const text of ['', 'v=spf1 -all', 'lockstep epoch=1 term=', 'lockstep epoch=1 term=2 '])
    assert.equal(readWriter(text), undefined);
  assert.ok(isLater({ epoch: 2, term: 1 }, { epoch: 1, term: 9 }));
  assert.ok(isLater({ epoch: 1, term: 2 }, { epoch: 1, term: 1 }));
  assert.ok(!isLater({ epoch: 1, term: 1 }, { epoch: 1, term: 1 }));
});

test('what a name server refuses is told with what to do', () => {
  assert.ok(isOvertaken('update failed: NXRRSET\n'));
  assert.match(updateProblem('update failed: REFUSED\n'), /REFUSED: its zone must allow updates by the key/);
  assert.match(
    updateProblem('; TSIG error with server: tsig indicates error\nupdate failed: NOTAUTH(BADKEY)\n'),
    /it does not know the key/,
  );
  assert.match(updateProblem('; Communication with 10.0.0.1#53 failed: timed out\n'), /it does not answer/);
  assert.equal(updateProblem('update failed: XYZ\n'), 'update failed: XYZ');
});

test('a gateway goes out after two looks, comes in after one, and the name is never empty', () => {
  const gateways = new ReadyGateways(['a', 'b']);
  for (const address of ['a', 'b']) gateways.found(address, '');
  gateways.found('a', 'a: silent');
  assert.deepEqual(gateways.addresses, ['a', 'b']);
  gateways.found('a', 'a: silent');
  assert.deepEqual(gateways.addresses, ['b']);
  for (let n = 0; n < 2; n++) gateways.found('b', 'b: silent');
  assert.deepEqual(gateways.addresses, ['a', 'b']);
  assert.equal(gateways.problem, '', 'they may need a moment');
  for (let n = 0; n < 10; n++)
    for (const address of ['a', 'b']) gateways.found(address, `${address}: silent`);
  assert.match(gateways.problem, /no gateway is found ready.*: a: silent; b: silent$/);
  gateways.found('a', '');
  assert.deepEqual([gateways.addresses, gateways.problem], [['a'], '']);
});

test('a gateway that is not ready at the first look is left out, and before that none is written', () => {
  const gateways = new ReadyGateways(['a', 'b']);
  assert.equal(gateways.areKnown, false);
  gateways.found('a', '');
  assert.equal(gateways.areKnown, false);
  gateways.found('b', 'b: silent');
  assert.deepEqual([gateways.areKnown, gateways.addresses], [true, ['a']]);
  gateways.forget();
  assert.equal(gateways.areKnown, false);
});
