/**
 * Fuzzes what replicas say to each other on tethers: a member that has turned says anything of itself, of the others,
 * of snapshots and of keys. The two others must not lose their leader, their state, or what they were right about.
 */
import { type Fields, type Layout, TYPE_AT, type ValuesOf } from '../../protocol/layout.ts';
import {
  ConnectionRole,
  contacts,
  introduction,
  keyGrant,
  keyTaken,
  messages,
} from '../../protocol/messages.ts';
import { memberRecord } from '../../protocol/roster.ts';
import { snapshotNamed } from '../../protocol/snapshot-messages.ts';
import { randomRecord } from '../../protocol/testing/random-records.ts';
import { assert, assertAtMost, assertEqual } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, mutated, noise, overwritten, piecesOf } from '../../std/testing/fuzzing.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { replicaKind } from '../testing/wires.ts';
import { generationsAheadMax } from './introductions.ts';

const said: readonly Layout<Fields>[] = [
  introduction,
  memberRecord,
  contacts,
  snapshotNamed,
  keyGrant,
  keyTaken,
];
const stepsMax = 40;
const settleCycles = 4;
const tethersMax = 4;

/** The member that has turned: what it once said truly, and the connections on which it speaks. */
class TurnedMember {
  readonly #random: Random;
  readonly #group: Group;
  readonly #id: number;
  readonly #calls: WireClient[] = [];
  /** What the others said to it. */
  readonly #heard: Uint8Array[] = [];

  constructor(random: Random, group: Group, id: number) {
    this.#random = random;
    this.#group = group;
    this.#id = id;
  }

  call(node: Node): void {
    if (this.#calls.length >= tethersMax) this.#calls.shift()?.side.close();
    this.#calls.push(
      this.#group.call(node, { kind: replicaKind, id: this.#id, role: ConnectionRole.tether }),
    );
  }

  speak(): void {
    const random = this.#random;
    if (this.#calls.length === 0) return;
    const { side } = random.pick(this.#calls);
    const words = this.#words();
    if (endsGeneration(words)) return;
    for (const piece of piecesOf(random, words))
      if (side.hasEnded || !side.send(piece, 0, piece.length)) return;
  }

  listen(): void {
    for (const call of this.#calls)
      for (const { view } of call.take()) this.#heard.push(new Uint8Array(view.buffer));
  }

  /** One record: of another's words, of its own, of a name that is nearly right, or none. */
  #words(): Uint8Array {
    const random = this.#random;
    if (random.chance(0.3)) return this.#name();
    if (this.#heard.length > 0 && random.chance(0.4)) {
      const before = random.pick(this.#heard);
      return random.chance(0.3)
        ? before
        : random.chance(0.8)
          ? overwritten(random, before)
          : mutated(random, before);
    }
    if (random.chance(0.05)) return noise(random, 400);
    const bytes = randomRecord(
      random,
      random.chance(0.9) ? random.pick(said) : random.pick(messages.layouts),
    );
    return random.chance(0.8) ? bytes : mutated(random, bytes);
  }

  /** A snapshot of a log that never was, of this or another holder, as a leader names it or not. */
  #name(): Uint8Array {
    const random = this.#random;
    const { term, lastIndex } = this.#group.leader().running.log;
    const odd = [0, 1, 2, term, term + 1, lastIndex, lastIndex + 1, Number.MAX_SAFE_INTEGER];
    const values: ValuesOf<typeof snapshotNamed.fields> = {
      holderId: random.between(1, 3),
      leaderTerm: random.pick(odd),
      index: random.pick(odd),
      term: random.pick(odd),
      hash: new Uint8Array(32).fill(random.next()),
    };
    const bytes = new Uint8Array(snapshotNamed.size);
    snapshotNamed.write(new DataView(bytes.buffer), 0, values);
    return bytes;
  }
}

/** That a later generation has begun is believed of any member: it may be the only one that was left of the former. */
function endsGeneration(words: Uint8Array): boolean {
  if (words.length < introduction.size || words[TYPE_AT] !== introduction.type) return false;
  const epoch = getU53(new DataView(words.buffer, words.byteOffset), introduction.at.epoch);
  return epoch > 1 && epoch <= 1 + generationsAheadMax;
}

function run(random: Random): void {
  const group = new Group(3);
  const leader = group.leader();
  const [turned, follower] = group.followers() as [Node, Node];
  turned.crash();
  const { term } = leader.running;
  const trader = group.connect(leader);
  trader.open(7);
  group.step(settleCycles);
  trader.takeOpened();
  trader.createAccount();
  trader.createInstrument();
  const actor = new TurnedMember(random, group, turned.id);
  for (let n = random.between(5, stepsMax); n > 0; n--) {
    if (random.chance(0.15)) actor.call(random.pick([leader, follower]));
    actor.speak();
    if (random.chance(0.3)) trader.place(random.chance(0.5) ? 1 : 2, 100);
    group.step(random.between(1, settleCycles));
    actor.listen();
    assertOwnNames(leader, turned.id);
  }
  group.step(200);
  assertEqual(leader.running.term, term, 'what a member says on tethers begins no election');
  assert(leader.running.serving, 'the leader serves on');
  group.until(
    () => follower.running.state.lastSeq === leader.running.state.lastSeq,
    'the same commands at both',
  );
  for (const { running } of [leader, follower]) {
    running.log.raft.invariants();
    running.state.engine.invariants();
    assert(!running.log.raft.isSuperseded, 'one member ends no generation');
  }
  assertEqual(follower.running.state.stateHash(), leader.running.state.stateHash(), 'both have one state');
  assertEqual(follower.counters.of('snapshotsFetched'), 0, 'none has installed what it has no need of');
}

/** The leader names of a member what is of its own log, and nothing else. */
function assertOwnNames({ running }: Node, memberId: number): void {
  const { log } = running;
  const named = log.names.of(memberId);
  if (named === undefined) return;
  assertAtMost(named.index, log.lastIndex, 'a named snapshot is of the log');
  assertEqual(named.term, log.termAt(named.index), 'and of its term');
}

export const tetherFuzzer: Fuzzer = {
  name: 'replica-tethers',
  property:
    'Whatever one of three members says on tethers, the two others keep their leader, their log and their state.',
  casesInTests: 40,
  run,
};
