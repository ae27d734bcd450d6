/** What both ends of an order at a control port say alike: the paths of orders, and what two persons sign of a plan. */
import { createHash } from 'node:crypto';

/**
 * Paths under /operator/ of a replica's control port; replicas alone tell each other of orders (`note`) and of notices;
 * `fenced` tells what fence commands did, `canary` what watchers found, `side` what processes beside the replicas say
 * of themselves. A witness is asked for leases of sites
 * (`lease`), and for the end of them (`promise`); machines of gateways ask for the grant of an address (`address`).
 */
export type OperatorOrder =
  | 'transfer-leadership'
  | 'switch-engine'
  | 'snapshot'
  | 'start-election'
  | 'end-day'
  | 'choose-state'
  | 'decide-void'
  | 'show-command'
  | 'stop'
  | 'members'
  | 'site'
  | 'end-epoch'
  | 'fenced'
  | 'hold-opening'
  | 'lease'
  | 'promise'
  | 'address'
  | 'note'
  | 'notices'
  | 'canary'
  | 'side';

/** What is signed of a plan: its text, by its hash in hexadecimal. */
export function planHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function signedBytes(hash: string): Uint8Array {
  return Buffer.from(`lockstep plan ${hash}`);
}
