import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeNote } from '../../backup/notes.ts';
import { ChainTail, endOf, type TailPiece } from '../../backup/tail.ts';
import { Shipping } from '../../backup/testing/shipping.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { lagOf, siteAlarms } from '../standing/site-standing.ts';
import { type OwnReplicas, SiteFollower } from './follower.ts';
import { OtherSites, type SiteLinks } from './other-sites.ts';

/** Replicas that take what follows, or say why they do not. */
class FakeReplicas implements OwnReplicas {
  nextSeq = 1;
  isStandby = 1;
  leads = true;
  refusal = '';
  readonly trouble = 'replica 1: ECONNREFUSED';
  doubt = 0;
  /** How often something was given that voids a command. */
  voids = 0;
  readonly answers: [number, boolean][] = [];

  get leader(): OwnReplicas['leader'] {
    const { nextSeq, isStandby } = this;
    if (!this.leads) return undefined;
    const { doubt } = this;
    const place = { nextSeq, isStandby, appliedSeq: nextSeq - 1, appliedTimeUs: 0, epoch: 1, doubt };
    return { place: { ...place, instance: 1 } };
  }

  answer(doubt: number, isClear: boolean): void {
    this.answers.push([doubt, isClear]);
  }

  async ship({ frames, voids }: TailPiece): Promise<void> {
    if (this.refusal !== '') throw new Error(this.refusal);
    this.voids += voids.length;
    if (frames.length > 0) this.nextSeq = endOf(frames.at(-1)!);
  }
}

const nowMs = 1_764_410_100_000;

function following(shipping: Shipping) {
  const replicas = new FakeReplicas();
  const held: number[] = [];
  const links: SiteLinks[] = [];
  const parts = {
    site: 'south',
    sites: ['north', 'south'],
    ownChain: () => '',
    from: shipping.from,
    tail: new ChainTail(shipping.from),
    replicas,
    others: new OtherSites(() => links, nowMs),
    opening: { writer: '', isAwaited: false, turn: async () => false, follow: () => undefined },
    holdBack: async (epoch: number) => (epoch > 1 && held.push(epoch) > 0 ? 'replica 1: ends.' : ''),
  };
  return { replicas, held, links, follower: new SiteFollower(parts, nowMs) };
}

async function standingAt(follower: SiteFollower, ms: number) {
  for (let n = 0; n < 50; n++) await follower.turn(ms);
  return {
    pid: process.pid,
    startedTicks: '',
    startedMs: nowMs,
    writtenMs: ms,
    waitUntilMs: 0,
    ...follower.standing(),
  };
}

test('a standby site comes level, says so here and at the target, and is behind while it takes nothing', async () => {
  const shipping = new Shipping();
  await shipping.run(3, 5);
  const { follower, replicas } = following(shipping);
  await standingAt(follower, nowMs);
  const level = await standingAt(follower, nowMs + 2_000);
  assert.deepEqual(
    [level.appliedSeq, level.shippedSeq],
    [shipping.history.lastSeq, shipping.history.lastSeq],
  );
  assert.deepEqual(lagOf(level, nowMs + 2_000), { seqs: 0, bytes: 0, ms: 0 });
  const note = [...shipping.target.objects].find(([name]) => name.endsWith('/follower'))![1];
  assert.match(
    new TextDecoder().decode(note),
    new RegExp(`"site":"south","seq":${shipping.history.lastSeq},`),
  );
  assert.deepEqual((await shipping.chains())[0]!.damage, []);

  replicas.refusal = 'no majority';
  await shipping.run(2, 5);
  const behind = await standingAt(follower, nowMs + 7_000);
  assert.equal(lagOf(behind, nowMs + 7_000).ms, 5_000);
  assert.ok(lagOf(behind, nowMs + 7_000).seqs > 0);
  assert.equal(lagOf(behind, nowMs + 7_000).bytes, behind.waitingBytes);
  assert.ok(behind.waitingBytes > 0);
  assert.equal(behind.error, 'no majority');
  replicas.refusal = '';
  const again = await standingAt(follower, nowMs + 8_000);
  assert.equal(lagOf(again, nowMs + 8_000).seqs, 0);
  assert.equal(again.waitingBytes, 0);
});

