/** What of a chain a standby site has yet to apply, as far as it can be read: how many commands, and whose. */
import { commands, placeOrder } from '../protocol/commands.ts';
import { frameAt, frameHeaderBytes } from '../protocol/frames.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { getU53 } from '../std/integers.ts';
import { recordAt } from './export.ts';
import { type ChainTail, endOf } from './tail.ts';

export interface WaitingCommands {
  readonly commands: number;
  readonly orders: number;
  readonly accounts: readonly number[];
}

/** From `nextSeq` on, until the chain ends or the signal comes. Throws where an object cannot be used. */
export async function waitingCommands(
  tail: Pick<ChainTail, 'read'>,
  place: { readonly nextSeq: number; readonly epoch: number; readonly instance: number },
  nowUs: number,
  ended: AbortSignal,
): Promise<WaitingCommands> {
  const found = { commands: 0, orders: 0 };
  const accounts = new Set<number>();
  for (let { nextSeq } = place; !ended.aborted; ) {
    const piece = await tail.read(nextSeq, place.epoch, nowUs, place.instance);
    if (typeof piece === 'string') break;
    for (const frame of piece.frames) {
      for (const { accountId, isOrder } of commandsIn(frame, nextSeq)) {
        found.commands += 1;
        if (isOrder) found.orders += 1;
        if (accountId > 0) accounts.add(accountId);
      }
      nextSeq = Math.max(nextSeq, endOf(frame));
    }
  }
  return { ...found, accounts: [...accounts].toSorted((a, b) => a - b) };
}

function* commandsIn(
  frame: Uint8Array,
  fromSeq: number,
): Generator<{ readonly accountId: number; readonly isOrder: boolean }> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const count = view.getUint32(frameAt.count, true);
  let seq = getU53(view, frameAt.firstSeq);
  for (let n = 0, at = frameHeaderBytes; n < count; n++, seq++) {
    if (seq >= fromSeq) {
      const { accountId } = recordAt(commands, view, at);
      yield { accountId: Number(accountId ?? 0), isOrder: view.getUint8(at + TYPE_AT) === placeOrder.type };
    }
    at += view.getUint16(at, true);
  }
}
