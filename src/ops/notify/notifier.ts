/**
 * Sends the notices of the cluster, once for all its replicas. The leader sends; where none leads, the replica with
 * the lowest id of those that see each other. What must stay true: a notice leaves once a majority has it in its
 * ledgers, or could not be asked in time, and a new sender first takes over what a majority has; so what was delivered
 * is not sent again but in the moment before the others hear of it, and then under the same id.
 */

import type { Breakers } from '../breakers.ts';
import { isWanted, kindOf } from '../configuration/event-kinds.ts';
import { idsIn } from '../replica-sets.ts';
import { ConditionWatch } from './condition-watch.ts';
import { type ClusterView, judge, type PeerView } from './conditions.ts';
import { Dispatcher, type HookStanding } from './dispatcher.ts';
import type { ReplicaFacts } from './facts.ts';
import type { Hook } from './hooks.ts';
import {
  defaultLedgerLimits,
  type GivenUp,
  type LedgerLimits,
  NoticeLedger,
  type SeenEvent,
} from './ledger.ts';
import { type Notice, type NoticeEntry, shortened } from './notice.ts';
import { togetherMs, withheldFailovers, withheldText } from './withheld-failovers.ts';

/** A peer that has not answered for longer is not seen. */
const seenMs = 4_000;
/** The same where no replica leads: what a machine said that has died since must not hold up the word of it. */
const seenMsWithoutLeader = 1_250;
/** A sender waits so long for the ledgers of a majority, and for a majority to take over a notice. */
const takeOverMsMax = 4_000;
const storeMsMax = 3_000;
/** A leader goes by the clock of another replica within so much: how long the loss was seen there, and the clocks. */
const refutedMsMin = 5_000;
/** What becomes of a leader that was lost is waited for so long, before hooks hear what failover would have done. */
const outcomeMsMax = 5_000;
/** Before the cluster is known, no more are kept. */
const notedMax = 64;
/** A notice says at most so often that others were given up. */
const givenUpEveryMs = 600_000;

export interface NotifierOptions {
  readonly replicaId: number;
  readonly clusterId: number;
  readonly hooks: readonly Hook[];
  readonly breakers: Breakers;
  readonly lagFramesMax: number;
  readonly hasBackup: boolean;
  readonly hasSites: boolean;
  readonly giveUpMs: number;
  readonly ledgerLimits?: LedgerLimits;
  random(): number;
  warn(text: string): void;
}

/** Wall clock for people, and a clock that never runs back. */
export interface Now {
  readonly wallMs: number;
  readonly steadyMs: number;
}

