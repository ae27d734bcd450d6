// What real replicas say of ways that are cut, as `lockstep status` on several machines shows it, and their metrics.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Way } from '../../src/chaos/hosts/hosts.ts';
import type { ClusterReport } from '../../src/gateway/cluster-report.ts';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const operator = 4;
const replicas = [1, 2, 3];

/** What `lockstep status --json` says on a host; it fails where no leader answers, and says all else. */
async function reportAt(venue: HostedExchange, host: number): Promise<ClusterReport> {
  const line = venue.line(host, 'status', '--json');
  const said = await venue.run(host, 'sh', '-c', '"$@" 2> /dev/null || true', 'sh', ...line);
  const object = said.split('\n').find((each) => each.startsWith('{'));
  assert.ok(object !== undefined, said);
  return (JSON.parse(object) as { readonly cluster: ClusterReport }).cluster;
}

/** The report of a host, once it is as expected. */
async function reportOnce(
  venue: HostedExchange,
  host: number,
  what: string,
  isSo: (report: ClusterReport) => boolean,
): Promise<ClusterReport> {
  let report: ClusterReport | undefined;
  try {
    await venue.until(`on host ${host} ${what}`, async () => {
      report = await reportAt(venue, host);
      return isSo(report);
    });
  } catch (error) {
    throw new Error(`${String(error)}\n${JSON.stringify(report, null, 1)}`);
  }
  return report!;
}

const heardOn = ({ reachability }: ClusterReport, [from, to]: Way): boolean | null | undefined =>
  reachability.find((pair) => pair.from === from && pair.to === to)?.isHeard;

async function metricsOf(venue: HostedExchange, id: number): Promise<string> {
  return (await venue.get(operator, `${venue.controlUrl(id)}/metrics`)).text;
}

/** Packets of a follower do not arrive at its leader any more, and all others do. */
async function oneDirection(venue: HostedExchange): Promise<void> {
  const leader = await venue.leader(operator);
  const [mute, other] = replicas.filter((id) => id !== leader) as [number, number];
  const cut: Way = [mute, leader];
  const ways = replicas.flatMap((from) => replicas.filter((to) => to !== from).map((to): Way => [from, to]));
  await reportOnce(venue, operator, 'all hear each other', (report) =>
    ways.every((way) => heardOn(report, way) === true),
  );
  await venue.hosts.cut([cut]);
  // A machine that reaches all of them sees which direction it is.
  const seen = await reportOnce(venue, operator, 'one direction is not heard', (report) =>
    [[cut, false] as const, [[leader, mute], true] as const, [[other, leader], true] as const].every(
      ([way, isHeard]) => heardOn(report, way) === isHeard,
    ),
  );
  assert.deepEqual([seen.leaderId, seen.unseen], [leader, []]);
  assert.match(
    await metricsOf(venue, leader),
    new RegExp(`^lockstep_member_heard\\{.*member="${mute}".*\\} 0$`, 'm'),
  );
  assert.match(
    await metricsOf(venue, mute),
    new RegExp(`^lockstep_member_heard\\{.*member="${leader}".*\\} 1$`, 'm'),
  );
  // Each of the two gets no answer of the other one, and says what it does not see.
  const atLeader = await reportOnce(
    venue,
    leader,
    'it is not heard',
    (report) => heardOn(report, cut) === false,
  );
  assert.equal(heardOn(atLeader, [leader, mute]), null);
  assert.match(atLeader.unseen.join(), new RegExp(`^Replica ${mute} does not answer here`));
  const atMute = await reportOnce(
    venue,
    mute,
    'its leader is heard',
    (report) => heardOn(report, [leader, mute]) === true,
  );
  assert.equal(heardOn(atMute, cut), null);
  assert.match(atMute.unseen[0]!, new RegExp(`^Replica ${leader} does not answer here`));
  assert.match(atMute.unseen.at(-1)!, /No replica that answers leads/);
  await venue.hosts.mend([cut]);
}

/** A leader that is cut off is replaced: each side shows its own half, and says that it cannot see the other one. */
async function bothDirections(venue: HostedExchange): Promise<void> {
  const { leaderId: apart, term } = await venue.leading(operator);
  const others = replicas.filter((id) => id !== apart);
  const ways = others.flatMap((id): Way[] => [
    [apart, id],
    [id, apart],
  ]);
  await venue.hosts.cut(ways);
  const [there = 0] = others;
  const isNotHeard = (report: ClusterReport, from: number, to: number): boolean =>
    heardOn(report, [from, to]) === false;
  const ofMajority = await reportOnce(
    venue,
    there,
    'another one leads, and hears the former one no more',
    (report) =>
      others.includes(report.leaderId) && report.term > term && isNotHeard(report, apart, report.leaderId),
  );
  const next = ofMajority.leaderId;
  assert.equal(heardOn(ofMajority, [next, apart]), null);
  assert.match(ofMajority.unseen.join(), new RegExp(`^Replica ${apart} does not answer here`));
  const election = ofMajority.elections.find((each) => each.term === ofMajority.term)!;
  assert.deepEqual([election.leaderId, election.formerId], [next, apart]);
  assert.match(election.reason, /tether|no leader was heard/);
  assert.ok(election.gapMs > 0);

  const ofMinority = await reportOnce(
    venue,
    apart,
    'it leads no more, and hears no other one',
    (report) => report.leaderId === 0 && others.every((id) => isNotHeard(report, id, apart)),
  );
  for (const id of others) {
    assert.equal(heardOn(ofMinority, [apart, id]), null);
    assert.match(ofMinority.unseen.join('\n'), new RegExp(`^Replica ${id} does not answer here`, 'm'));
  }
  assert.match(
    ofMinority.unseen.at(-1)!,
    /whether another part of the cluster goes on, is not seen from here/,
  );

  const metrics = await metricsOf(venue, next);
  const labels = `term="${election.term}",leader="${next}",former="${apart}",reason="([^"]+)"`;
  const [, reason, seconds] =
    new RegExp(`^lockstep_election_gap_seconds\\{.*${labels}.*\\} (\\S+)$`, 'm').exec(metrics) ?? [];
  assert.deepEqual([reason, Math.round(Number(seconds) * 10_000) / 10], [election.reason, election.gapMs]);
  const { configHash } = ofMajority.members.find(({ id }) => id === next)!;
  assert.ok(metrics.includes(`configuration="${configHash}"`), 'the hash of the configuration');
  await venue.hosts.mend(ways);
}

test('which direction between two replicas is cut, and what each side of a split cannot see, is said by status', {
  skip: hostedRefusal(),
}, async (context) => {
  const venue = await HostedExchange.start({ hosts: 4, gateways: [] });
  try {
    await context.test('one direction', () => oneDirection(venue));
    await context.test('both directions', () => bothDirections(venue));
  } finally {
    await venue.end();
  }
});
