import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../std/random.ts';
import { mutated } from '../std/testing/fuzzing.ts';
import { backupKey } from './encryption.ts';
import { decodeObject, encodeObject, readObjectName } from './objects.ts';
import { RestoreFault } from './restore.ts';
import { Shipping, sampleKey } from './testing/shipping.ts';
import { verifyChain } from './verify.ts';

type Objects = Map<string, Uint8Array>;

/** Everything that can become of the object `name` at a target, by itself or by hands. */
const damages: Readonly<
  Record<string, (objects: Objects, names: readonly string[], at: number, random: Random) => void>
> = {
  'a flipped bit': (objects, names, at, random) => {
    const bytes = objects.get(names[at]!)!.slice();
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    objects.set(names[at]!, bytes);
  },
  'other bytes': (objects, names, at, random) => {
    const bytes = objects.get(names[at]!)!;
    const spoiled = mutated(random, bytes);
    objects.set(names[at]!, spoiled.every((byte, n) => byte === bytes[n]) ? spoiled.subarray(1) : spoiled);
  },
  'a missing object': (objects, names, at) => void objects.delete(names[at]!),
  'an object cut short': (objects, names, at, random) => {
    const bytes = objects.get(names[at]!)!;
    objects.set(names[at]!, bytes.slice(0, random.below(bytes.length)));
  },
  'an empty object': (objects, names, at) => void objects.set(names[at]!, new Uint8Array(0)),
  'two objects that changed places': (objects, names, at) => {
    const other = names[at === 0 ? 1 : at - 1]!;
    const [a, b] = [objects.get(names[at]!)!, objects.get(other)!];
    objects.set(names[at]!, b);
    objects.set(other, a);
  },
  'an object under two numbers': (objects, names, at) => {
    const twin = names[at]!.replace(/\/\d{10}-/, `/${String(at + 2).padStart(10, '0')}-`);
    if (objects.has(twin)) objects.delete(names[at]!);
    objects.set(twin, objects.get(names[at]!) ?? new Uint8Array(3));
  },
};

async function shipped(seed: number, key = sampleKey): Promise<Shipping> {
  const shipping = new Shipping({ seed, key });
  await shipping.run(9, 6, 3);
  return shipping;
}

test('what is shipped while a reader lists the target is not taken for damage', async () => {
  const shipping = await shipped(11);
  const { target, history } = shipping;
  const list = target.list.bind(target);
  target.list = async (...words) => {
    const listed = await list(...words);
    target.list = list;
    await shipping.run(1, 6);
    return listed;
  };
  const [chain] = await shipping.chains();
  assert.deepEqual(chain!.damage, []);
  assert.equal(chain!.seq, history.lastSeq);
});

for (const [what, spoil] of Object.entries(damages)) {
  test(`${what} is found and named, nothing wrong is restored, and the nearest good point holds`, async () => {
    const random = new Random(what.length);
    const good = await shipped(7);
    for (let n = 0; n < 8; n++) {
      const { target, history } = good;
      const before = new Map(target.objects);
      const { names } = target;
      spoil(target.objects, names, random.below(names.length), random);
      const chains = await good.chains();
      const verified = await verifyChain(good.from, chains[0]!, true);
      assert.ok(verified === undefined || verified.damage.length > 0, `verify finds ${what}`);

      const seq = random.between(1, history.lastSeq);
      try {
        const { replay } = await good.restore({ seq });
        assert.equal(
          replay.exchange.stateHash(),
          history.engineAt(seq).stateHash(),
          'what is given is right',
        );
      } catch (error) {
        assert.ok(error instanceof RestoreFault, String(error));
        assert.ok(error.damage.length > 0, error.message);
        for (const { object } of error.damage) assert.match(error.message, new RegExp(object));
        for (const { seq: near } of error.nearest.filter((point) => point.seq > 0 && point.seq < seq)) {
          const { replay } = await good.restore({ seq: near });
          assert.equal(
            replay.exchange.stateHash(),
            history.engineAt(near).stateHash(),
            'a point that is offered is good',
          );
        }
      }
      target.objects = before;
    }
  });
}

test('an object of another chain, whole and sealed with the same key, is not taken for one of this', async () => {
  const good = await shipped(7);
  const other = await shipped(8);
  const { names } = good.target;
  for (const [at, name] of names.entries()) {
    const before = good.target.objects.get(name)!;
    good.target.objects.set(name, other.target.objects.get(other.target.names[at]!)!);
    const [chain] = await good.chains();
    const verified = await verifyChain(good.from, chain!, true);
    assert.ok(
      verified!.damage.some(({ object }) => object === name),
      name,
    );
    good.target.objects.set(name, before);
  }
});

