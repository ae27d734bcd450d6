/**
 * The limits of simulated exchanges: so few closed orders and entries of the audit trail are remembered that they are
 * forgotten in every run, so few orders are cancelled at once that mass cancels go on while others trade, and an order
 * meets so few others that many end by it.
 */
export const exchangeLimits = {
  closedOrdersMax: 100,
  cancelsMax: 2,
  passesMax: 12,
  tradesMax: 3,
  auditEntriesMax: 20,
} as const;

/** Those of an engine that runs a history again: it goes along with every switch of the engine. */
export const limitsOfJudge = { ...exchangeLimits, engineVersionMost: 65_535 } as const;
