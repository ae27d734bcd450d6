/**
 * The small ports of a virtual machine: keys that cost little and still refuse a wrong key, counters, orders, log
 * lines.
 */

import { sealBytes } from '../../protocol/limits.ts';
import { ConnectionRole, nonceBytes, proofBytes } from '../../protocol/messages.ts';
import { counterNames } from '../../replica/counters.ts';
import type { Control, ControlOrder, Counters, Keys, Log } from '../../replica/ports.ts';
import { crc32 } from '../../std/crc32.ts';
import type { Random } from '../../std/random.ts';
import { formatFields, type Trace } from './trace.ts';

/** Bytes 4 to 15 of a hello are what its proof covers, behind the nonce. */
const provenFrom = 4;
const provenTo = 16;

/** Keyed checksums. They prove nothing to an attacker, but a damaged byte or another key never passes unseen. */
export class VirtualKeys implements Keys {
  readonly #clusterKey: number;
  readonly #sessionKey: number;
  readonly #random: Random;

  constructor(clusterKey: number, sessionKey: number, random: Random) {
    this.#clusterKey = clusterKey;
    this.#sessionKey = sessionKey;
    this.#random = random;
  }

  seal(bytes: Uint8Array, length: number): void {
    const sum = crc32(bytes, 0, length, this.#clusterKey);
    for (let n = 0; n < sealBytes; n++) bytes[length + n] = spread(sum, n);
  }

  isSealed(bytes: Uint8Array, length: number): boolean {
    const sum = crc32(bytes, 0, length, this.#clusterKey);
    for (let n = 0; n < sealBytes; n++) if (bytes[length + n] !== spread(sum, n)) return false;
    return true;
  }

  nonce(into: Uint8Array): void {
    for (let n = 0; n < nonceBytes; n++) into[n] = this.#random.below(256);
  }

  proof(role: number, nonce: Uint8Array, helloBytes: Uint8Array): Uint8Array {
    return this.proofOver(role, nonce, helloBytes.subarray(provenFrom, provenTo));
  }

  /** The proof over exactly the bytes of a hello that it covers. */
  proofOver(role: number, nonce: Uint8Array, proven: Uint8Array): Uint8Array {
    const key = role === ConnectionRole.session ? this.#sessionKey : this.#clusterKey;
    const sum = crc32(proven, 0, proven.length, crc32(nonce, 0, nonceBytes, key));
    return Uint8Array.from({ length: proofBytes }, (_, n) => spread(sum, n));
  }
}

/** The n-th byte of a longer checksum that begins with `sum` itself. */
function spread(sum: number, n: number): number {
  return n < 4 ? (sum >>> (8 * n)) & 0xff : Math.imul(sum ^ n, 0x9e37_79b1) >>> 24;
}

export class VirtualCounters implements Counters {
  readonly values = new Float64Array(counterNames.length);

  set(slot: number, value: number): void {
    this.values[slot] = value;
  }

  add(slot: number, value: number): void {
    this.values[slot] = this.values[slot]! + value;
  }
}

/** The operator's orders to one replica, and its answers. */
export class VirtualControl implements Control {
  readonly replies: { readonly order: ControlOrder; readonly ok: boolean; readonly text: string }[] = [];
  readonly #waiting: ControlOrder[] = [];
  #number = 0;

  give(kind: ControlOrder['kind'], replicaId = 0, force = false): void {
    this.#waiting.push({ number: ++this.#number, kind, replicaId, force });
  }

  next(): ControlOrder | undefined {
    return this.#waiting.shift();
  }

  reply(order: ControlOrder, ok: boolean, text: string): void {
    this.replies.push({ order, ok, text });
  }
}

/** Log lines go to the trace of the run. */
export class VirtualLog implements Log {
  readonly #trace: Trace;
  readonly #who: string;

  constructor(trace: Trace, who: string) {
    this.#trace = trace;
    this.#who = who;
  }

  info(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void {
    if (this.#trace.isOn) this.#trace.note(this.#who, `log: ${text}${formatFields(fields)}`);
  }

  warn(text: string, fields?: Readonly<Record<string, string | number | boolean>>): void {
    if (this.#trace.isOn) this.#trace.note(this.#who, `warning: ${text}${formatFields(fields)}`);
  }
}
