/**
 * The way from the site that writes to a standby: reads what a replica there shows as committed, keeps it in order, and
 * gives it to the leader of the standby. A leader that is in doubt whether another site was promoted it tells what is
 * known at the target.
 *
 * What can happen: the way is down for any time, at both ends; a frame comes twice, is left out, or has a bit flipped;
 * the journal was dropped before it was read. What the sites must survive: all of it. A standby takes a frame only
 * where it goes on from its log, and says what it needs next. What voids a command is given before the frames, as soon
 * as it is read, and again as long as it may have been lost with a leader; a link loses and spoils nothing by itself,
 * and nothing would show that a void is missing, so that is never odd.
 */

import { DecodeCode } from '../../protocol/codes.ts';
import { epochIn, frameAt, frameHeaderBytes, siteIn, voidedIn } from '../../protocol/frames.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { ConnectionRole, ShippedCode, shipped, shippedFrame } from '../../protocol/messages.ts';
import { siteSeen } from '../../protocol/site-messages.ts';
import { RecordReader } from '../../protocol/stream.ts';
import { counter } from '../../replica/counters.ts';
import type { ConnectionHandler } from '../../replica/ports.ts';
import { getU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import { VirtualLinks } from '../world/virtual-links.ts';
import { VirtualLog } from '../world/virtual-ports.ts';
import type { World } from '../world/world.ts';

const connectionsMax = 8;
const stepUsMin = 400;
const stepUsMax = 4_000;
/** Frames that were shipped and are not applied for so long are shipped again, from where the standby is. */
const stuckUs = 60_000;
const callAgainUs = 15_000;
/** Frames of one step. */
const framesMax = 24;
const oddChance = 0.03;
/** A look at the target takes so long. */
const lookUsMax = 8_000;

interface ReadFrame {
  readonly bytes: Uint8Array;
  readonly firstSeq: number;
  readonly count: number;
  readonly epoch: number;
  readonly previousTimeUs: number;
}

/** The link to one replica of the standby, and what it said last. */
interface WayLink {
  handle: number;
  reader: RecordReader;
  place: ReturnType<typeof shipped.read> | undefined;
  calledUs: number;
}

export class SiteWay implements ConnectionHandler {
  /** Neither end reaches the target between them. */
  isDown = false;
  /** The epoch of the replica that was read last; 0: none yet. */
  epoch = 0;
  /** What the standby needs is not there, or is not of its history. */
  isRefused = false;
  readonly #world: World;
  readonly #from: SimulatedCluster;
  readonly #to: SimulatedCluster;
  readonly #random: Random;
  /** The newest epoch that another site was to begin, as the target says. */
  readonly #claimed: () => number;
  readonly #links: VirtualLinks;
  readonly #linkOf = new Map<number, WayLink>();
  #frames: ReadFrame[] = [];
  /** What voids commands, and how many of it this leader was given. */
  #voids: ReadFrame[] = [];
  #voidsGiven = 0;
  /** The last epoch that was read opens the other site: what follows was shipped by that site. */
  #isSealed = true;
  /** The next frame of the log to read, 0: it is not known where to begin; and the time of the commands before it. */
  #nextIndex = 0;
  #timeUs = 0;
  /** The next frame to give, and when the standby last came nearer. */
  #nextFrame = 0;
  #leaderId = 0;
  #appliedSeq = 0;
  #nearerUs = 0;
  /** The doubt for which the target is looked at. */
  #lookedFor = 0;

  constructor(
    world: World,
    endpointId: number,
    { from, to }: { readonly from: SimulatedCluster; readonly to: SimulatedCluster },
    random: Random,
    claimed: () => number,
  ) {
    this.#world = world;
    this.#from = from;
    this.#to = to;
    this.#random = random;
    this.#claimed = claimed;
    const connections = world.wires.openEndpoint(endpointId, connectionsMax, () => undefined);
    const own = world.parties.of('operator', endpointId);
    const log = new VirtualLog(world.trace, connections.name);
    this.#links = new VirtualLinks(world, connections, own, fork(random), {
      counters: undefined,
      log,
      connectionsMax,
    });
  }

  start(): void {
    this.#world.scheduler.after(this.#random.between(stepUsMin, stepUsMax), () => {
      if (this.isDown) this.#stepAlone();
      else this.#step();
      this.start();
    });
  }

  /** What the site writes is read: it can end, and the end will be shipped. */
  get hasBegun(): boolean {
    return !this.#isSealed;
  }

  /** One of the sites begins again: nothing that was read before counts. */
  reset(): void {
    this.#frames = [];
    this.#voids = [];
    this.#isSealed = true;
    this.#nextIndex = 0;
    this.#nextFrame = 0;
    this.#leaderId = 0;
    this.epoch = 0;
    this.isRefused = false;
  }

  opened(): void {}

  received(connection: number, bytes: Uint8Array, _view: DataView, from: number, to: number): number {
    const link = [...this.#linkOf.values()].find(({ handle }) => handle === connection);
    if (link === undefined) return to - from;
    for (let at = from; at < to; ) {
      at += link.reader.take(bytes, at, to);
      for (let record = link.reader.next(); record >= 0; record = link.reader.next())
        this.#hear(link, record);
    }
    return to - from;
  }

  closed(connection: number): void {
    for (const link of this.#linkOf.values()) {
      if (link.handle !== connection) continue;
      link.handle = -1;
      link.place = undefined;
    }
  }

  #hear(link: WayLink, at: number): void {
    const { view } = link.reader;
    const length = view.getUint16(at, true);
    if (view.getUint8(at + TYPE_AT) !== shipped.type || shipped.check(view, at, length) !== DecodeCode.ok)
      return;
    link.place = shipped.read(view, at);
    const { code } = link.place;
    if (code === ShippedCode.otherHistory) this.isRefused = true;
    // From where it is, again.
    if (code !== ShippedCode.ok) this.#leaderId = 0;
  }

  #step(): void {
    this.#read();
    this.#call();
    this.#links.poll(this);
    this.#look();
    this.#ship();
    this.#links.flush();
  }

  /** The other site is out of reach, the target is not. */
  #stepAlone(): void {
    this.#call();
    this.#links.poll(this);
    this.#look();
    this.#links.flush();
  }

  /**
   * Reads on at a replica, at a follower where there is one: up to the commit index that it shows, and at a standby up
   * to the frame by which the standby opened the other site.
   */
  #read(): void {
    const machines = this.#from.machines.filter(
      ({ isRunning, replica }) => isRunning && replica !== undefined,
    );
    const { replica, counters } =
      machines.find(({ replica: one }) => !one!.log.isLeader) ?? machines[0] ?? {};
    if (replica === undefined || counters === undefined) return;
    const isStandby = counters.values[counter.standby] === 1;
    if (!isStandby) this.#isSealed = false;
    else if (this.#isSealed) return;
    const { log } = replica;
    const { site: own } = replica.options;
    const commitIndex = counters.values[counter.commitIndex]!;
    if (this.#nextIndex < log.journal.firstIndex) this.#begin(log.journal.firstIndex, log.facts);
    if (this.#nextIndex > 0) this.epoch = Math.max(this.epoch, counters.values[counter.epoch]!);
    for (; this.#nextIndex > 0 && this.#nextIndex <= commitIndex; this.#nextIndex++) {
      const bytes = log.facts.copyOf(this.#nextIndex);
      if (bytes === undefined) return;
      const view = new DataView(bytes.buffer);
      const firstSeq = getU53(view, frameAt.firstSeq);
      const count = view.getUint32(frameAt.count, true);
      const epoch = epochIn(view, 0);
      if (count > 0 || epoch > 0)
        this.#frames.push({ bytes, firstSeq, count, epoch, previousTimeUs: this.#timeUs });
      if (voidedIn(view, 0) !== 0)
        this.#voids.push({ bytes, firstSeq, count, epoch, previousTimeUs: this.#timeUs });
      this.#timeUs = getU53(view, frameAt.timeUs);
      if (siteIn(view, 0) !== 0) this.#isSealed = siteIn(view, 0) !== own;
      if (!isStandby || !this.#isSealed) continue;
      this.#nextIndex += 1;
      return;
    }
  }

  /** The log begins there, or does now: of its first frame only the time counts. */
  #begin(firstIndex: number, facts: { copyOf(index: number): Uint8Array | undefined }): void {
    const first = facts.copyOf(firstIndex);
    if (first === undefined) return;
    this.#frames = [];
    this.#voids = [];
    this.#nextFrame = 0;
    this.#leaderId = 0;
    this.#nextIndex = firstIndex + 1;
    this.#timeUs = getU53(new DataView(first.buffer), frameAt.timeUs);
  }

  #call(): void {
    const { nowUs } = this.#world.scheduler;
    for (const { id } of this.#to.machines) {
      const link = this.#linkOf.get(id) ?? newLink();
      this.#linkOf.set(id, link);
      if (link.handle >= 0 || nowUs - link.calledUs < callAgainUs) continue;
      link.calledUs = nowUs;
      link.reader = new RecordReader();
      link.handle = this.#links.connect(id, ConnectionRole.shipping);
    }
  }

  /** The link to the replica that leads, as it says. */
  get #leader(): [number, WayLink] | undefined {
    return [...this.#linkOf].find(([own, { place }]) => place?.leaderId === own);
  }

  /** A leader in doubt hears, a while later, of the state then; the next look is for the next doubt, or the same. */
  #look(): void {
    const [, link] = this.#leader ?? [];
    const { doubt = 0, epoch = 0 } = link?.place ?? {};
    if (doubt === 0 || doubt === this.#lookedFor) return;
    this.#lookedFor = doubt;
    const isClear = this.#claimed() <= Math.max(1, epoch);
    this.#world.scheduler.after(this.#random.below(lookUsMax), () => {
      this.#lookedFor = 0;
      const [id, now] = this.#leader ?? [];
      if (now === undefined) return;
      this.#world.tally.add('doubt of a site answered');
      this.#world.trace.note('way', `replica ${id}: doubt ${doubt} is ${isClear ? 'over' : 'right'}`);
      const record = new Uint8Array(siteSeen.size);
      siteSeen.write(new DataView(record.buffer), 0, { doubt, isClear: isClear ? 1 : 0, reserved: 0 });
      this.#links.send(now.handle, record, 0, record.length);
      this.#links.flush();
    });
  }

  #ship(): void {
    const { nowUs } = this.#world.scheduler;
    const [id, link] = this.#leader ?? [];
    if (id === undefined || link?.place === undefined || link.place.isStandby === 0) return;
    const { nextSeq, appliedSeq, instance, epoch: own } = link.place;
    const last = this.#frames.at(-1);
    const isLevel = last === undefined || (last.firstSeq + last.count <= nextSeq && last.epoch <= own);
    if (appliedSeq > this.#appliedSeq || isLevel) this.#nearerUs = nowUs;
    if (appliedSeq > this.#appliedSeq) this.isRefused = false;
    this.#appliedSeq = appliedSeq;
    if (id !== this.#leaderId || nowUs - this.#nearerUs > stuckUs) {
      this.#nextFrame = this.#frames.findIndex(
        ({ firstSeq, count, epoch }) => firstSeq + count > nextSeq || (epoch > own && firstSeq >= nextSeq),
      );
      if (this.#nextFrame < 0) this.#nextFrame = this.#frames.length;
      if ((this.#frames[0]?.firstSeq ?? 0) > nextSeq) this.isRefused = true;
      this.#leaderId = id;
      this.#nearerUs = nowUs;
      this.#voidsGiven = 0;
    }
    for (const frame of this.#voids.slice(this.#voidsGiven)) {
      if (frame.firstSeq >= nextSeq && !this.#send(link.handle, frame.bytes, frame, instance)) return;
      this.#voidsGiven += 1;
    }
    for (let n = 0; n < framesMax; n++) {
      const frame = this.#frames[this.#nextFrame];
      if (frame === undefined || !this.#give(link.handle, frame, instance)) return;
      this.#nextFrame += 1;
    }
  }

  /** Gives one frame, or now and then something odd in its place. */
  #give(handle: number, frame: ReadFrame, instance: number): boolean {
    const random = this.#random;
    const bytes = frame.bytes.slice();
    if (random.chance(oddChance)) {
      const odd = random.pick(['left out', 'twice', 'spoiled'] as const);
      this.#world.tally.add('odd shipment');
      this.#world.trace.note('way', `frame from seq ${frame.firstSeq} is ${odd}`);
      if (odd === 'left out') return true;
      if (odd === 'twice') this.#send(handle, bytes, frame, instance);
      else bytes[random.between(8, frameHeaderBytes + 8) % bytes.length]! ^= 1 << random.below(8);
    }
    return this.#send(handle, bytes, frame, instance);
  }

  #send(handle: number, bytes: Uint8Array, { previousTimeUs }: ReadFrame, instance: number): boolean {
    const record = new Uint8Array(shippedFrame.size + bytes.length);
    const place = { reserved: 0, instance, previousTimeUs };
    shippedFrame.write(new DataView(record.buffer), 0, place, bytes.length);
    record.set(bytes, shippedFrame.size);
    return this.#links.send(handle, record, 0, record.length);
  }
}

function newLink(): WayLink {
  return { handle: -1, reader: new RecordReader(), place: undefined, calledUs: Number.NEGATIVE_INFINITY };
}

/** The replica of a standby that takes frames. */
export function takingMachine({ machines }: SimulatedCluster): Machine | undefined {
  return machines.find(({ isRunning, replica }) => isRunning && replica?.takesShipped === true);
}
