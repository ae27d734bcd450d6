/** Modes: what the whole exchange takes, one instrument, or one account; and the kill switch. */
import { command, requestStamp } from './command-layouts.ts';
import { line, u8, u8Of, u16, u32, u53 } from './layout.ts';
import { modeReasonBytes } from './limits.ts';

/** Each one refuses what the one before refuses, and more. */
export const Mode = { open: 0, cancelOnly: 1, readOnly: 2, halted: 3 } as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

export const ModeScope = { exchange: 1, instrument: 2, account: 3 } as const;
export type ModeScope = (typeof ModeScope)[keyof typeof ModeScope];

/** Sets the mode of an instrument, of the account of the header, or, where neither is named, of the exchange. */
export const setMode = command(
  20,
  'setMode',
  {
    /** 0 where no instrument is meant. */
    instrumentId: u32(),
    /** Milliseconds from the stamped time on, after which it is open; 0 is until it is set again. */
    openAfterMs: u32(),
    mode: u8Of(Mode),
    reserved2: u8(0, 0),
    reserved3: u16(0, 0),
    reserved4: u32(0, 0),
    reason: line(modeReasonBytes),
  },
  requestStamp,
);

/** Halts the account of the header and cancels all its open orders. */
export const killAccount = command(21, 'killAccount', { reason: line(modeReasonBytes) }, requestStamp);

/** From the leader: opens what was to be open by the stamped time. */
export const openDue = command(22, 'openDue', {});

/**
 * The first command of a site in its epoch, from its leader: the exchange takes cancels only, and does not open while
 * `isHeld`. Sent again in the same epoch it says that the exchange may open now, or no more.
 */
export const beginSite = command(24, 'beginSite', {
  epoch: u53(),
  site: u32(),
  /** Milliseconds from the stamped time on, after which it opens by itself once it may; 0: by an operator's command. */
  openAfterMs: u32(),
  isHeld: u8(0, 1),
  reserved2: u8(0, 0),
  reserved3: u16(0, 0),
  reserved4: u32(0, 0),
  reason: line(modeReasonBytes),
});