interface Peer extends PeerView {
  readonly answeredMs: number;
  /** It has sent all that it had. */
  readonly isWhole: boolean;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #dispatcher: Dispatcher;
  readonly #watch = new ConditionWatch();
  readonly #peers = new Map<number, Peer>();
  /** The version of this ledger up to which each peer has it. */
  readonly #held = new Map<number, number>();
  /** When this process wrote down what it has not sent yet. */
  readonly #writtenMs = new Map<string, number>();
  readonly #givenUp = new Map<string, number>();
  /** What only this replica knows, and when it came to know it. */
  readonly #noted: { readonly seen: SeenEvent; readonly atMs: number }[] = [];
  #toldGivenUpMs = Number.NEGATIVE_INFINITY;
  #cluster = '';
  #ledger: NoticeLedger;
  #senderSinceMs: number | undefined;
  /** Since when this replica knows no leader; undefined where it knows one, or has known none in this life. */
  #leaderlessSinceMs: number | undefined;
  #hasKnownLeader = false;
  /** Since when this replica leads without a break, by the wall clock. */
  #leadsSinceMs = Number.POSITIVE_INFINITY;
  /** What each hook had taken from this process when it began to send. */
  #deliveredBefore: ReadonlyMap<string, number> = new Map();
  /** The number of the last spare with a new vote of which hooks are notified. */
  #spares = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#ledger = new NoticeLedger(options.ledgerLimits ?? defaultLedgerLimits);
    this.#dispatcher = new Dispatcher(this.#ledger, options.hooks, options.breakers, options);
  }

  get ledger(): NoticeLedger {
    return this.#ledger;
  }

  get isSender(): boolean {
    return this.#senderSinceMs !== undefined;
  }

  standing(): readonly HookStanding[] {
    return this.#dispatcher.standing();
  }

  /** Entries of a file or of a peer; those of another cluster are left out. */
  take(entries: readonly NoticeEntry[], cluster: string): void {
    this.#ledger.merge(entries.filter(({ notice }) => notice.id.startsWith(`${cluster}-`)));
  }

  /** What a peer answered. */
  heardFrom(peerId: number, view: PeerView, isWhole: boolean, steadyMs: number): void {
    this.#peers.set(peerId, { ...view, answeredMs: steadyMs, isWhole });
  }

  /** The machine of a peer says that its process is not there: what it said before counts no more. */
  gone(peerId: number): void {
    this.#peers.delete(peerId);
  }

  /** What this replica alone has heard of: it writes it down, and the replica that sends delivers it. */
  note(seen: Omit<SeenEvent, 'state'>, atMs: number): void {
    if (this.#noted.length < notedMax)
      this.#noted.push({ seen: { ...seen, text: shortened(seen.text), state: 'happens' }, atMs });
    else this.#options.warn(`no hook hears of this, since too much waits for the cluster: ${seen.text}`);
  }

  /** A peer has everything of this ledger up to a version. */
  heldBy(peerId: number, version: number): void {
    this.#held.set(peerId, version);
  }

  /** Looks, writes down what is new, and begins to send what is due. */
  step(own: ReplicaFacts, stopped: ClusterView['stopped'], { wallMs, steadyMs }: Now): void {
    if (own.instance === 0) return;
    this.#cluster = clusterName(this.#options.clusterId, own.instance);
    for (const { seen, atMs } of this.#noted.splice(0)) {
      // By the time, so that no two replicas give two events one number; a clock that was set back swallows none.
      const number = Math.max(atMs, (this.#ledger.newest(seen.kind, seen.subject)?.number ?? 0) + 1);
      this.#write(seen, { wallMs, steadyMs }, number);
    }
    this.#followLeader(own, { wallMs, steadyMs });
    const leaderlessSinceMs = this.#leaderlessSinceMs;
    const ageMsMax = leaderlessSinceMs === undefined ? seenMs : seenMsWithoutLeader;
    const peers = new Map(
      [...this.#peers].filter(([, peer]) => steadyMs - peer.answeredMs <= ageMsMax && isOfCluster(peer, own)),
    );
    if (!isSender(own, peers, leaderlessSinceMs)) {
      this.#senderSinceMs = undefined;
      this.#watch.reset();
      return;
    }
    if (this.#senderSinceMs === undefined) {
      this.#senderSinceMs = steadyMs;
      this.#deliveredBefore = new Map(this.standing().map(({ name, delivered }) => [name, delivered]));
    }
    const majority = Math.floor(idsIn(own.voters).length / 2) + 1;
    const isTakenOver = this.#hasTakenOver(peers, own, majority);
    if (!isTakenOver && steadyMs - this.#senderSinceMs < takeOverMsMax) return;
    const { lagFramesMax, hasBackup, hasSites } = this.#options;
    const view = { own, peers, stopped, lagFramesMax, hasBackup, hasSites, leaderlessSinceMs };
    const judged = judge({ ...view, ...this.#hooks() });
    const write = (seen: SeenEvent, number?: number): void => this.#write(seen, { wallMs, steadyMs }, number);
    this.#writeHappenings(own, write);
    const seen = [own, ...[...peers.values()].map(({ facts }) => facts)];
    this.#writeVoided(seen, write);
    this.#writeWithheld(seen, wallMs, write);
    for (const change of this.#watch.changes(judged, this.#ledger, steadyMs)) write(change);
    this.#withdrawRefuted(own, wallMs);
    this.#noteGivenUp(this.#ledger.trim());
    this.#noteGivenUp(
      this.#dispatcher.step(wallMs, (notice) => this.#maySend(notice, own, majority, steadyMs)),
    );
    this.#tellGivenUp(steadyMs, write);
  }

  end(): void {
    this.#dispatcher.end();
  }

  #followLeader({ leaderId, isServing }: ReplicaFacts, { wallMs, steadyMs }: Now): void {
    if (leaderId !== 0) {
      this.#hasKnownLeader = true;
      this.#leaderlessSinceMs = undefined;
    } else if (this.#hasKnownLeader) this.#leaderlessSinceMs ??= steadyMs;
    // A clock that was set back must not make another's word look late.
    this.#leadsSinceMs = isServing ? Math.min(this.#leadsSinceMs, wallMs) : Number.POSITIVE_INFINITY;
  }

  /**
   * A replica that was cut off from all others could not know that this one led all the while, nor reach a hook: the
   * notices that it still wants to send are not true.
   */
  #withdrawRefuted({ replicaId }: ReplicaFacts, wallMs: number): void {
    for (const { name } of this.#options.hooks)
      for (const notice of this.#ledger.heads(name)) {
        const { id, kind, state, reporter, atMs } = notice;
        const isRefuted = atMs - refutedMsMin > this.#leadsSinceMs && atMs < wallMs + refutedMsMin;
        if (kind !== 'quorumLost' || state !== 'begins' || reporter === replicaId || !isRefuted) continue;
        this.#ledger.settle(id, name, 'givenUp');
        this.#options.warn(
          `the notice ${id} of replica ${reporter}, which was cut off, is not sent to ${name}`,
        );
      }
  }

  /** Those that fail, and those that have taken nothing from this process since it sends. */
  #hooks(): Pick<ClusterView, 'failingHooks' | 'untriedHooks'> {
    const failing = this.standing().filter(({ breaker }) => breaker !== 'closed');
    const untried = this.standing().filter(({ name, breaker, delivered }) => {
      return breaker === 'closed' && delivered === this.#deliveredBefore.get(name);
    });
    return {
      failingHooks: failing.map(({ name }) => name),
      untriedHooks: untried.map(({ name }) => name),
    };
  }

  /** Whether a majority has sent all that it has, since this replica sends; without a leader, whether all seen have. */
  #hasTakenOver(peers: ReadonlyMap<number, Peer>, own: ReplicaFacts, majority: number): boolean {
    const isFresh = ({ answeredMs, isWhole }: Peer): boolean => isWhole && answeredMs >= this.#senderSinceMs!;
    if (this.#leaderlessSinceMs !== undefined && [...peers.values()].every(isFresh)) return true;
    const voters = idsIn(own.voters);
    const whole = [...peers].filter(([id, peer]) => voters.includes(id) && isFresh(peer));
    return whole.length + 1 >= majority;
  }

  #writeHappenings(own: ReplicaFacts, write: (seen: SeenEvent, number?: number) => void): void {
    const { replicaId, term, isServing } = own;
    if (isServing) {
      const former = this.#ledger.newest('leaderChanged', '')?.value;
      const after = former === undefined || former === String(replicaId) ? '' : `, after replica ${former}`;
      write(
        happening('leaderChanged', String(replicaId), `Replica ${replicaId} leads in term ${term}${after}.`, {
          leader: replicaId,
          term,
          ...(former !== undefined && { former: Number(former) }),
        }),
        term,
      );
    }
    const voters = idsIn(own.voters).join(', ');
    const learners = idsIn(own.learners).join(', ');
    const value = `voters ${voters}; learners ${learners || 'none'}`;
    if (isServing && this.#ledger.newest('membersChanged', '')?.value !== value)
      write(happening('membersChanged', value, `The members are: ${value}.`, { voters, learners }));
    this.#writeSpares(own, write);
  }

  /**
   * The number of the command is that of the notice, so that each is sent once; one that is voided later has a higher
   * one.
   */
  #writeVoided(seen: readonly ReplicaFacts[], write: (seen: SeenEvent, number?: number) => void): void {
    const seqs = new Set(seen.flatMap(({ voided = [] }) => voided));
    for (const seq of [...seqs].toSorted((a, b) => a - b)) {
      const text =
        `Command ${seq}, on which processes of replicas died, is voided: no replica applies it, and its sender gets the ` +
        `outcome "voided". "lockstep void show ${seq}" shows it.`;
      write(happening('commandVoided', String(seq), text, { seq }), seq);
    }
  }

  /** The time is the number of the notice, so that one loss that several replicas noted is sent once. */
  #writeWithheld(
    seen: readonly ReplicaFacts[],
    wallMs: number,
    write: (seen: SeenEvent, number?: number) => void,
  ): void {
    const notes = seen.flatMap(({ replicaId, withheld = [] }) =>
      withheld.map((would) => ({ replicaId, would })),
    );
    if (notes.length === 0) return;
    const voters = Math.max(...seen.map((facts) => idsIn(facts.voters).length));
    for (const failover of withheldFailovers(notes, voters)) {
      const { atMs, kind: subject, verdict, leaderId: leader, term, by } = failover;
      const isOpen = verdict === 'refused' || (verdict === 'open' && wallMs - atMs < outcomeMsMax);
      const lastMs = this.#ledger.newest('failoverWithheld', subject)?.number ?? 0;
      if (isOpen || atMs <= lastMs + togetherMs) continue;
      const when = new Date(atMs).toISOString();
      const text = `Failover is manual. Automatic failover at ${when}: ${withheldText(failover)}.`;
      const facts = { leader, term, verdict, by: by.join(',') };
      write({ ...happening('failoverWithheld', verdict, text, facts), subject }, atMs);
    }
  }

  #writeSpares({ spares = [] }: ReplicaFacts, write: (seen: SeenEvent) => void): void {
    for (const { number, spareId: spare, memberId: member } of spares) {
      if (number <= this.#spares) continue;
      this.#spares = number;
      const value = `${spare} for ${member}`;
      const text =
        `Replica ${member} was silent for too long. The spare ${spare} votes in its place, and replica ${member} is the ` +
        'spare once it returns: start it, or replace its machine.';
      write(happening('spareGivenVote', value, text, { spare, member }));
    }
  }

  #write(seen: SeenEvent, { wallMs, steadyMs }: Now, number: number | undefined): void {
    const { replicaId, hooks } = this.#options;
    const begun = seen.state === 'ends' ? this.#ledger.settledOf(seen.kind, seen.subject) : {};
    const wanting = hooks
      .filter((hook) => isFor(hook, seen) && !(seen.kind === 'quorumLost' && begun[hook.name] === 'givenUp'))
      .map(({ name }) => name);
    const notice = this.#ledger.add(seen, {
      cluster: this.#cluster,
      reporter: replicaId,
      atMs: wallMs,
      hooks: wanting,
      ...(number !== undefined && { number }),
    });
    if (notice !== undefined && wanting.length > 0) this.#writtenMs.set(notice.id, steadyMs);
  }

  #maySend({ id }: Notice, own: ReplicaFacts, majority: number, steadyMs: number): boolean {
    const writtenMs = this.#writtenMs.get(id);
    // Without a leader there may be no majority to wait for.
    if (writtenMs === undefined || this.#leaderlessSinceMs !== undefined) return true;
    const version = this.#ledger.versionOf(id);
    const holders = idsIn(own.voters).filter(
      (peer) => peer !== own.replicaId && (this.#held.get(peer) ?? 0) >= version,
    );
    if (holders.length + 1 < majority && steadyMs - writtenMs < storeMsMax) return false;
    this.#writtenMs.delete(id);
    return true;
  }

  #noteGivenUp(givenUp: readonly GivenUp[]): void {
    for (const { hook, notice } of givenUp) {
      this.#writtenMs.delete(notice.id);
      this.#options.warn(`the notice ${notice.id} to the hook ${hook} is given up: ${notice.text}`);
      // Else the word of it would be given up in turn, for ever.
      if (notice.kind !== 'noticesGivenUp') this.#givenUp.set(hook, (this.#givenUp.get(hook) ?? 0) + 1);
    }
  }

  #tellGivenUp(steadyMs: number, write: (seen: SeenEvent) => void): void {
    if (this.#givenUp.size === 0 || steadyMs - this.#toldGivenUpMs < givenUpEveryMs) return;
    this.#toldGivenUpMs = steadyMs;
    for (const [hook, count] of this.#givenUp) {
      const text = `${count} notices to the hook ${hook} were given up; the log of replica ${this.#options.replicaId} names them.`;
      write({
        ...happening('noticesGivenUp', String(count), text, { hook, count }),
        subject: `hook ${hook}`,
      });
    }
    this.#givenUp.clear();
  }
}

