/**
 * Asks again and again for the leader: the replica of this machine, and, while that one leads, each other voter. So it
 * is known whether a majority follows this machine in its term, and as of when.
 */

import { membershipIn } from '../clients/status-answer.ts';
import { controlUrl } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import { answerIn } from '../orders/control-answers.ts';
import type { ControlAddress } from '../orders/control-orders.ts';
import { confirmedAsOfMs, type VoterAnswer } from './confirmation.ts';
import type { Questions } from './questions.ts';

const askEveryMs = 100;
const membersEveryMs = 1_000;
const membersMsMax = 1_000;

export interface LeadershipListener {
  /** A majority follows the replica of this machine in the term, as it was at `asOfMs`. */
  confirmed(term: number, asOfMs: number, nowMs: number): void;
  /** The replica of this machine does not lead. */
  deposed(): void;
  /** The members with an engine: each of them can lead. */
  members(ids: readonly number[]): void;
}

export class LeadershipWatch {
  readonly #configuration: ConfigurationFile;
  readonly #questions: Questions;
  readonly #own: ReplicaAddress;
  readonly #listener: LeadershipListener;
  readonly #nowMs: () => number;
  readonly #answers = new Map<number, VoterAnswer>();
  readonly #timers: NodeJS.Timeout[] = [];
  #members: readonly ControlAddress[];
  #voters: readonly number[] = [];
  #ownTerm = 0;
  /** Of this generation of the cluster; 0 where it is not known yet. */
  epoch = 0;

  constructor(
    {
      configuration,
      questions,
    }: { readonly configuration: ConfigurationFile; readonly questions: Questions },
    own: ReplicaAddress,
    listener: LeadershipListener,
    nowMs: () => number,
  ) {
    this.#configuration = configuration;
    this.#questions = questions;
    this.#own = own;
    this.#listener = listener;
    this.#nowMs = nowMs;
    this.#members = configuration.replicas;
  }

  start(): void {
    this.#listener.members(this.#configuration.replicas.map(({ id }) => id));
    this.#timers.push(
      setInterval(() => this.#askAll(), askEveryMs),
      setInterval(() => {
        this.#questions.readTrust();
        this.#askMembers();
      }, membersEveryMs),
    );
    this.#askMembers();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Where a member is reached; undefined where it is not known. */
  hostOf(id: number): string | undefined {
    return this.#members.find((member) => member.id === id)?.host;
  }

  #askAll(): void {
    this.#askLeadership(this.#own);
    if (this.#ownTerm === 0) return;
    for (const member of this.#members)
      if (member.id !== this.#own.id && this.#voters.includes(member.id)) this.#askLeadership(member);
  }

  #askLeadership(member: ControlAddress): void {
    const isOwn = member.id === this.#own.id;
    this.#questions.once(`leader ${member.id}`, async () => {
      const askedMs = this.#nowMs();
      try {
        const url = `${controlUrl(member as ReplicaAddress, this.#configuration)}/health/leader`;
        const { body } = await this.#questions.ofControl(url);
        const answer = answerIn('leader', body);
        if (answer === undefined) return;
        const { ok, leaderId, term, ageMs } = answer;
        if (isOwn) this.#heardOwn(leaderId, term);
        // One that does not serve yet, or no more, confirms nothing.
        if (isOwn && !ok) return;
        this.#answers.set(member.id, { leaderId, term, asOfMs: askedMs - ageMs });
        this.#confirm();
      } catch (error) {
        // A process that has ended leads no more; one that is slow may.
        if (isOwn && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED') this.#heardOwn(0, 0);
      }
    });
  }

  #heardOwn(leaderId: number, term: number): void {
    const leads = leaderId === this.#own.id;
    if (!leads || (this.#ownTerm !== 0 && term !== this.#ownTerm)) this.#listener.deposed();
    if (leads && this.#ownTerm === 0) this.#askMembers();
    this.#ownTerm = leads ? term : 0;
  }

  #confirm(): void {
    if (this.#ownTerm === 0) return;
    const asOfMs = confirmedAsOfMs(this.#own.id, this.#ownTerm, this.#voters, this.#answers);
    if (asOfMs !== undefined) this.#listener.confirmed(this.#ownTerm, asOfMs, this.#nowMs());
  }

  #askMembers(): void {
    this.#questions.once('members', async () => {
      const url = `${controlUrl(this.#own, this.#configuration)}/status`;
      const { body } = await this.#questions.ofControl(url, membersMsMax);
      const { members = [], epoch = 0 } = membershipIn(body) ?? {};
      if (members.length === 0) return;
      const known = new Map(this.#configuration.replicas.map((each) => [each.id, each]));
      this.epoch = epoch;
      this.#members = members.map(({ controlHost, ...member }) =>
        member.host === ''
          ? (known.get(member.id) ?? { ...member, controlHost: undefined })
          : { ...member, controlHost: controlHost || undefined },
      );
      this.#voters = members.filter(({ votes }) => votes).map(({ id }) => id);
      this.#listener.members(members.filter(({ role }) => role !== 'witness').map(({ id }) => id));
    });
  }
}
