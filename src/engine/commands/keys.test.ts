/** API keys: what a request that carries one may do, and from which command on it may not any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import * as protocol from '../../protocol/commands.ts';
import * as keyCommands from '../../protocol/key-commands.ts';
import { accountsPerGrantMax, accountsPerKeyMax } from '../../protocol/limits.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { Side } = protocol;
const { Permission } = keyCommands;

function codeOf(events: readonly DecodedEvent[]): number {
  const last = events.at(-1);
  assert.equal(last?.name, 'outcome');
  return last['code'] as number;
}

function numbers(accountIds: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(accountsPerGrantMax * 4);
  for (const [n, id] of accountIds.entries()) new DataView(bytes.buffer).setUint32(n * 4, id, true);
  return bytes;
}

/** An exchange with an instrument, accounts 1 and 2, and keys. */
class Venue {
  engine: Engine;
  readonly desk: EngineDesk;
  #requests = 0;

  constructor(engine = new Engine()) {
    this.engine = engine;
    const venue = this;
    this.desk = new EngineDesk({
      get lastSeq() {
        return venue.engine.lastSeq;
      },
      apply: (...given) => venue.engine.apply(...given),
    });
    this.desk.timeUs = 5_000_000_000;
    this.desk.open(1);
    this.desk.instrument(1);
    for (const account of [1, 2]) this.desk.account(account);
  }

  get nowMs(): number {
    return Math.floor((this.desk.timeUs + this.engine.lastSeq + 1) / 1000);
  }

  /** Makes a key that may do so much for accounts; returns its number. */
  key(keyId: string, permissions: number, accountIds: readonly number[] = [1]): number {
    const made = this.desk.next(keyCommands.createKey, 0, { keyId, kind: keyCommands.KeyKind.hmac });
    assert.equal(codeOf(made), OutcomeCode.ok);
    const keyNumber = made[0]!['keyNumber'] as number;
    if (accountIds.length > 0) this.grant(keyNumber, accountIds);
    assert.equal(
      codeOf(this.desk.next(keyCommands.changeKey, 0, { keyNumber, permissions })),
      OutcomeCode.ok,
    );
    return keyNumber;
  }

  grant(keyNumber: number, accountIds: readonly number[], isTaken = 0): number {
    return codeOf(
      this.desk.next(keyCommands.grantKey, 0, { keyNumber, isTaken, accountIds: numbers(accountIds) }),
    );
  }

  rotate(keyNumber: number, newVersion: number, graceMs: number): number {
    return codeOf(this.desk.next(keyCommands.rotateKey, 0, { keyNumber, newVersion, graceMs }));
  }

  revoke(keyNumber: number): number {
    return codeOf(this.desk.next(keyCommands.revokeKey, 0, { keyNumber }));
  }

