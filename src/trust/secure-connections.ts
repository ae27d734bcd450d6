/**
 * The connections of a replica, behind which both sides have proven themselves: a transport's bytes become links, and
 * the replica hears of a link, and its first byte, only once the other side holds the key of a party that may open it.
 * Callers that prove nothing are bounded in number, time and work, and give way to new ones.
 */
import { PREFIX_BYTES } from '../protocol/layout.ts';
import { callersMax, recordBytesMax } from '../protocol/limits.ts';
import type { ConnectionRole } from '../protocol/messages.ts';
import type { KnownKeys, PartyKind } from '../protocol/parties.ts';
import { assert, assertAtLeast } from '../std/assert.ts';
import type { TrustFailure } from './failures.ts';
import { AnswererHandshake, CallerHandshake, type LinkIdentity } from './handshake.ts';
import { HandshakeBudget } from './handshake-budget.ts';
import { Link } from './link.ts';
import { mayBeHandshake, sealedBytesMax } from './messages.ts';
import { keyBytes } from './noise.ts';
import { isOfEvidence } from './parties.ts';
import { newStreamBuffers, SecureStream, SecureStreamState, type StreamBuffers } from './secure-stream.ts';
import type { Transport } from './transport.ts';

/** A link that has ended may take so long to send its queued bytes. */
const closingUs = 2_000_000;
/**
 * So long a caller does not give way to later ones of its own host: they wait for a place, so that a crowd does not
 * turn all of itself away before one of them could answer. With 200 places 1,000 a second need not wait.
 */
const answerUs = 200_000;
/** The same for a caller that has begun to prove itself: it has work to do, on a machine that may be busy. */
const proofAnswerUs = 1_000_000;
/**
 * As many callers that have begun to prove themselves weigh as much as a silent one: so these give way first, and a
 * crowd of beginners does not make each newcomer of another host give way before its first byte has come.
 */
const silentWeight = 8;
/** How often what has a deadline is looked at. */
const sweepUs = 100_000;

/** The other side of a link. */
export interface LinkPeer {
  readonly kind: PartyKind;
  readonly id: number;
  readonly life: number;
  /** What the link is for. */
  readonly role: ConnectionRole;
  /** SHA-256 of its certificate, where the log of the cluster and no authority vouches for it. */
  readonly fingerprint?: Uint8Array;
}

/** What happens on links; the receiver must not keep `bytes`. */
export interface LinkHandler {
  /** Both sides have proven themselves. */
  opened(link: number, peer: LinkPeer): void;
  /** As that of the transport. */
  received(link: number, bytes: Uint8Array, view: DataView, from: number, to: number): number;
  /** A link is gone, or a called link did not come about; not called for a link that `close` ended. */
  closed(link: number): void;
  /** Whom this side believes has changed; links of those that it believes no more are closed. */
  reconsidered?(): void;
}

/** A link that did not come about, or was broken, for a reason that a person should know. */
export interface LinkRefusal {
  /** The replica that was called; 0 where the other side called. */
  readonly calledId: number;
  /** The host that called; 0 where this side did. */
  readonly source: number;
  readonly failure: TrustFailure;
  /** With `refused`: what the other side says why. */
  readonly reason: TrustFailure | undefined;
  /** The fault of the certificate that the other side showed. */
  readonly detail: string | undefined;
}

/** Receives what a person should know of links. */
export interface LinkListener {
  refused(refusal: LinkRefusal): void;
  /** The two have come together. */
  proven(peer: { readonly calledId: number; readonly source: number }): void;
  /** No place was left for a caller. */
  turnedAway(): void;
}

/** What links need from their surroundings. */
export interface LinkPorts {
  readonly identity: LinkIdentity;
  /** Fills bytes that cannot be foreseen. */
  random(into: Uint8Array): void;
  /** Microseconds that never run back. */
  nowUs(): number;
  readonly listener: LinkListener;
}

export interface LinkSettings {
  readonly connectionsMax: number;
  /** Bytes of a link that wait for the handler, and for the transport. */
  readonly inputBytes: number;
  readonly outputBytes: number;
}

