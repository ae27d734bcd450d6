/** `lockstep site promote` against endpoints that answer like the replicas of a standby site. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readNote, writeNote } from '../../../backup/notes.ts';
import { FolderTarget } from '../../../backup/targets/folder.ts';
import { ControlOutcome } from '../../../protocol/audit.ts';
import { Role } from '../../../raft/types.ts';
import { shownMember } from '../../clients/testing/full-status.ts';
import { ownIdentity } from '../../processes/process-identity.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { standingFile } from '../../standing/backup-standing.ts';
import { siteStandingFile } from '../../standing/site-standing.ts';
import { programFile } from '../../version.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';
import { secondSite } from '../testing/paper-site.ts';

test('a plan says which guard keeps the other site from writing, and whether the witness answers', async (context) => {
  const without = await secondSite(context, []);
  assert.match(
    (await without.run('site', 'promote', 'south', '--plan')).text,
    /No fence command is configured\.\nNo witness is configured \(site\.lease\): only fences keep/,
  );
  assert.match(
    (await without.run('site', 'promote', 'south', '--yes')).text,
    /No fence command is configured for the other sites, so nothing keeps them/,
  );
  const [controlPort] = await freePorts(1);
  const away = await secondSite(context, [], { witnessId: 3, host: '127.0.0.1', controlPort });
  assert.match(
    (await away.run('site', 'promote', 'south', '--plan')).text,
    /The witness does not answer\. Only a person can say that the other site is off/,
  );
  assert.match(
    (await away.run('site', 'promote', 'south', '--yes')).text,
    /and the witness does not answer, so/,
  );
  assert.deepEqual([...without.first.orders, ...away.first.orders], []);
});

test('a promotion without fences has the witness promise, waits, and then opens the site', async (context) => {
  const { replicas } = await cluster(context, [following]);
  const [witness] = replicas;
  const asked: number[] = [];
  witness!.leases = {
    ask: () => ({ isGranted: false, reason: '', waitUs: 0 }),
    promise: (epoch) => {
      asked.push(epoch);
      return { ok: true, reason: '', waitUs: 40_000 };
    },
  };
  const lease = { witnessId: 1, host: '127.0.0.1', controlPort: witness!.port };
  const { run, first } = await secondSite(context, [], lease);
  assert.match((await run('site', 'promote', 'south', '--plan')).text, /The witness answers: it is asked/);
  assert.deepEqual([asked, first.orders], [[], []]);
  const { code, text } = await run('site', 'promote', 'south', '--yes');
  assert.equal(code, 0, text);
  assert.match(text, /the witness grants the other site no more; what it granted is over in 40 ms/);
  assert.deepEqual(asked, [5]);
  assert.deepEqual(
    first.orders.map(({ kind }) => kind),
    ['openSite'],
  );
});

test('a fence that fails promotes nothing, and the audit trail has what each of them did', async (context) => {
  const { run, first } = await secondSite(context, ['echo off', 'exit 3', 'echo never']);
  const { code, text } = await run('site', 'promote', 'south', '--yes');
  assert.equal(code, 1);
  assert.match(
    text,
    /The fence command of site north failed: it ends with exit code 3\..*Nothing was promoted/,
  );
  assert.deepEqual(first.orders, []);
  assert.deepEqual(
    first.notes.taken.map(({ action, subject, outcome }) => [action.split(':')[0], subject, outcome]),
    [
      ['fenceSite', 1, ControlOutcome.accepted],
      ['fenceSite', 1, ControlOutcome.refused],
    ],
  );
});

test('a person decides to wait for a site, or not any longer; mistakes say what is allowed', async (context) => {
  const { run } = await secondSite(context, []);
  assert.match(
    (await run('site', 'wait', '30')).text,
    /It is decided to wait until \d{4}-\S+Z: until then no hook asks/,
  );
  assert.match((await run('site', 'wait', '0')).text, /Hooks ask again/);
  assert.match((await run('site', 'wait', 'long')).text, /"long" is no number of minutes; allowed: 0 to/);
});

test('a status that is watched is told again until it is stopped', async (context) => {
  const { file } = await secondSite(context, []);
  const words = ['site', 'status', '--watch', '--json', '--config', file];
  const watching = spawn(process.execPath, [programFile, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => watching.kill('SIGKILL'));
  const lines = createInterface(watching.stdout);
  for (let n = 0; n < 2; n++) {
    const [line] = (await once(lines, 'line')) as [string];
    assert.equal((JSON.parse(line) as { readonly site: string }).site, 'south');
  }
  watching.kill('SIGINT');
  await once(watching, 'exit');
});

test('the status of a site says which one holds the lease, in which epoch, and until when', async (context) => {
  const { replicas } = await cluster(context, [following]);
  const [witness] = replicas;
  const lease = { witnessId: 1, host: '127.0.0.1', controlPort: witness!.port };
  const { run, first } = await secondSite(context, [], lease);
  const said = async () => (await run('site', 'status')).text;
  assert.match(await said(), /Lease: replica 1 is not the witness by its own configuration\./);
  const none = { epoch: 0, site: 0, promisedEpoch: 0, promisedSite: 0, lengthUs: 0, waitMs: 0 };
  const held = { epoch: 0, leftMs: 0, reason: '' };
  witness!.lease = { held, granted: none };
  assert.match(await said(), /Lease: the witness has granted none yet\./);
  witness!.lease = { held, granted: { ...none, site: 1, epoch: 4, waitMs: 9_000 } };
  first.lease = { held: { epoch: 4, leftMs: 800, reason: '' }, granted: null };
  assert.match(
    await said(),
    /Lease: site north holds it in epoch 4, until \S+Z where it is not renewed\. The leader here .* epoch 4 for 800 ms/,
  );
  const granted = { ...none, site: 1, epoch: 4, promisedEpoch: 5, promisedSite: 2 };
  witness!.lease = { held, granted };
  assert.match(await said(), /that of site north, epoch 4, is over; promised to site south for epoch 5/);
  const { lease: shown } = (await run('site', 'status', '--json')).json() as { readonly lease: object };
  assert.deepEqual(shown, {
    ...{ site: 'north', epoch: 4, untilMs: null, promised: { epoch: 5, site: 'south' } },
    held: { epoch: 4, leftMs: 800, reason: '' },
  });
});

test('a switch is ordered once what this site writes reaches the target, for which it waits a moment', async (context) => {
  const { run, first, dataFolder } = await secondSite(context, []);
  first.set({ serving: 1, writingSite: 2, standby: 0 });
  first.obey = () => {
    first.set({ writingSite: 1, epoch: 5, standby: 1, serving: 0 });
    return { ok: true, text: 'Site 2 ends what it writes.' };
  };
  mkdirSync(dirname(standingFile(dataFolder)), { recursive: true });
  const ships = (chain: string): void => {
    const target = {
      ...{ name: 'way', place: '', chain, error: '', seq: 0, index: 0, behindFrames: 0, behindSeqs: 0 },
      ...{ behindSinceMs: 0, levelMs: 0, failingSinceMs: 0, proofError: '', broken: '' },
    };
    const process = { ...ownIdentity(), startedMs: 0, writtenMs: Date.now(), replicaId: 1 };
    writeFileSync(standingFile(dataFolder), JSON.stringify({ ...process, targets: [target] }));
  };
  ships('');
  const switched = run('site', 'switch', 'north');
  await sleep(100);
  assert.deepEqual(first.orders, [], 'nothing was shipped yet');
  ships('20251129T095320Z-00000001');
  const { code, text } = await switched;
  assert.equal(code, 0, text);
  assert.match(text, /This site ended with seq \d+, after \d+ ms, and follows from here on/);
});

test('a switch to a site that is not reached, or is far behind, is refused before this one ends', async (context) => {
  const { run, first, dataFolder } = await secondSite(context, []);
  first.set({ serving: 1, writingSite: 2, standby: 0, appliedSeq: 95 });
  sees(dataFolder, { writes: false, isReached: false });
  assert.match(
    (await run('site', 'switch', 'north')).text,
    /Site north is not reached: .*Nothing was switched/,
  );
  sees(dataFolder, { writes: false, behindSinceMs: Date.now() - 60_000 });
  assert.match(
    (await run('site', 'switch', 'north')).text,
    /Site north is behind by 5 commands, .*Nothing was switched/,
  );
  assert.deepEqual(first.orders, []);
});

/** What the process of the site says of the other one, and of itself. */
function sees(dataFolder: string, other: object, own: object = {}): void {
  const north = {
    name: 'north',
    isReached: true,
    reachedMs: Date.now(),
    writes: true,
    epoch: 4,
    appliedSeq: 90,
  };
  const seen = { ...north, appliedTimeUs: 0, behindSinceMs: 0, behindBytes: null, ...other };
  const standing = { ...ownIdentity(), startedMs: 0, writtenMs: Date.now(), site: 'south', isStandby: true };
  const shipped = {
    ...{ appliedSeq: 5, appliedTimeUs: 0, shippedSeq: 5, shippedTimeUs: 0, shippedMs: Date.now() },
    ...{ waitingBytes: 0, levelMs: 0, error: '', over: '' },
  };
  writeFileSync(
    siteStandingFile(dataFolder),
    JSON.stringify({ ...standing, ...shipped, others: [seen], ...own }),
  );
}

