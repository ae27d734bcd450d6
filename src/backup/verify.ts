/**
 * Proves a chain by restoring it: every object is read and applied, at every snapshot the replay must have the hash
 * that the replica had which wrote it, and the snapshot must give that state by itself.
 */
import type { Chain, Damage, ListedObject, StartPoint } from './chains.ts';
import type { Proof } from './notes.ts';
import { LogReplay } from './replay.ts';
import { DamageError, damageOf, ObjectReader, type ReadFrom, replayAt, voidsBehind } from './walk.ts';

export interface Verified extends Proof {
  readonly chain: Chain;
  /** Empty: all of it is good. */
  readonly damage: readonly Damage[];
}

/**
 * Verifies a chain from the last proof on, or all of it; undefined where it has no start. Damage is collected: behind
 * it the next snapshot is the start of the rest.
 */
export async function verifyChain(
  from: ReadFrom,
  chain: Chain,
  isAll: boolean,
): Promise<Verified | undefined> {
  const start = firstStart(chain, isAll);
  if (start === undefined) return undefined;
  const damage = [...chain.damage];
  const numberFrom = start.number === 0 ? start.logFrom : Math.min(start.logFrom, start.number);
  const objects = chain.objects.filter(({ number }) => number >= numberFrom);
  const walk = new Walk(objects);
  walk.voids = await voidsBehind(from, chain, numberFrom).catch(() => new Set());
  if (start.number === 0) walk.replay = await replayAt(from, chain, start);
  const reader = new ObjectReader(from, chain, objects);
  for (const [at, object] of objects.entries()) {
    try {
      const { content } = await reader.read(at);
      if (object.kind === 'snapshot') walk.snapshot(object, content);
      else if (walk.replay !== undefined || isNeeded(chain, object)) walk.log(content);
    } catch (error) {
      const found = damageOf(error, object);
      if (!damage.some((each) => each.object === found.object)) damage.push(found);
      reader.forget();
      if (object.kind === 'log') walk.replay = undefined;
    }
  }
  const { replay, snapshots } = walk;
  if (replay === undefined) {
    const name = chain.objects.at(-1)?.name ?? chain.folder;
    if (damage.length === 0) damage.push({ object: name, reason: 'nothing could be restored' });
  }
  const { seq, timeUs } = replay?.position ?? { seq: 0, timeUs: 0 };
  return {
    chain,
    fromNumber: objects[0]?.number ?? 0,
    toNumber: objects.at(-1)?.number ?? 0,
    seq,
    timeUs,
    stateHash: replay?.exchange.stateHash() ?? '',
    economicHash: replay?.exchange.engine.economicHash() ?? '',
    snapshots,
    damage,
  };
}

/** Whether the next snapshot needs this object of the log behind it. */
function isNeeded({ starts }: Chain, { number }: ListedObject): boolean {
  return number >= (starts.find((start) => start.number > number)?.logFrom ?? Number.POSITIVE_INFINITY);
}

/** The newest start that was proved, or the oldest of all. */
function firstStart({ starts, proof }: Chain, isAll: boolean): StartPoint | undefined {
  if (isAll || proof === undefined) return starts[0];
  return starts.findLast(({ number }) => number <= proof.toNumber && number >= proof.fromNumber) ?? starts[0];
}

/** The replay along the objects, and the hashes that it had where snapshots were taken. */
class Walk {
  replay: LogReplay | undefined;
  /** Commands that no replay applies. */
  voids: ReadonlySet<number> = new Set();
  snapshots = 0;
  /** Sequence numbers of snapshots that are still to come, in order. */
  readonly #marks: number[];
  readonly #hashes = new Map<number, string>();
  /** Log that was read before the first snapshot, which it may reach beyond. */
  #waiting: Uint8Array[] = [];

  constructor(objects: readonly ListedObject[]) {
    this.#marks = objects.filter(({ kind }) => kind === 'snapshot').map(({ seq }) => seq);
  }

  log(frames: Uint8Array): void {
    const { replay } = this;
    if (replay === undefined) {
      this.#waiting.push(frames);
      return;
    }
    for (const mark of this.#marks) {
      if (mark < replay.position.seq) continue;
      const isReached = replay.apply(frames, { seq: mark, timeUs: Number.POSITIVE_INFINITY });
      if (replay.position.seq !== mark) break;
      if (!this.#hashes.has(mark)) this.#hashes.set(mark, replay.exchange.stateHash());
      if (!isReached) break;
    }
    replay.apply(frames, { seq: Number.POSITIVE_INFINITY, timeUs: Number.POSITIVE_INFINITY });
  }

  snapshot({ name, seq }: ListedObject, content: Uint8Array): void {
    const own = LogReplay.fromSnapshot(content);
    if (typeof own === 'string') throw new DamageError(name, own);
    own.voids = this.voids;
    const { replay } = this;
    if (replay === undefined) {
      this.replay = own;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const frames of waiting) this.log(frames);
      return;
    }
    if (replay.position.seq === seq && !this.#hashes.has(seq))
      this.#hashes.set(seq, replay.exchange.stateHash());
    const reached = this.#hashes.get(seq);
    const hash = own.exchange.stateHash();
    if (reached === undefined) throw new DamageError(name, `the log before it does not reach its seq ${seq}`);
    if (reached !== hash)
      throw new DamageError(
        name,
        `its state has the hash ${hash}, and the log leads to ${reached} at seq ${seq}`,
      );
    this.snapshots += 1;
  }
}
