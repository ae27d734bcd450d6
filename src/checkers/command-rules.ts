/**
 * What keys, modes and quotas mean for each command of a client: the obvious second copy of the engine's rules. The
 * compiler asks for an entry for each command.
 */
import { byClientType } from '../protocol/commands.ts';
import { Permission } from '../protocol/key-commands.ts';
import { Mode } from '../protocol/mode-commands.ts';

export interface CommandRules {
  /** Any of these is enough. */
  readonly permissions: number;
  /** From which mode on it is refused; undefined: no mode refuses it. */
  readonly refusedFrom: number | undefined;
  /** As what it counts for the quotas of its account. */
  readonly counts: 'order' | 'cancel' | undefined;
}

const ofOrders: CommandRules = {
  permissions: Permission.trade,
  refusedFrom: Mode.cancelOnly,
  counts: 'order',
};
const ofCancels: CommandRules = {
  permissions: Permission.trade + Permission.cancel,
  refusedFrom: Mode.readOnly,
  counts: 'cancel',
};
const ofOperators: CommandRules = {
  permissions: Permission.operator,
  refusedFrom: undefined,
  counts: undefined,
};

const rules = byClientType<CommandRules>({
  placeOrder: ofOrders,
  replaceOrder: ofOrders,
  cancelOrder: ofCancels,
  massCancel: ofCancels,
  createInstrument: ofOperators,
  createAccount: ofOperators,
  setLimits: ofOperators,
  setTier: ofOperators,
  assignTier: ofOperators,
  endDay: { ...ofOperators, refusedFrom: Mode.halted },
  createKey: ofOperators,
  changeKey: ofOperators,
  grantKey: ofOperators,
  rotateKey: ofOperators,
  revokeKey: ofOperators,
  setMode: ofOperators,
  killAccount: ofOperators,
  reportAudit: ofOperators,
});

/** By the type of its record; what no client asks for carries no key, and no mode refuses it. */
export function rulesOf(type: number): CommandRules {
  return rules.get(type) ?? ofOperators;
}
