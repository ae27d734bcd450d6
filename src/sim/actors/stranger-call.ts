/** One connection of a stranger, which does not belong to the cluster or asks for too much. */

import { ReplyCode } from '../../protocol/codes.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import {
  attached,
  ConnectionRole,
  challenge,
  connectionMagic,
  hello,
  messages,
  proofBytes,
  welcome,
} from '../../protocol/messages.ts';
import { clusterId } from '../world/cluster.ts';
import type { VirtualConnections } from '../world/virtual-connections.ts';
import type { VirtualKeys } from '../world/virtual-ports.ts';

/**
 * `version`, `key`, `cluster`, `garbage`: must be refused. `repeater`: proves the key, asks for another's session
 * without its token, and repeats commands of it. `flood`: proves the key and opens sessions.
 */
export type StrangerKind = 'version' | 'key' | 'cluster' | 'garbage' | 'repeater' | 'flood';

const versionAt = 3;
/** No replica of a run has it. */
const strangeReplicaId = 99;
const repetitions = 3;

export class StrangerCall {
  /** What must not have happened; empty while nothing has. */
  complaint = '';
  readonly #kind: StrangerKind;
  readonly #keys: VirtualKeys;
  readonly #connections: VirtualConnections;
  readonly #payload: Uint8Array | undefined;

  constructor(
    kind: StrangerKind,
    keys: VirtualKeys,
    connections: VirtualConnections,
    payload: Uint8Array | undefined,
  ) {
    this.#kind = kind;
    this.#keys = keys;
    this.#connections = connections;
    this.#payload = payload;
  }

  /** Takes whole records; returns the bytes of them. */
  received(handle: number, view: DataView, from: number, to: number): number {
    let at = from;
    while (to - at >= 4 && view.getUint16(at, true) <= to - at) {
      const type = view.getUint8(at + TYPE_AT);
      if (type === challenge.type) this.#sayHello(handle, challenge.read(view, at).nonce);
      else if (type === welcome.type) this.#welcomed(handle, view.getUint16(at + welcome.at.code, true));
      else if (type === attached.type && view.getUint16(at + attached.at.code, true) === ReplyCode.ok)
        this.complaint = `a stranger (${this.#kind}) was attached to a session that it did not open`;
      else if (!this.#mayHear(type))
        this.complaint = `a stranger (${this.#kind}) was sent ${messages.of(type)?.name ?? `a record of type ${type}`}`;
      at += view.getUint16(at, true);
    }
    return at - from;
  }

  get #isRefused(): boolean {
    return this.#kind !== 'repeater' && this.#kind !== 'flood';
  }

  #mayHear(type: number): boolean {
    return !this.#isRefused || messages.of(type)?.name === 'refused';
  }

  #sayHello(handle: number, nonce: Uint8Array): void {
    if (this.#kind === 'garbage') {
      const noise = new Uint8Array(256);
      this.#keys.nonce(noise);
      this.#connections.send(handle, noise, 0, noise.length);
      return;
    }
    const bytes = new Uint8Array(hello.size);
    const view = new DataView(bytes.buffer);
    const role = this.#kind === 'key' ? ConnectionRole.tether : ConnectionRole.session;
    const id = this.#kind === 'cluster' ? clusterId + 1 : clusterId;
    // With an id that a peer could have, so that nothing but the proof is wrong.
    const replicaId = role === ConnectionRole.tether ? strangeReplicaId : 0;
    const values = { magic: connectionMagic, clusterId: id, role, replicaId, reserved: 0 };
    hello.write(view, 0, { ...values, proof: new Uint8Array(proofBytes) });
    hello.write(view, 0, { ...values, proof: this.#keys.proof(role, nonce, bytes) });
    if (this.#kind === 'version') bytes[versionAt] = bytes[versionAt]! + 1;
    this.#connections.send(handle, bytes, 0, bytes.length);
  }

  #welcomed(handle: number, code: number): void {
    if (code !== 0) return;
    if (this.#isRefused) {
      this.complaint = `a stranger (${this.#kind}) was let in`;
      return;
    }
    const payload = this.#payload;
    if (payload === undefined) return;
    const times = this.#kind === 'repeater' ? repetitions : 1;
    for (let n = 0; n < times; n++) this.#connections.send(handle, payload, 0, payload.length);
  }
}
