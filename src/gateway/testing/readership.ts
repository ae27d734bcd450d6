import type { Readership } from '../exchange/feed-ports.ts';
import type { ExchangeEvent } from '../ports.ts';

/** Whether an event session decodes an event. */
export function isRead(readership: Readership, event: ExchangeEvent): boolean {
  switch (event.type) {
    case 'bookLevel':
      return readership.readsBook(event.instrumentId);
    case 'trade':
      return readership.readsTrades(event.instrumentId);
    case 'modeChanged':
      return readership.readsModes();
    default:
      return event.type === 'instrumentCreated' || readership.readsExecutions(event.accountId);
  }
}
