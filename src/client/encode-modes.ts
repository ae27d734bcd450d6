/** The operator's commands about modes, as callers write them. */

import { modeReasonBytes } from '../protocol/limits.ts';
import * as protocol from '../protocol/mode-commands.ts';
import { isTextValue, LINE_LEAST } from '../protocol/texts.ts';
import { u32Max } from '../std/integers.ts';
import {
  chosen,
  commonNames,
  header,
  integer,
  type OperatorStamped,
  refuseUnread,
  word,
  writeForOperator,
} from './arguments.ts';
import { InvalidArgumentError } from './errors.ts';
import type { ModeName } from './words.ts';

/** The mode of an instrument or of an account, not of both; where neither is named, of the whole exchange. */
export interface SetMode extends OperatorStamped {
  readonly mode: ModeName;
  readonly instrumentId?: number | undefined;
  readonly accountId?: number | undefined;
  /** Up to 64 printable ASCII characters, which those that are refused are shown. */
  readonly reason?: string | undefined;
  /** Milliseconds after which it opens by itself; default: it stays until it is set again. */
  readonly openAfterMs?: number | undefined;
}

/** Halts an account and cancels all its open orders; the outcome says how many there were. */
export interface KillAccount extends OperatorStamped {
  readonly accountId: number;
  readonly reason?: string | undefined;
}

const killNames = ['accountId', 'reason', ...commonNames] as const;
const modeNames = ['mode', 'instrumentId', 'openAfterMs', ...killNames] as const;

export function writeSetMode(view: DataView, at: number, given: SetMode): void {
  refuseUnread(given, modeNames);
  const mode = word('mode', given.mode, protocol.Mode);
  const accountId = chosen('accountId', given.accountId);
  const instrumentId = chosen('instrumentId', given.instrumentId);
  if (accountId !== 0 && instrumentId !== 0)
    throw new InvalidArgumentError('instrumentId', instrumentId, 'left out where there is an accountId');
  const openAfterMs = integer('openAfterMs', given.openAfterMs ?? 0, 0, given.mode === 'open' ? 0 : u32Max);
  const reserved = { reserved2: 0, reserved3: 0, reserved4: 0 };
  const values = { instrumentId, openAfterMs, mode, ...reserved, reason: reasonOf(given.reason) };
  writeForOperator(view, at, protocol.setMode, { ...header, accountId, ...values }, given);
}

export function writeKillAccount(view: DataView, at: number, given: KillAccount): void {
  refuseUnread(given, killNames);
  const accountId = integer('accountId', given.accountId, 1, u32Max);
  const values = { ...header, accountId, reason: reasonOf(given.reason) };
  writeForOperator(view, at, protocol.killAccount, values, given);
}

function reasonOf(reason: string | undefined): string {
  if (reason === undefined) return '';
  if (typeof reason === 'string' && isTextValue(reason, modeReasonBytes, LINE_LEAST)) return reason;
  throw new InvalidArgumentError(
    'reason',
    reason,
    `at most ${modeReasonBytes} characters of printable ASCII`,
  );
}