test('a plan says where the other site is reached and writes: a switch there loses nothing', async (context) => {
  const { run, dataFolder } = await secondSite(context, ['true']);
  sees(dataFolder, {});
  const { text } = await run('site', 'promote', 'south', '--plan');
  assert.match(
    text,
    /SITE north IS REACHED FROM HERE, AND WRITES\. "lockstep site switch south" there loses nothing/,
  );
  sees(dataFolder, { isReached: false });
  assert.doesNotMatch((await run('site', 'promote', 'south', '--plan')).text, /IS REACHED/);
});

test('a plan says what is at the target and not applied here, and where nothing follows', async (context) => {
  const { run, first, dataFolder } = await secondSite(context, ['true']);
  first.set({ appliedSeq: 80 });
  const planned = async () => (await run('site', 'promote', 'south', '--plan')).text;
  sees(dataFolder, { isReached: false }, { shippedSeq: 83 });
  assert.match(await planned(), /at least 10 commands.*\n3 of them are at the target and not applied here/);
  assert.doesNotMatch(await planned(), /NOTHING FOLLOWS/);
  sees(dataFolder, {}, { shippedSeq: 83, pid: 2 ** 22 + 1 });
  assert.match(await planned(), /NOTHING FOLLOWS THE OTHER SITE HERE/);
  assert.doesNotMatch(await planned(), /IS REACHED FROM HERE/, 'what it said last is no more than that');
  sees(dataFolder, {}, { shippedSeq: 83, writtenMs: Date.now() - 60_000 });
  assert.match(await planned(), /NOTHING FOLLOWS THE OTHER SITE HERE/, 'that process stands still');
});

