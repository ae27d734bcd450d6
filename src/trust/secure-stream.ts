/**
 * One link from its first byte to its last: proves both sides, then carries a stream that only the two can read or
 * change. Bytes of the transport go in and out; the plain stream is written and read here. Buffers have fixed sizes: a
 * side whose reader does not read takes nothing more.
 */
import { PREFIX_BYTES } from '../protocol/layout.ts';
import { assertAtLeast, assertAtMost } from '../std/assert.ts';
import { TrustFailure } from './failures.ts';
import {
  CallerHandshake,
  type Failed,
  type Handshake,
  type ProvenParty,
  readRefusal,
  type ShownEvidence,
} from './handshake.ts';
import { mayBeHandshake, refusal, sealed, sealedBytesMax, sealedPlainBytesMax } from './messages.ts';
import { type NoiseKeys, tagBytes } from './noise.ts';
import type { Verifier } from './parties.ts';
import { RecordOpener, RecordSealer } from './records.ts';

/** Opened bytes wait here for their reader, and written bytes for the transport. */
export interface StreamBuffers {
  readonly input: Uint8Array;
  readonly inputView: DataView;
  readonly output: Uint8Array;
  readonly outputView: DataView;
}

/** `inputBytes`: at least a sealed record's part of the stream; `outputBytes`: at least a sealed record. */
export function newStreamBuffers(inputBytes: number, outputBytes: number): StreamBuffers {
  assertAtLeast(inputBytes, sealedPlainBytesMax, 'the input holds a piece of the stream');
  assertAtLeast(outputBytes, sealedBytesMax, 'the output holds a sealed piece');
  const input = new Uint8Array(inputBytes);
  const output = new Uint8Array(outputBytes);
  return {
    input,
    inputView: new DataView(input.buffer),
    output,
    outputView: new DataView(output.buffer),
  };
}

const nothing = new Uint8Array(0);

/** `ended`: the other side has said everything, and its last bytes may still be read. */
export const SecureStreamState = { proving: 1, proven: 2, ended: 3, failed: 4 } as const;
export type SecureStreamState = (typeof SecureStreamState)[keyof typeof SecureStreamState];

export class SecureStream {
  /** What the other side sent is in `input[inputFrom, inputTo)`. */
  inputFrom = 0;
  inputTo = 0;
  state: SecureStreamState = SecureStreamState.proving;
  /** The other side, once it has proven itself. */
  peer: ProvenParty | undefined;
  /** Why the state is `failed`; `reason` as in the handshake. */
  failure: TrustFailure | undefined;
  reason: TrustFailure | undefined;

  #handshake: Handshake | undefined;
  #sealer: RecordSealer | undefined;
  #opener: RecordOpener | undefined;
  #input: Uint8Array = nothing;
  #inputView: DataView = new DataView(nothing.buffer);
  #output: Uint8Array = nothing;
  #outputView: DataView = new DataView(nothing.buffer);
  readonly #newBuffers: () => StreamBuffers;
  #outputFrom = 0;
  /** Up to here the output may leave; behind it is the piece that is being written, its header left out. */
  #sealedTo = 0;
  #plainBytes = 0;
  #hasEnded = false;
  /** The other side has not taken our proof yet, as far as we know. */
  #mayBeRefused = false;
  #shown: ShownEvidence | undefined;

  /** `newBuffers` is called once the other side has proven itself: a side that proves nothing takes little memory. */
  constructor(handshake: Handshake, newBuffers: () => StreamBuffers) {
    this.#handshake = handshake;
    this.#newBuffers = newBuffers;
    if (handshake instanceof CallerHandshake) this.#queue(handshake.opening);
  }

  get input(): Uint8Array {
    return this.#input;
  }

  get inputView(): DataView {
    return this.#inputView;
  }

  /** Bytes for the transport, valid until the next call of anything else. */
  get output(): Uint8Array {
    return this.#output.subarray(this.#outputFrom, this.#sealedTo);
  }

