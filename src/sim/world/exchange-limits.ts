/**
 * The limits of simulated exchanges: so few closed orders are remembered that they are forgotten in every run, and so
 * few orders are cancelled at once that mass cancels go on while others trade.
 */
export const exchangeLimits = { closedOrdersMax: 100, cancelsMax: 2, passesMax: 12 } as const;
