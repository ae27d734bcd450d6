/** Random commands for tests: most of them sensible, some wrong in every way that a command can be. */
import * as protocol from '../../protocol/commands.ts';
import * as keyCommands from '../../protocol/key-commands.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import * as limits from '../../protocol/limits.ts';
import { beginSite, killAccount, Mode, openDue, setMode } from '../../protocol/mode-commands.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Random } from '../../std/random.ts';
import { firstEngineVersion } from '../engine-version.ts';

const SESSIONS = 5;
const ACCOUNTS = 6;
const INSTRUMENTS = 3;
/** Time from one command to the next. */
const COMMAND_US = 25_000;

type PlacedFields = typeof protocol.placeOrder extends Layout<infer F> ? F : never;

/** Writes one random command after the other; the same seed writes the same ones. */
export class RandomCommands {
  readonly view = new DataView(new ArrayBuffer(256));
  /** The youngest order id; the test sets it from the events, so that later commands can name orders. */
  lastOrderId = 0;
  /** The youngest session id, where the test sets it. */
  lastSessionId = 0;
  /** The youngest API key, where the test sets it. */
  lastKeyNumber = 0;
  /** The time at which the last command may be stamped, in microseconds. */
  timeUs = 0;
  readonly #random: Random;
  readonly #numbers = new Map<number, number>();
  #sessionsOpened = 0;
  #keysMade = 0;
  #epoch = 1;
  #isHeld = false;
  /** Session of the last command, and its number before. */
  #sessionId = 0;
  #numberBefore = 0;
  /** A named order, to be placed again. */
  #named: { readonly account: number; readonly order: Partial<ValuesOf<PlacedFields>> } | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next command, at offset 0 of `view`. */
  write(): void {
    const random = this.#random;
    this.timeUs += COMMAND_US;
    if (this.#sessionsOpened < SESSIONS || random.chance(0.002)) {
      this.#openSession();
      return;
    }
    const draw = random.below(1000);
    if (draw < 450) this.#place();
    else if (draw < 730) this.#cancel();
    else if (draw < 900) this.#replace();
    else if (draw < 915) this.#administer();
    else if (draw < 923) this.#setLimits();
    else if (draw < 925) this.#setTier();
    else if (draw < 935) this.#massCancel();
    else if (draw < 941) this.#leader();
    else if (draw < 943) this.#send(protocol.closeSession, 0, {});
    else if (draw < 945) this.#send(protocol.endDay, 0, {});
    else if (draw < 947) this.#setMode();
    else if (draw < 965) this.#changeKeys();
    else this.#placeWide();
    if (!random.chance(0.01)) return;
    this.view.setUint8(random.below(100), random.below(256));
    // It may be no command any more; if it is one, the next of its session has its number and is no news.
    this.#numbers.set(this.#sessionId, this.#numberBefore);
  }

