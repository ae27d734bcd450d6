/**
 * The modes of the exchange, of instruments and of accounts. Where there is no record, it is open. An order looks here
 * only where something is not open (`State.isRestricted`).
 */

import * as protocolLimits from '../../protocol/limits.ts';
import * as modeCommands from '../../protocol/mode-commands.ts';
import { isText, LINE_LEAST, setText } from '../../protocol/texts.ts';
import { powerOfTwoAtLeast, WORD } from '../../std/integers.ts';
import { wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Records } from '../../store/records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { Mode, ModeScope } = modeCommands;
const { modeReasonBytes } = protocolLimits;

const REASON_WORDS = modeReasonBytes / 4;
/** Slot of the instrument or account, 0 for the exchange; microseconds since 1970 at which it opens, 0 for never. */
const field = wordsOf(6 + REASON_WORDS, {
  scope: 1,
  subject: 1,
  opensAtUs: 2,
  mode: 1,
  spare: 1,
  reason: REASON_WORDS,
});
const MODE_WORDS = field.words;
const SCOPE = field.at.scope;
const SUBJECT = field.at.subject;
const OPENS_AT = field.at.opensAtUs / 2;
const MODE = field.at.mode;
const REASON = field.at.reason;

/** What is set: the mode, since when it is open again, and where the reason is in a command. */
export interface GivenMode {
  readonly mode: number;
  readonly opensAtUs: number;
  readonly view: DataView;
  readonly reasonAt: number;
}

/** One record for each instrument and account that ever had another mode than open, and one for the exchange. */
export class Modes extends Records {
  /** The mode of the whole exchange. */
  exchange: number = Mode.open;
  /** How many are not open: the exchange, instruments, accounts. */
  stopped = 0;
  /** Instruments in which orders may not even be cancelled. */
  frozenInstruments = 0;
  /** How often a mode has changed here; what a snapshot brought counts as none. */
  changes = 0;
  /** When the first of them opens, in microseconds since 1970; Infinity where none is to open by itself. */
  dueUs = Number.POSITIVE_INFINITY;
  /** The modes by slot; what lies behind their ends is open. */
  #instruments = new Uint8Array(16);
  #accounts = new Uint8Array(16);
  /** Records by what they are about. */
  #places = new Map<number, number>();

  constructor(instrumentsMax: number, accountsMax: number) {
    super(MODE_WORDS, 4, 1 + instrumentsMax + accountsMax);
  }

  ofInstrument(slot: number): number {
    return slot < this.#instruments.length && slot !== NONE ? this.#instruments[slot]! : Mode.open;
  }

  ofAccount(slot: number): number {
    return slot < this.#accounts.length && slot !== NONE ? this.#accounts[slot]! : Mode.open;
  }

  /**
   * The record for which what needs a mode below `least` is refused to an account in an instrument, or NONE. Of several
   * it is that of the widest scope.
   */
  refusing(account: number, instrument: number, least: number): number {
    if (this.exchange >= least) return this.find(ModeScope.exchange, 0);
    if (this.ofInstrument(instrument) >= least) return this.find(ModeScope.instrument, instrument);
    if (this.ofAccount(account) >= least) return this.find(ModeScope.account, account);
    return NONE;
  }

  /** The record about something, or NONE where it was open ever since. */
  find(scope: number, subject: number): number {
    return this.#places.get(scope * WORD + subject) ?? NONE;
  }

  scope(place: number): number {
    return this.i32[place * MODE_WORDS + SCOPE]!;
  }

  /** Slot of the instrument or account. */
  subject(place: number): number {
    return this.i32[place * MODE_WORDS + SUBJECT]!;
  }

  mode(place: number): number {
    return this.i32[place * MODE_WORDS + MODE]!;
  }

  /** Microseconds since 1970; 0 is never. */
  opensAtUs(place: number): number {
    return this.f64[(place * MODE_WORDS) / 2 + OPENS_AT]!;
  }

  /** Where the words of the reason begin in `i32`. */
  reasonAt(place: number): number {
    return place * MODE_WORDS + REASON;
  }

  /** Sets the mode of something; returns its record. */
  set(scope: number, subject: number, { mode, opensAtUs, view, reasonAt }: GivenMode): number {
    let place = this.find(scope, subject);
    if (place === NONE) {
      place = this.append();
      this.i32[place * MODE_WORDS + SCOPE] = scope;
      this.i32[place * MODE_WORDS + SUBJECT] = subject;
      this.#places.set(scope * WORD + subject, place);
    }
    const at = this.reasonAt(place);
    for (let n = 0; n < REASON_WORDS; n++) this.i32[at + n] = view.getInt32(reasonAt + n * 4, true);
    this.#change(place, mode, opensAtUs);
    return place;
  }

