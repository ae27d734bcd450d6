/**
 * A session of the SDK that hears all events of the exchange. An event without a reader costs a look at
 * its header: it is decoded only for a reader.
 */

import type { SessionListener } from '../../client/core/ports.ts';
import { Driver } from '../../client/driver.ts';
import { type ClientOptions, LockstepError } from '../../client/index.ts';
import { Reads } from '../../client/reads.ts';
import { readEvent } from '../../client/words.ts';
import {
  bookLevel,
  eventAt,
  instrumentCreated,
  modeChanged,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  orderReplaced,
  trade,
} from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { noEvent } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import type { EventListener, EventSession, Readership } from './feed-ports.ts';

/** Opens it; no event after the answer is missed. Rejects with a LockstepError. */
export function openEventSession(options: ClientOptions, listener: EventListener): Promise<EventSession> {
  return new Promise((resolve, reject) => {
    let closed = (): void => undefined;
    let seq = 0;
    let n = 0;
    const driver: Driver = new Driver(
      { ...options, feed: 'all', windowCommandsMax: 1 },
      {
        ...unheard,
        opened: () => resolve(session),
        event: (view, at) => {
          seq = getU53(view, at + eventAt.seq);
          n = view.getUint32(at + eventAt.n, true);
          listener.onSeq(seq);
          if (isRead(listener.readership, view, at)) listener.onEvent(readEvent(view, at));
        },
        eventsLost: (afterSeq, appliedSeq) => {
          const cutSeq = afterSeq < seq ? afterSeq : undefined;
          seq = appliedSeq;
          n = noEvent;
          listener.onGap(appliedSeq, cutSeq);
        },
        clusterChanged: () => {
          seq = 0;
          n = 0;
          listener.onReplaced();
        },
        queryResult: (requestId, view, at) => reads.answered(requestId, view, at),
        queryFailed: (requestId, why) => reads.failed(requestId, why),
        warning: (text) => listener.onWarning(text),
        failed: (code, text) => {
          driver.stop();
          reject(new LockstepError(code, text));
        },
        closed: () => {
          driver.stop();
          closed();
        },
      },
    );
    const reads = new Reads(driver);
    const session: EventSession = {
      get place() {
        return { seq, n };
      },
      book: (instrumentId, levels) => reads.book(instrumentId, levels),
      fills: (filter) => reads.fills(filter),
      modes: (accountId) => reads.modes({ accountId }),
      close: () =>
        new Promise<void>((done) => {
          if (driver.session.isOver) return done();
          closed = done;
          driver.session.close(driver.nowUs(), false);
          driver.flush();
        }),
    };
    driver.start();
  });
}

/** It sends no commands, and the session that does knows which replica leads. */
const unheard: Pick<SessionListener, 'outcome' | 'unknown' | 'failover' | 'pressure' | 'keysChanged'> = {
  outcome: () => undefined,
  unknown: () => undefined,
  failover: () => undefined,
  pressure: () => undefined,
  keysChanged: () => undefined,
};

/** @hot */
function isRead(readership: Readership, view: DataView, at: number): boolean {
  switch (view.getUint8(at + TYPE_AT)) {
    case bookLevel.type:
      return readership.readsBook(view.getUint32(at + bookLevel.at.instrumentId, true));
    case trade.type:
      return readership.readsTrades(view.getUint32(at + trade.at.instrumentId, true));
    case orderAccepted.type:
    case orderExecuted.type:
    case orderCancelled.type:
    case orderReplaced.type:
      return readership.readsExecutions(view.getUint32(at + eventAt.accountId, true));
    case modeChanged.type:
      return readership.readsModes();
    case instrumentCreated.type:
      return true;
    default:
      return false;
  }
}
