/** Parties that have a key of their own: their kinds, as certificates and sessions name them, and what the log says. */

export const PartyKind = { replica: 1, gateway: 2, program: 3, operator: 4, watcher: 5 } as const;
export type PartyKind = (typeof PartyKind)[keyof typeof PartyKind];

/** What the log says of keys that no authority has certified. */
export interface KnownKeys {
  readonly members: readonly MemberKey[];
  readonly tokens: readonly { readonly replicaId: number; readonly key: Uint8Array }[];
}

/** SHA-256 of a member's certificate; all zero where an authority vouches for it. */
export interface MemberKey {
  readonly replicaId: number;
  readonly fingerprint: Uint8Array;
}