  /** Runs what is sent as a request that a key signed. */
  signed<T>(keyNumber: number, send: () => T, stamp: Partial<protocol.StampFields> = {}): T {
    this.#requests += 1;
    const { nowMs } = this;
    this.desk.request = { timeMs: nowMs, low: this.#requests, high: 0, keyNumber, keyVersion: 1, ...stamp };
    const sent = send();
    this.desk.request = undefined;
    return sent;
  }

  /** The code of an order that a key signs. */
  order(keyNumber: number, account = 1, stamp: Partial<protocol.StampFields> = {}): number {
    return codeOf(this.signed(keyNumber, () => this.desk.place(account, Side.buy, 1, 5), stamp));
  }

  /** Goes on from a snapshot of itself. */
  restore(): void {
    const bytes = new Uint8Array(this.engine.snapshotBytes());
    this.engine.writeSnapshot(bytes);
    const restored = Engine.restore(bytes);
    assert.ok(restored !== undefined);
    assert.equal(restored.stateHash(), this.engine.stateHash());
    this.engine = restored;
  }
}

/** Each promise holds for an engine that has never stopped, and for one from a snapshot. */
function both(name: string, promise: (venue: Venue, pause: () => void) => void): void {
  for (const isRestored of [false, true])
    test(`${name}${isRestored ? ', across a snapshot' : ''}`, () => keep(promise, isRestored));
}

function keep(promise: (venue: Venue, pause: () => void) => void, isRestored: boolean): void {
  const venue = new Venue();
  promise(venue, () => (isRestored ? venue.restore() : undefined));
  venue.engine.invariants();
}

both('a key acts for its accounts, and for no other', (venue, pause) => {
  const key = venue.key('a', Permission.trade, [1]);
  pause();
  assert.equal(venue.order(key, 1), OutcomeCode.ok);
  assert.equal(venue.order(key, 2), OutcomeCode.accountNotAllowed);
  assert.equal(venue.grant(key, [2, 0, 3]), OutcomeCode.ok);
  pause();
  assert.equal(venue.order(key, 2), OutcomeCode.ok);
  assert.equal(venue.grant(key, [1], 1), OutcomeCode.ok);
  pause();
  assert.equal(venue.order(key, 1), OutcomeCode.accountNotAllowed);
  assert.equal(venue.order(key, 2), OutcomeCode.ok);
});

both('each command asks for its own permission', (venue, pause) => {
  const orders = { instrumentId: 1, side: 1, quantityLots: 1, priceTicks: 5, orderType: 1, timeInForce: 1 };
  const layouts = [
    'placeOrder',
    'replaceOrder',
    'cancelOrder',
    'massCancel',
    'createInstrument',
    'endDay',
    'revokeKey',
  ];
  const may: Readonly<Record<string, readonly number[]>> = {
    placeOrder: [Permission.trade],
    replaceOrder: [Permission.trade],
    cancelOrder: [Permission.trade, Permission.cancel],
    massCancel: [Permission.trade, Permission.cancel],
    createInstrument: [Permission.operator],
    endDay: [Permission.operator],
    revokeKey: [Permission.operator],
  };
  const values = {
    placeOrder: orders,
    cancelOrder: { orderId: 1 },
    replaceOrder: { orderId: 1, quantityLots: 1, priceTicks: 5 },
    createInstrument: { instrumentId: 1, symbol: 'I1', priceDecimals: 2 },
    revokeKey: { keyNumber: 99 },
  } as Record<string, object>;
  for (const [n, permission] of Object.values(Permission).entries()) {
    const key = venue.key(`k${n}`, permission);
    pause();
    for (const name of layouts) {
      const layout = protocol.commandsByName[name as 'placeOrder'];
      const send = () => venue.desk.next(layout, 1, values[name] ?? {});
      venue.desk.timeUs += 10_000;
      const isRefused = codeOf(venue.signed(key, send)) === OutcomeCode.notPermitted;
      assert.equal(isRefused, !may[name]!.includes(permission), `${name} with ${permission}`);
    }
  }
});

both('a key that is revoked does nothing from its seq on, and cannot be brought back', (venue, pause) => {
  const key = venue.key('a', Permission.trade);
  assert.equal(venue.order(key), OutcomeCode.ok);
  assert.equal(venue.revoke(key), OutcomeCode.ok);
  pause();
  assert.equal(venue.order(key), OutcomeCode.keyRevoked);
  assert.equal(venue.revoke(key), OutcomeCode.ok);
  assert.equal(venue.grant(key, [2]), OutcomeCode.keyRevoked);
  assert.equal(venue.rotate(key, 2, 0), OutcomeCode.keyRevoked);
  const back = { keyNumber: key, permissions: Permission.trade };
  assert.equal(codeOf(venue.desk.next(keyCommands.changeKey, 0, back)), OutcomeCode.keyRevoked);
  const again = { keyId: 'a', kind: keyCommands.KeyKind.hmac };
  assert.equal(codeOf(venue.desk.next(keyCommands.createKey, 0, again)), OutcomeCode.alreadyExists);
  assert.equal(venue.order(key + 1), OutcomeCode.keyRevoked, 'a key that never was');
});

both('a key expires by the time that the leader stamps, whatever time was signed', (venue, pause) => {
  const key = venue.key('a', Permission.trade);
  const expiresAtMs = venue.nowMs + 100;
  const limited = { keyNumber: key, permissions: Permission.trade, expiresAtMs };
  assert.equal(codeOf(venue.desk.next(keyCommands.changeKey, 0, limited)), OutcomeCode.ok);
  pause();
  // Signed by a clock that is ahead: its time is over there, and not here.
  assert.equal(venue.order(key, 1, { timeMs: expiresAtMs + 1_000 }), OutcomeCode.ok);
  venue.desk.timeUs += 101_000;
  assert.equal(venue.order(key, 1, { timeMs: expiresAtMs - 1_000 }), OutcomeCode.keyExpired);
});

both('the secret before the newest is good for its time, and older ones are not', (venue, pause) => {
  const key = venue.key('a', Permission.trade);
  assert.equal(venue.rotate(key, 2, 1_000), OutcomeCode.ok);
  pause();
  assert.equal(venue.rotate(key, 2, 1_000), OutcomeCode.ok, 'a repeat changes nothing');
  assert.equal(venue.rotate(key, 4, 1_000), OutcomeCode.invalidCombination);
  for (const keyVersion of [1, 2]) assert.equal(venue.order(key, 1, { keyVersion }), OutcomeCode.ok);
  for (const keyVersion of [0, 3]) assert.equal(venue.order(key, 1, { keyVersion }), OutcomeCode.keyReplaced);
  venue.desk.timeUs += 1_000_000;
  assert.equal(venue.order(key, 1, { keyVersion: 1 }), OutcomeCode.keyReplaced);
  assert.equal(venue.order(key, 1, { keyVersion: 2 }), OutcomeCode.ok);
  assert.equal(venue.rotate(key, 3, 0), OutcomeCode.ok);
  pause();
  assert.equal(venue.order(key, 1, { keyVersion: 2 }), OutcomeCode.keyReplaced, 'no time was given');
  assert.equal(venue.order(key, 1, { keyVersion: 3 }), OutcomeCode.ok);
});

both('a request of an operator changes things once, each of its steps', (venue, pause) => {
  const key = venue.key('operator', Permission.operator, []);
  const other = venue.key('a', Permission.trade);
  const limit = (permissions: number, stamp: Partial<protocol.StampFields>): number =>
    codeOf(
      venue.signed(
        key,
        () => venue.desk.next(keyCommands.changeKey, 0, { keyNumber: other, permissions }),
        stamp,
      ),
    );
  const first = { timeMs: venue.nowMs, low: 1, high: 9 };
  assert.equal(limit(Permission.trade, { ...first, step: 0 }), OutcomeCode.ok);
  assert.equal(limit(Permission.read, { ...first, step: 1 }), OutcomeCode.ok);
  pause();
  assert.equal(limit(Permission.trade, { ...first, step: 0 }), OutcomeCode.repeatedRequest);
  assert.equal(limit(Permission.trade, { ...first, step: 1 }), OutcomeCode.repeatedRequest);
  assert.equal(venue.order(other), OutcomeCode.notPermitted, 'the repeat changed nothing');
  assert.equal(limit(Permission.trade, { timeMs: first.timeMs + 1, low: 2, high: 9 }), OutcomeCode.ok);
  pause();
  assert.equal(
    limit(Permission.read, { ...first, step: 2 }),
    OutcomeCode.repeatedRequest,
    'an older request',
  );
  assert.equal(venue.order(other), OutcomeCode.ok);
  assert.equal(limit(Permission.read, { timeMs: first.timeMs + 9, keyNumber: 0 }), OutcomeCode.notPermitted);
});

both('a key is made once, and may do nothing until it has permissions', (venue, pause) => {
  const { desk } = venue;
  const made = { keyId: 'a', kind: keyCommands.KeyKind.hmac };
  const [changed] = desk.next(keyCommands.createKey, 0, made);
  assert.deepEqual([changed?.name, changed?.['keyNumber'], changed?.['keyId']], ['keyChanged', 1, 'a']);
  pause();
  assert.equal(desk.next(keyCommands.createKey, 0, made).length, 1, 'the same again changes nothing');
  const other = { ...made, kind: keyCommands.KeyKind.ed25519 };
  assert.equal(codeOf(desk.next(keyCommands.createKey, 0, other)), OutcomeCode.alreadyExists);
  assert.equal(venue.grant(1, [1]), OutcomeCode.ok);
  assert.equal(venue.order(1), OutcomeCode.notPermitted);
  assert.equal(codeOf(desk.next(keyCommands.changeKey, 0, { keyNumber: 1, permissions: 2 })), OutcomeCode.ok);
  assert.equal(venue.order(1), OutcomeCode.ok);
  assert.equal(codeOf(desk.next(keyCommands.createKey, 0, made)), OutcomeCode.alreadyExists);
  assert.equal(
    codeOf(desk.next(keyCommands.createKey, 0, { ...made, keyId: '' })),
    OutcomeCode.invalidCombination,
  );
  for (const layout of [
    keyCommands.changeKey,
    keyCommands.grantKey,
    keyCommands.rotateKey,
    keyCommands.revokeKey,
  ])
    assert.equal(
      codeOf(
        desk.next(layout as typeof keyCommands.changeKey, 0, {
          keyNumber: 7,
          permissions: 1,
          ...{ newVersion: 2 },
        }),
      ),
      OutcomeCode.unknownKey,
      layout.name,
    );
});

test('no key has more accounts than it may, and a grant that is too large gives none', () => {
  const venue = new Venue();
  const key = venue.key('a', Permission.trade, []);
  for (let from = 1; from <= accountsPerKeyMax - 8; from += 16)
    assert.equal(
      venue.grant(
        key,
        Array.from({ length: 16 }, (_, n) => from + n),
      ),
      OutcomeCode.ok,
    );
  const tooMany = Array.from({ length: 16 }, (_, n) => 5_000 + n);
  assert.equal(venue.grant(key, tooMany), OutcomeCode.exchangeFull);
  assert.equal(venue.order(key, 1), OutcomeCode.ok);
  const small = new Venue(new Engine({ keysMax: 1, keyAccountsMax: 3 }));
  const only = small.key('a', Permission.trade, [1, 2]);
  assert.equal(small.grant(only, [3, 4]), OutcomeCode.exchangeFull);
  assert.equal(small.grant(only, [2, 3]), OutcomeCode.ok);
  const second = { keyId: 'b', kind: keyCommands.KeyKind.hmac };
  assert.equal(codeOf(small.desk.next(keyCommands.createKey, 0, second)), OutcomeCode.exchangeFull);
});

test('a copy of an order that was signed with a key that is revoked since learns nothing', () => {
  const venue = new Venue();
  const key = venue.key('a', Permission.trade);
  const placed = () => venue.desk.place(1, Side.buy, 1, 5, { clientOrderId: 'mine' });
  assert.equal(codeOf(venue.signed(key, placed)), OutcomeCode.ok);
  venue.revoke(key);
  const [outcome, ...others] = venue.signed(key, placed);
  assert.deepEqual([outcome?.['code'], outcome?.['orderId'], others.length], [OutcomeCode.keyRevoked, 0, 0]);
});

let tokens = 1_000;

/** A session of its own that a program opened. */
class Program {
  readonly desk: EngineDesk;
  readonly #venue: Venue;