  #place(): void {
    const random = this.#random;
    if (this.#named !== undefined && random.chance(0.05)) {
      const { account, order } = this.#named;
      this.#send(protocol.placeOrder, account, order);
      return;
    }
    const market = random.chance(0.1);
    const odd = random.chance(0.05);
    const account = this.#account();
    const order = {
      instrumentId: 1 + random.below(odd ? INSTRUMENTS + 1 : INSTRUMENTS),
      side: 1 + random.below(2),
      quantityLots: odd ? random.pick([0, 2 ** 40, 2 ** 40 + 1, 2 ** 53 - 1]) : 1 + random.below(20),
      priceTicks: market ? random.below(odd ? 2 : 1) : 95 + random.below(12),
      orderType: market
        ? protocol.OrderType.market
        : random.chance(0.1)
          ? protocol.OrderType.postOnly
          : protocol.OrderType.limit,
      timeInForce: market
        ? 3 + random.below(2)
        : random.chance(0.8)
          ? 1 + random.below(2)
          : 1 + random.below(4),
      selfMatch: random.below(4),
      clientOrderId: random.chance(0.6) ? this.#clientOrderId() : '',
    };
    if (order.clientOrderId !== '' && random.chance(0.2)) this.#named = { account, order };
    this.#send(protocol.placeOrder, account, order);
  }

  /** Prices over the whole range, sparse, and passive for the most part. */
  #placeWide(): void {
    const random = this.#random;
    const side = 1 + random.below(2);
    const far = 1 + random.below(random.pick([50, 5000, 2 ** 20, 2 ** 30]));
    this.#send(protocol.placeOrder, this.#account(), {
      instrumentId: 1 + random.below(INSTRUMENTS),
      side,
      quantityLots: 1 + random.below(random.pick([10, 2 ** 40])),
      priceTicks: side === protocol.Side.buy ? Math.max(1, 95 - (far % 95)) : 106 + far,
      orderType: protocol.OrderType.limit,
      timeInForce: 1 + random.below(2),
      clientOrderId: '',
    });
  }

  #cancel(): void {
    this.#send(protocol.cancelOrder, this.#account(), this.#order());
  }

  #replace(): void {
    const random = this.#random;
    this.#send(protocol.replaceOrder, this.#account(), {
      ...this.#order(),
      quantityLots: random.below(25),
      priceTicks: 95 + random.below(12),
    });
  }

  /** Names an order, mostly a recent one. */
  #order(): { orderId: number; clientOrderId: string } {
    const random = this.#random;
    if (random.chance(0.3)) return { orderId: 0, clientOrderId: this.#clientOrderId() };
    return { orderId: Math.max(0, this.lastOrderId - random.below(120)), clientOrderId: '' };
  }

  #clientOrderId(): string {
    // Others after a while: an id of a forgotten order is not placed again for a minute.
    const name = `${this.#random.below(400)}-${Math.floor(this.timeUs / 20_000_000)}`;
    return this.#random.chance(0.95) ? `c${name}` : name.replace('-', '').padStart(32, 'a');
  }

  #administer(): void {
    const random = this.#random;
    if (random.chance(0.5)) {
      const instrumentId = 1 + random.below(INSTRUMENTS + 1);
      const isSensible = instrumentId <= INSTRUMENTS && random.chance(0.9);
      const symbol = isSensible ? `I${instrumentId}` : random.pick(['', '.', '..', 'i1']);
      this.#send(protocol.createInstrument, 0, { instrumentId, symbol });
    } else {
      const account = this.#account();
      this.#send(protocol.createAccount, account, { name: `A${account}` });
    }
  }

  #setLimits(): void {
    const random = this.#random;
    this.#send(protocol.setLimits, this.#account(), {
      orderLotsMax: random.pick([0, 0, 15]),
      openOrdersMax: random.pick([0, 0, 8]),
      priceBandBasisPoints: random.pick([0, 0, 400]),
    });
  }

  /** Most tiers have no quotas, so that most orders are placed. */
  #setTier(): void {
    const random = this.#random;
    const tier = random.below(3);
    if (random.chance(0.5)) {
      this.#send(protocol.assignTier, this.#account(), { tier });
      return;
    }
    const isBounded = tier !== 0 && random.chance(0.5);
    const ordersPerSecondMax = isBounded ? 1 + random.below(4) : 0;
    const ordersPerDayMax = isBounded ? random.pick([0, 10, 100]) : 0;
    this.#send(protocol.setTier, 0, { tier, ordersPerSecondMax, ordersPerDayMax, name: `t${tier}` });
  }

  #massCancel(): void {
    const random = this.#random;
    const instrumentId = random.below(INSTRUMENTS + 2);
    this.#send(protocol.massCancel, this.#account(), { instrumentId, side: random.below(3) });
  }

  #changeKeys(): void {
    const random = this.#random;
    const keyNumber = this.#keyNumber();
    const draw = random.below(100);
    if (draw < 12) {
      if (random.chance(0.7)) this.#keysMade++;
      const keyId = random.chance(0.95) ? `k${this.#keysMade}` : '';
      const kind = 1 + random.below(3);
      const publicKey = new Uint8Array(limits.publicKeyBytes);
      if (kind === keyCommands.KeyKind.program) publicKey[0] = random.below(4);
      this.#send(keyCommands.createKey, 0, { keyId, kind, isImported: random.below(2), publicKey });
    } else if (draw < 50) {
      const soonMs = Math.floor(this.timeUs / 1000) + random.below(30_000);
      const permissions = random.pick([1, 2, 4, 6, 14, 31]);
      const expiresAtMs = random.pick([0, 0, 0, soonMs]);
      this.#send(keyCommands.changeKey, 0, { keyNumber, permissions, tier: random.below(4), expiresAtMs });
    } else if (draw < 80) {
      const accountIds = new Uint8Array(limits.accountsPerGrantMax * 4);
      for (let n = 0; n < 3; n++) accountIds[n * 4] = random.below(ACCOUNTS + 2);
      this.#send(keyCommands.grantKey, 0, { keyNumber, isTaken: random.chance(0.3) ? 1 : 0, accountIds });
    } else if (draw < 84) {
      const report = { entryKind: 1 + random.below(4), count: random.below(9), action: 'a' };
      this.#send(protocol.reportAudit, 0, report);
    } else if (draw < 98) {
      const graceMs = random.pick([0, 5_000, 30_000]);
      this.#send(keyCommands.rotateKey, 0, { keyNumber, newVersion: 2 + random.below(3), graceMs });
    } else {
      this.#send(keyCommands.revokeKey, 0, { keyNumber });
    }
  }

  /** Mostly soon open again, so that most orders are placed. */
  #setMode(): void {
    const random = this.#random;
    const reason = random.pick(['', 'a reason', 'x'.repeat(limits.modeReasonBytes)]);
    if (random.chance(0.03)) {
      this.#send(killAccount, this.#account(), { reason });
      return;
    }
    // The whole exchange where it may not open.
    const draw = this.#isHeld && random.chance(0.5) ? 99 : random.below(100);
    const instrumentId = draw < 40 ? 1 + random.below(INSTRUMENTS + 1) : 0;
    const accountId = draw >= 30 && draw < 95 ? this.#account() : 0;
    const mode = random.chance(0.5) ? Mode.open : random.pick([Mode.cancelOnly, Mode.readOnly, Mode.halted]);
    // Few are stopped for long, so that the others are stopped for short times in all other ways.
    const isShort = accountId === 0 || random.chance(0.9);
    const openAfterMs = isShort && mode !== Mode.open ? 1 + random.below(1_000) : 0;
    this.#send(setMode, accountId, { instrumentId, mode, openAfterMs, reason });
  }

  /** Another site begins to write, or the one that did may open, or not: for a short time, so that trade goes on. */
  #begin(): void {
    const random = this.#random;
    this.#isHeld = !this.#isHeld && random.chance(0.5);
    if (this.#isHeld || random.chance(0.3)) this.#epoch += 1;
    const begun = { epoch: this.#epoch, site: 1 + random.below(2), isHeld: this.#isHeld ? 1 : 0 };
    this.#write(beginSite, { ...begun, openAfterMs: 1 + random.below(20), reason: 'a reason' });
  }

  /** Mostly that of a young key. */
  #keyNumber(): number {
    return Math.max(1, (this.lastKeyNumber || this.#keysMade) + 1 - this.#random.below(5));
  }

  #leader(): void {
    const random = this.#random;
    if (random.chance(0.5)) {
      this.#write(openDue, {});
      return;
    }
    if (random.chance(0.02)) {
      this.#write(protocol.switchEngine, { engineVersion: firstEngineVersion });
      return;
    }
    if (random.chance(0.05)) {
      this.#begin();
      return;
    }
    if (random.chance(0.05)) {
      const given = {
        operatorId: random.below(3),
        replicaId: 1 + random.below(2),
        givenUs: random.below(99),
      };
      this.#write(protocol.reportAudit, { entryKind: 3, outcome: random.below(4), action: 'stop', ...given });
      return;
    }
    if (random.chance(0.7)) {
      this.#write(protocol.continueCancels, {});
      return;
    }
    const targetSessionId = 1 + random.below(this.#sessionsOpened);
    this.#write(protocol.expireDisconnect, { targetSessionId });
  }

  #openSession(): void {
    const random = this.#random;
    // A token that was used before gives the same session, if that is still open.
    if (random.chance(0.9)) this.#sessionsOpened++;
    const cancelOnDisconnect = random.below(2);
    const tokenLow = this.#sessionsOpened;
    const { gateway, operator, program } = PartyKind;
    const ownerKind = [operator, operator, operator, operator, operator, operator, gateway, program][
      tokenLow % 8
    ]!;
    const owner = { ownerKind, ownerId: 1 + (tokenLow % 3) };
    this.#write(protocol.openSession, { tokenLow, cancelOnDisconnect, ...owner });
  }

  #account(): number {
    return 1 + this.#random.below(this.#random.chance(0.02) ? ACCOUNTS + 1 : ACCOUNTS);
  }

  #send<F extends Fields>(layout: Layout<F>, accountId: number, values: Partial<ValuesOf<F>>): void {
    const random = this.#random;
    const sessions = random.chance(0.1) ? SESSIONS : SESSIONS - 2;
    const newest = Math.max(this.lastSessionId, this.#sessionsOpened);
    const sessionId = Math.max(1, newest - random.below(sessions));
    const last = this.#numbers.get(sessionId) ?? 0;
    this.#sessionId = sessionId;
    this.#numberBefore = last;
    const commandNumber = random.chance(0.98) ? last + 1 : Math.max(0, last - 1 + random.below(4));
    if (commandNumber === last + 1) this.#numbers.set(sessionId, commandNumber);
    const nowMs = Math.floor(this.timeUs / 1000);
    const deadlineMs = random.chance(0.02) ? 1 + nowMs + random.below(50) : 0;
    const isStamped = layout.optionalBytes > 0 && random.chance(0.1);
    const header = { sessionId, commandNumber, accountId, deadlineMs };
    this.#write(layout, { ...header, ...values }, isStamped ? layout.optionalBytes : 0);
    if (!isStamped) return;
    const timeMs = Math.max(0, nowMs - 65_000 + random.below(130_000));
    const key = random.chance(0.5)
      ? {}
      : { keyNumber: this.#keyNumber(), keyVersion: random.pick([1, 1, 1, 2, 3]), step: random.below(3) };
    const stamp = { timeMs, low: random.below(1_500), high: 1, ...key };
    protocol.writeRequestStamp(this.view, layout.size, stamp);
  }

  #write<F extends Fields>(layout: Layout<F>, values: Partial<ValuesOf<Fields>>, optional = 0): void {
    layout.write(this.view, 0, { ...emptyCommand(layout), ...values } as ValuesOf<F>, optional);
  }
}

const emptyByType = new Map<number, object>();

/** The fields of a command in which everything is 0 or empty. */
export function emptyCommand(layout: Layout<Fields>): object {
  let values = emptyByType.get(layout.type);
  if (values === undefined) {
    values = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
    emptyByType.set(layout.type, values);
  }
  return values;
}
