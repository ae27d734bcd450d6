/**
 * How our session is tied to the leader: attaches where a leader serves, opens the session or resumes it, and opens a
 * new one when the cluster does not know it any more. Instance and term are the fencing token: messages of an earlier
 * cluster, or of an older term, than the one last attached in are ignored. A term that the replicas contradict is none.
 */

import { ReplyCode } from '../../protocol/codes.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { commands, openSession, ownerFromLeader } from '../../protocol/commands.ts';
import { eventAt, sessionOpened } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { attach, attached, FeedKind, messages, noEvent, refused } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import {
  contradiction,
  isBefore,
  isNamedByMajority,
  isSameCluster,
  type LeaderPlace,
  type LeadershipClaim,
} from './beliefs.ts';
import type { FailoverGap } from './failover-gap.ts';
import { type ReplicaLink, textOfReply } from './link.ts';
import type { SessionListener, SessionMachine, SessionOptions, UnknownReason } from './ports.ts';
import type { CommandWindow } from './window.ts';

/**
 * A leader that does not answer an attach, or the opening of a session, for so long is disconnected and called again.
 */
const bindingTimeoutUs = 2_000_000;

/** How far the present connection's tie to our session has come. */
const Binding = { none: 0, attaching: 1, opening: 2, bound: 3 } as const;
type Binding = (typeof Binding)[keyof typeof Binding];

/** What an attachment asks of the session that it belongs to. */
export interface AttachmentHost {
  /** The connection must end. */
  break(link: ReplicaLink, why: string, nowUs: number): void;
  /** Commands reach a leader from now on. */
  bound(nowUs: number): void;
  /** They do not any more. */
  unbound(): void;
  /** The cluster does not know the session any more. The answer is `leaveSession`, unless the end was wanted. */
  sessionLost(why: string, nowUs: number): void;
}

interface AttachmentParts {
  readonly options: SessionOptions;
  readonly links: readonly ReplicaLink[];
  readonly window: CommandWindow;
  readonly gap: FailoverGap;
  readonly machine: SessionMachine;
  readonly listener: SessionListener;
  readonly host: AttachmentHost;
}

export class Attachment {
  /** The replica that serves this session now; undefined while there is none. */
  link: ReplicaLink | undefined;
  sessionId = 0;
  /** The newest cluster in which we attached; 0: none yet. */
  instance = 0;
  /** Its epoch: no leader of a lower one is believed. */
  epoch = 0;
  /** The highest term of that cluster in which we attached and that the replicas have not contradicted. */
  term = 0;
  /** The site that serves in that term. */
  #site: string | undefined;
  /** A session was open at least once. */
  hasOpened = false;

  readonly #options: SessionOptions;
  readonly #links: readonly ReplicaLink[];
  readonly #window: CommandWindow;
  readonly #gap: FailoverGap;
  readonly #machine: SessionMachine;
  readonly #listener: SessionListener;
  readonly #host: AttachmentHost;
  readonly #view = new DataView(new ArrayBuffer(64));
  readonly #bytes = new Uint8Array(this.#view.buffer);
  #binding: Binding = Binding.none;
  /** Since when an answer to our attach or openSession is due; Infinity when none is. */
  #sinceUs = Number.POSITIVE_INFINITY;
  /** When we attached in `term` first, and whether a majority has named its cluster. */
  #termUs = 0;
  #isBacked = false;
  /** Term of the leadership claim that the binding rests on. */
  #claimedTerm = 0;
  /** The last event that was passed on: anything up to it is a repetition. */
  #lastSeq = 0;
  #lastN = 0;
  /** The epoch in which the last event was passed on; a later epoch may have cut the event off. */
  #eventEpoch = 0;
  #hasFeedStart = false;
  #tokenLow: number;
  #tokenHigh: number;

  constructor({ options, links, window, gap, machine, listener, host }: AttachmentParts) {
    this.#options = options;
    this.#links = links;
    this.#window = window;
    this.#gap = gap;
    this.#machine = machine;
    this.#listener = listener;
    this.#host = host;
    this.#tokenLow = machine.random();
    this.#tokenHigh = machine.random();
  }

