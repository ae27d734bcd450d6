/** The orders that the control endpoint of a replica takes: their paths, and what reads their bodies. */
import type { OperatorOrder } from '../orders/order-words.ts';
import {
  type OrderShape,
  type ReplicaOrder,
  readCommandOrder,
  readEpochOrder,
  readMemberOrder,
  readNote,
  readOpeningOrder,
  readOrder,
  readSiteOrder,
} from './order-bodies.ts';

/** Path of each order under /operator/, and what its body may say. */
export const operatorOrders = {
  'transfer-leadership': { kind: 'transferLeadership', target: 'optional', mayForce: false },
  snapshot: { kind: 'takeSnapshot', target: 'none', mayForce: false },
  'start-election': { kind: 'startElection', target: 'none', mayForce: false },
  'switch-engine': { kind: 'switchEngine', target: 'none', mayForce: false },
  'end-day': { kind: 'endDay', target: 'none', mayForce: false },
  'choose-state': { kind: 'chooseState', target: 'required', mayForce: true },
  stop: { kind: 'stop', target: 'none', mayForce: false },
} as const satisfies Readonly<
  Record<
    Exclude<
      OperatorOrder,
      | 'members'
      | 'site'
      | 'end-epoch'
      | 'hold-opening'
      | 'fenced'
      | 'lease'
      | 'promise'
      | 'note'
      | 'notices'
      | 'canary'
      | 'side'
      | 'address'
      | CommandOrder
    >,
    OrderShape
  >
>;

/** Orders about one command. */
const commandOrders = { 'decide-void': 'decideVoid', 'show-command': 'showCommand' } as const;
type CommandOrder = keyof typeof commandOrders;

/** What reads the body of each order. */
export const orderReaders: ReadonlyMap<OperatorOrder, (body: unknown) => ReplicaOrder | string> = new Map([
  ...Object.entries(operatorOrders).map(
    ([path, shape]) => [path as OperatorOrder, (body: unknown) => readOrder(body, shape)] as const,
  ),
  ...Object.entries(commandOrders).map(
    ([path, kind]) => [path as OperatorOrder, (body: unknown) => readCommandOrder(body, kind)] as const,
  ),
  ['members', readMemberOrder] as const,
  ['site', readSiteOrder] as const,
  ['end-epoch', readEpochOrder] as const,
  ['hold-opening', readOpeningOrder] as const,
  ['note', readNote] as const,
]);
