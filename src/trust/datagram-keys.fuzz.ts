/** Fuzzes the opening of datagrams: lost, repeated, reordered, spoiled and made up, under keys that come and go. */
import { Drop } from '../protocol/datagrams.ts';
import { assert, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { DatagramKeys } from './datagram-keys.ts';
import { sealedDatagram } from './messages.ts';
import { tagBytes } from './noise.ts';

const { size } = sealedDatagram;
const stepsMax = 60;
const plainBytesMax = 200;
const group = 0;
const owner = 1;
const receiver = 2;

interface Sent {
  readonly datagram: Uint8Array;
  readonly plain: Uint8Array;
  readonly life: number;
  hasCome: boolean;
}

function run(random: Random): void {
  const fill = (into: Uint8Array): void => {
    for (let n = 0; n < into.length; n++) into[n] = random.below(256);
  };
  const opener = new DatagramKeys(fill);
  let life = 1;
  let sender = new DatagramKeys(fill);
  const sent: Sent[] = [];
  for (let steps = random.between(1, stepsMax); steps > 0; steps--) {
    if (random.chance(0.05)) {
      life += 1;
      sender = new DatagramKeys(fill);
    }
    const to = random.chance(0.3) ? group : receiver;
    if (random.chance(0.2)) {
      if (random.chance(0.5)) sender.replace(to);
      const grant = sender.offer(to);
      if (random.chance(0.8)) assert(opener.take(owner, grant), 'a key of the newest life is taken');
      if (random.chance(0.8)) assert(sender.use(to, grant.keyId), 'the newest key can be used');
    }
    send(random, sender, to, life, sent);
    receive(random, opener, sent);
  }
}

function send(random: Random, sender: DatagramKeys, to: number, life: number, sent: Sent[]): void {
  const plain = noise(random, plainBytesMax);
  const whole = plain.slice(0, plain.length - (plain.length % 8));
  const bytes = new Uint8Array(size + whole.length + tagBytes);
  bytes.set(whole, size);
  const length = sender.seal(to, bytes, new DataView(bytes.buffer), size + whole.length);
  assert(length === 0 || length === bytes.length, 'a datagram has its header and tag');
  if (length > 0) sent.push({ datagram: bytes, plain: whole, life, hasCome: false });
}

/** Gives the opener something: as it was sent, or not. What opens was sent so, comes once, and is of its life. */
function receive(random: Random, opener: DatagramKeys, sent: Sent[]): void {
  const chosen = sent.length === 0 || random.chance(0.1) ? undefined : random.pick(sent);
  const good = chosen?.datagram ?? noise(random, plainBytesMax);
  const given = random.chance(0.5) ? good.slice() : mutated(random, good);
  const original = sent.find(({ datagram }) => isSameBytes(datagram, given));
  if (opener.open(given, new DataView(given.buffer), given.length) !== Drop.none) return;
  assert(original !== undefined, 'only what was sent opens');
  assert(!original.hasCome, 'and opens once');
  original.hasCome = true;
  assert(isSameBytes(given.subarray(size, given.length - tagBytes), original.plain), 'as it was written');
  assertEqual(opener.from, owner, 'from whom it says');
}

export const datagramKeysFuzzer: Fuzzer = {
  name: 'sealed-datagrams',
  property: 'A datagram opens once, as it was sent, by the key of the life that sent it, or is dropped.',
  casesInTests: 300,
  run,
};
