/** One call of a stranger: no party of the cluster, or one that may not do what it wants, or asks for too much. */
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { eventAt, outcome, sessionOpened } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { attached, ConnectionRole, messages, welcome } from '../../protocol/messages.ts';
import type { Random } from '../../std/random.ts';
import { CallerHandshake, type OwnIdentity } from '../../trust/handshake.ts';
import { clusterUuidBytes } from '../../trust/messages.ts';
import { keyBytes } from '../../trust/noise.ts';
import { newStreamBuffers, SecureStream } from '../../trust/secure-stream.ts';
import type { Parties } from '../world/parties.ts';
import type { VirtualConnections } from '../world/virtual-connections.ts';
import type { World } from '../world/world.ts';

/**
 * `version`, `key`, `revoked`, `cluster`, `role`, `garbage`: must be refused. `repeater`: a second process of a
 * client's party asks for that client's session without its token, and repeats commands of it. `thief`: another gateway
 * does so with number and token. `flood`: a second process of a client's party opens sessions. `ungranted`: a program
 * without a key opens a session, and cancels the orders of an account. `watching`: a watcher does so. `overreaching`: a
 * gateway opens a session, and creates an account.
 */
export type StrangerKind =
  | 'version'
  | 'key'
  | 'revoked'
  | 'cluster'
  | 'role'
  | 'garbage'
  | 'repeater'
  | 'thief'
  | 'flood'
  | 'ungranted'
  | 'watching'
  | 'overreaching';

/** What a stranger has got hold of. */
export interface Loot {
  readonly bytes: Uint8Array;
  /** The client whose identity it has. */
  readonly ownerId?: number;
  /** The session that it wants. */
  readonly sessionId?: number;
  /** What it sends in a session of its own. */
  readonly command?: (sessionId: number) => Uint8Array;
}

/** Whom a stranger shows to be, where that is no gateway: clients of a run are operators. */
const kinds: Readonly<Partial<Record<StrangerKind, 'program' | 'operator' | 'watcher'>>> = {
  ungranted: 'program',
  watching: 'watcher',
  repeater: 'operator',
  flood: 'operator',
};
/** What was done by one that may not. */
const excesses: Readonly<Partial<Record<StrangerKind, string>>> = {
  ungranted: 'a program without a key acted for an account',
  watching: 'a watcher acted for an account of a trader',
  overreaching: 'a gateway created an account',
};
const versionAt = 3;
/** No replica, gateway or program of a run has it. */
const strangeId = 99;
const repetitions = 3;
const garbageBytes = 256;

export class StrangerCall {
  /** What must not have happened; empty while nothing has. */
  complaint = '';
  readonly #kind: StrangerKind;
  readonly #connections: VirtualConnections;
  readonly #loot: Loot | undefined;
  readonly #stream: SecureStream;
  readonly #random: Random;

  constructor(
    { kind, replicaId }: { readonly kind: StrangerKind; readonly replicaId: number },
    world: World,
    connections: VirtualConnections,
    random: Random,
    loot: Loot | undefined,
  ) {
    this.#kind = kind;
    this.#connections = connections;
    this.#loot = loot;
    this.#random = random;
    const secret = Uint8Array.from({ length: keyBytes }, () => random.below(256));
    const role =
      kind === 'key' || kind === 'revoked' || kind === 'role'
        ? ConnectionRole.tether
        : ConnectionRole.session;
    const { parties, linkWatch } = world;
    const own = identityOf(kind, parties, loot?.ownerId ?? strangeId);
    linkWatch.called(own.party, replicaId, role);
    const handshake = new CallerHandshake(own, parties.authority, { role, replicaId }, secret);
    this.#stream = new SecureStream(handshake, () => newStreamBuffers(131_072, 131_072));
  }

  /** The connection is open: the caller speaks first. */
  opened(handle: number): void {
    if (this.#kind === 'garbage') {
      const noise = Uint8Array.from({ length: garbageBytes }, () => this.#random.below(256));
      this.#connections.send(handle, noise, 0, noise.length);
      return;
    }
    const opening = this.#stream.output.slice();
    this.#stream.sent(opening.length);
    if (this.#kind === 'version') opening[versionAt] = opening[versionAt]! + 1;
    this.#connections.send(handle, opening, 0, opening.length);
  }

  /** Returns how many bytes were taken. */
  received(handle: number, bytes: Uint8Array, from: number, to: number): number {
    const stream = this.#stream;
    const taken = stream.take(bytes, from, to);
    const { input, inputView, inputFrom, inputTo } = stream;
    let at = inputFrom;
    while (inputTo - at >= 4 && inputView.getUint16(at, true) <= inputTo - at) {
      this.#hear(input[at + TYPE_AT]!, inputView, at);
      at += inputView.getUint16(at, true);
    }
    stream.consume(at - inputFrom);
    stream.flush();
    const { output } = stream;
    if (this.#connections.send(handle, output, 0, output.length)) stream.sent(output.length);
    return taken;
  }

  #hear(type: number, view: DataView, at: number): void {
    if (type === welcome.type) this.#welcomed(view.getUint16(at + welcome.at.code, true));
    else if (type === attached.type && view.getUint16(at + attached.at.code, true) === ReplyCode.ok)
      this.complaint = `a stranger (${this.#kind}) was attached to a session that it did not open`;
    else if (type === sessionOpened.type && this.#loot?.command !== undefined) {
      const bytes = this.#loot.command(view.getUint32(at + eventAt.sessionId, true));
      this.#stream.write(bytes, 0, bytes.length);
    } else if (type === outcome.type && this.#loot?.command !== undefined) {
      if (outcome.read(view, at).code === OutcomeCode.ok) this.complaint = excesses[this.#kind] ?? '';
    } else if (
      type === sessionOpened.type &&
      view.getUint32(at + eventAt.sessionId, true) === this.#loot?.sessionId
    )
      this.complaint = `a stranger (${this.#kind}) was given the session of another party for its token`;
    else if (this.#isRefused)
      this.complaint = `a stranger (${this.#kind}) was sent ${messages.of(type)?.name ?? `a record of type ${type}`}`;
  }

  get #isRefused(): boolean {
    return this.#loot === undefined;
  }

  #welcomed(code: number): void {
    if (code !== 0) return;
    if (this.#isRefused) {
      this.complaint = `a stranger (${this.#kind}) was let in`;
      return;
    }
    if (this.#loot === undefined) return;
    const { bytes } = this.#loot;
    const times = this.#kind === 'repeater' ? repetitions : 1;
    for (let n = 0; n < times; n++) this.#stream.write(bytes, 0, bytes.length);
  }
}

/** Nothing is wrong with each of them but one thing. */
function identityOf(kind: StrangerKind, parties: Parties, ownerId: number): OwnIdentity {
  if (kind === 'key') return parties.forged('replica', strangeId);
  if (kind === 'revoked') return parties.revoked('replica', strangeId);
  const own = parties.of(kinds[kind] ?? 'gateway', ownerId);
  return kind === 'cluster' ? { ...own, clusterUuid: new Uint8Array(clusterUuidBytes).fill(strangeId) } : own;
}
