/**
 * What a gateway does for its callers, and what becomes of each when something is missing. The gateway decides by this
 * table, and docs/DEGRADATION.md is written from it.
 */

/** A report is a question whose answer has many rows, such as the fills of an account. */
export type RequestKind = 'cancel' | 'order' | 'query' | 'report';
/** A stream is no request: none is turned away for pressure, and how many there are is bounded (`stream-room.ts`). */
export type ServiceKind = RequestKind | 'stream';

/** The limits of pressure, in 1/1000, from which on a service is turned away. */
export type PressureLimit = 'reportsPermilleMax' | 'queriesPermilleMax' | 'pressurePermilleMax';

export interface ServiceTerms {
  /** 1 is kept up longest. */
  readonly priority: 1 | 2 | 3 | 4 | 5;
  readonly what: string;
  /** While replicas answer and none leads: refused at once with the reason, or read from any of them, with its age. */
  readonly withoutLeader: 'refused' | 'read from a replica';
  /** Undefined: never turned away for pressure. */
  readonly shedFrom: PressureLimit | undefined;
}

export const services: Readonly<Record<ServiceKind, ServiceTerms>> = {
  cancel: {
    priority: 1,
    what: 'cancels and mass cancels',
    withoutLeader: 'refused',
    shedFrom: undefined,
  },
  stream: {
    priority: 2,
    what: 'streams of executions, books, trades and modes',
    withoutLeader: 'read from a replica',
    shedFrom: undefined,
  },
  order: {
    priority: 3,
    what: 'orders and replacements',
    withoutLeader: 'refused',
    shedFrom: 'pressurePermilleMax',
  },
  query: {
    priority: 4,
    what: 'books, trades, positions, single orders',
    withoutLeader: 'read from a replica',
    shedFrom: 'queriesPermilleMax',
  },
  report: {
    priority: 5,
    what: 'answers of many rows, such as fills',
    withoutLeader: 'read from a replica',
    shedFrom: 'reportsPermilleMax',
  },
};

export const serviceKinds = Object.keys(services) as readonly ServiceKind[];
export const requestKinds = serviceKinds.filter((kind): kind is RequestKind => kind !== 'stream');
