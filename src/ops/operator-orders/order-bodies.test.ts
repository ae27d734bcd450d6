import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { readBody } from './body-reader.ts';
import { type BodyName, bodies } from './order-bodies.ts';
import { orderReaders } from './order-paths.ts';

const named = [
  'replicaId: is not the number of a replica; allowed: 1 to 255',
  'replicaId: missing; allowed: 1 to 255',
];
const force = 'force: is neither true nor false.';
const trial = 'trial: is neither true nor false.';

/** All that is said of the keys of each body; the words for unknown keys follow from their names. */
const sentences: Partial<Readonly<Record<BodyName, readonly string[]>>> = {
  transferLeadership: ['replicaId: is not the number of a replica; allowed: 1 to 255'],
  takeSnapshot: [],
  chooseState: [...named, force],
  decideVoid: ['seq: is not the sequence number of a command; allowed: 1 and above.', force],
  showCommand: ['seq: is not the sequence number of a command; allowed: 1 and above.'],
  openSite: [
    'site: is not the number of a site; allowed: 1 to 4',
    'epoch: is not the number of an epoch; allowed: 1 or more',
    'seq: is not a sequence number; allowed: 0 or more',
  ],
  endEpoch: ['epoch: is not the number of a later epoch; allowed: 2 or more'],
  holdOpening: [
    'epoch: is not the number of a later epoch; allowed: 2 or more',
    'isHeld: is neither true nor false; allowed: true, false',
    'reason: is no line of text; allowed: at most 64 characters of printable ASCII',
  ],
  addMember: [
    ...named,
    'role: is not one of the choices; allowed: voter, learner, spare, witness.',
    force,
    trial,
  ],
  removeMember: [...named, force, trial],
  replaceMember: [
    ...named,
    'otherId: is not the number of a replica; allowed: 1 to 255',
    'otherId: missing; allowed: 1 to 255',
    trial,
    force,
  ],
  promoteMember: [...named, force, trial],
  demoteMember: [...named, force, trial],
  preferMember: [
    ...named,
    'preference: is not one of the choices; allowed: normal, never, prefer.',
    force,
    trial,
  ],
  withdrawToken: [...named, force, trial],
  createToken: [
    'replicaId: is not the number of a replica; allowed: 1 to 255',
    'otherId: is not the number of a replica; allowed: 1 to 255',
    'role: is not one of the choices; allowed: voter, learner, spare, witness.',
    'key: is no public key; allowed: 64 hexadecimal digits.',
    'hours: is not how long the token is open; allowed: more than 0, up to 168.',
  ],
  beginGeneration: [...named, 'others: is not a list of numbers of replicas.', trial, force],
  leaveGeneration: [
    ...named,
    'cut: is not where a generation begins; take it from "cut" in the status of a replica of that generation.',
    force,
  ],
  fenced: [
    'target: is not one of the choices; allowed: replica, site.',
    'number: is not the number of a replica; allowed: 1 to 255',
    'number: missing; allowed: 1 to 255',
    'hash: names no record of a fence command; allowed: 12 hexadecimal digits.',
    'isDone: is neither true nor false.',
    'said: is not what a command said; allowed: a text of up to 1024 characters.',
  ],
  lease: [
    ...named,
    'site: is not the number of a site; allowed: 1 to 4',
    'epoch: is not the number of an epoch; allowed: 1 or more',
    'writes: is neither true nor false.',
  ],
  address: [
    'holder: names no process; allowed: 1 to 64 printable characters.',
    'number: is not the number of a question; allowed: 1 or more',
    'state: is not one of the choices; allowed: wants, holds, returns, wantsUnready, holdsUnready.',
  ],
  promise: [
    'epoch: is not the number of a later epoch; allowed: 2 or more',
    'site: is not the number of a site; allowed: 1 to 4',
  ],
  confirmation: [
    'plan: is no hash of a plan; allowed: 64 hexadecimal digits.',
    'signature: is none of the key of a certificate; allowed: 64 bytes in base64.',
  ],
};

/** The body of an order to the members is found by this key, before it is read. */
const isOfWord = (text: string): boolean => text.startsWith('order: ');

test('a body is read as its schema says: around each bound, without each key, with strangers', () => {
  const isStrange = /^(\w+)x: unknown key; allowed: (.+)\.$/;
  let tried = 0;
  for (const [name, { json }] of Object.entries(bodies) as [BodyName, (typeof bodies)[BodyName]][]) {
    if (name === 'noteOrder') continue;
    const accepts = new Ajv({ strict: true }).compile(json);
    const found = new Set<string>();
    tryAroundBounds(json, (body) => {
      const read = readBody(name, body);
      const isTaken = typeof read !== 'string';
      assert.equal(isTaken, accepts(body ?? {}), `${name} ${JSON.stringify(body)?.slice(0, 300)}: ${read}`);
      tried++;
      if (isTaken) return;
      const keys = isStrange.exec(read);
      if (keys === null) found.add(read);
      else assert.equal(keys[2], Object.keys(json['properties'] as object).join(' and '));
    });
    found.delete('The body must be a JSON object.');
    assert.deepEqual(
      [...found].filter((text) => !isOfWord(text)).sort(),
      sentences[name]?.toSorted() ?? [],
      name,
    );
  }
  assert.ok(tried > 2_000, `${tried} bodies`);
});

test('of several mistakes in a body the unknown key is named, and else the first key', () => {
  const read = orderReaders.get('members')!;
  const order = { order: 'replace', replicaId: 0, force: 1, otherId: 'x', trial: null };
  assert.match(String(read(order)), /^replicaId: /);
  assert.match(String(read({ ...order, replicaId: 1 })), /^force: /);
  assert.match(String(read({ ...order, surprise: 1 })), /^surprise: unknown key; /);
  const { length } = String(read({ ...order, [`${'x'.repeat(1_000)}`]: 1 }));
  assert.ok(length < 200, 'a long key is cut');
});

test('an order without a body, or with an empty one, has the defaults of its keys', () => {
  const read = (path: Parameters<typeof orderReaders.get>[0], body?: unknown) =>
    orderReaders.get(path)!(body);
  for (const body of [undefined, null, {}])
    assert.deepEqual(read('snapshot', body), { kind: 'takeSnapshot', replicaId: 0, force: false });
  const token = read('members', { order: 'token', key: 'ab'.repeat(32) });
  assert.deepEqual(token, {
    kind: 'createToken',
    replicaId: 0,
    force: false,
    otherId: 0,
    lifeMs: 3_600_000,
    key: new Uint8Array(32).fill(0xab),
  });
  const trial = read('members', { order: 'rebuild', replicaId: 1, others: [2], trial: true });
  assert.deepEqual(trial, {
    kind: 'beginGeneration',
    replicaId: 1,
    force: false,
    others: [2],
    isTrial: true,
  });
});

test('what a body says of a command, a site or an epoch reaches the order', () => {
  const site = { site: 2, epoch: 3, seq: 0 };
  const opening = { epoch: 2, isHeld: true, reason: 'a loss' };
  for (const [path, body, kind, more] of [
    ['decide-void', { seq: 9, force: true }, 'decideVoid', { seq: 9, force: true }],
    ['show-command', { seq: 9 }, 'showCommand', { seq: 9 }],
    ['site', site, 'openSite', { site }],
    ['end-epoch', { epoch: 2 }, 'endEpoch', { epoch: 2 }],
    ['hold-opening', opening, 'holdOpening', { opening }],
  ] as const)
    assert.deepEqual(orderReaders.get(path)!(body), { kind, replicaId: 0, force: false, ...more });
});
