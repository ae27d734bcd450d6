/**
 * Every limit of the protocol, with its unit at the end of its name. The relations between them are asserted below, so
 * that a limit that is changed and breaks such a relation fails at load.
 */
import { assert } from '../std/assert.ts';

/** Largest quantity of one order, in lots. With 8 decimals this is about 11,000 units. */
export const quantityLotsMax = 2 ** 40;
/** Largest price, in ticks. */
export const priceTicksMax = 2 ** 31 - 1;
/** Decimals of a price in currency, and of a quantity in units. */
export const priceDecimalsMax = 9;
export const quantityDecimalsMax = 12;
/** Largest sum of quantities that is counted (a price level, a position), in lots: sums stay exact integers. */
export const sumLotsMax = Number.MAX_SAFE_INTEGER;
/**
 * The value of trades is price × lots in ticks, summed up exactly: for one order up to 2^71. It is kept as two
 * integers, `low` + `high` × this weight, with `low` below the weight.
 */
export const valueWeight = 2 ** 52;
/** Characters of a client order id. */
export const clientOrderIdBytes = 20;
/** Characters of an instrument's symbol and of an account's name. */
export const symbolBytes = 16;

export const instrumentsMax = 65_536;
export const accountsMax = 1_048_576;
export const sessionsMax = 1_024;
/** Open orders and remembered closed orders together. These have room of their own, which open orders do not take. */
export const ordersMax = 4_194_304;
/** Open orders of one account, at the most that its own limit may allow. */
export const openOrdersPerAccountMax = 1_048_576;
/** Open orders of an account that has no limit of its own. */
export const openOrdersPerAccountStandard = 65_536;
/** Tiers of accounts, each with quotas of its own; 0 is that of accounts that were given none. */
export const tiersMax = 16;
/** Resting orders that one command trades with, or cancels to prevent a self-match; its rest is cancelled then. */
export const tradesPerCommandMax = 1_024;
/** Closed orders that are remembered, for repeats of a client order id and for queries. */
export const closedOrdersMax = 1_048_576;

/** How far the time of a signed request may be from the time of the exchange, in milliseconds. */
export const requestWindowMs = 60_000;
/** Signed requests that are remembered, so that none runs twice: of the last 60 to 90 seconds. */
export const recentRequestsMax = 8_388_608;
/** Client order ids of the last 60 to 90 seconds. */
export const recentNamesMax = 16_777_216;

/** API keys, revoked ones included. */
export const keysMax = 65_536;
/** Accounts of one key, and of all keys together. */
export const accountsPerKeyMax = 1_000;
export const keyAccountsMax = 262_144;
/** Accounts that one command gives to a key. */
export const accountsPerGrantMax = 16;
/** Characters of a key's id. */
export const keyIdBytes = 32;
/** Characters of the reason for a mode. */
export const modeReasonBytes = 64;
/** How often a key can get another secret, and one more. */
export const keyVersionMax = 65_535;
/** Bytes of a public key of Ed25519. */
export const publicKeyBytes = 32;
/** Networks from which a key may sign, and the bytes of one: family (4 or 6), bits, and the first 8 of its address. */
export const networksPerKeyMax = 4;
export const networkBytes = 10;
export const keyNetworksBytes = networksPerKeyMax * networkBytes;

/** Entries of the audit trail that replicas keep; older ones are in journals and exports. */
export const auditEntriesMax = 4_096;
/** Characters of the address in an entry, and of the words for what was asked. */
export const auditSourceBytes = 40;
export const auditActionBytes = 36;

/** Members of one cluster, learners included. */
export const replicasMax = 7;
/** Sites of an exchange, each with members of its own. */
export const sitesMax = 4;
export const siteNameBytes = 32;
/** Of the gateways of a site, as clients of another one hear of them. */
export const siteGatewaysMax = 3;
export const gatewayUrlBytes = 96;
/** With a space behind each. */
export const siteGatewaysBytes = siteGatewaysMax * (gatewayUrlBytes + 1) + 5;
/** Highest id of a replica. */
export const replicaIdMax = 255;
/** Bytes of one record of the protocol: what a 16-bit length can say, in multiples of 8. */
export const recordBytesMax = 65_528;
/** Bytes of one command, the largest of the schema. */
export const commandBytesMax = 128;
/** Bytes of one event, the largest of the schema. */
export const eventBytesMax = 128;
/** Bytes of one frame in the journal and on the wire, its header included. */
export const frameBytesMax = 57_344;
/** Bytes of one datagram: frame, header and seal fit the largest UDP payload over IPv4 (65,507 bytes). */
export const datagramBytesMax = 57_856;
/** Bytes in front of a sealed datagram, which say by which key it is sealed and as which one, and of the tag behind. */
export const sealHeaderBytes = 16;
export const sealTagBytes = 16;
export const sealBytes = sealHeaderBytes + sealTagBytes;

/**
 * Of so many connections of a replica, those kept for each of: peers that call, calls of its own, ends that are not
 * over yet.
 */
function connectionsKept(connectionsMax: number): number {
  return Math.min(2 * (replicasMax - 1), Math.floor(connectionsMax / 8));
}

/** Of so many connections, those of callers at the most. */
export function callersMax(connectionsMax: number): number {
  return connectionsMax - 2 * connectionsKept(connectionsMax);
}

/** Of so many connections, those of sessions at the most: peers that call find a place beside them. */
export function sessionConnectionsMax(connectionsMax: number): number {
  return callersMax(connectionsMax) - connectionsKept(connectionsMax);
}

assert(
  recordBytesMax % 8 === 0 && recordBytesMax < 65_536,
  () => `a record length fits 16 bits: ${recordBytesMax}`,
);
assert(
  frameBytesMax + 512 <= datagramBytesMax,
  () => `a frame fits a datagram with its header and seal: ${frameBytesMax}, ${datagramBytesMax}`,
);
assert(datagramBytesMax <= 65_507, () => `a datagram fits UDP over IPv4: ${datagramBytesMax}`);
assert(
  closedOrdersMax < ordersMax,
  () => `closed orders leave room for open ones: ${closedOrdersMax} of ${ordersMax}`,
);
assert(
  openOrdersPerAccountMax <= ordersMax,
  () => `an account has no more orders than the exchange: ${openOrdersPerAccountMax}, ${ordersMax}`,
);
