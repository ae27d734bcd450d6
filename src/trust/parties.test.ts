import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionRole } from '../protocol/messages.ts';
import { PartyKind } from '../protocol/parties.ts';
import { countsAs, isFormerWatcher, mayOpen } from './parties.ts';

test('a watcher opens sessions, and no tether, fetch or shipping', () => {
  const watcher = { kind: PartyKind.watcher, id: 1 };
  const roles = Object.values(ConnectionRole).filter((role) => mayOpen(role, watcher));
  assert.deepEqual(roles, [ConnectionRole.session]);
});

test('a certificate of a watcher from when they were gateways counts as that of the watcher, and no other one does', () => {
  const gateway = (id: number) => ({ kind: PartyKind.gateway, id });
  assert.deepEqual(countsAs(gateway(65_001)), { kind: PartyKind.watcher, id: 1 });
  assert.deepEqual(countsAs(gateway(65_255)), { kind: PartyKind.watcher, id: 255 });
  for (const party of [
    gateway(1),
    gateway(65_000),
    gateway(65_256),
    { kind: PartyKind.program, id: 65_001 },
  ]) {
    assert.equal(isFormerWatcher(party), false);
    assert.equal(countsAs(party), party);
  }
});
