// What a test asks of the process on the callers' host, and what a listener beside it prints.

export interface CallerSettings {
  readonly config: string;
  readonly gatewayUrls: readonly string[];
  readonly apiKey: { readonly keyId: string; readonly secret: string };
  readonly httpPerSecond: number;
  /** An address of IPv4: the host that has it is asked for again and again. */
  readonly watched?: string | undefined;
}

export type CallerOrder =
  | { readonly what: 'trade' }
  | { readonly what: 'since'; readonly fromMs: number }
  | { readonly what: 'unknown' }
  | { readonly what: 'holdings' }
  | { readonly what: 'end' };

/** A machine said that it has the address, from the first moment to the last, and no other one between. */
export interface Holding {
  readonly hardware: string;
  readonly firstMs: number;
  lastMs: number;
}

/** What a host that asks for nothing has heard: a machine has the address. */
export interface HeardClaim {
  readonly address: string;
  readonly hardware: string;
  readonly atMs: number;
}

export interface CallerAccount {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of the stream, which goes over the same address. */
  readonly streamMissed: number;
  readonly streamDoubled: number;
  readonly refused: Readonly<Record<string, number>>;
}
