/**
 * The table of commands: how each is applied when a session sends it, and when it comes without a session, from the
 * leader or from a client that opens one. The compiler asks for an entry for each command of the protocol.
 */
import { OutcomeCode } from '../../protocol/codes.ts';
import { type CommandName, commandsByName } from '../../protocol/commands.ts';
import type { State } from '../state.ts';
import {
  addAccount,
  addInstrument,
  changeLimits,
  closeOwn,
  expire,
  open,
  switchTo,
} from './administration.ts';
import { answer } from './answers.ts';
import { isOfOperator, noteCommand, takeOrderNote, takeReport } from './audit.ts';
import { addKey, changeRights, grantAccounts, revoke, rotate } from './keys.ts';
import { cancelDayOrders, cancelMany, continueCancels, endDayOfSession } from './mass-cancel.ts';
import { beginToWrite, changeMode, kill, openWhatIsDue } from './mode-changes.ts';
import { cancelOne, replace } from './order-changes.ts';
import { place } from './place-order.ts';
import { changeTier, putIntoTier } from './quotas.ts';

/** Applies the well-formed command at `at`; its header was read into the state. */
export type Handler = (state: State, view: DataView, at: number) => void;

/** The senders of a command, and what it then does; at least one of both sends each. */
type Handling =
  | { readonly fromSession: Handler; readonly fromLeader?: Handler }
  | { readonly fromSession?: Handler; readonly fromLeader: Handler };

const handlings: Readonly<Record<CommandName, Handling>> = {
  openSession: { fromLeader: open },
  closeSession: { fromSession: closeOwn },
  expireDisconnect: { fromLeader: expire },
  createInstrument: { fromSession: addInstrument },
  createAccount: { fromSession: addAccount },
  setLimits: { fromSession: changeLimits },
  placeOrder: { fromSession: place },
  cancelOrder: { fromSession: cancelOne },
  replaceOrder: { fromSession: replace },
  massCancel: { fromSession: cancelMany },
  endDay: { fromSession: endDayOfSession, fromLeader: cancelDayOrders },
  continueCancels: { fromLeader: continueCancels },
  setTier: { fromSession: changeTier },
  assignTier: { fromSession: putIntoTier },
  createKey: { fromSession: addKey },
  changeKey: { fromSession: changeRights },
  grantKey: { fromSession: grantAccounts },
  rotateKey: { fromSession: rotate },
  revokeKey: { fromSession: revoke },
  setMode: { fromSession: changeMode },
  killAccount: { fromSession: kill },
  openDue: { fromLeader: openWhatIsDue },
  beginSite: { fromLeader: beginToWrite },
  reportAudit: { fromSession: takeReport, fromLeader: takeOrderNote },
  switchEngine: { fromLeader: switchTo },
};

/** Handlers by the type of the record. */
const bySession = byType(({ fromSession }, type) => fromSession ?? ((state) => refuse(state, type)));
/** What only a session may send is ignored here: there is no session to answer. */
const byLeader = byType(({ fromLeader }) => fromLeader ?? ignore);

/** Applies a command of a session. Operators, and programs that may, give the orders of an operator; gateways none. */
export function applyOfSession(state: State, type: number, view: DataView, at: number): void {
  state.answered = OutcomeCode.ok;
  // A key that signed would not help: that it did is the gateway's word.
  if (isOfOperator(type) && state.sessions.isOfGateway(state.session))
    answer(state, type, OutcomeCode.notPermitted);
  else bySession[type]!(state, view, at);
  noteCommand(state, type, view, at);
}

/** Applies a command without a session. */
export function applyOfLeader(state: State, type: number, view: DataView, at: number): void {
  byLeader[type]!(state, view, at);
}

function byType(handlerOf: (handling: Handling, type: number) => Handler): readonly Handler[] {
  const handlers: Handler[] = [];
  for (const [name, { type }] of Object.entries(commandsByName))
    handlers[type] = handlerOf(handlings[name as CommandName], type);
  return handlers;
}

/** The command is not a session's to send. */
function refuse(state: State, type: number): void {
  answer(state, type, OutcomeCode.invalidCombination);
}

function ignore(): void {
  // Nothing changes.
}
