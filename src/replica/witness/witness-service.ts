/**
 * What a witness does for clients: it says which replica leads, the members and which term it has entered, so that a
 * client finds the others, and refuses the rest.
 */
import { DecodeCode, ReplyCode } from '../../protocol/codes.ts';
import { recordBytesMax } from '../../protocol/limits.ts';
import {
  attach,
  attached,
  leadership,
  leaderUnreached,
  members,
  ping,
  pong,
  query,
  queryResult,
  refused,
} from '../../protocol/messages.ts';
import { memberRecord } from '../../protocol/roster.ts';
import { type OperatorAnswer, refused as refusedOrder } from '../answers.ts';
import type { Connection, RoleServer } from '../connections/connection-server.ts';
import type { OperatorControlOrder, Ports } from '../ports.ts';
import { writeUnanswered } from '../sessions/queries.ts';
import type { Application, Service, ServingView } from '../state/application.ts';
import { WitnessState } from './witness-state.ts';

export const witnessApplication: Application<WitnessState> = {
  create: (_, snapshot) => (snapshot === undefined ? new WitnessState() : WitnessState.read(snapshot)),
  serve: (_, __, ports, view) => new WitnessService(ports, view),
};

const noClient = Number.NEGATIVE_INFINITY;
/** Bytes of an answer, at most. */
const answerBytesMax = Math.max(attached.size, pong.size, queryResult.size, refused.size);

class WitnessService implements Service, RoleServer {
  readonly heardUs = noClient;
  readonly deadlineUs = Number.POSITIVE_INFINITY;
  readonly #ports: Ports;
  readonly #view: ServingView;
  /** Connections, and whether each has yet to hear the leader and the members. */
  readonly #waiting = new Map<number, boolean>();
  #membership: ServingView['membership'] | undefined;
  #isNews = false;
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);

  constructor(ports: Ports, view: ServingView) {
    this.#ports = ports;
    this.#view = view;
  }

  get clients(): RoleServer {
    return this;
  }

  doWork(): number {
    if (this.#view.membership !== this.#membership) {
      this.#membership = this.#view.membership;
      this.leadershipChanged();
    }
    if (!this.#isNews) return 0;
    this.#isNews = false;
    for (const [id, waits] of this.#waiting) {
      const isTold = !waits || this.#tell(id);
      this.#waiting.set(id, !isTold);
      if (!isTold) this.#isNews = true;
    }
    return 0;
  }

  leadershipChanged(): void {
    for (const id of this.#waiting.keys()) this.#waiting.set(id, true);
    this.#isNews = true;
  }

  connectionReady({ id }: Connection): void {
    this.#waiting.set(id, !this.#tell(id));
    this.#isNews = true;
  }

  connectionGone({ id }: Connection): void {
    this.#waiting.delete(id);
  }

  takeRecord({ id }: Connection, type: number, view: DataView, at: number, length: number): boolean {
    if (this.#ports.connections.room(id) < answerBytesMax) return false;
    const is = (layout: typeof query | typeof ping | typeof attach | typeof leaderUnreached): boolean =>
      type === layout.type && layout.check(view, at, length) === DecodeCode.ok;
    if (is(leaderUnreached)) {
      this.#view.clientsMissLeader(leaderUnreached.read(view, at).term);
      return true;
    }
    if (is(query))
      return this.#send(id, writeUnanswered(this.#outView, query.read(view, at), ReplyCode.notReady));
    if (is(ping)) return this.#send(id, this.#writePong(ping.read(view, at).number));
    if (is(attach)) return this.#send(id, this.#writeAttached(attach.read(view, at).sessionId));
    const refusal = { code: ReplyCode.notLeader, subject: type, reserved: 0 };
    return this.#send(id, refused.write(this.#outView, 0, refusal));
  }

  carryOut({ kind }: OperatorControlOrder): OperatorAnswer {
    return refusedOrder(`A witness carries out no ${kind}.`);
  }

  publish(): void {}

  /** The leader and the members; false where there is no room now. */
  #tell(connectionId: number): boolean {
    const { leaderId, term, instance, epoch, membership } = this.#view;
    const { roster } = membership;
    const rosterBytes = roster.length * memberRecord.size;
    const { connections } = this.#ports;
    if (connections.room(connectionId) < leadership.size + members.size + rosterBytes) return false;
    const values = { leaderId, serving: 0, reserved: 0, term, instance, epoch };
    this.#send(connectionId, leadership.write(this.#outView, 0, values));
    if (roster.length === 0) return true;
    for (const [n, member] of roster.entries())
      memberRecord.write(this.#outView, members.size + n * memberRecord.size, member);
    return this.#send(connectionId, members.write(this.#outView, 0, { count: roster.length }, rosterBytes));
  }

  #writePong(number: number): number {
    const { term, isRecovering, isVoter } = this.#view;
    return pong.write(this.#outView, 0, {
      number,
      deliveredSeq: 0,
      timeUs: 0,
      term: isRecovering ? 0 : term,
      isVoter: isVoter ? 1 : 0,
      reserved: 0,
      reserved2: 0,
      reserved3: 0,
    });
  }

  #writeAttached(sessionId: number): number {
    const { term } = this.#view;
    const nothing = {
      lastCommandNumber: 0,
      appliedSeq: 0,
      timeUs: 0,
      siteEpoch: 0,
      siteSeq: 0,
      reserved: 0,
      reserved2: 0,
    };
    return attached.write(this.#outView, 0, { sessionId, term, code: ReplyCode.notLeader, ...nothing });
  }

  #send(connectionId: number, length: number): boolean {
    return this.#ports.connections.send(connectionId, this.#out, 0, length);
  }
}