  /** The transport has taken so many bytes of the output. */
  sent(count: number): void {
    this.#outputFrom += count;
    assertAtMost(this.#outputFrom, this.#sealedTo, 'only what is there is sent');
    if (this.#outputFrom === this.#sealedTo && this.#plainBytes === 0) this.#outputFrom = this.#sealedTo = 0;
  }

  /** The reader has taken so many bytes of the input. */
  consume(count: number): void {
    this.inputFrom += count;
    assertAtMost(this.inputFrom, this.inputTo, 'only what is there is consumed');
    if (this.inputFrom === this.inputTo) this.inputFrom = this.inputTo = 0;
  }

  /**
   * Takes `bytes[from, to)` of the transport: returns how many were taken. The rest is offered again, with more behind
   * it or after the reader has consumed. After a failure everything is taken, and thrown away. @hot
   */
  take(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (this.state === SecureStreamState.failed) return to - from;
      const length = this.#recordAt(bytes, at, to);
      if (length === 0) break;
      if (this.#opener === undefined) this.#prove(bytes.slice(at, at + length));
      else if (this.#mayBeRefused && bytes[at + sealed.at.type] === refusal.type)
        this.#refused(bytes, at, length);
      else if (!this.#open(this.#opener, bytes, at, length)) break;
      at += length;
    }
    return at - from;
  }

  /** The transport has ended, with so many bytes that could not be taken. False where the other side was cut off. */
  closed(untaken: number): boolean {
    if (this.state === SecureStreamState.failed) return false;
    if (this.state === SecureStreamState.ended && untaken === 0) return true;
    this.#fail(TrustFailure.truncated);
    return false;
  }

  /**
   * Asks again which party the key of the other side belongs to. A revoked key ends the stream; a certificate that has
   * expired meanwhile does not, since it counted when the side proved itself.
   */
  reconsider(verifier: Verifier): void {
    if (this.state === SecureStreamState.failed || this.#shown === undefined) return;
    const { evidence, staticKey } = this.#shown;
    const found = verifier.partyOf(evidence, staticKey);
    if (typeof found !== 'number' || found === TrustFailure.expired || found === TrustFailure.notYetValid)
      return;
    this.#fail(found);
  }

  /** Bytes of the stream that `write` takes now, whatever happens to the output. */
  get room(): number {
    if (this.#sealer === undefined || this.#hasEnded) return 0;
    const free = this.#output.length - (this.#sealedTo - this.#outputFrom) - this.#plainBytes;
    // Each piece that a write may begin has its header and tag, and so has the end of the stream.
    const pieces = Math.ceil(free / sealedBytesMax) + 2;
    return Math.max(0, free - pieces * (sealed.size + tagBytes));
  }

  /** Puts all of `bytes[from, to)` into the stream, or nothing (false) where there is no room. @hot */
  write(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from > this.room) return false;
    for (let at = from; at < to; ) {
      const count = Math.min(to - at, sealedPlainBytesMax - this.#plainBytes);
      const start = this.#makeRoom(count);
      this.#output.set(bytes.subarray(at, at + count), start);
      this.#plainBytes += count;
      at += count;
      if (this.#plainBytes === sealedPlainBytesMax) this.flush();
      if (this.state === SecureStreamState.failed) return false;
    }
    return true;
  }

  /** Seals the written bytes: they may leave from now on. @hot */
  flush(): void {
    if (this.#plainBytes > 0) this.#seal();
  }

  /** Nothing more is written: the other side may know that what it has is all. */
  end(): void {
    if (this.#sealer === undefined || this.#hasEnded) return;
    this.flush();
    this.#makeRoom(0);
    this.#seal();
    this.#hasEnded = true;
  }

  /** Bytes of the whole record at `at`; 0 where more must come first, or after a failure. @hot */
  #recordAt(bytes: Uint8Array, at: number, to: number): number {
    if (to - at < PREFIX_BYTES) return 0;
    const length = bytes[at]! | (bytes[at + 1]! << 8);
    if (this.#opener === undefined) {
      // The handshake reports its fault here, and to the other side too.
      if (!mayBeHandshake(bytes, at)) return to - at;
      return length > to - at ? 0 : length;
    }
    if (length > sealedBytesMax || length < (this.#mayBeRefused ? refusal.size : sealed.size + tagBytes)) {
      this.#fail(TrustFailure.malformed);
      return 0;
    }
    return length > to - at ? 0 : length;
  }

  #prove(record: Uint8Array): void {
    const step = this.#handshake!.receive(record);
    this.#queue(step.reply);
    if (step.state === 'proven') {
      this.#shown = step.shown;
      this.#begin(step.peer, step.keys);
    } else if (step.state === 'failed') this.#failAs(step);
  }

  /** The other side did not take our proof. */
  #refused(bytes: Uint8Array, at: number, length: number): void {
    const step = readRefusal(bytes.subarray(at, at + length));
    if (step === undefined) this.#fail(TrustFailure.malformed);
    else this.#failAs(step);
  }

  #begin(peer: ProvenParty, keys: NoiseKeys): void {
    this.#mayBeRefused = this.#handshake instanceof CallerHandshake;
    this.#handshake = undefined;
    this.#sealer = new RecordSealer(keys.sending);
    this.#opener = new RecordOpener(keys.receiving);
    const { input, inputView, output, outputView } = this.#newBuffers();
    const waiting = this.output;
    output.set(waiting);
    this.#input = input;
    this.#inputView = inputView;
    this.#output = output;
    this.#outputView = outputView;
    this.#outputFrom = 0;
    this.#sealedTo = waiting.length;
    this.peer = peer;
    this.state = SecureStreamState.proven;
  }

  /** False where there is no room for it yet. */
  #open(opener: RecordOpener, bytes: Uint8Array, at: number, length: number): boolean {
    const count = length - sealed.size - tagBytes;
    if (count < 0) {
      this.#fail(TrustFailure.malformed);
      return true;
    }
    if (this.state === SecureStreamState.ended) {
      this.#fail(TrustFailure.unexpectedMessage);
      return true;
    }
    if (this.#input.length - this.inputTo < count) {
      if (this.#input.length - this.inputTo + this.inputFrom < count) return false;
      this.#input.copyWithin(0, this.inputFrom, this.inputTo);
      this.inputTo -= this.inputFrom;
      this.inputFrom = 0;
    }
    const from = at + sealed.size;
    const into = this.#input.subarray(this.inputTo, this.inputTo + count);
    if (!opener.open(bytes, at, from, from + count, into)) {
      this.#fail(TrustFailure.forged);
      return true;
    }
    this.#mayBeRefused = false;
    this.inputTo += count;
    if (count === 0) this.state = SecureStreamState.ended;
    return true;
  }

  /** Where the next byte of the piece that is being written goes, with room for so many and what ends it. */
  #makeRoom(count: number): number {
    const needed = sealed.size + this.#plainBytes + count + tagBytes;
    if (this.#sealedTo + needed > this.#output.length) {
      const end = this.#sealedTo + (this.#plainBytes === 0 ? 0 : sealed.size + this.#plainBytes);
      this.#output.copyWithin(0, this.#outputFrom, end);
      this.#sealedTo -= this.#outputFrom;
      this.#outputFrom = 0;
    }
    assertAtMost(this.#sealedTo + needed, this.#output.length, 'the room that was promised is there');
    return this.#sealedTo + sealed.size + this.#plainBytes;
  }

  #seal(): void {
    const at = this.#sealedTo;
    const plainFrom = at + sealed.size;
    const plainTo = plainFrom + this.#plainBytes;
    sealed.writePrefix(this.#outputView, at, this.#plainBytes + tagBytes);
    this.#outputView.setUint32(at + sealed.at.reserved, 0, true);
    this.#plainBytes = 0;
    if (!this.#sealer!.sealInPlace(this.#output, at, plainFrom, plainTo)) {
      this.#fail(TrustFailure.exhausted);
      return;
    }
    this.#sealedTo = plainTo + tagBytes;
  }

  /** A record of the handshake: behind what the transport has not taken, in an output of just that size. */
  #queue(record: Uint8Array): void {
    if (record.length === 0) return;
    const waiting = this.output;
    const output = new Uint8Array(waiting.length + record.length);
    output.set(waiting);
    output.set(record, waiting.length);
    this.#output = output;
    this.#outputFrom = 0;
    this.#sealedTo = output.length;
  }

  #failAs({ failure, reason }: Failed): void {
    this.#fail(failure);
    this.reason = reason;
  }

  /** Nothing is read or written any more; bytes in the output may still leave. */
  #fail(failure: TrustFailure): void {
    this.state = SecureStreamState.failed;
    this.failure = failure;
    this.#handshake = this.#sealer = this.#opener = undefined;
    this.#plainBytes = 0;
  }
}
