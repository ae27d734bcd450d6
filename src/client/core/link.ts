/**
 * One connection to one replica, as a state machine without a socket: connects with a bounded back-off, remembers which
 * leader the replica names, and notices when it falls silent.
 */
import { ReplyCode, replyText } from '../../protocol/codes.ts';
import { leadership, ping, pong, welcome } from '../../protocol/messages.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { RecordReader } from '../../protocol/stream.ts';
import { SilenceBound } from '../../std/failure-detector.ts';
import { getU53 } from '../../std/integers.ts';
import type { SessionMachine } from './ports.ts';

const backoffUsMin = 5_000;
const backoffUsMax = 100_000;
/** A connection must last this long before the next failure starts with the shortest back-off again. */
const stableUs = 1_000_000;
/**
 * From the start of a connection to the replica's welcome. Where another replica answers meanwhile, a call is given up
 * sooner at first: packets that a way has lost are sent again after a second, a new call at once.
 */
const handshakeTimeoutUs = 2_000_000;
const handshakeTimeoutUsMin = 250_000;
/** A replica that was silent for so long is asked for a sign of life; the one that serves us also for the time. */
const waitingIdleUs = 50_000;
const leaderIdleUs = 200_000;
const followerIdleUs = 1_000_000;
/** The one that serves us is given up when it gives no sign for so long while others do: as its answers were before. */
const answerLimits = { boundUsMin: 120_000, boundUsMax: 1_000_000 };
/** A replica that gives no sign for so long after it was asked is taken for dead, whatever the others do. */
const answerTimeoutUs = 1_000_000;
/** A call that was made so late was: what the replica sent meanwhile still waits to be read. */
const lateUs = 50_000;
const readUs = 10_000;

/** What we need a replica for: a session rests on it, or commands wait for it too. */
export const LinkUse = { none: 0, bound: 1, waiting: 2 } as const;
export type LinkUse = (typeof LinkUse)[keyof typeof LinkUse];

/** `opened`: both sides have proven their identities, and the replica has not welcomed us yet. */
export const ReplicaLinkState = { waiting: 0, connecting: 1, opened: 2, ready: 3 } as const;
export type ReplicaLinkState = (typeof ReplicaLinkState)[keyof typeof ReplicaLinkState];

/** The replica's id, and its name in texts. */
export interface LinkOptions {
  readonly replicaId: number;
  readonly address: string;
  /** Of an exchange with several: the site of its group. Terms of two sites say nothing of each other. */
  readonly site?: string | undefined;
}

/** The site that takes orders, as replicas of another one name it. */
export interface TradingPlace {
  readonly site: string;
  readonly epoch: number;
  /** URLs; none where they are not known. */
  readonly gateways: readonly string[];
}

export class ReplicaLink {
  readonly replicaId: number;
  readonly address: string;
  /** Of its group; undefined where the exchange has one alone. */
  readonly site: string | undefined;
  readonly reader = new RecordReader();
  /** The client was given it, or a leader that a majority of such replicas follows has named it. */
  isBacked = false;
  state: ReplicaLinkState = ReplicaLinkState.waiting;
  /** Whether sessions may attach here, and the term in which. */
  serving = false;
  term = 0;
  /** The cluster that it leads; 0 before it said so. */
  instance = 0;
  /** The epoch of that cluster. */
  epoch = 0;
  /** When it named this cluster and term first. */
  claimedUs = 0;
  /** The term that it named when it was asked last, 0 for none; when that was; and whether it said that it votes. */
  ownTerm = 0;
  termAskedUs = Number.NEGATIVE_INFINITY;
  isVoter = true;
  /** The leader, as far as the replica knows; 0: it knows none. */
  leaderId = 0;
  /** Its site follows another one, which takes orders; undefined where that is not so, or not known. */
  tradesAt: TradingPlace | undefined;
  /** `attach` messages that the replica has not answered yet. */
  attachesUnanswered = 0;
  lastReceivedUs = 0;
  /** When it last sent the exchange's time. */
  timeToldUs = 0;
  /** Why the last connection failed or ended; empty before the first failure, and again from a welcome on. */
  failure = '';
  /** The code of a refusal that no retry can cure; `ok` when there is none, and again from a welcome on. */
  refusal: ReplyCode = ReplyCode.ok;