  /** The whole exchange is read-only until it is set again. */
  makeReadOnly(reason: string): void {
    const view = new DataView(new ArrayBuffer(modeReasonBytes));
    setText(view, 0, modeReasonBytes, reason, LINE_LEAST);
    this.set(ModeScope.exchange, 0, { mode: Mode.readOnly, opensAtUs: 0, view, reasonAt: 0 });
  }

  /** Keeps a mode that is not open until a command sets another: it no longer opens by itself. Returns its record. */
  stay(scope: number, subject: number): number {
    const place = this.find(scope, subject);
    this.#change(place, this.mode(place), 0);
    return place;
  }

  /** Opens the exchange, an instrument or an account whose time has come; returns its record, or NONE. */
  openNext(nowUs: number): number {
    if (this.dueUs > nowUs) return NONE;
    for (let place = 0; place < this.used; place++) {
      const opensAtUs = this.opensAtUs(place);
      if (opensAtUs === 0 || opensAtUs > nowUs) continue;
      // The reason was that of the mode that ends.
      this.i32.fill(0, this.reasonAt(place), this.reasonAt(place) + REASON_WORDS);
      this.#change(place, Mode.open, 0);
      return place;
    }
    return NONE;
  }

  /** Once, after the records were copied in, for so many instruments and accounts; false when one cannot be. */
  rebuild(instruments: number, accounts: number): boolean {
    const view = new DataView(this.i32.buffer, this.i32.byteOffset, this.bytes);
    for (let place = 0; place < this.used; place++) {
      const scope = this.scope(place);
      const subject = this.subject(place);
      const mode = this.mode(place);
      const opensAtUs = this.opensAtUs(place);
      const end = scope === ModeScope.instrument ? instruments : scope === ModeScope.account ? accounts : 1;
      if (scope < ModeScope.exchange || scope > ModeScope.account || subject < 0 || subject >= end)
        return false;
      if (mode < Mode.open || mode > Mode.halted || this.find(scope, subject) !== NONE) return false;
      if (!Number.isSafeInteger(opensAtUs) || opensAtUs < 0) return false;
      if (opensAtUs !== 0 && mode === Mode.open) return false;
      if (!isText(view, this.reasonAt(place) * 4, modeReasonBytes, LINE_LEAST)) return false;
      this.#places.set(scope * WORD + subject, place);
      this.#count(scope, subject, mode, Mode.open);
    }
    this.#lookForDue();
    return true;
  }

  #change(place: number, mode: number, opensAtUs: number): void {
    this.changes += 1;
    this.#count(this.scope(place), this.subject(place), mode, this.mode(place));
    const wasDueUs = this.opensAtUs(place);
    this.i32[place * MODE_WORDS + MODE] = mode;
    this.f64[(place * MODE_WORDS) / 2 + OPENS_AT] = opensAtUs;
    if (wasDueUs !== 0 && wasDueUs === this.dueUs) this.#lookForDue();
    else if (opensAtUs !== 0 && opensAtUs < this.dueUs) this.dueUs = opensAtUs;
  }

  /** Something is in another mode than before. */
  #count(scope: number, subject: number, mode: number, before: number): void {
    this.stopped += Number(mode !== Mode.open) - Number(before !== Mode.open);
    if (scope === ModeScope.exchange) this.exchange = mode;
    else if (scope === ModeScope.account) this.#accounts = withMode(this.#accounts, subject, mode);
    else {
      this.#instruments = withMode(this.#instruments, subject, mode);
      this.frozenInstruments += Number(mode >= Mode.readOnly) - Number(before >= Mode.readOnly);
    }
  }

  #lookForDue(): void {
    this.dueUs = Number.POSITIVE_INFINITY;
    for (let place = 0; place < this.used; place++) {
      const opensAtUs = this.opensAtUs(place);
      if (opensAtUs !== 0 && opensAtUs < this.dueUs) this.dueUs = opensAtUs;
    }
  }
}

function withMode(modes: Uint8Array<ArrayBuffer>, slot: number, mode: number): Uint8Array<ArrayBuffer> {
  let longer = modes;
  if (slot >= modes.length) {
    longer = new Uint8Array(powerOfTwoAtLeast(slot + 1));
    longer.set(modes);
  }
  longer[slot] = mode;
  return longer;
}
