/** Two sites of one exchange, the second of which follows, joined by a test that ships frame by frame. */
import { epochIn, frameAt, voidedIn } from '../../protocol/frames.ts';
import { ConnectionRole, shipped, shippedFrame } from '../../protocol/messages.ts';
import { assert, assertEqual } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import { Group, type Node } from './group.ts';
import type { WireClient } from './wire-client.ts';

/** PartyKind of `trust`. */
export const operatorKind = 4;

/** A frame of a journal, and the time of the commands before it. */
export interface ShippableFrame {
  readonly bytes: Uint8Array;
  readonly previousTimeUs: number;
}

/** As clients of the other one hear of them. */
export const siteAddresses = [
  { name: 'north', gateways: '' },
  { name: 'south', gateways: 'https://a.example.com https://b.example.com' },
] as const;

/** Two sites of the same exchange, the second of which follows; and an order flow at the first. */
export class SitePair {
  readonly active: Group;
  readonly standby: Group;
  trader: WireClient;
  /** The process to which its session is bound. */
  #serves: Node['replica'];

  constructor(
    standby = new Group(3, { site: 2, sites: siteAddresses, openAfterMs: 1 }),
    active = new Group(3, { site: 1, sites: siteAddresses }),
  ) {
    this.standby = standby;
    this.active = active;
    const leader = this.active.leader();
    this.#serves = leader.replica;
    this.trader = this.active.connect(leader);
    this.trader.open(7);
    this.active.step(20);
    this.trader.takeOpened();
    this.trader.createInstrument();
    this.trader.createAccount();
    this.trade(20);
    this.standbyLeader();
  }

  trade(orders: number): void {
    this.#follow();
    for (let n = 0; n < orders; n++) {
      this.trader.place(n % 2 === 0 ? 1 : 2, 100 + (n % 5));
      this.active.step(3);
    }
    // A follower hears of the last commit with the next heartbeat.
    this.active.step(500);
  }

  /** The session goes on where the replica that leads now is. */
  #follow(): void {
    const leader = this.active.leader();
    if (leader.replica === this.#serves) return;
    this.#serves = leader.replica;
    const caller = this.active.connect(leader);
    caller.attach(this.trader);
    this.active.step(3);
    caller.takeAttached();
    this.trader = caller;
  }

  /** What is committed at a replica that does not lead: frames with commands, epochs and voids. */
  frames(group = this.active): ShippableFrame[] {
    const { log } = group.nodes.find(({ replica }) => replica?.log.isLeader === false)!.running;
    const frames: ShippableFrame[] = [];
    let previousTimeUs = 0;
    for (let index = 1; index <= log.commitIndex; index++) {
      const frame = log.facts.copyOf(index)!;
      const view = new DataView(frame.buffer);
      if (view.getUint32(frameAt.count, true) > 0 || epochIn(view, 0) > 0 || voidedIn(view, 0) > 0)
        frames.push({ bytes: frame, previousTimeUs });
      previousTimeUs = getU53(view, frameAt.timeUs);
    }
    return frames;
  }

  standbyLeader(): Node {
    const find = (): Node | undefined => this.standby.nodes.find(({ replica }) => replica?.takesShipped);
    this.standby.until(() => find() !== undefined, 'a leader of the standby site');
    return find()!;
  }

  link(node = this.standbyLeader()): WireClient {
    return this.linkTo(this.standby, node);
  }

  /** A link to a replica of a group, to the one that takes frames unless a test says otherwise. */
  linkTo(group: Group, node?: Node): WireClient {
    const find = (): Node | undefined => group.nodes.find(({ replica }) => replica?.takesShipped);
    if (node === undefined) group.until(() => find() !== undefined, 'a leader of a standby site');
    const caller = group.call(node ?? find()!, { kind: operatorKind, role: ConnectionRole.shipping });
    group.step();
    return caller;
  }

  ship(link: WireClient, frame: ShippableFrame, instance?: number, group = this.standby): void {
    const own = instance ?? group.nodes.find(({ replica }) => replica !== undefined)!.running.instance;
    const bytes = shippedRecord(frame, own);
    assert(link.side.send(bytes, 0, bytes.length), 'the link has room');
    group.step(20);
  }

  /** The other way: what the second site has written goes to the first one. */
  shipBack(): void {
    this.standby.step(500);
    const back = this.linkTo(this.active);
    for (const frame of this.frames(this.standby)) this.ship(back, frame, undefined, this.active);
  }

  /** What was last reported to the link. */
  said(link: WireClient): ReturnType<typeof shipped.read> {
    return link.takeAll(shipped).at(-1)!;
  }
}

/** A frame as it is shipped, in a record of its own. */
export function shippedRecord({ bytes, previousTimeUs }: ShippableFrame, instance: number): Uint8Array {
  const record = new Uint8Array(shippedFrame.size + bytes.length);
  const place = { reserved: 0, instance, previousTimeUs };
  shippedFrame.write(new DataView(record.buffer), 0, place, bytes.length);
  record.set(bytes, shippedFrame.size);
  return record;
}

/** All replicas of both sites have the same state, once they have applied all. */
export function assertSame({ active, standby }: SitePair): void {
  const nodes = [...active.nodes, ...standby.nodes];
  const seqOf = ({ running }: Node): number => running.appliedSeq;
  active.until(() => new Set(active.nodes.map(seqOf)).size === 1);
  standby.until(
    () => standby.nodes.every((node) => seqOf(node) === seqOf(active.nodes[0]!)),
    'a level standby',
  );
  assertEqual(
    new Set(nodes.map(({ running }) => running.state.engine.stateHash())).size,
    1,
    'all have one state',
  );
}

export function firstSeqOf({ bytes }: ShippableFrame): number {
  return getU53(new DataView(bytes.buffer), frameAt.firstSeq);
}
