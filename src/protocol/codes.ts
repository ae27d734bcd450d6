/** Every code that the protocol can carry, with the words that a person reads. Numbers are part of the wire. */

/** What a decoder found. Decoders answer with a code; they never throw. */
export const DecodeCode = {
  ok: 0,
  truncated: 1,
  wrongVersion: 2,
  unknownType: 3,
  badLength: 4,
  badField: 5,
  badChecksum: 6,
} as const;
export type DecodeCode = (typeof DecodeCode)[keyof typeof DecodeCode];

/** How a command ended: 0 is success, anything else a refusal with a reason. */
export const OutcomeCode = {
  ok: 0,
  unknownSession: 1,
  commandNumberGap: 2,
  unknownAccount: 3,
  unknownInstrument: 4,
  unknownOrder: 5,
  invalidPrice: 7,
  invalidQuantity: 8,
  invalidCombination: 9,
  orderTooLarge: 10,
  tooManyOpenOrders: 11,
  outsidePriceBand: 12,
  wouldTakeLiquidity: 13,
  cannotFillCompletely: 14,
  noLiquidity: 15,
  selfMatch: 16,
  positionTooLarge: 17,
  alreadyExists: 18,
  exchangeFull: 19,
  orderNotOpen: 20,
  clientOrderIdTaken: 21,
  repeatedRequest: 22,
  requestExpired: 23,
  deadlinePassed: 24,
  tooManyRequests: 25,
  symbolTaken: 26,
  orderForgotten: 27,
  invalidSymbol: 28,
  cancelling: 29,
  keyRevoked: 30,
  keyExpired: 31,
  notPermitted: 32,
  accountNotAllowed: 33,
  quotaExceeded: 34,
  dayQuotaExceeded: 35,
  keyReplaced: 36,
  unknownKey: 37,
  programNotGranted: 38,
  modeCancelOnly: 39,
  modeReadOnly: 40,
  modeHalted: 41,
  voided: 42,
  openingHeld: 43,
  tooManyTrades: 44,
} as const;
export type OutcomeCode = (typeof OutcomeCode)[keyof typeof OutcomeCode];

/** What happened and what to do, for each outcome. */
export const outcomeText: Readonly<Record<OutcomeCode, string>> = {
  [OutcomeCode.ok]: 'Done.',
  [OutcomeCode.unknownSession]: 'The session is not known: it was closed or replaced. Open a new one.',
  [OutcomeCode.commandNumberGap]:
    'A command number is missing before this one. Resend from the last accepted number.',
  [OutcomeCode.unknownAccount]: 'The account does not exist. Create it first.',
  [OutcomeCode.unknownInstrument]:
    'The instrument does not exist. List the instruments to see what is traded.',
  [OutcomeCode.unknownOrder]:
    'The account has no order with this id, or it closed too long ago to be remembered.',
  [OutcomeCode.invalidPrice]: 'A limit price must be 1 tick or more and within the limit of the instrument.',
  [OutcomeCode.invalidQuantity]: 'The quantity must be 1 lot or more and within the protocol limit.',
  [OutcomeCode.invalidCombination]: 'This order type does not go with this time in force.',
  [OutcomeCode.orderTooLarge]: 'The quantity is above the largest order that the account may send.',
  [OutcomeCode.tooManyOpenOrders]: 'The account has as many open orders as it may have. Cancel some first.',
  [OutcomeCode.outsidePriceBand]: 'The price is too far from the last trade for this account.',
  [OutcomeCode.wouldTakeLiquidity]:
    'A post-only order would have traded at once. Move the price away from the market.',
  [OutcomeCode.cannotFillCompletely]: 'The book cannot fill the whole quantity of this fill-or-kill order.',
  [OutcomeCode.noLiquidity]: 'The other side of the book is empty, so a market order has no price.',
  [OutcomeCode.selfMatch]: 'The order would have traded with an order of the same account.',
  [OutcomeCode.positionTooLarge]: 'The position could grow beyond what can be counted exactly.',
  [OutcomeCode.alreadyExists]: 'This id is taken by something with other properties.',
  [OutcomeCode.exchangeFull]:
    'A limit of the exchange is reached (orders, accounts, instruments or sessions).',
  [OutcomeCode.cancelling]:
    'Many orders are being cancelled: in the way of this order, or by the same account or end of day before. Send it again in a moment.',
  [OutcomeCode.orderNotOpen]: 'The order is not open any more: it was filled, cancelled or rejected before.',
  [OutcomeCode.clientOrderIdTaken]:
    'The account placed another order with this client order id. Nothing was placed; use another id.',
  [OutcomeCode.repeatedRequest]:
    'A request with this id has reached the exchange before. Nothing was done; sign a new request.',
  [OutcomeCode.requestExpired]:
    'The time of the request is too far from the time of the exchange. Nothing was done; sign a new request.',
  [OutcomeCode.deadlinePassed]:
    'The command reached the exchange after its deadline. Nothing was done; send it again if it is still wanted.',
  [OutcomeCode.tooManyRequests]:
    'The account has used up its share of the requests and client order ids that the exchange remembers for a minute. Nothing was done; send fewer.',
  [OutcomeCode.symbolTaken]:
    'Another instrument has this symbol, or a symbol that differs only in the case of letters. Choose another symbol.',
  [OutcomeCode.orderForgotten]:
    'An order with this client order id was placed in the last minutes, and its details are forgotten. Nothing was placed.',
  [OutcomeCode.quotaExceeded]:
    'The account has sent as many orders in this second as its tier allows. Nothing was done; cancels still pass.',
  [OutcomeCode.dayQuotaExceeded]:
    'The account has sent as many orders today (UTC) as its tier allows. Nothing was done; cancels still pass.',
  [OutcomeCode.invalidSymbol]:
    'The symbol is empty, "." or "..", which no address can name. Choose another symbol.',
  [OutcomeCode.keyRevoked]: 'The API key is revoked. Nothing was done; ask the operator for another key.',
  [OutcomeCode.keyExpired]:
    'The time of the API key is over. Nothing was done; ask the operator to let it live longer, or for another key.',
  [OutcomeCode.notPermitted]:
    'The API key may not do this. Nothing was done; ask the operator for the permission.',
  [OutcomeCode.accountNotAllowed]:
    'The API key does not act for this account. Nothing was done; name one of its accounts.',
  [OutcomeCode.keyReplaced]:
    'The API key has a newer secret, and the time of this one is over. Nothing was done; sign with the newest secret.',
  [OutcomeCode.programNotGranted]:
    'The certificate of this program acts for no account. Nothing was done; an operator gives it some: "lockstep keys add NAME --program NUMBER --account ID".',
  [OutcomeCode.unknownKey]: 'There is no API key with this number. List the keys to see which there are.',
  [OutcomeCode.modeCancelOnly]:
    'The operator has set cancel-only: nothing is placed or replaced, and cancels pass. Nothing was done.',
  [OutcomeCode.modeReadOnly]:
    'The operator has set read-only: orders are neither placed nor replaced nor cancelled. Nothing was done.',
  [OutcomeCode.modeHalted]:
    'The operator has halted this: orders are neither placed nor replaced nor cancelled. Nothing was done.',
  [OutcomeCode.openingHeld]:
    'This site has just begun to write, and another site may still write: this one does not open. Nothing was done; see "lockstep site status".',
  [OutcomeCode.tooManyTrades]:
    'The order must be filled as a whole, and would meet more orders than one command may (1,024). Nothing was done.',
  [OutcomeCode.voided]:
    'The exchange failed on this command and passed over it. Nothing was done; do not send the same again.',
};