test('an object that was sealed again, with the same key and under the same name, is found by the one after it', async () => {
  const good = await shipped(7);
  const { target } = good;
  for (const at of [0, 1, 2]) {
    const name = target.names[at]!;
    const before = target.objects.get(name)!;
    const object = decodeObject(before, sampleKey);
    assert.ok(typeof object !== 'string');
    const again = encodeObject(object.head, object.content, { compression: 'zstd', key: sampleKey });
    target.objects.set(name, again.bytes);
    const [chain] = await good.chains();
    const verified = await verifyChain(good.from, chain!, true);
    assert.match(
      verified!.damage[0]!.reason,
      /names another object as the one before it: one of the two was replaced/,
    );
    target.objects.set(name, before);
  }
});

test('the newest objects taken back with their head: the shipper knows, a reader is told by a head that stayed', async () => {
  const good = await shipped(7);
  const { target, history } = good;
  const { names } = target;
  const last = readObjectName(names.at(-2)!.split('/').at(-1)!)!;
  target.objects.delete(names.at(-1)!);
  await assert.rejects(good.restore(), (error: RestoreFault) => {
    assert.match(error.message, /cannot give the newest state.*missing/);
    assert.equal(error.nearest[0]?.seq, last.seq);
    return true;
  });
  const { replay } = await good.restore({ seq: last.seq });
  assert.equal(replay.exchange.stateHash(), history.engineAt(last.seq).stateHash());
  good.shipper = good.started();
  await good.ship();
  assert.match(good.warnings.join(), /does not show what it had confirmed/);
});

test('without a head that can be read no state counts as the newest, and a known one is restored all the same', async () => {
  for (const spoil of ['taken away', 'cut', 'of another key']) {
    const good = await shipped(7);
    const { target, history } = good;
    const { names } = target;
    const [head, bytes] = [...target.objects].find(([name]) => name.endsWith('/head'))!;
    target.objects.delete(names.at(-1)!);
    if (spoil === 'taken away') target.objects.delete(head);
    else if (spoil === 'cut') target.objects.set(head, bytes.subarray(0, -3));
    else bytes[bytes.length - 1]! ^= 1;
    const last = readObjectName(names.at(-2)!.split('/').at(-1)!)!;
    for (const goal of [{}, { timeUs: last.timeUs + 1 }])
      await assert.rejects(good.restore(goal), (error: RestoreFault) => {
        assert.match(error.message, /cannot give .*head: it is missing or no good, so newer objects/, spoil);
        assert.equal(error.nearest[0]?.seq, last.seq);
        return true;
      });
    const { replay } = await good.restore({ seq: last.seq });
    assert.equal(replay.exchange.stateHash(), history.engineAt(last.seq).stateHash());
  }
});

test('a damaged snapshot is passed over for an earlier start, and is named', async () => {
  const good = await shipped(7);
  const { target, history } = good;
  const snapshots = target.names.filter((name) => name.includes('-snapshot-'));
  const newest = target.objects.get(snapshots.at(-1)!)!;
  newest[newest.length - 1]! ^= 1;
  const { replay, damage } = await good.restore();
  assert.equal(replay.exchange.stateHash(), history.engineAt(history.lastSeq).stateHash());
  assert.deepEqual(
    damage.map(({ object }) => object),
    [snapshots.at(-1)],
  );
});

test('without the key, or with another one, nothing is read, and the key that is needed is named', async () => {
  const good = await shipped(7);
  const chains = await good.chains();
  const read = (key: typeof sampleKey | undefined) => verifyChain({ ...good.from, key }, chains[0]!, true);
  const without = await read(undefined);
  assert.match(
    without!.damage[0]!.reason,
    new RegExp(`encrypted with key ${sampleKey.name}; name the file of that key`),
  );
  const wrong = backupKey(new Uint8Array(32).fill(8));
  const other = await read(wrong);
  assert.match(
    other!.damage[0]!.reason,
    new RegExp(`encrypted with key ${sampleKey.name}, and the key that was given is ${wrong.name}`),
  );
});

test('where a target has a key, an object that is not sealed is refused', async () => {
  const plain = new Shipping({ seed: 7 });
  await plain.run(3, 5);
  const [chain] = await plain.chains();
  const verified = await verifyChain({ ...plain.from, key: sampleKey }, chain!, true);
  assert.match(verified!.damage[0]!.reason, /is not encrypted, and this target has a key/);
});