test('a site over which another one was promoted names that one, and how it comes back', async (context) => {
  const { run, first, dataFolder } = await secondSite(context, ['true']);
  first.set({ role: Role.follower, writingSite: 2, standby: 0, leaderId: 0 });
  sees(dataFolder, { epoch: 5 });
  const { text } = await run('site', 'status');
  assert.match(text, /It is in epoch 4, which is over: site north writes, in epoch 5, at seq 90\./);
  for (const words of [
    ['promote', 'south', '--yes'],
    ['switch', 'north'],
  ])
    assert.match(
      (await run('site', ...words)).text,
      /Site north writes, in epoch 5, .*"lockstep site return" here/,
    );
  assert.deepEqual(first.orders, []);
});

/** A chain at the target, and the epoch that a site is to begin as it says there. */
async function chainOf({
  dataFolder,
  key,
}: Pick<Awaited<ReturnType<typeof secondSite>>, 'dataFolder' | 'key'>) {
  const chain = 'cluster-1/20251129T095320Z-00000001/';
  mkdirSync(join(dirname(dataFolder), 'way', chain), { recursive: true });
  const target = new FolderTarget(join(dirname(dataFolder), 'way'));
  const head = { number: 1, hash: '', seq: 1, timeUs: 1, madeUs: 1 };
  await writeNote(target, chain, 'head', head, key);
  /** A target that is slow may hold it later than the command waited for. */
  const untilClaimed = async (epoch: number): Promise<void> => {
    for (let found = -1; found !== epoch; await sleep(5)) {
      const note = await readNote(target, chain, 'claim', key);
      found = typeof note === 'object' ? note.epoch : 0;
    }
  };
  const claim = (epoch: number, by: string): Promise<void> =>
    writeNote(target, chain, 'claim', { site: 'south', epoch, madeUs: Date.now() * 1_000, by }, key);
  return { untilClaimed, claim, path: join(dirname(dataFolder), 'way', chain, 'claim') };
}

