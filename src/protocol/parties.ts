/** The kinds of parties that have a key of their own, as they stand in certificates and in sessions. */

export const PartyKind = { replica: 1, gateway: 2, program: 3, operator: 4 } as const;
export type PartyKind = (typeof PartyKind)[keyof typeof PartyKind];
