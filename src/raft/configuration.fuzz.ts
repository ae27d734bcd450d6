/** Fuzzes the bytes of a configuration in a frame. */
import { type JoinToken, type Member, MemberRole, newMember, Preference } from '../protocol/roster.ts';
import { assert, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { embedded, type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import {
  configurationBytes,
  isSound,
  membersOf,
  readConfiguration,
  withRoster,
  writeConfiguration,
} from './configuration.ts';
import type { Configuration } from './types.ts';

function run(random: Random): void {
  const configuration = randomConfiguration(random);
  assert(isSound(configuration), 'the sample is sound');
  const good = encoded(configuration);
  const read = readAnywhere(random, good);
  assert(read !== undefined && isSameBytes(encoded(read), good), 'what was written is read');
  const bytes = random.chance(0.8) ? mutated(random, good) : noise(random, 40);
  const found = readAnywhere(random, bytes);
  if (found === undefined) return;
  assert(isSound(found) && membersOf(found).length > 0, 'what is read keeps the rules');
  assert(isSameBytes(encoded(found), bytes), 'what is read is written as the same bytes');
}

function randomConfiguration(random: Random): Configuration {
  const ids = new Set<number>();
  for (let n = random.between(1, 7); n > 0; n--) ids.add(random.between(1, random.chance(0.5) ? 7 : 255));
  const [voters, outgoing, learners, learnersNext]: number[][] = [[], [], [], []];
  const isJoint = random.chance(0.5);
  for (const id of [...ids].sort((a, b) => a - b)) {
    const place = voters!.length === 0 ? 0 : random.below(isJoint ? 4 : 2);
    if (place === 0 || (place === 2 && random.chance(0.5))) voters!.push(id);
    if (place >= 2) outgoing!.push(id);
    if (place === 3) learnersNext!.push(id);
    if (place === 1) learners!.push(id);
  }
  const lists = { voters: voters!, outgoing: outgoing!, learners: learners!, learnersNext: learnersNext! };
  const roster = [...ids].filter(() => random.chance(0.6)).map((id) => randomMember(random, id));
  const tokens = random.chance(0.3)
    ? [1, 2, 3].map((n) => randomToken(random, n * 50 + random.below(50)))
    : [];
  return withRoster({ ...lists, roster: [], tokens }, random.chance(0.5) ? roster : []);
}

function randomToken(random: Random, replicaId: number): JoinToken {
  const key = Uint8Array.from({ length: 32 }, () => random.below(256));
  const role = random.pick(Object.values(MemberRole));
  return { replicaId, role, replaces: random.below(8), expiresAtMs: random.between(1, 2 ** 40), key };
}

function randomMember(random: Random, replicaId: number): Member {
  const port = (): number => random.between(1, 65_535);
  const name = (): string => (random.chance(0.5) ? '' : `p${random.below(1_000)}`);
  return newMember({
    replicaId,
    host: `10.0.0.${random.below(256)}`,
    udpPort: port(),
    tcpPort: port(),
    controlPort: port(),
    role: random.pick(Object.values(MemberRole)),
    preference: random.pick(Object.values(Preference)),
    zone: name(),
    rack: name(),
    release: name(),
    fingerprint: Uint8Array.from({ length: 32 }, () => (random.chance(0.1) ? random.below(256) : 0)),
  });
}

function encoded(configuration: Configuration): Uint8Array {
  const bytes = new Uint8Array(configurationBytes(configuration));
  assertEqual(writeConfiguration(configuration, bytes, 0), bytes.length, 'all announced bytes are written');
  return bytes;
}

/** Reads the bytes alone and among others; both must give the same. */
function readAnywhere(random: Random, bytes: Uint8Array): Configuration | undefined {
  const alone = readConfiguration(bytes, 0, bytes.length);
  const among = embedded(random, bytes);
  const again = readConfiguration(among.bytes, among.at, among.at + bytes.length);
  assertEqual(JSON.stringify(alone), JSON.stringify(again), 'only the payload itself decides');
  return alone;
}

export const configurationFuzzer: Fuzzer = {
  name: 'raft-configuration',
  property: 'A payload is no configuration, or a sound one that is written back as the same bytes.',
  casesInTests: 3_000,
  run,
};
