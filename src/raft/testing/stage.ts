/**
 * The virtual cluster driven by hand, for the scenarios of this room: messages wait until they are delivered or
 * dropped, each replica's clock stays until it is moved, and whatever changes is written down. The safety checks of
 * the cluster hold after each step.
 */
import assert from 'node:assert/strict';
import { type RaftMessage, RaftType } from '../../protocol/datagrams.ts';
import { Random } from '../../std/random.ts';
import { Role } from '../types.ts';
import { type Packet, RaftCluster, type RaftClusterOptions } from './cluster.ts';
import { changes, messageText, type View, viewOf } from './narration.ts';
import { electionTimeoutUs, type Frame, MemoryLog } from './single.ts';

/** Nothing happens by chance: what is flushed is said in the story. */
class NoChance extends Random {
  override chance(): boolean {
    return false;
  }
}

/** What is on its way: a datagram, or a snapshot that was asked for. */
interface Waiting {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly arrive: () => void;
}

const stepUs = 200;
/** More than any story needs; beyond it two replicas talk without an end. */
const deliveriesMax = 2_000;

export class Stage extends RaftCluster {
  /** The transcript since the last `take`. */
  readonly #lines: string[] = [];
  readonly #noChance = new NoChance(1);
  readonly #clocksUs = new Map<number, number>();
  readonly #views = new Map<number, View>();
  #payload = 0;
  #waiting: Waiting[] = [];
  /** Announcements of new lives and their answers arrive at once: no story is about them. */
  readonly #untold: Packet[] = [];
  /** What was sent since the last `take`, and what of it was lost. */
  #sent: Waiting[] = [];
  #lost: Waiting[] = [];
  /** Messages are not written down, only what they change. */
  isQuiet = false;

  constructor(options: RaftClusterOptions) {
    super(options);
    for (const id of this.members.keys()) this.#clocksUs.set(id, this.nowUs);
    for (const id of this.members.keys()) this.#views.set(id, this.#view(id));
  }

  override post(to: number, message: RaftMessage, frames: readonly Frame[]): void {
    const { from, type } = message;
    const packet: Packet = { atUs: 0, from, to, message: { ...message }, frames };
    if (type === RaftType.announce || type === RaftType.incarnationKnown) {
      if (!this.isCut(from, to) && this.member(to).isUp) this.#untold.push(packet);
      return;
    }
    const text = messageText(message, frames, this.options.durability === 'disk');
    this.#send({ from, to, text, arrive: () => this.#cycle(to, [packet]) });
  }

  override copySnapshot(from: number, to: number): void {
    const { raft, log } = this.member(from);
    const index = raft.commitIndex;
    const term = log.termAt(index);
    const arrive = (): void => {
      this.install(to, index, term);
      this.#cycle(to, []);
    };
    this.#send({ from, to, text: `snapshot up to ${index} t${term}`, arrive });
  }

