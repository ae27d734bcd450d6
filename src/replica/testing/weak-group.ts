/** Replicas whose engines do not survive some orders: what tests of voids share. */
import { getClientOrderId } from '../../protocol/client-order-ids.ts';
import { placeOrder } from '../../protocol/commands.ts';
import { outcome } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { newMember } from '../../protocol/roster.ts';
import type { ReplicaOptions } from '../options.ts';
import { Group, type Node } from './group.ts';
import { weaken } from './weak-engine.ts';
import type { WireClient } from './wire-client.ts';

const small = { segmentBytes: 65_536 };
/** How its machines are reached, for tests of members. */
export const description = newMember({ replicaId: 1, host: '-', release: '0.1.0' });

/** `exception`: the engine throws. `signal`: the process is gone. `hang`: the watchdog has ended it. */
type Death = 'exception' | 'signal' | 'hang';

class Deadly extends Error {}

/**
 * A group of which some replicas die on orders whose client order id begins with `poison`. Machines beyond its three
 * voters are started blank, and are no members.
 */
export class WeakGroup extends Group {
  death: Death;
  readonly weak: Set<number>;
  /** Another command on which they die. */
  deadlySeq = 0;
  deaths = 0;

  constructor(
    death: Death,
    weak: readonly number[] = [1, 2, 3],
    options: Partial<ReplicaOptions> = {},
    spares = 0,
  ) {
    super(3, { ...small, ...(spares > 0 && { description }), ...options }, spares);
    this.death = death;
    this.weak = new Set(weak);
    for (const node of this.nodes.slice(0, 3)) this.#weaken(node);
    for (const node of this.nodes.slice(3)) {
      node.bootstrap = false;
      node.connections.addresses = new Set([1]);
      this.begin(node);
    }
  }

  begin(node: Node): void {
    node.start();
    this.#weaken(node);
  }

  override step(cycles = 1): void {
    for (let n = 0; n < cycles; n++) {
      this.clock.us += 100;
      for (const node of this.nodes) {
        try {
          node.replica?.doWork(this.clock.us);
        } catch (error) {
          if (!(error instanceof Deadly)) throw error;
          this.deaths += 1;
          this.#died(node);
        }
      }
    }
  }

  #died(node: Node): void {
    node.crash();
    const region = node.disk.openRegion('applying.mark')!;
    const page = new Float64Array(region.bytes.buffer, region.bytes.byteOffset, 512);
    // An exception was noted when it passed; of a signal nothing can be.
    if (this.death === 'signal') page[5] = 0;
    this.begin(node);
  }

  #weaken(node: Node): void {
    weaken(node.running.state, {
      isDeadly: (seq, view, at) =>
        this.weak.has(node.id) &&
        (seq === this.deadlySeq ||
          (view.getUint8(at + TYPE_AT) === placeOrder.type &&
            getClientOrderId(view, at + placeOrder.at.clientOrderId).startsWith('poison'))),
      end: () => {
        throw new Deadly('the engine cannot do this');
      },
    });
  }
}

export function trader(group: Group): WireClient {
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  caller.place(1, 100, 'resting');
  group.until(
    () => group.nodes.slice(0, 3).every(({ running }) => running.state.lastSeq === 4),
    'an order everywhere',
  );
  caller.take();
  return caller;
}

export function codesOf(caller: WireClient): number[] {
  return caller.takeAll(outcome).map(({ code }) => code);
}

export function areAlike(group: Group): boolean {
  const { lastSeq } = group.nodes[0]!.running.state;
  if (!group.nodes.every(({ running }) => running.state.lastSeq === lastSeq)) return false;
  return new Set(group.nodes.map(({ running }) => running.state.stateHash())).size === 1;
}