export class SecureConnections {
  readonly #transport: Transport;
  readonly #ports: LinkPorts;
  readonly #settings: LinkSettings;
  readonly #links: (Link | undefined)[];
  /** Of the handles that have carried a link. */
  readonly #buffers: (StreamBuffers | undefined)[];
  readonly #acceptedMax: number;
  #accepted = 0;
  /** Those that have a deadline: they have not proven themselves, or are closing. */
  readonly #timed = new Set<Link>();
  /** Those with something for the transport; those whose handler has not taken everything. */
  #dirty: Link[] = [];
  #unread: Link[] = [];
  /** Proven callers of each host. */
  readonly #provenOf = new Map<number, number>();
  readonly #budget: HandshakeBudget;
  #hasWaiting = false;
  #mustReconsider = false;
  #sweptUs: number;
  #handler!: LinkHandler;
  readonly #carried = {
    takesCaller: (source: number): boolean => this.#takesCaller(source),
    opened: (id: number, replicaId: number): void => this.#opened(id, replicaId),
    received: (id: number, bytes: Uint8Array, _view: DataView, from: number, to: number): number =>
      this.#received(id, bytes, from, to),
    closed: (id: number): void => this.#closed(id),
  };

  constructor(transport: Transport, ports: LinkPorts, settings: LinkSettings) {
    const { connectionsMax, inputBytes } = settings;
    assertAtLeast(inputBytes, recordBytesMax, 'the input of a link holds the largest record');
    this.#transport = transport;
    this.#ports = ports;
    this.#settings = settings;
    this.#links = Array.from({ length: connectionsMax });
    this.#buffers = Array.from({ length: connectionsMax });
    this.#acceptedMax = callersMax(connectionsMax);
    this.#sweptUs = ports.nowUs();
    this.#budget = new HandshakeBudget(this.#sweptUs);
  }

  /** Handles everything that waits on all links; returns how much there was. @hot */
  poll(handler: LinkHandler): number {
    this.#handler = handler;
    this.#hasWaiting = false;
    this.#budget.nextPoll();
    if (this.#mustReconsider) this.#reconsider();
    let work = this.#transport.poll(this.#carried);
    if (this.#unread.length > 0) work += this.#offerUnread();
    if (this.#timed.size > 0) this.#sweep();
    // The core must not sleep over a handshake that waits for its turn.
    return this.#hasWaiting ? work + 1 : work;
  }

  knows(replicaId: number): boolean {
    return this.#transport.knows(replicaId);
  }

  /** Starts to call a replica; `opened` or `closed` follows. -1 without an address, or when none is free. */
  connect(replicaId: number, role: ConnectionRole): number {
    const id = this.#transport.connect(replicaId);
    if (id >= 0) this.#begin(new Link(id, replicaId, role, 0, this.#ports.nowUs()));
    return id;
  }

  /** Puts all of `bytes[from, to)` on a link, or nothing (false) when there is no room. @hot */
  send(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const link = this.#links[id];
    if (link?.state !== 'open' || !link.stream!.write(bytes, from, to)) return false;
    this.#note(link);
    return true;
  }

  /** @hot */
  room(id: number): number {
    const link = this.#links[id];
    return link?.state === 'open' ? link.stream!.room : 0;
  }

  /**
   * Seals the bytes that were put on each link since the last call, once for each, and hands them to the system. @hot
   */
  flush(): void {
    const dirty = this.#dirty;
    if (dirty.length > 0) {
      let kept = 0;
      for (let n = 0; n < dirty.length; n++) {
        const link = dirty[n]!;
        link.isDirty = link.state !== 'gone' && !this.#push(link);
        if (link.isDirty) dirty[kept++] = link;
        else if (link.state === 'closing') this.#end(link);
      }
      dirty.length = kept;
    }
    this.#transport.flush();
  }

  /** Ends a link after its queued bytes have left; `closed` is not called. */
  close(id: number): void {
    const link = this.#links[id];
    assert(link !== undefined && link.state !== 'closing', () => `a link is closed once: ${id}`);
    // The transport is just about to say that it has gone.
    if (link.state === 'gone') return this.#forget(link);
    link.stream?.end();
    this.#leave(link);
  }

  /** Ends a link at once; `closed` is not called. */
  reset(id: number): void {
    const link = this.#links[id];
    assert(link !== undefined && link.state !== 'closing', () => `a link is closed once: ${id}`);
    if (link.state !== 'gone') this.#transport.reset(id);
    this.#forget(link);
  }

  /** The log of the cluster says something else of keys now. */
  believe(known: KnownKeys): void {
    this.#ports.identity.verifier.believe?.(known);
    this.reconsider();
  }

  /** Whom this side believes has changed: links of those that it believes no more end in the next poll. */
  reconsider(): void {
    this.#mustReconsider = true;
  }

  /** The host that called. */
  source(id: number): number {
    return this.#links[id]?.source ?? 0;
  }

  #reconsider(): void {
    this.#mustReconsider = false;
    for (const link of this.#links) {
      if (link?.state !== 'open') continue;
      link.stream!.reconsider(this.#ports.identity.verifier);
      if (link.stream!.state === SecureStreamState.failed) this.#fail(link);
    }
    this.#handler.reconsidered?.();
  }

  #begin(link: Link): void {
    this.#links[link.id] = link;
    this.#timed.add(link);
    if (link.calledId === 0) this.#accepted += 1;
  }

  /** The link is gone for good, and its handle may carry another link. */
  #forget(link: Link): void {
    if (link.state === 'open' && link.calledId === 0) this.#countProven(link.source, -1);
    link.state = 'gone';
    this.#timed.delete(link);
    if (this.#links[link.id] !== link) return;
    this.#links[link.id] = undefined;
    if (link.calledId === 0) this.#accepted -= 1;
  }

  #countProven(source: number, more: number): void {
    const count = (this.#provenOf.get(source) ?? 0) + more;
    if (count > 0) this.#provenOf.set(source, count);
    else this.#provenOf.delete(source);
  }

  #takesCaller(source: number): boolean {
    if (this.#accepted < this.#acceptedMax) return true;
    const next = this.#nextToGo();
    if (next === undefined || next.source !== source) return true;
    return this.#ports.nowUs() - next.sinceUs >= (next.hasSpoken ? proofAnswerUs : answerUs);
  }

  #opened(id: number, replicaId: number): void {
    if (replicaId !== 0) {
      const link = this.#links[id]!;
      const { own, verifier } = this.#ports.identity;
      const called = { role: link.role!, replicaId };
      const handshake = new CallerHandshake(own, verifier, called, this.#newSecret());
      link.stream = new SecureStream(handshake, () => this.#buffersOf(id));
      return this.#note(link);
    }
    if (this.#accepted >= this.#acceptedMax) {
      this.#ports.listener.turnedAway();
      // A caller that holds a key begins to prove it at once, so a silent one gives way to a new one.
      const next = this.#nextToGo();
      if (next === undefined) return this.#transport.reset(id);
      this.#transport.reset(next.id);
      this.#forget(next);
    }
    this.#begin(new Link(id, 0, undefined, this.#transport.source(id), this.#ports.nowUs()));
  }

  /** @hot */
  #received(id: number, bytes: Uint8Array, from: number, to: number): number {
    const link = this.#links[id];
    if (link === undefined || link.state === 'closing') return to - from;
    if (link.state === 'proving') return this.#prove(link, bytes, from, to);
    const stream = link.stream!;
    const taken = stream.take(bytes, from, to);
    if (!link.isBelieved && stream.inputTo > stream.inputFrom) {
      link.isBelieved = true;
      this.#ports.listener.proven(link);
    }
    this.#offer(link);
    if (stream.state === SecureStreamState.failed && link.state === 'open') this.#fail(link);
    return taken;
  }

  /** Takes one message of the handshake, if it is there and its turn has come. */
  #prove(link: Link, bytes: Uint8Array, from: number, to: number): number {
    if (to - from < PREFIX_BYTES) return 0;
    const isWaitedFor = mayBeHandshake(bytes, from);
    const length = isWaitedFor ? bytes[from]! | (bytes[from + 1]! << 8) : to - from;
    if (to - from < length) return 0;
    link.hasSpoken = isWaitedFor;
    // What cannot be a handshake costs nothing, and is refused at once.
    if (isWaitedFor && !this.#hasTurn(link)) return 0;
    link.stream ??= this.#answering(link.id);
    const { stream } = link;
    // One record, so that nothing behind it is worked off in the same turn.
    const taken = stream.take(bytes, from, from + length);
    this.#note(link);
    if (stream.state === SecureStreamState.failed) this.#fail(link);
    else if (stream.state !== SecureStreamState.proving) this.#proven(link, stream);
    return taken;
  }

  #hasTurn({ calledId, source }: Link): boolean {
    // What this side called is its own choice.
    if (calledId !== 0) return true;
    const turn = this.#budget.take(source, this.#provenOf.has(source), this.#ports.nowUs());
    if (turn === 'soon') this.#hasWaiting = true;
    return turn === 'now';
  }

  #answering(id: number): SecureStream {
    const { own, verifier } = this.#ports.identity;
    const handshake = new AnswererHandshake(own, verifier, this.#newSecret());
    return new SecureStream(handshake, () => this.#buffersOf(id));
  }

  #newSecret(): Uint8Array {
    const secret = new Uint8Array(keyBytes);
    this.#ports.random(secret);
    return secret;
  }

  #buffersOf(id: number): StreamBuffers {
    const { inputBytes, outputBytes } = this.#settings;
    this.#buffers[id] ??= newStreamBuffers(inputBytes, outputBytes);
    return this.#buffers[id];
  }

  #proven(link: Link, { peer }: SecureStream): void {
    const { party, life, role } = peer!;
    link.state = 'open';
    this.#timed.delete(link);
    if (link.calledId === 0) this.#countProven(link.source, 1);
    // A caller hears later whether it was believed too: by the first bytes that come.
    link.isBelieved = link.calledId === 0;
    if (link.isBelieved) this.#ports.listener.proven(link);
    const { kind, id, fingerprint } = party;
    const joined = fingerprint === undefined ? {} : { fingerprint };
    this.#handler.opened(link.id, { kind, id, life, role, ...joined });
  }

  /** Offers opened bytes until the handler takes nothing more. @hot */
  #offer(link: Link): void {
    const stream = link.stream!;
    while (stream.inputTo > stream.inputFrom) {
      const { input, inputView, inputFrom, inputTo } = stream;
      const consumed = this.#handler.received(link.id, input, inputView, inputFrom, inputTo);
      if (link.state === 'closing' || this.#links[link.id] !== link) return;
      if (consumed === 0) break;
      stream.consume(consumed);
    }
    if (stream.inputTo === stream.inputFrom || link.isUnread) return;
    link.isUnread = true;
    this.#unread.push(link);
  }

  #offerUnread(): number {
    let work = 0;
    const unread = this.#unread;
    this.#unread = [];
    for (const link of unread) {
      link.isUnread = false;
      if (link.state !== 'open') continue;
      const { inputFrom, inputTo } = link.stream!;
      this.#offer(link);
      if (link.state !== 'open' || link.stream!.inputTo - link.stream!.inputFrom < inputTo - inputFrom)
        work++;
    }
    return work;
  }

  /** The stream of a link cannot go on: says why, to the other side too, and ends it. */
  #fail(link: Link): void {
    const { failure, reason } = link.stream!;
    const wasKnown = !link.isStranger;
    const { calledId, source } = link;
    const detail = isOfEvidence(failure!) ? this.#ports.identity.verifier.lastRefusal : undefined;
    this.#ports.listener.refused({ calledId, source, failure: failure!, reason, detail });
    this.#leave(link);
    if (wasKnown) this.#handler.closed(link.id);
  }

  /** The owner does not know the link any more; its queued bytes still leave. */
  #leave(link: Link): void {
    if (link.state === 'open' && link.calledId === 0) this.#countProven(link.source, -1);
    link.state = 'closing';
    if (link.stream === undefined || this.#push(link)) return this.#end(link);
    link.deadlineUs = this.#ports.nowUs() + closingUs;
    this.#timed.add(link);
    this.#note(link);
  }

  #end(link: Link): void {
    this.#transport.close(link.id);
    this.#forget(link);
  }

  #closed(id: number): void {
    const link = this.#links[id];
    if (link === undefined) return;
    const { state } = link;
    if (state === 'open' && link.calledId === 0) this.#countProven(link.source, -1);
    link.state = 'gone';
    if (state === 'open') this.#offer(link);
    // Its owner may have ended it meanwhile.
    const isTold = this.#links[id] !== link;
    this.#forget(link);
    const isOwned = state === 'open' || (state === 'proving' && link.calledId !== 0);
    if (isOwned && !isTold) this.#handler.closed(id);
  }

  #note(link: Link): void {
    if (link.isDirty) return;
    link.isDirty = true;
    this.#dirty.push(link);
  }

  /** Hands sealed bytes to the transport, as far as it has room; true when none is left. @hot */
  #push(link: Link): boolean {
    const stream = link.stream!;
    stream.flush();
    const { output } = stream;
    const count = Math.min(output.length, this.#transport.room(link.id));
    if (count > 0 && this.#transport.send(link.id, output, 0, count)) stream.sent(count);
    return count === output.length;
  }

  #sweep(): void {
    const nowUs = this.#ports.nowUs();
    if (nowUs - this.#sweptUs < sweepUs) return;
    this.#sweptUs = nowUs;
    for (const link of this.#timed) {
      if (nowUs < link.deadlineUs) continue;
      const isOwned = link.state === 'proving' && link.calledId !== 0;
      this.#transport.reset(link.id);
      this.#forget(link);
      if (isOwned) this.#handler.closed(link.id);
    }
  }

  /**
   * The caller that gives way to a new caller, of the host whose callers weigh most: the first silent one of them, or
   * the first of those that have begun to prove themselves.
   */
  #nextToGo(): Link | undefined {
    const weights = new Map<number, number>();
    let most = 0;
    for (const { isStranger, source, hasSpoken } of this.#timed) {
      if (!isStranger) continue;
      const weight = (weights.get(source) ?? 0) + (hasSpoken ? 1 : silentWeight);
      weights.set(source, weight);
      most = Math.max(most, weight);
    }
    let begun: Link | undefined;
    for (const link of this.#timed) {
      if (!link.isStranger || weights.get(link.source) !== most) continue;
      if (!link.hasSpoken) return link;
      begun ??= link;
    }
    return begun;
  }
}

assertAtLeast(
  recordBytesMax,
  sealedBytesMax,
  'a transport that holds the largest record holds the largest sealed one',
);