test('a promotion that is refused, as another one was first, leaves what that one said at the target', async (context) => {
  const site = await secondSite(context, ['true']);
  const { run, first, dataFolder } = site;
  sees(dataFolder, { isReached: false });
  const { untilClaimed } = await chainOf(site);
  first.obey = () => ({ ok: false, text: 'The epoch is 5 here, and the order was given for 4.' });
  assert.match((await run('site', 'promote', 'south', '--yes')).text, /The epoch is 5 here/);
  await untilClaimed(5);
});

test('a promotion whose fence fails takes back its own claim, and not that of another one under way', async (context) => {
  const site = await secondSite(context, ['false']);
  const { run, dataFolder } = site;
  sees(dataFolder, { isReached: false });
  const { untilClaimed, claim } = await chainOf(site);
  assert.match((await run('site', 'promote', 'south', '--yes')).text, /Nothing was promoted/);
  await untilClaimed(4);
  await claim(5, 'another');
  assert.match((await run('site', 'promote', 'south', '--yes')).text, /Nothing was promoted/);
  await untilClaimed(5);
});

test('a promotion whose claim another one took back makes it again with its order', async (context) => {
  const other = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(other, { recursive: true, force: true }));
  // By then this one has made its claim.
  const site = await secondSite(context, [`sleep 0.4; sh ${join(other, 'takes-back')}`]);
  const { run, dataFolder } = site;
  sees(dataFolder, { isReached: false });
  const { untilClaimed, claim, path } = await chainOf(site);
  await claim(4, 'another');
  copyFileSync(path, join(other, 'claim'));
  writeFileSync(join(other, 'takes-back'), `cp ${join(other, 'claim')} ${path}`);
  const { code, text } = await run('site', 'promote', 'south', '--yes');
  assert.equal(code, 0, text);
  await untilClaimed(5);
});

test('a drill of a site that there is not is a mistake, and no drill that failed', async (context) => {
  const { run } = await secondSite(context, ['true']);
  const { code, text } = await run('drill', 'switchover', 'nord');
  assert.equal(code, 2);
  assert.match(text, /nord is no other site; allowed: north\. Nothing was done\./);
  assert.match((await run('drill', 'list')).text, /^(?!.*FAILED)/s);
});

test('the status of a site that follows as it should says where orders go, and ends with 0', async (context) => {
  const { run, first } = await secondSite(context, []);
  const well = await run('status');
  assert.equal(well.code, 0, well.text);
  assert.match(well.text, /site north.*replica 1 leads here/i);
  const { json } = await run('status', '--json');
  assert.deepEqual([json()['ok'], json()['leaderId']], [true, 1]);
  first.set({ stoppedBeforeSeq: 6 });
  assert.equal((await run('status')).code, 1, 'it waits at a command');
  first.set({ stoppedBeforeSeq: 0, role: Role.follower });
  assert.equal((await run('status')).code, 1, 'no replica leads');
});

test('status and the commands of sites go to the members of the log, and not to those of the file alone', async (context) => {
  const { run, first, replicas, file } = await secondSite(context, []);
  const second = replicas[1]!;
  const given = JSON.parse(readFileSync(file, 'utf8')) as { replicas: object[] };
  const [ownPort, ...free] = await freePorts(3);
  // Replica 2 was replaced: the file names a machine that is gone in the place of replica 4, which leads.
  const { replicas: moved } = await cluster(context, [leading, leading, leading, leading]);
  const leader = moved[3]!;
  const site = { writingSite: 1, epoch: 4, standby: 1 };
  leader.set({ ...site, serving: 0, leaderId: 4, term: 2, voters: 0b1001, appliedSeq: 77 });
  first.set({ ...site, role: Role.follower, serving: 0, leaderId: 4, term: 2, voters: 0b1001 });
  const ports = { udpPort: free[0]!, tcpPort: free[1]! };
  const shown = (id: number, controlPort: number) =>
    shownMember({ id, host: '127.0.0.1', controlPort, ...ports }) as never;
  for (const each of [first, leader]) each.members = [shown(1, first.port), shown(4, leader.port)];
  const gone = { controlPort: ownPort, tcpPort: ownPort! + 1 };
  writeFileSync(file, JSON.stringify({ ...given, replicas: [given.replicas[0], gone] }), { mode: 0o600 });
  const { text, code } = await run('status');
  assert.match(text, /replica 4 leads here/);
  assert.doesNotMatch(text, /^ +2 /m, 'a machine of the file that is no member, and silent, is left out');
  assert.equal(code, 0, text);
  assert.match((await run('site', 'status')).text, /replica 4 leads, at seq 77/);
  assert.equal(second.orders.length, 0);
});