  #send(waiting: Waiting): void {
    if (this.isCut(waiting.from, waiting.to) || !this.member(waiting.to).isUp) {
      this.#lost.push(waiting);
      return;
    }
    this.#sent.push(waiting);
    this.#waiting.push(waiting);
  }

  #cycle(id: number, packets: readonly Packet[], prefix = ''): void {
    const member = this.member(id);
    member.cycle(this.#clocksUs.get(id)!, packets, this.#noChance);
    this.check(member);
    this.#tell(id, prefix);
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift())
      this.#cycle(next.to, [next]);
  }

  #view(id: number): View {
    return viewOf(this.member(id));
  }

  #tell(id: number, prefix = ''): void {
    const before = this.#views.get(id)!;
    const after = this.#view(id);
    this.#views.set(id, after);
    const told = changes(before, after);
    if (told.length > 0) this.say(`${prefix}${id}: ${told.join('; ')}`);
  }

  say(line: string): void {
    this.#lines.push(line);
  }

  /** The transcript since the last call; at its end is what was sent and still waits, and what was lost. */
  take(): string[] {
    const waiting = new Set(this.#waiting);
    const sent = this.#sent.filter((one) => waiting.has(one));
    const lines = [
      ...this.#lines.splice(0),
      ...(this.isQuiet ? [] : [...listed('sent', sent), ...listed('lost', this.#lost)]),
    ];
    this.#sent = [];
    this.#lost = [];
    return lines;
  }

  /** Replaces the log of a replica before the story begins; `term` is the one it has seen. */
  setLog(id: number, terms: readonly number[], term: number): void {
    const member = this.member(id);
    member.log = new MemoryLog(terms);
    member.hardState = { ...member.hardState, term, votedFor: 0, incarnation: 0 };
    member.boot();
    this.#views.set(id, this.#view(id));
  }

  /** Delivers, in the order of sending, up to `limit` of what waits now on the ways that `isMeant` names. */
  deliver(isMeant: (from: number, to: number) => boolean, limit = Number.POSITIVE_INFINITY): void {
    const due = this.#waiting.filter(({ from, to }) => isMeant(from, to)).slice(0, limit);
    assert.ok(due.length > 0, 'nothing waits there');
    for (const one of due) this.#arrive(one);
  }

  /** Delivers what waits and what follows from it, until nothing is left on the ways that `isMeant` names. */
  deliverAll(isMeant: (from: number, to: number) => boolean = () => true): void {
    for (let n = 0; ; n++) {
      const next = this.#waiting.find(({ from, to }) => isMeant(from, to));
      if (next === undefined) return;
      assert.ok(n < deliveriesMax, 'they talk without an end');
      this.#arrive(next);
    }
  }

  #arrive(one: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== one);
    if (!this.isQuiet) this.say(`${one.from}->${one.to} ${one.text}`);
    const effectsFrom = this.#lines.length;
    one.arrive();
    if (this.isQuiet) return;
    for (let n = effectsFrom; n < this.#lines.length; n++) this.#lines[n] = `  ${this.#lines[n]}`;
  }

  /** Loses up to `limit` of what waits on the ways that `isMeant` names. */
  drop(isMeant: (from: number, to: number) => boolean, limit = Number.POSITIVE_INFINITY): void {
    const due = this.#waiting.filter(({ from, to }) => isMeant(from, to)).slice(0, limit);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    this.#lost.push(...due);
  }

  override cut(from: number, to: number): void {
    super.cut(from, to);
    this.drop((a, b) => a === from && b === to);
  }

  #advance(id: number): void {
    this.#clocksUs.set(id, this.#clocksUs.get(id)! + stepUs);
  }

  /** Moves the clock of one replica. */
  pass(id: number, us: number): void {
    for (let passedUs = 0; passedUs < us; passedUs += stepUs) {
      this.#advance(id);
      this.#cycle(id, []);
    }
  }

  /** Moves the clock of one replica until it takes another role, at most for the longest patience. */
  timeOut(id: number): void {
    const { role } = this.raft(id);
    for (let us = 0; us <= 2 * electionTimeoutUs && this.raft(id).role === role; us += stepUs) {
      this.#advance(id);
      this.#cycle(id, []);
    }
  }

  /** Moves all clocks together, and delivers at once what is sent; tells only what changes, and when. */
  runAll(us: number): void {
    const wasQuiet = this.isQuiet;
    this.isQuiet = true;
    for (let passedUs = stepUs; passedUs <= us; passedUs += stepUs) {
      const from = this.#lines.length;
      for (const [id, { isUp }] of this.members) {
        if (!isUp) continue;
        this.#advance(id);
        this.#cycle(id, []);
      }
      this.deliverAll();
      for (let n = from; n < this.#lines.length; n++)
        this.#lines[n] = `${passedUs / 1_000}ms ${this.#lines[n]}`;
    }
    this.isQuiet = wasQuiet;
    this.#lost = [];
  }

  override crash(id: number): void {
    super.crash(id, true);
    this.drop((_, to) => to === id);
    this.#tell(id);
  }

  override restart(id: number, lost: 'nothing' | 'unflushed' | 'everything' = 'nothing'): void {
    this.nowUs = this.#clocksUs.get(id)!;
    super.restart(id, lost);
    for (const { id: other, isUp } of this.members.values()) {
      if (!isUp || this.isCut(other, id) || this.isCut(id, other)) this.raft(id).peerLost(other);
    }
    // It asks, and begins when it has the answers.
    this.#cycle(id, []);
    this.#cycle(id, []);
  }

  /** The tether to `id` breaks for `others`. */
  loseTether(id: number, others: readonly number[]): void {
    for (const other of others) {
      if (other === id || !this.member(other).isUp) continue;
      this.raft(other).peerLost(id);
    }
  }

  /** Everything up to `index` is on the disk of a replica. */
  flush(id: number, index = this.member(id).log.lastIndex): void {
    const { log, raft } = this.member(id);
    assert.ok(index > log.durableIndex && index <= log.lastIndex, 'there is something to flush');
    log.durableIndex = index;
    raft.durable();
    this.say(`${id}: flushed ${index}`);
    this.#cycle(id, []);
  }

  override compact(id: number, index?: number): void {
    super.compact(id, index);
    this.#tell(id);
  }

  /** Proposes a frame at one that leads, or believes to; says so when it takes none. */
  proposeAt(id: number): void {
    const { raft } = this.member(id);
    if (!raft.canPropose()) return this.say(`${id}: takes no frame now`);
    this.member(id).append({ term: raft.term, payload: ++this.#payload });
    this.#tell(id);
  }

  /** Lets a replica run one cycle after an order to its core. */
  ordered(id: number): void {
    this.#cycle(id, []);
  }

  /** A leader that runs, also one that was deposed and does not know it. */
  leads(id: number): boolean {
    return this.member(id).isUp && this.raft(id).role === Role.leader;
  }
}

/** Messages of one kind in one line: the same to several, and the same several times. */
function listed(verb: string, messages: readonly Waiting[]): string[] {
  const counts = new Map<string, { one: Waiting; count: number }>();
  for (const one of messages) {
    const key = `${one.from} ${one.to} ${one.text}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { one, count: 1 });
    else known.count++;
  }
  const groups = new Map<string, { from: number; to: number[]; what: string }>();
  for (const { one, count } of counts.values()) {
    const what = count === 1 ? one.text : `${one.text} (${count} times)`;
    const group = groups.get(`${one.from} ${what}`);
    if (group === undefined) groups.set(`${one.from} ${what}`, { from: one.from, to: [one.to], what });
    else group.to.push(one.to);
  }
  return [...groups.values()].map(({ from, to, what }) => `${verb} ${from}->${to.join(',')} ${what}`);
}