  /** Whether commands reach a leader now. */
  get isBound(): boolean {
    return this.#binding === Binding.bound;
  }

  /** A replica has applied so many changes of keys: a site that was lost may count changes that this one lacks. */
  keysChanged({ site }: ReplicaLink, changes: number): void {
    if (this.instance === 0 || site === this.#site) this.#listener.keysChanged(changes);
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    return this.#sinceUs + bindingTimeoutUs;
  }

  /** Gives up a leader that does not answer. */
  tick(nowUs: number): void {
    if (this.link === undefined || nowUs < this.deadlineUs) return;
    this.#host.break(this.link, 'it does not answer, though it says that it leads', nowUs);
  }

  /** Whether the event at `at` is one to be passed on: from our leader, and not yet seen. @hot */
  takesEvent(link: ReplicaLink, view: DataView, at: number, nowUs: number): boolean {
    if (link !== this.link || this.#binding < Binding.opening) return false;
    if (this.#binding === Binding.opening && view.getUint8(at + TYPE_AT) === sessionOpened.type) {
      this.#sessionOpened(link, view, at, nowUs);
    }
    const seq = getU53(view, at + eventAt.seq);
    const n = view.getUint32(at + eventAt.n, true);
    if (seq < this.#lastSeq || (seq === this.#lastSeq && n <= this.#lastN)) return false;
    this.#lastSeq = seq;
    this.#lastN = n;
    return true;
  }

  /** Our leader has sent every event up to `seq` that concerns us: there is nothing before to ask for again. */
  delivered(seq: number): void {
    if (this.#binding !== Binding.bound || seq < this.#lastSeq) return;
    this.#lastSeq = seq;
    this.#lastN = noEvent;
  }

  /** A replica has named its term: moves on where that shows that a claim is none. */
  reconsider(nowUs: number): void {
    if (contradiction(this.#links, this.#ownClaim) !== undefined) this.rebind(nowUs);
    else if (this.link !== undefined && this.#isDoubted(this.link)) this.rebind(nowUs);
  }

  /** Moves to the ready replica that serves in the highest term that is believed, if that is not where we are. */
  rebind(nowUs: number): void {
    this.#isBacked ||= isNamedByMajority(this.#links, this.#site, this);
    const contradicted = contradiction(this.#links, this.#ownClaim);
    const lowest = contradicted ?? this.#ownClaim;
    const isHeld = contradicted === undefined && this.link?.isReady === true && this.link.serving;
    let best: ReplicaLink | undefined;
    for (const link of this.#links) {
      if (!link.isReady || !link.serving || isBefore(link, lowest)) continue;
      // One replica says that another generation has begun, while the leader of this generation serves.
      if (isHeld && link !== this.link && link.site === this.#site && !isSameCluster(link, this)) continue;
      if (this.#isStray(link)) continue;
      if (best === undefined || this.#isBetter(link, best)) best = link;
    }
    if (best !== undefined && best === this.link && best.term === this.#claimedTerm) return;
    this.unbind(this.link?.lastReceivedUs ?? nowUs);
    if (best === undefined) return;
    const isOther = this.instance !== 0 && best.instance !== this.instance;
    if (isBefore(best, this)) this.#forget(lowest);
    this.link = best;
    this.#claimedTerm = best.term;
    // Another site may write from here on, or another generation: its terms are its own.
    if (!isSameCluster(best, this)) {
      this.term = 0;
      this.#termUs = nowUs;
      this.#isBacked = false;
    }
    this.#site = best.site;
    this.instance = best.instance;
    this.epoch = best.epoch;
    if (isOther) this.#changeCluster(nowUs);
    else if (this.sessionId === 0) this.#open(best, nowUs);
    else this.#attach(best, nowUs);
  }

  get #ownClaim(): LeadershipClaim {
    const { epoch, instance, term } = this;
    return { site: this.#site, epoch, instance, term, claimedUs: this.#termUs, isBacked: this.#isBacked };
  }

  /** A claim that the replicas contradict comes after all others; it is looked at where nothing else serves. */
  #isBetter(link: ReplicaLink, best: ReplicaLink): boolean {
    const isDoubted = this.#isDoubted(link);
    if (isDoubted !== this.#isDoubted(best)) return !isDoubted;
    return isBefore(best, link) || (!isBefore(link, best) && link === this.link);
  }

  /**
   * Whether a replica is of a second cluster that was founded by mistake. A cluster that took this one's place is
   * founded by all replicas; only a rebuild, which begins an epoch, may have few founders.
   */
  #isStray(link: ReplicaLink): boolean {
    const isOther = this.instance !== 0 && link.instance !== this.instance;
    if (!isOther || link.site !== this.#site || link.epoch !== this.epoch) return false;
    return !isNamedByMajority(this.#links, link.site, link);
  }

  #isDoubted({ site, epoch, instance, term, claimedUs }: ReplicaLink): boolean {
    const isBacked = this.#isBacked && isSameCluster({ epoch, instance, term }, this);
    return contradiction(this.#links, { site, epoch, instance, term, claimedUs, isBacked }) !== undefined;
  }

  #forget({ epoch, instance, term }: LeaderPlace): void {
    const what = epoch === this.epoch ? `Term ${this.term}` : `Generation ${this.epoch} of the cluster`;
    this.#listener.warning(
      `${what}, in which this client attached, is not believed any more: a majority of the replicas, asked ` +
        'afterwards, is in lower ones, and another leader serves. A replica lied, or the cluster was set back.',
    );
    this.epoch = epoch;
    this.instance = instance;
    this.term = term;
    this.#termUs = 0;
    this.#isBacked = false;
  }

  /** Another cluster answers: whatever was sent, or was to be sent, to the cluster before has no meaning in it. */
  #changeCluster(nowUs: number): void {
    this.term = 0;
    this.#startAt(0, 0);
    this.#hasFeedStart = false;
    const before = this.#window.next;
    this.#listener.clusterChanged();
    this.endAsUnknown(before, 'sessionLost');
    this.#host.sessionLost('another cluster has taken the place of the one that it was opened in', nowUs);
  }

  /** The leader is lost since `lostAtUs`. */
  unbind(lostAtUs: number): void {
    if (this.#binding === Binding.bound) this.#gap.lost(lostAtUs);
    this.#binding = Binding.none;
    this.#sinceUs = Number.POSITIVE_INFINITY;
    this.link = undefined;
    this.#host.unbound();
  }

  /** An `attached` came. */
  answered(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    if (link.attachesUnanswered > 0) link.attachesUnanswered--;
    if (link !== this.link || this.#binding !== Binding.attaching || link.attachesUnanswered > 0) return;
    this.#attached(link, view, at, nowUs);
  }

  /** The replica refused a message. */
  refused(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    const code = view.getUint16(at + refused.at.code, true);
    const subject = view.getUint8(at + refused.at.subject);
    if (code === ReplyCode.sessionTaken) {
      // While this client attaches again, it takes the session back.
      if (link === this.link && this.#binding === Binding.bound)
        this.#host.sessionLost('another connection with the same identity has taken it over', nowUs);
      return;
    }
    if (subject === attach.type && link.attachesUnanswered > 0) link.attachesUnanswered--;
    const isCommand = commands.of(subject) !== undefined && subject !== openSession.type;
    // Commands that were under way when the leadership changed: the attach that follows it sends them again.
    if (isCommand && (link !== this.link || this.#binding !== Binding.bound)) return;
    if (code === ReplyCode.notLeader || code === ReplyCode.notReady || code === ReplyCode.standby) {
      if (link === this.link) this.#notServing(link, nowUs);
    } else if (code === ReplyCode.unknownSession && link === this.link && this.sessionId !== 0) {
      this.#gap.lost(nowUs);
      this.#attach(link, nowUs);
    } else {
      this.#host.break(link, `it refused ${messageName(subject)}: ${textOfReply(code)}`, nowUs);
    }
  }

  /** Leaves a lost session: what it was sent ends as unknown, what never left us goes into a new one. */
  leaveSession(nowUs: number): void {
    this.endAsUnknown(this.#window.neverSent, 'sessionLost');
    this.sessionId = 0;
    this.#window.leaveSession();
    this.#tokenLow = this.#machine.random();
    this.#tokenHigh = this.#machine.random();
    this.#binding = Binding.none;
    // The leader may have bound this connection to the session that is left: it takes a new one once it is free.
    if (this.link !== undefined) this.#attach(this.link, nowUs);
  }

  #attach(link: ReplicaLink, nowUs: number): void {
    const ownFeed = this.sessionId === 0 ? FeedKind.none : FeedKind.own;
    const feed = this.#options.feed === 'all' ? FeedKind.all : ownFeed;
    const position = { afterSeq: this.#lastSeq, afterN: this.#lastN };
    const token = { tokenLow: this.#tokenLow, tokenHigh: this.#tokenHigh };
    attach.write(this.#view, 0, { sessionId: this.sessionId, ...position, feed, ...token });
    this.#binding = Binding.attaching;
    this.#sinceUs = nowUs;
    link.attachesUnanswered++;
    this.#sendOrBreak(link, attach.size, nowUs);
  }

  #open(link: ReplicaLink, nowUs: number): void {
    if (this.#options.feed === 'all' && this.#binding !== Binding.attaching) {
      this.#attach(link, nowUs);
      return;
    }
    const graceMs = this.#options.cancelOnDisconnectGraceMs;
    const token = { tokenLow: this.#tokenLow, tokenHigh: this.#tokenHigh };
    const cancel = { disconnectGraceMs: graceMs ?? 0, cancelOnDisconnect: graceMs === undefined ? 0 : 1 };
    openSession.write(this.#view, 0, { ...emptyHeader, ...token, ...cancel, ...ownerFromLeader });
    this.#binding = Binding.opening;
    this.#sinceUs = nowUs;
    this.#sendOrBreak(link, openSession.size, nowUs);
  }

  #attached(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    const answer = attached.read(view, at);
    const { sessionId, appliedSeq, term, code } = answer;
    const isAnswer =
      code === ReplyCode.ok || code === ReplyCode.eventsForgotten || code === ReplyCode.unknownSession;
    // In an older term: a deposed leader that has not heard of it. The present leader will report it.
    if (!isAnswer || term < this.term || sessionId !== this.sessionId) {
      this.#notServing(link, nowUs);
      return;
    }
    this.#enterTerm(term, nowUs);
    const wentBack = appliedSeq < this.#lastSeq;
    if (wentBack) this.#startAt(appliedSeq, noEvent);
    else if (code !== ReplyCode.unknownSession && this.#isCutOff(answer))
      return this.#goOnBehindCut(link, answer, nowUs);
    if (code === ReplyCode.unknownSession) {
      this.#host.sessionLost('the cluster does not know it any more: it was closed or replaced', nowUs);
    } else if (this.sessionId === 0) {
      this.#feedStarts(link, wentBack ? ReplyCode.eventsForgotten : code, appliedSeq, nowUs);
    } else {
      this.#resume(link, answer, wentBack, nowUs);
    }
  }

  /**
   * Another site writes since the last event that was passed on, and began before that event: later events that were
   * passed on are void. Where a site began in an epoch between, the place of that is not known.
   */
  #isCutOff({ siteEpoch, siteSeq }: ReturnType<typeof attached.read>): boolean {
    if (this.#eventEpoch === 0 || siteEpoch <= this.#eventEpoch || this.#lastSeq === 0) return false;
    return this.#lastSeq >= siteSeq || siteEpoch > this.#eventEpoch + 1;
  }

  /** What the site that writes has done instead comes by no event: queries ask for it. */
  #goOnBehindCut(link: ReplicaLink, answer: ReturnType<typeof attached.read>, nowUs: number): void {
    this.#startAt(Math.min(this.#lastSeq, Math.max(0, answer.siteSeq - 1)), noEvent);
    const code = ReplyCode.eventsForgotten;
    if (this.sessionId === 0) this.#feedStarts(link, code, answer.appliedSeq, nowUs);
    else this.#resume(link, { ...answer, code }, false, nowUs);
    this.#startAt(Math.max(this.#lastSeq, answer.appliedSeq), noEvent);
  }

  #enterTerm(term: number, nowUs: number): void {
    if (term === this.term) return;
    this.term = term;
    this.#termUs = nowUs;
  }

  #startAt(seq: number, n: number): void {
    this.#lastSeq = seq;
    this.#lastN = n;
  }

  #feedStarts(link: ReplicaLink, code: number, appliedSeq: number, nowUs: number): void {
    // What happened before we came is not news: it is asked for by queries.
    if (!this.#hasFeedStart) this.#startAt(appliedSeq, noEvent);
    else if (code === ReplyCode.eventsForgotten) this.#listener.eventsLost(this.#lastSeq, appliedSeq);
    this.#hasFeedStart = this.#options.feed === 'all';
    this.#eventEpoch = this.epoch;
    this.#open(link, nowUs);
  }

  #resume(
    link: ReplicaLink,
    { code, lastCommandNumber, appliedSeq }: ReturnType<typeof attached.read>,
    wentBack: boolean,
    nowUs: number,
  ): void {
    const window = this.#window;
    const next = window.ticketAt(lastCommandNumber + 1);
    if (wentBack || next <= window.lastAnswered) {
      this.#host.sessionLost('the cluster has lost what it had acknowledged', nowUs);
      return;
    }
    if (next > window.neverSent) {
      this.#host.sessionLost('it holds commands that this client never sent', nowUs);
      return;
    }
    if (code === ReplyCode.eventsForgotten) {
      this.#listener.eventsLost(this.#lastSeq, appliedSeq);
      this.endAsUnknown(next, 'eventsForgotten');
    }
    window.rewind(next);
    this.#bind(link, nowUs);
  }

  /** Ends all commands before `ticket` that have no outcome. */
  endAsUnknown(ticket: number, reason: UnknownReason): void {
    while (this.#window.oldest < ticket) {
      const ended = this.#window.oldest;
      this.#window.answer(ended);
      this.#listener.unknown(ended, reason);
    }
  }

  #bind(link: ReplicaLink, nowUs: number): void {
    this.#binding = Binding.bound;
    this.#eventEpoch = this.epoch;
    this.#sinceUs = Number.POSITIVE_INFINITY;
    const resent = this.#window.neverSent - this.#window.unsent;
    this.#gap.bound(link.replicaId, this.term, resent, this.#window.pending > 0, nowUs);
    this.#host.bound(nowUs);
  }

  #sessionOpened(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    const isOurs =
      view.getUint32(at + sessionOpened.at.tokenLow, true) === this.#tokenLow &&
      view.getUint32(at + sessionOpened.at.tokenHigh, true) === this.#tokenHigh;
    if (!isOurs) return;
    // Without a feed nothing came before this event; also where the cluster was restored to an earlier state.
    if (this.#options.feed !== 'all') this.#startAt(0, 0);
    this.sessionId = view.getUint32(at + eventAt.sessionId, true);
    this.#enterTerm(Math.max(this.term, this.#claimedTerm), nowUs);
    this.hasOpened = true;
    this.#window.enterSession(this.sessionId);
    this.#listener.opened(this.sessionId);
    this.#bind(link, nowUs);
  }

  /** The replica does not serve after all: wait until one says that it does. */
  #notServing(link: ReplicaLink, nowUs: number): void {
    link.serving = false;
    this.rebind(nowUs);
  }

  #sendOrBreak(link: ReplicaLink, length: number, nowUs: number): void {
    if (!this.#machine.send(link.replicaId, this.#bytes, 0, length)) {
      this.#host.break(link, 'its connection takes no bytes', nowUs);
    }
  }
}

function messageName(type: number): string {
  return (commands.of(type) ?? messages.of(type))?.name ?? `a message of type ${type}`;
}
