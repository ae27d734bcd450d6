/** A listener of a session that hears nothing. */
import type { SessionListener } from './ports.ts';

const nothing = (): void => undefined;

/** For sessions of which little is heard: spread it, and replace what matters. */
export const silentListener: SessionListener = {
  opened: nothing,
  outcome: nothing,
  unknown: nothing,
  event: nothing,
  eventsLost: nothing,
  clusterChanged: nothing,
  queryResult: nothing,
  queryFailed: nothing,
  failover: nothing,
  pressure: nothing,
  keysChanged: nothing,
  warning: nothing,
  failed: nothing,
  closed: nothing,
};
