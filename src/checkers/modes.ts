/**
 * Modes, kept a second time from the one history of commands and events: what a mode refuses does not happen from the
 * seq of its command on, whatever session asks and by whatever way; what none refuses is not refused for a mode; and
 * what is to open later opens at a stamped time that is not before.
 */
import { OutcomeCode } from '../protocol/codes.ts';
import { commandAt, endDay, placeOrder } from '../protocol/commands.ts';
import {
  CancelReason,
  eventAt,
  modeChanged,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  orderReplaced,
  outcome,
} from '../protocol/events.ts';
import { beginSite, killAccount, Mode, ModeScope, setMode } from '../protocol/mode-commands.ts';
import { getU53 } from '../std/integers.ts';
import { rulesOf } from './command-rules.ts';
import { typeAt } from './exactly-once.ts';
import type { Report } from './violations.ts';

const usPerMs = 1_000;

interface KnownMode {
  readonly mode: number;
  /** Microseconds of the stamped time; 0 is never. */
  readonly opensAtUs: number;
}

interface Asked {
  readonly type: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly set: KnownMode | undefined;
}

const open: KnownMode = { mode: Mode.open, opensAtUs: 0 };
const modeOfCode = new Map<number, number>([
  [OutcomeCode.modeCancelOnly, Mode.cancelOnly],
  [OutcomeCode.modeReadOnly, Mode.readOnly],
  [OutcomeCode.modeHalted, Mode.halted],
]);