test('a site that no replica leads, one that the target is away from and one that was left behind say why', async () => {
  const shipping = new Shipping();
  shipping.history.add(20);
  shipping.history.resetToSnapshot();
  await shipping.ship();
  const { follower, replicas } = following(shipping);
  assert.match((await standingAt(follower, nowMs)).error, /lockstep site seed/);
  shipping.target.refusal = 'the target is away';
  assert.equal((await standingAt(follower, nowMs)).error, 'the target is away');
  replicas.leads = false;
  const standing = await standingAt(follower, nowMs + 60_000);
  assert.match(standing.error, /No replica of this site leads. replica 1: ECONNREFUSED/);
  assert.deepEqual(siteAlarms(undefined, 10, nowMs).length, 1);
});

test('a site that writes looks whether another one does in a later epoch, after a standstill at once, and alarms', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 5);
  const { follower, replicas, held } = following(shipping);
  replicas.isStandby = 0;
  await follower.turn(nowMs);
  assert.deepEqual(held, []);
  shipping.history.add(1);
  await shipping.ship({ ...shipping.history.view, epoch: 2 });
  await follower.turn(nowMs + 1_000);
  assert.deepEqual(held, [], 'not at each turn');
  await follower.turn(nowMs + 4_000);
  assert.deepEqual(held, [2], 'it stood still for three seconds');
  const ownProcess = { ...ownIdentity(), startedMs: nowMs, writtenMs: nowMs + 4_000, waitUntilMs: 0 };
  const [alarm] = siteAlarms({ ...ownProcess, ...follower.standing() }, 10, nowMs + 4_000);
  assert.match(alarm!, /Another site writes in epoch 2.*lockstep site return/);
});

test('a leader in doubt is told at once whether another site writes, or was ordered to', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 5);
  const { follower, replicas, links, held } = following(shipping);
  replicas.isStandby = 0;
  await follower.turn(nowMs);
  assert.deepEqual(replicas.answers, [], 'no leader has asked');
  replicas.doubt = 4;
  await follower.turn(nowMs + 100);
  assert.deepEqual(replicas.answers, [[4, true]]);
  shipping.target.refusal = 'the target is away';
  await follower.turn(nowMs + 200);
  assert.equal(replicas.answers.length, 1, 'what cannot be seen is no answer');
  shipping.target.refusal = '';

  const { folder } = (await shipping.chains())[0]!;
  const claim = { site: 'north', epoch: 2, madeUs: (nowMs + 300) * 1_000 };
  await writeNote(shipping.target, folder, 'claim', claim, shipping.key);
  replicas.doubt = 5;
  await follower.turn(nowMs + 400);
  assert.deepEqual(replicas.answers.at(-1), [5, false], 'north is being promoted');
  assert.match(follower.standing().over, /Site north was to begin epoch 2.*Repeat "lockstep site promote"/);
  const place = { isStandby: 1, leaderId: 1, epoch: 1, appliedSeq: 1, appliedTimeUs: 0 };
  links.push({ name: 'north', places: [place] });
  await follower.turn(nowMs + 500);
  assert.deepEqual(replicas.answers.at(-1), [5, false], 'it may be on its way');
  for (let s = 1; s <= 61; s++) await follower.turn(nowMs + s * 1_000);
  assert.deepEqual(replicas.answers.at(-1), [5, true], 'it follows still: that came to nothing');
  assert.deepEqual([follower.standing().over, held], ['', []]);

  links[0] = { name: 'north', places: [{ ...place, isStandby: 0, epoch: 2 }] };
  await follower.turn(nowMs + 62_000);
  assert.deepEqual([replicas.answers.at(-1), held], [[5, false], [2]], 'its replicas say that it writes');
});