  readonly #machine: SessionMachine;
  readonly #scratch = new Uint8Array(ping.size);
  readonly #view = new DataView(this.#scratch.buffer);
  #sinceUs = 0;
  #callUs = handshakeTimeoutUsMin;
  #backoffUs = backoffUsMin;
  #retryAtUs = 0;
  /** How long its answers took. */
  readonly #answers = new SilenceBound(answerLimits);
  #pingSentUs = -1;
  #pingedUs = 0;
  #pings = 0;
  #wasLate = false;
  #warned = '';

  constructor(options: LinkOptions, machine: SessionMachine) {
    this.replicaId = options.replicaId;
    this.address = options.address;
    this.site = options.site;
    this.#machine = machine;
  }

  get name(): string {
    return `replica ${this.replicaId} (${this.address})`;
  }

  get isReady(): boolean {
    return this.state === ReplicaLinkState.ready;
  }

  /** The replica leads and takes no commands: it has just been elected, or gets nothing committed. */
  get leadsIdle(): boolean {
    return this.isReady && this.leaderId === this.replicaId && !this.serving;
  }

  /** The connection is open: the replica sends first. */
  opened(nowUs: number): void {
    this.state = ReplicaLinkState.opened;
    this.reader.reset();
    this.lastReceivedUs = nowUs;
    this.#pingSentUs = -1;
  }

