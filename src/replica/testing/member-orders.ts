/** What tests of members share: a group with machines beyond its voters, orders and their answers. */
import assert from 'node:assert/strict';
import { newMember } from '../../protocol/roster.ts';
import type { OperatorControlOrder } from '../ports.ts';
import { Group, type Node } from './group.ts';

export interface Reply {
  readonly ok: boolean;
  readonly text: string;
}

/** Gives a replica one order and steps the group until it is answered. */
export function order(
  group: Group,
  node: Node,
  kind: OperatorControlOrder['kind'],
  replicaId = 0,
  more: Partial<OperatorControlOrder> | boolean = {},
): Reply {
  const { replies } = node.control;
  const before = replies.length;
  const { force = false, ...rest } = typeof more === 'boolean' ? { force: more } : more;
  node.control.give(kind, replicaId, force, rest);
  group.until(() => replies.length > before, 'an answer');
  return replies.at(-1)!;
}

export function assertRefused({ ok, text }: Reply, pattern: RegExp): void {
  assert.match(text, pattern);
  assert.equal(ok, false, text);
}

export function assertAccepted({ ok, text }: Reply, pattern: RegExp): void {
  assert.match(text, pattern);
  assert.equal(ok, true, text);
}

/** Lets time pass in which replicas are missed, but no more. */
export function wait(group: Group): void {
  group.step(Math.ceil((group.options.electionTimeoutUs * 1.5) / 100));
}

export function votersOf({ running }: Node): readonly number[] {
  return running.log.raft.configuration.voters;
}

const description = newMember({ replicaId: 1, host: '-', release: '0.1.0' });

/** Machines beyond the voters are started blank, with files that name the first voter alone. */
export function withSpares(size: number, spares: number): Group {
  const group = new Group(size, { description, spareAfterUs: 500_000 }, spares);
  group.until(() => rosterOf(group.leader()).length === size, 'a roster');
  for (const node of group.nodes.slice(size)) {
    node.bootstrap = false;
    node.connections.addresses = new Set([1]);
    node.start();
  }
  group.step(2_000);
  return group;
}

export const rosterOf = ({ running }: Node) => running.log.raft.configuration.roster;