/** A hook that fails gets every notice except that of its own failure. */
function isFor({ name, on }: Hook, { kind, facts }: SeenEvent): boolean {
  return isWanted(on, kind) && !(kind === 'hookFailing' && facts['hook'] === name);
}

/** Begins the ids of all notices of a cluster. */
export function clusterName(clusterId: number, instance: number): string {
  return `${clusterId}-${instance.toString(36)}`;
}

function isOfCluster({ facts }: PeerView, own: ReplicaFacts): boolean {
  return facts.instance === own.instance;
}

/** A peer's report of a leader from before this replica lost its own says nothing of a leader now. */
function isSender(
  own: ReplicaFacts,
  peers: ReadonlyMap<number, Peer>,
  leaderlessSinceMs = Number.NEGATIVE_INFINITY,
): boolean {
  // One that was removed and runs on hears no leader, while the others go on.
  const members = [...idsIn(own.voters), ...idsIn(own.learners)];
  if (members.length > 0 && !members.includes(own.replicaId)) return false;
  if (own.leaderId !== 0) return own.leaderId === own.replicaId;
  for (const [id, { facts, answeredMs }] of peers)
    if (id < own.replicaId || (facts.leaderId !== 0 && answeredMs >= leaderlessSinceMs)) return false;
  return true;
}

function happening(
  kind: SeenEvent['kind'],
  value: string,
  text: string,
  facts: SeenEvent['facts'],
): SeenEvent {
  return { kind, subject: '', value, text, facts, state: 'happens', severity: kindOf(kind).severity };
}