  /** Bytes came: the replica lives. @hot */
  heard(nowUs: number): void {
    this.lastReceivedUs = nowUs;
    if (this.#pingSentUs < 0) return;
    this.#answers.add(nowUs - this.#pingSentUs);
    this.#pingSentUs = -1;
    this.#wasLate = false;
  }

  /** Since when an answer to a ping is due; -1 when none is. */
  get askedUs(): number {
    return this.isReady ? this.#pingSentUs : -1;
  }

  /** Asks for a sign of life, where none was asked for yet. */
  ask(nowUs: number): void {
    if (!this.isReady || this.#pingSentUs >= 0) return;
    this.#pingSentUs = nowUs;
    this.#pingedUs = nowUs;
    this.#pings = (this.#pings + 1) >>> 0;
    ping.write(this.#view, 0, { number: this.#pings });
    this.#machine.send(this.replicaId, this.#scratch, 0, ping.size);
  }

  /** Reads the replica's welcome; returns why it refused, or an empty text. */
  welcomed(view: DataView, at: number, nowUs: number): string {
    const code = view.getUint16(at + welcome.at.code, true);
    if (code !== ReplyCode.ok) return textOfReply(code);
    this.state = ReplicaLinkState.ready;
    this.#sinceUs = nowUs;
    this.#callUs = handshakeTimeoutUsMin;
    this.failure = '';
    this.refusal = ReplyCode.ok;
    this.#warned = '';
    this.leaderId = view.getUint8(at + welcome.at.leaderId);
    return '';
  }

  /** The replica named the leader. */
  leads(view: DataView, at: number, nowUs: number): void {
    this.leaderId = view.getUint8(at + leadership.at.leaderId);
    this.serving = view.getUint8(at + leadership.at.serving) === 1;
    this.tradesAt = undefined;
    const term = getU53(view, at + leadership.at.term);
    const instance = getU53(view, at + leadership.at.instance);
    const epoch = getU53(view, at + leadership.at.epoch);
    if (term !== this.term || instance !== this.instance || epoch !== this.epoch) this.claimedUs = nowUs;
    this.term = term;
    this.instance = instance;
    this.epoch = epoch;
  }

  /** The replica named the site that takes orders in place of its own. */
  namedSite(view: DataView, at: number): void {
    const { site, epoch, gateways } = tradesAt.read(view, at);
    this.tradesAt = { site, epoch, gateways: gateways.split(' ').filter((url) => url !== '') };
  }

  /** The replica answered a ping: the newest, or one that something else has answered for. */
  answered(view: DataView, at: number): void {
    if (view.getUint32(at + pong.at.number, true) !== this.#pings) return;
    this.termAskedUs = this.#pingedUs;
    this.ownTerm = getU53(view, at + pong.at.term);
    this.isVoter = view.getUint8(at + pong.at.isVoter) === 1;
  }

  /**
   * The connection is gone; `refusal` is one that no retry can cure, or `ok`. Returns whether this is worth a warning:
   * the same failure is reported once.
   */
  lost(nowUs: number, why: string, random: number, refusal: ReplyCode = ReplyCode.ok): boolean {
    const wasReady = this.state === ReplicaLinkState.ready;
    if (wasReady && nowUs - this.#sinceUs >= stableUs) this.#backoffUs = backoffUsMin;
    this.#retryAtUs = nowUs + this.#backoffUs / 2 + (random % (this.#backoffUs / 2));
    this.#backoffUs = Math.min(this.#backoffUs * 2, backoffUsMax);
    this.state = ReplicaLinkState.waiting;
    this.serving = false;
    this.tradesAt = undefined;
    this.attachesUnanswered = 0;
    this.failure = why;
    if (refusal !== ReplyCode.ok) this.refusal = refusal;
    const isNew = this.#warned !== why;
    this.#warned = why;
    return isNew;
  }

  /**
   * Does what time demands; returns why the connection must end, or an empty text. `othersHeardUs` says when another
   * replica was heard last.
   */
  tick(nowUs: number, use: LinkUse, othersHeardUs: number): string {
    const dueUs = this.deadlineUs(use, othersHeardUs);
    if (nowUs < dueUs) return '';
    switch (this.state) {
      case ReplicaLinkState.waiting:
        this.state = ReplicaLinkState.connecting;
        this.#sinceUs = nowUs;
        this.#machine.connect(this.replicaId);
        return '';
      case ReplicaLinkState.ready:
        if (this.#pingSentUs < 0) {
          this.ask(nowUs);
          return '';
        }
        if (nowUs - dueUs > lateUs && !this.#wasLate) {
          this.#wasLate = true;
          this.#pingSentUs += nowUs - dueUs + readUs;
          return '';
        }
        return `it has been silent for ${Math.round((nowUs - this.lastReceivedUs) / 1000)} ms`;
      default:
        this.#callUs = Math.min(2 * this.#callUs, handshakeTimeoutUs);
        return 'it did not welcome us in time';
    }
  }

  /** When `tick` has something to do next. */
  deadlineUs(use: LinkUse, othersHeardUs: number): number {
    if (this.state === ReplicaLinkState.waiting) return this.#retryAtUs;
    if (this.state !== ReplicaLinkState.ready)
      return this.#sinceUs + (othersHeardUs >= this.#sinceUs ? this.#callUs : handshakeTimeoutUs);
    if (this.#pingSentUs >= 0) {
      const doOthersLive = use !== LinkUse.none && othersHeardUs > this.#pingSentUs;
      return this.#pingSentUs + (doOthersLive ? this.#answers.boundUs : answerTimeoutUs);
    }
    // Answers to queries are signs of life, but say neither the term nor what time it is.
    if (use === LinkUse.none)
      return Math.max(this.#pingedUs, Math.min(this.lastReceivedUs, this.termAskedUs)) + followerIdleUs;
    const timeDueUs = Math.max(this.#pingedUs, Math.min(this.lastReceivedUs, this.timeToldUs)) + leaderIdleUs;
    return use === LinkUse.waiting ? Math.min(timeDueUs, this.lastReceivedUs + waitingIdleUs) : timeDueUs;
  }
}

/** What a replica's refusal means, also where a newer replica uses a code that this release does not know. */
export function textOfReply(code: number): string {
  return (replyText as Readonly<Record<number, string>>)[code] ?? `it answered with the unknown code ${code}`;
}
