/** The limits of simulated exchanges: so few closed orders are remembered that they are forgotten in every run. */
export const exchangeLimits = { closedOrdersMax: 100 } as const;