export class ModesChecker {
  readonly #report: Report;
  readonly #asked = new Map<number, Asked>();
  #exchange = open;
  /** The epoch in which a site began to write; whether it may not open yet; whether no operator set a mode since. */
  #siteEpoch = 0;
  #isHeld = false;
  #isStaged = false;
  readonly #instruments = new Map<number, KnownMode>();
  readonly #accounts = new Map<number, KnownMode>();
  /** Commands that were refused for a mode. */
  refused = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    const type = view.getUint8(at + typeAt);
    if (type === beginSite.type) this.#begun(seq, timeUs, beginSite.read(view, at));
    if (view.getUint32(at + commandAt.sessionId, true) === 0) return;
    const accountId = view.getUint32(at + commandAt.accountId, true);
    if (type === setMode.type) {
      const { mode, openAfterMs, instrumentId } = setMode.read(view, at);
      const opensAtUs = openAfterMs === 0 ? 0 : timeUs + openAfterMs * usPerMs;
      this.#asked.set(seq, { type, accountId, instrumentId, set: { mode, opensAtUs } });
    } else if (type === killAccount.type) {
      const set = { mode: Mode.halted, opensAtUs: 0 };
      this.#asked.set(seq, { type, accountId, instrumentId: 0, set });
    } else if (rulesOf(type).refusedFrom !== undefined) {
      const instrumentId = type === placeOrder.type ? placeOrder.read(view, at).instrumentId : 0;
      this.#asked.set(seq, { type, accountId, instrumentId, set: undefined });
    }
  }

  /** A site has begun to write, or may open, or no more: it takes cancels at the most. */
  #begun(
    seq: number,
    timeUs: number,
    { site, epoch, isHeld, openAfterMs }: ReturnType<typeof beginSite.read>,
  ): void {
    if (site === 0 || epoch === 0 || epoch < this.#siteEpoch) return;
    const isFirst = epoch > this.#siteEpoch;
    if (!isFirst && this.#exchange.mode === Mode.open) return;
    if (isFirst) this.#isStaged = this.#exchange.mode <= Mode.cancelOnly;
    this.#siteEpoch = epoch;
    this.#isHeld = isHeld === 1;
    if (!this.#isStaged && !this.#isHeld) return;
    const waitsMs = this.#isStaged && !this.#isHeld ? openAfterMs : 0;
    const opensAtUs = waitsMs === 0 ? 0 : timeUs + waitsMs * usPerMs;
    const set = { mode: Math.max(this.#exchange.mode, Mode.cancelOnly), opensAtUs };
    this.#asked.set(seq, { type: beginSite.type, accountId: 0, instrumentId: 0, set });
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    const accountId = view.getUint32(at + eventAt.accountId, true);
    const seq = getU53(view, at + eventAt.seq);
    const refuses = (what: string, instrumentId: number, owner: number, least: number): void => {
      const mode = this.#strictest(instrumentId, owner);
      if (mode >= least) this.#report('modes', `seq ${seq}: ${what} of account ${accountId} in mode ${mode}`);
    };
    const instrumentAt = (place: number): number => view.getUint32(at + place, true);
    switch (view.getUint8(at + typeAt)) {
      case orderAccepted.type:
        return refuses('an order', instrumentAt(orderAccepted.at.instrumentId), accountId, Mode.cancelOnly);
      case orderReplaced.type:
        return refuses(
          'a replacement',
          instrumentAt(orderReplaced.at.instrumentId),
          accountId,
          Mode.cancelOnly,
        );
      case orderExecuted.type:
        // Orders of a stopped account stay in the book, and others may meet them.
        return refuses('a trade', instrumentAt(orderExecuted.at.instrumentId), 0, Mode.cancelOnly);
      case orderCancelled.type:
        if (view.getUint8(at + orderCancelled.at.reason) !== CancelReason.requested) return;
        return refuses('a cancel', instrumentAt(orderCancelled.at.instrumentId), accountId, Mode.readOnly);
      case modeChanged.type:
        return this.#changed(seq, modeChanged.read(view, at));
      case outcome.type:
        return this.#answered(seq, view, at);
      default:
    }
  }

  /** A mode that changes without an operator opens what was to open by then. */
  #changed(
    seq: number,
    { scope, mode, instrumentId, accountId, timeUs }: ReturnType<typeof modeChanged.read>,
  ): void {
    const asked = this.#asked.get(seq);
    if (asked?.set !== undefined) {
      if (asked.type === beginSite.type) this.#asked.delete(seq);
      else if (scope === ModeScope.exchange) this.#noteOpening(seq, asked.set);
      this.#put(asked, asked.set);
      return;
    }
    const about = { instrumentId, accountId: scope === ModeScope.account ? accountId : 0 };
    const before = this.#of(about);
    if (mode !== Mode.open || before.opensAtUs === 0 || before.opensAtUs > timeUs)
      this.#report(
        'modes',
        `seq ${seq}: mode ${mode} at ${timeUs}, which was to open at ${before.opensAtUs}`,
      );
    this.#put(about, open);
  }

  /** A site that may not open does not, now or later. */
  #noteOpening(seq: number, { mode, opensAtUs }: KnownMode): void {
    if (this.#isHeld && (mode === Mode.open || opensAtUs !== 0))
      this.#report('modes', `seq ${seq}: the exchange opens though another site may write`);
    this.#isStaged = false;
  }

  #answered(seq: number, view: DataView, at: number): void {
    const asked = this.#asked.get(seq);
    if (asked === undefined) return;
    this.#asked.delete(seq);
    const code = view.getUint8(at + outcome.at.code);
    if (asked.set !== undefined) {
      const { mode, opensAtUs } = this.#of(asked);
      const isSet = mode === asked.set.mode && opensAtUs === asked.set.opensAtUs;
      if (code === OutcomeCode.ok && !isSet)
        this.#report('modes', `seq ${seq}: a mode was set, and is another`);
      return;
    }
    const mode = modeOfCode.get(code);
    if (mode === undefined) return;
    this.refused += 1;
    const { type, accountId, instrumentId } = asked;
    // Which instrument a cancel or a replacement is about is not said.
    const instruments = type === placeOrder.type ? [instrumentId] : [0, ...this.#instruments.keys()];
    const isIn = instruments.some((each) => this.#has(mode, each, type === endDay.type ? 0 : accountId));
    if (!isIn || mode < rulesOf(type).refusedFrom!)
      this.#report('modes', `seq ${seq}: a command of type ${type} was refused for mode ${mode}`);
  }

  #of({ instrumentId, accountId }: Pick<Asked, 'instrumentId' | 'accountId'>): KnownMode {
    if (instrumentId !== 0) return this.#instruments.get(instrumentId) ?? open;
    return accountId === 0 ? this.#exchange : (this.#accounts.get(accountId) ?? open);
  }

  #put({ instrumentId, accountId }: Pick<Asked, 'instrumentId' | 'accountId'>, set: KnownMode): void {
    if (instrumentId !== 0) this.#instruments.set(instrumentId, set);
    else if (accountId !== 0) this.#accounts.set(accountId, set);
    else this.#exchange = set;
  }

  #modesOf(instrumentId: number, accountId: number): number[] {
    const { mode: ofInstrument } = this.#instruments.get(instrumentId) ?? open;
    const { mode: ofAccount } = this.#accounts.get(accountId) ?? open;
    return [this.#exchange.mode, ofInstrument, ofAccount];
  }

  #strictest(instrumentId: number, accountId: number): number {
    return Math.max(...this.#modesOf(instrumentId, accountId));
  }

  #has(mode: number, instrumentId: number, accountId: number): boolean {
    return this.#modesOf(instrumentId, accountId).includes(mode);
  }
}
