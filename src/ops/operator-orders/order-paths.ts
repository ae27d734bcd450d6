/** The orders that the control endpoint of a replica takes: their paths, and what each body becomes. */
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { reportAudit } from '../../protocol/commands.ts';
import type { OperatorControlOrder, OperatorOrderNote } from '../../replica/ports.ts';
import { msPerHour } from '../../std/units.ts';
import { messageOf } from '../failure.ts';
import type { OperatorOrder } from '../orders/order-words.ts';
import { readBody } from './body-reader.ts';
import type { BodyName, BodyOf, Confirmation } from './order-bodies.ts';

/** An order as it reaches the replica; `replicaId` 0 is none. */
export type OperatorReplicaOrder = Omit<OperatorControlOrder, 'number'>;

type OrderKind = OperatorReplicaOrder['kind'] & BodyName;

/** Path of each order under /operator/ that has one kind. */
export const operatorOrders = {
  'transfer-leadership': 'transferLeadership',
  snapshot: 'takeSnapshot',
  'start-election': 'startElection',
  'switch-engine': 'switchEngine',
  'end-day': 'endDay',
  'choose-state': 'chooseState',
  'decide-void': 'decideVoid',
  'show-command': 'showCommand',
  stop: 'stop',
  site: 'openSite',
  'end-epoch': 'endEpoch',
  'hold-opening': 'holdOpening',
} as const satisfies Partial<Record<OperatorOrder, OrderKind>>;

/** What the key `order` of a body to `members` says. */
export const memberOrders = {
  add: 'addMember',
  remove: 'removeMember',
  replace: 'replaceMember',
  promote: 'promoteMember',
  demote: 'demoteMember',
  prefer: 'preferMember',
  withdraw: 'withdrawToken',
  rebuild: 'beginGeneration',
  return: 'leaveGeneration',
  token: 'createToken',
} as const satisfies Record<string, OrderKind>;
export type OperatorMemberOrderWord = keyof typeof memberOrders;

/** What reads the body of each order. */
export const orderReaders: ReadonlyMap<OperatorOrder, (body: unknown) => OperatorReplicaOrder | string> =
  new Map([
    ...Object.entries(operatorOrders).map(
      ([path, kind]) => [path as OperatorOrder, (body: unknown) => readOrder(kind, body)] as const,
    ),
    ['members', readMemberOrder] as const,
    ['note', readNote] as const,
  ]);

/** Keys of bodies that the order calls something else. */
const orderOf: { readonly [K in OrderKind]?: (body: BodyOf<K>) => Partial<OperatorReplicaOrder> } = {
  openSite: (site) => ({ site }),
  holdOpening: (opening) => ({ opening }),
  createToken: ({ replicaId, otherId, role, key, hours }) => ({
    replicaId,
    otherId,
    ...(role !== undefined && { role }),
    lifeMs: Math.max(1, Math.round(hours * msPerHour)),
    key: Uint8Array.from(Buffer.from(key, 'hex')),
  }),
};

function readOrder<K extends OrderKind>(kind: K, body: unknown): OperatorReplicaOrder | string {
  const said = readBody(kind, body);
  if (typeof said === 'string') return said;
  const {
    order: _,
    trial,
    ...same
  } = said as BodyOf<K> & { readonly order?: string; readonly trial?: boolean };
  const own = orderOf[kind]?.(said) ?? { ...same, ...(trial && { isTrial: true }) };
  return { kind, replicaId: 0, force: false, ...own };
}

/** An order that changes the members: `{ "order": "replace", "replicaId": 3, "otherId": 4 }`. */
function readMemberOrder(body: unknown): OperatorReplicaOrder | string {
  const { order } = (body ?? {}) as { readonly order?: unknown };
  if (typeof order === 'string' && Object.hasOwn(memberOrders, order))
    return readOrder(memberOrders[order as OperatorMemberOrderWord], body);
  return `order: is not one of the orders; allowed: ${Object.keys(memberOrders).join(', ')}.`;
}

/** What one replica tells another of an order that was given to it. */
export function readNote(body: unknown): OperatorReplicaOrder | string {
  const given = readBody('noteOrder', body);
  if (typeof given === 'string') return given;
  const note = given as unknown as OperatorOrderNote;
  try {
    const bytes = new DataView(new ArrayBuffer(reportAudit.size));
    reportAudit.write(bytes, 0, { ...emptyHeader, ...note, keyNumber: 0, reserved: 0 });
    return { kind: 'noteOrder', replicaId: 0, force: false, note };
  } catch (error) {
    return `The note of an order is not whole: ${messageOf(error)}.`;
  }
}

/** A body without what a second person adds to an order: the hash of a plan, and a signature over it. */
export function readConfirmation(
  body: unknown,
): { readonly order: unknown; readonly confirmation?: Confirmation } | string {
  if (body === null) return 'The body must be a JSON object.';
  if (typeof body !== 'object' || !('plan' in body)) return { order: body };
  const confirmation = readBody('confirmation', body);
  if (typeof confirmation === 'string') return confirmation;
  const { plan: _, signature: __, ...order } = body as Readonly<Record<string, unknown>>;
  return { order, confirmation };
}