/** How a replica answers a connection or a request that is not a command. */
export const ReplyCode = {
  ok: 0,
  notLeader: 1,
  notAuthorized: 2,
  unknownSession: 3,
  eventsForgotten: 4,
  malformed: 5,
  tooManyConnections: 6,
  notReady: 7,
  unknownSubject: 8,
  wrongCluster: 9,
  wrongVersion: 10,
  sessionTaken: 11,
  notGranted: 12,
  standby: 13,
} as const;
export type ReplyCode = (typeof ReplyCode)[keyof typeof ReplyCode];

/** What happened and what to do, for each reply. */
export const replyText: Readonly<Record<ReplyCode, string>> = {
  [ReplyCode.ok]: 'Done.',
  [ReplyCode.notLeader]: 'This replica does not lead. Connect to the leader that it names.',
  [ReplyCode.notAuthorized]:
    'The certificate of this side does not permit the request (a watcher has the canary alone). Check its folder with "lockstep certificates show".',
  [ReplyCode.unknownSession]: 'The session is not known: it was closed or replaced. Open a new one.',
  [ReplyCode.eventsForgotten]: 'The events asked for left the ring. Ask for the state of each order instead.',
  [ReplyCode.malformed]: 'The message is malformed and was dropped.',
  [ReplyCode.tooManyConnections]:
    'The replica, or this program there, has as many connections as it may have. Close some, or use another replica.',
  [ReplyCode.notReady]: 'The replica is still recovering. Try another replica, or again in a moment.',
  [ReplyCode.unknownSubject]: 'Nothing has this id.',
  [ReplyCode.wrongCluster]:
    'This is another cluster. Check the addresses of the replicas, and of which cluster the identity is.',
  [ReplyCode.wrongVersion]: 'The two sides speak different wire versions. Run the same release on both.',
  [ReplyCode.notGranted]:
    'The certificate of this program may not read this. An operator gives it accounts: "lockstep keys add NAME --program NUMBER --account ID".',
  [ReplyCode.standby]:
    'This is a standby site: it follows the site that writes, and takes no commands. Connect to the site that writes; "lockstep site status" names it.',
  [ReplyCode.sessionTaken]:
    'Another connection with the same identity has taken the session over. Give each process an identity of its own.',
};
