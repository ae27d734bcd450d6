/** Fuzzes the desk at which two persons confirm an order: they sign, sign for others, repeat and change plans. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { PartyKind } from '../../protocol/parties.ts';
import type { Random } from '../../std/random.ts';
import { type Fuzzer, noise } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import type { ControlSubject } from '../control-port/control-subject.ts';
import { OperatorOrderDesk } from '../control-port/order-desk.ts';
import { PaperNotes, PaperOperators } from '../control-port/testing/operators.ts';
import { planHash, signedBytes } from '../orders/order-words.ts';
import type { Giver } from './operators.ts';
import type { Confirmation } from './order-bodies.ts';
import { type OperatorReplicaOrder, readConfirmation } from './order-paths.ts';

interface Person {
  readonly giver: Giver;
  readonly key: KeyObject;
}

function person(id: number): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const giver = { party: { kind: PartyKind.operator, id }, certificate: { publicKey }, source: '' } as Giver;
  return { giver, key: privateKey };
}

/** Made once: keys take a while. */
let people: readonly Person[] | undefined;

const orders: readonly OperatorReplicaOrder[] = [
  { kind: 'chooseState', replicaId: 2, force: true },
  { kind: 'chooseState', replicaId: 3, force: true },
  { kind: 'stop', replicaId: 0, force: false },
];

async function run(random: Random): Promise<void> {
  people ??= [1, 2, 3].map(person);
  const persons: readonly Person[] = people;
  const confirmed: OperatorReplicaOrder[] = [];
  const effects = ['All is lost.', 'Little is lost.'];
  let effect = effects[0]!;
  const subject = {
    replicaId: 1,
    clusterId: 1,
    operators: new PaperOperators(),
    notes: new PaperNotes(),
    order: async (order: OperatorReplicaOrder) => {
      if (order.isConfirmed !== true) return { ok: false, text: effect, needsSecond: true };
      confirmed.push(order);
      return { ok: true, text: 'done' };
    },
  } as unknown as ControlSubject;
  const desk = new OperatorOrderDesk(subject);
  /** What each plan is for, and its right signers. */
  const plans = new Map<
    string,
    { order: OperatorReplicaOrder; effect: string; signers: Set<number>; isDone: boolean }
  >();
  for (let n = random.between(3, 20); n > 0; n--) {
    const { giver, key }: Person = random.pick(persons);
    const order = random.pick(orders);
    if (random.chance(0.1)) effect = random.pick(effects);
    if (plans.size === 0 || random.chance(0.2)) {
      const { body } = await desk.take({ giver, path: 'choose-state', order }, undefined);
      const { plan, hash } = body as { readonly plan: string; readonly hash: string };
      assert.equal(planHash(plan), hash, 'the hash is that of the text');
      plans.set(hash, { order, effect, signers: new Set(), isDone: false });
      continue;
    }
    const hash = random.pick([...plans.keys()]);
    const plan = plans.get(hash)!;
    const signer = random.chance(0.8) ? key : random.pick(persons).key;
    const signature = sign(null, signedBytes(random.chance(0.9) ? hash : planHash(hash)), signer);
    if (random.chance(0.1)) signature.set(noise(random, 8), random.below(56));
    const body = { ...order, plan: hash, signature: signature.toString('base64') };
    if (random.chance(0.1)) body.plan = mutatedText(random, hash);
    const read = readConfirmation(body);
    if (typeof read === 'string') continue;
    const before = confirmed.length;
    const { status } = await desk.take(
      { giver, path: 'choose-state', order },
      read.confirmation as Confirmation,
    );
    const { id } = giver.party;
    const isRight =
      body.plan === hash && signer === key && order === plan.order && isWhole(read.confirmation!, giver);
    const isNew = isRight && !plan.isDone && !plan.signers.has(id);
    const isSecond = isNew && plan.signers.size === 1;
    if (isNew) plan.signers.add(id);
    if (isSecond) plan.isDone = true;
    const isCarriedOut = isSecond && plan.effect === effect;
    assert.equal(
      confirmed.length - before,
      isCarriedOut ? 1 : 0,
      'it takes two persons, for what both have signed',
    );
    assert.equal(status === 200, isNew && (!isSecond || isCarriedOut));
    if (isCarriedOut) assert.equal(confirmed.at(-1)!.kind, plan.order.kind);
  }
}

/** Whether a signature is that of the person over the plan; what was spoiled may still be it. */
function isWhole({ plan, signature }: Confirmation, giver: Giver): boolean {
  const { key } = people!.find((each) => each.giver === giver)!;
  return sign(null, signedBytes(plan), key).toString('base64') === signature;
}

export const planFuzzer: Fuzzer = {
  name: 'two-persons',
  property: 'An order that takes two is carried out once, and only as two persons have signed it.',
  casesInTests: 60,
  run,
};
