/**
 * A replica that has turned, on the link of a client: it has the key and the state of a replica and says that it leads,
 * in a term that was never, and carries out nothing. What it says must bind its clients no longer than it is there.
 */
import { ReplyCode } from '../../protocol/codes.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { recordBytesMax } from '../../protocol/limits.ts';
import {
  attach,
  attached,
  ConnectionRole,
  leadership,
  members,
  ping,
  pong,
  welcome,
} from '../../protocol/messages.ts';
import { type Member, memberRecord } from '../../protocol/roster.ts';
import type { SecureStream } from '../../trust/secure-stream.ts';

/** No term of a run is as high. */
const claimedTerm = 2 ** 40;

/** What it knows of the cluster. */
export interface Memory {
  readonly instance: number;
  readonly epoch: number;
  /** The last command of a session, -1 where it cannot know it: the client has seen the event at `afterSeq`. */
  lastCommandNumber(sessionId: number, afterSeq: number): number;
}

export class TurnedReplica {
  readonly #stream: SecureStream;
  readonly #replicaId: number;
  readonly #memory: Memory;
  /** What it says of the members; none: it says nothing. */
  readonly #named: readonly Member[];
  readonly #view = new DataView(new ArrayBuffer(recordBytesMax));
  readonly #bytes = new Uint8Array(this.#view.buffer);
  #hasWelcomed = false;

  constructor(stream: SecureStream, replicaId: number, memory: Memory, named: readonly Member[]) {
    this.#named = named;
    this.#stream = stream;
    this.#replicaId = replicaId;
    this.#memory = memory;
  }

  /** The other side has proven its identity, or has said something. */
  speak(): void {
    const stream = this.#stream;
    if (stream.peer!.role !== ConnectionRole.session) return stream.end();
    if (!this.#hasWelcomed) this.#welcome();
    while (stream.inputTo - stream.inputFrom >= 2) {
      const { inputView, inputFrom, inputTo } = stream;
      const length = inputView.getUint16(inputFrom, true);
      if (length > inputTo - inputFrom) break;
      this.#answer(inputView, inputFrom);
      stream.consume(length);
    }
    stream.flush();
  }

  #welcome(): void {
    this.#hasWelcomed = true;
    const leaderId = this.#replicaId;
    const place = { leaderId, term: claimedTerm };
    this.#write(welcome.write(this.#view, 0, { code: ReplyCode.ok, replicaId: leaderId, ...place }));
    const { instance, epoch } = this.#memory;
    const claim = { serving: 1, reserved: 0, instance, epoch };
    this.#write(leadership.write(this.#view, 0, { ...place, ...claim }));
    if (this.#named.length > 0) this.#nameMembers(this.#named);
  }

  #nameMembers(named: readonly Member[]): void {
    for (const [n, member] of named.entries())
      memberRecord.write(this.#view, members.size + n * memberRecord.size, member);
    const bytes = named.length * memberRecord.size;
    this.#write(members.write(this.#view, 0, { count: named.length }, bytes));
  }

  #answer(view: DataView, at: number): void {
    const type = view.getUint8(at + TYPE_AT);
    if (type === attach.type) {
      const { sessionId, afterSeq } = attach.read(view, at);
      const lastCommandNumber = sessionId === 0 ? 0 : this.#memory.lastCommandNumber(sessionId, afterSeq);
      // With a wrong one it would have the client lose its session, which is its own and no promise of the others.
      if (lastCommandNumber < 0) return;
      const place = { sessionId, lastCommandNumber, appliedSeq: afterSeq, term: claimedTerm, timeUs: 0 };
      const accepted = { ...place, siteEpoch: 0, siteSeq: 0, code: ReplyCode.ok, reserved: 0, reserved2: 0 };
      this.#write(attached.write(this.#view, 0, accepted));
    } else if (type === ping.type) {
      const { number } = ping.read(view, at);
      const own = { deliveredSeq: 0, timeUs: 0, term: claimedTerm, isVoter: 1 };
      this.#write(pong.write(this.#view, 0, { number, ...own, reserved: 0, reserved2: 0, reserved3: 0 }));
    }
  }

  #write(length: number): void {
    this.#stream.write(this.#bytes, 0, length);
  }
}
