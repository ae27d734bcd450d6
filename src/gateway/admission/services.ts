/**
 * What a gateway does for its callers, and what becomes of each when something is missing. The gateway decides by this
 * table, and docs/DEGRADATION.md is written from it.
 */

/** A report is a question whose answer has many rows, such as the fills of an account. */
export type RequestKind = 'cancel' | 'order' | 'query' | 'report';

/** The limits of pressure, in 1/1000, from which on a service is turned away. */
export type PressureLimit = 'reportsPermilleMax' | 'queriesPermilleMax' | 'pressurePermilleMax';

export interface ServiceTerms {
  /** 1 is kept up longest. */
  readonly priority: 1 | 2 | 3 | 4;
  readonly what: string;
  /** While replicas answer and none leads: refused at once with the reason, or read from any of them, with its age. */
  readonly withoutLeader: 'refused' | 'read from a replica';
  /** Undefined: never turned away for pressure. */
  readonly shedFrom: PressureLimit | undefined;
}

export const services: Readonly<Record<RequestKind, ServiceTerms>> = {
  cancel: {
    priority: 1,
    what: 'cancels and mass cancels',
    withoutLeader: 'refused',
    shedFrom: undefined,
  },
  order: {
    priority: 2,
    what: 'orders and replacements',
    withoutLeader: 'refused',
    shedFrom: 'pressurePermilleMax',
  },
  query: {
    priority: 3,
    what: 'books, trades, positions, single orders',
    withoutLeader: 'read from a replica',
    shedFrom: 'queriesPermilleMax',
  },
  report: {
    priority: 4,
    what: 'answers of many rows, such as fills',
    withoutLeader: 'read from a replica',
    shedFrom: 'reportsPermilleMax',
  },
};

export const requestKinds = Object.keys(services) as readonly RequestKind[];