test('a site whose file has the sites in another order, or the name of another, does not begin to write', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 5);
  const { follower, replicas, links, held } = following(shipping);
  Object.assign(replicas, { isStandby: 0, doubt: 4 });
  const place = { isStandby: 0, leaderId: 1, epoch: 1, appliedSeq: 1, appliedTimeUs: 0 };
  links.push({ name: 'north', places: [place] });
  await follower.turn(nowMs);
  assert.deepEqual([replicas.answers, held], [[[4, false]], []]);
  assert.match(
    follower.standing().over,
    /^Site north writes in epoch 1, and so does this one, south: .*site\.name/,
  );
  const standing = {
    ...ownIdentity(),
    startedMs: nowMs,
    writtenMs: nowMs,
    waitUntilMs: 0,
    ...follower.standing(),
  };
  assert.match(siteAlarms(standing, 10, nowMs).join(' '), /Site north writes in epoch 1/);
  links[0] = { name: 'north', places: [{ ...place, isStandby: 1 }] };
  await follower.turn(nowMs + 100);
  assert.deepEqual([replicas.answers.at(-1), follower.standing().over], [[4, true], '']);
});

test('a promotion that is noted by a clock that is off counts from when it was first seen', async () => {
  for (const clockMs of [-420_000, 420_000]) {
    const shipping = new Shipping();
    await shipping.run(1, 5);
    const { follower, replicas, links } = following(shipping);
    replicas.isStandby = 0;
    const { folder } = (await shipping.chains())[0]!;
    const claim = { site: 'north', epoch: 2, madeUs: (nowMs + clockMs) * 1_000 };
    await writeNote(shipping.target, folder, 'claim', claim, shipping.key);
    const place = { isStandby: 1, leaderId: 1, epoch: 1, appliedSeq: 1, appliedTimeUs: 0 };
    links.push({ name: 'north', places: [place] });
    replicas.doubt = 1;
    await follower.turn(nowMs);
    assert.deepEqual(replicas.answers.at(-1), [1, false], 'it may be on its way');
    for (let s = 1; s <= 61; s++) await follower.turn(nowMs + s * 1_000);
    assert.deepEqual(replicas.answers.at(-1), [1, true], 'that came to nothing');
  }
});

test('when the site that writes last gave a sign of life is known by the clock here, however that one is off', async () => {
  for (const clockUs of [-420_000_000, 420_000_000]) {
    const shipping = new Shipping();
    shipping.clockUs = nowMs * 1_000 - shipping.history.timeUs + clockUs;
    await shipping.run(1, 5);
    const { follower, links } = following(shipping);
    links.push({ name: 'north', places: [] });
    const { shippedMs } = await standingAt(follower, nowMs);
    assert.ok(shippedMs <= nowMs, 'what was there may be old');
    await shipping.run(1, 5);
    await standingAt(follower, nowMs + 1_000);
    const later = await standingAt(follower, nowMs + 90_000);
    assert.deepEqual([later.shippedMs, later.writerSeenMs], [nowMs + 1_000, nowMs + 1_000]);
  }
});

test('a site that wrote until a moment ago does not miss the one that writes now', async () => {
  const { follower, links, replicas } = following(new Shipping());
  links.push({ name: 'north', places: [] });
  replicas.isStandby = 0;
  await standingAt(follower, nowMs + 90_000);
  replicas.isStandby = 1;
  const { writerSeenMs } = await standingAt(follower, nowMs + 90_100);
  assert.equal(writerSeenMs, nowMs + 90_000);
});

test('a site that writes knows in bytes what the standby has yet to apply', async () => {
  const shipping = new Shipping();
  await shipping.run(2, 5);
  const south = following(shipping);
  await standingAt(south.follower, nowMs);
  await standingAt(south.follower, nowMs + 1_500);
  const north = following(shipping);
  north.replicas.isStandby = 0;
  north.replicas.nextSeq = shipping.history.lastSeq + 30;
  north.links.push({
    name: 'south',
    places: [
      { isStandby: 1, leaderId: 11, epoch: 1, appliedSeq: shipping.history.lastSeq, appliedTimeUs: 0 },
    ],
  });
  const bytesAt = async (ms: number) => (await standingAt(north.follower, ms)).others[0]!.behindBytes;
  assert.equal(await bytesAt(nowMs), 0, 'what is shipped is applied');
  shipping.history.add(9);
  await shipping.ship();
  const { bytes } = JSON.parse(shipping.ledgerText!) as { readonly bytes: number };
  assert.ok(Number(await bytesAt(nowMs + 2_000)) > 0 && Number(await bytesAt(nowMs + 2_000)) < bytes);
  await standingAt(south.follower, nowMs + 4_000);
  assert.equal(await bytesAt(nowMs + 6_000), 0);
});

