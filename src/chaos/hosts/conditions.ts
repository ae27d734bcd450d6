/** What a link does to the packets that pass it in one direction. */

export interface Conditions {
  /** Each packet takes this long. */
  readonly delayMs?: number;
  /** And up to so much longer, drawn for each packet: packets may overtake each other. */
  readonly jitterMs?: number;
  /** Shares of 100. */
  readonly lossPercent?: number;
  readonly duplicatePercent?: number;
  /** One byte behind the header of such a packet is changed; where its checksum is looked at it counts as lost. */
  readonly corruptPercent?: number;
  /** Larger packets are lost without a word. */
  readonly packetBytesMax?: number;
}

/** An order to the router, one line of JSON: packets between two addresses, in one direction. */
export interface LinkOrder {
  readonly from: string;
  readonly to: string;
  /** Null: as a wire again. */
  readonly conditions: Conditions | null;
}

/** The name of a direction between two IPv4 addresses. */
export function directionOf(from: string, to: string): string {
  return `${from}>${to}`;
}