  constructor(venue: Venue, programId: number) {
    this.#venue = venue;
    this.desk = new EngineDesk(venue.desk.engine);
    this.desk.timeUs = venue.desk.timeUs;
    const owner = { ownerKind: PartyKind.program, ownerId: programId };
    const opened = this.desk.send(protocol.openSession, { tokenLow: ++tokens, ...owner });
    this.desk.sessionId = opened.at(-1)!['sessionId'] as number;
  }

  grant(keyId: string, programId: number, permissions: number, accountIds: readonly number[]): number {
    const publicKey = new Uint8Array(32);
    new DataView(publicKey.buffer).setUint32(0, programId, true);
    const { desk } = this.#venue;
    const made = desk.next(keyCommands.createKey, 0, { keyId, kind: keyCommands.KeyKind.program, publicKey });
    const keyNumber = made[0]!['keyNumber'] as number;
    assert.equal(codeOf(made), OutcomeCode.ok);
    this.#venue.grant(keyNumber, accountIds);
    assert.equal(codeOf(desk.next(keyCommands.changeKey, 0, { keyNumber, permissions })), OutcomeCode.ok);
    return keyNumber;
  }

  order(account = 1): number {
    return codeOf(this.desk.place(account, Side.buy, 1, 5));
  }
}

test('a program acts for the accounts of its key, and for none without one', () => {
  const promise = (venue: Venue, pause: () => void): void => {
    const program = new Program(venue, 9);
    assert.equal(program.order(), OutcomeCode.programNotGranted);
    program.grant('of-another', 8, Permission.trade, [1]);
    assert.equal(program.order(), OutcomeCode.programNotGranted);
    const key = program.grant('desk', 9, Permission.trade, [1]);
    pause();
    assert.deepEqual([program.order(1), program.order(2)], [OutcomeCode.ok, OutcomeCode.accountNotAllowed]);
    assert.equal(codeOf(program.desk.account(3)), OutcomeCode.notPermitted);
    const later = new Program(venue, 9);
    assert.deepEqual([later.order(1), later.order(2)], [OutcomeCode.ok, OutcomeCode.accountNotAllowed]);
    assert.equal(venue.grant(key, [1], 1), OutcomeCode.ok);
    pause();
    assert.equal(program.order(), OutcomeCode.accountNotAllowed);
  };
  for (const isRestored of [false, true]) keep(promise, isRestored);
});

test('a program whose key is revoked or over is refused from the next command on', () => {
  const promise = (venue: Venue, pause: () => void): void => {
    const program = new Program(venue, 9);
    const key = program.grant('desk', 9, Permission.trade, [1]);
    assert.equal(venue.revoke(key), OutcomeCode.ok);
    pause();
    assert.equal(program.order(), OutcomeCode.keyRevoked);
    const next = program.grant('desk-2', 9, Permission.trade, [1]);
    pause();
    assert.equal(program.order(), OutcomeCode.ok, 'another key takes the place of a revoked one');
    const rights = { keyNumber: next, permissions: Permission.trade, expiresAtMs: venue.nowMs };
    assert.equal(codeOf(venue.desk.next(keyCommands.changeKey, 0, rights)), OutcomeCode.ok);
    assert.equal(program.order(), OutcomeCode.keyExpired);
    assert.deepEqual(
      program.desk.next(protocol.closeSession, 0, {}).map(({ name }) => name),
      ['sessionClosed', 'outcome'],
    );
  };
  for (const isRestored of [false, true]) keep(promise, isRestored);
});

test('a program has one key at a time, which says whose it is and is never rotated', () => {
  const venue = new Venue();
  const program = new Program(venue, 9);
  const key = program.grant('desk', 9, Permission.trade, [1]);
  const publicKey = new Uint8Array(32);
  const make = (): number =>
    codeOf(
      venue.desk.next(keyCommands.createKey, 0, { keyId: 'x', kind: keyCommands.KeyKind.program, publicKey }),
    );
  assert.equal(make(), OutcomeCode.invalidCombination);
  publicKey[0] = 9;
  assert.equal(make(), OutcomeCode.alreadyExists);
  assert.equal(venue.rotate(key, 2, 0), OutcomeCode.invalidCombination);
});