test('once another site has ended, its last frames are looked for without a rest, and that ends', async () => {
  const shipping = new Shipping();
  await shipping.run(2, 5);
  const { follower, links, replicas } = following(shipping);
  const place = { isStandby: 0, leaderId: 1, epoch: 1, appliedSeq: 1, appliedTimeUs: 0 };
  links.push({ name: 'north', places: [place] });
  await standingAt(follower, nowMs);
  assert.equal(follower.isAwaited, false);
  links[0] = { name: 'north', places: [{ ...place, isStandby: 1, epoch: 2 }] };
  await standingAt(follower, nowMs + 100);
  assert.equal(follower.isAwaited, true);
  await standingAt(follower, nowMs + 10_000);
  assert.equal(follower.isAwaited, false, 'it may never come');
  replicas.isStandby = 0;
  await standingAt(follower, nowMs + 10_100);
  assert.equal(follower.isAwaited, false);
});

test('a standby that holds what no other site has says so, and what to do', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 5);
  const { follower, replicas } = following(shipping);
  replicas.nextSeq = shipping.history.lastSeq + 3;
  await follower.turn(nowMs);
  assert.equal(follower.standing().error, '');
  for (let s = 1; s <= 11; s++) await follower.turn(nowMs + s * 1_000);
  assert.match(follower.standing().error, /lockstep site return/);
});

test('a site that is out of reach and whose file names the sites in another order is seen at the target', async () => {
  for (const [sites, isClear] of [
    [['south', 'north'], false],
    [['north', 'south'], true],
    [['north'], true],
    [[], true],
  ] as const) {
    const shipping = new Shipping({ sites });
    await shipping.run(1, 5);
    const { follower, replicas, links } = following(shipping);
    links.push({ name: 'north', places: [] });
    replicas.isStandby = 0;
    replicas.doubt = 3;
    await follower.turn(nowMs);
    assert.deepEqual(replicas.answers, [[3, isClear]], sites.join());
    const said = isClear
      ? /^$/
      : /names the sites as "south north", and that of this one, south, as "north south"/;
    assert.match(follower.standing().over, said);
  }
});

test('what voids a command is given again each second, until something of what follows it is here', async () => {
  const shipping = new Shipping();
  await shipping.run(1, 3);
  const seq = shipping.history.addVoided();
  shipping.history.void(seq);
  await shipping.ship();
  const { follower, replicas } = following(shipping);
  for (let n = 0; n < 20; n++) await follower.turn(nowMs);
  const given = replicas.voids;
  assert.ok(given > 0);
  for (let n = 0; n < 20; n++) await follower.turn(nowMs + 3_000);
  assert.equal(replicas.voids, given + 1);
  shipping.history.add(3);
  await shipping.ship();
  for (let n = 0; n < 20; n++) await follower.turn(nowMs + 6_000);
  const { voids } = replicas;
  for (let n = 0; n < 20; n++) await follower.turn(nowMs + 9_000);
  assert.equal(replicas.voids, voids);
});

test('a standby whose target holds nothing, though it came from there, is not level, and says what to do', async () => {
  const shipping = new Shipping();
  const { follower, replicas } = following(shipping);
  await standingAt(follower, nowMs);
  assert.deepEqual(siteAlarms(await running(follower, nowMs + 11_000), 10, nowMs + 11_000), [], 'it is new');
  replicas.nextSeq = 7;
  await shipping.run(1, 5);
  const { objects } = shipping.target;
  shipping.target.objects = new Map();
  const bare = await running(follower, nowMs + 22_000);
  assert.match(
    siteAlarms(bare, 10, nowMs + 22_000).join(),
    /memory holds nothing that the other site has shipped\. Mount its disk/,
  );
  shipping.target.objects = objects;
  await running(follower, nowMs + 30_000);
  assert.deepEqual(siteAlarms(await running(follower, nowMs + 32_000), 10, nowMs + 32_000), []);
});

async function running(follower: SiteFollower, ms: number) {
  return { ...(await standingAt(follower, ms)), ...ownIdentity() };
}
