// What goes wrong in a running exchange reaches a hook: each event is brought about, and not made up.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { smallDiskProblem, TestExchange } from '../../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import { makeIdentities } from '../../src/ops/certificates/own-machine.ts';
import { loadConfiguration } from '../../src/ops/configuration/load.ts';
import { report } from '../../src/ops/orders/control-orders.ts';
import { PartyKind } from '../../src/protocol/parties.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const timeout = 400_000;
/** So many starts within minutes are a loop. */
const crashes = 5;

/** Starts a watcher as often, and kills it each time but the last. */
async function startWatcherAgain(exchange: TestExchange, t: TestContext): Promise<void> {
  const founded = await exchange.run('watch', '--found', '1');
  assert.equal(founded.code, 0, founded.err);
  await makeIdentities(exchange.loaded.dataFolder, [{ kind: PartyKind.watcher, id: 1 }]);
  const file = join(exchange.loaded.dataFolder, 'starts of watch of watcher 1.json');
  for (let n = 1; n <= crashes; n++) {
    const watch = exchange.spawn('watch', '--watcher', '1');
    t.after(() => watch.kill('SIGKILL'));
    const starts = (): number => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).length : 0);
    await exchange.until('its start is kept', async () => starts() === n);
    if (n < crashes) watch.kill('SIGKILL');
  }
}

test('a hook hears of replicas that stand still, lose folders, die again and again, and of what nothing answers', {
  timeout,
}, async (t) => {
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  // Nothing listens on the discard port.
  const dead = { name: 'dead', url: 'http://127.0.0.1:9/', on: ['all'] };
  const exchange = await TestExchange.start({
    configuration: {
      notify: { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }, dead] },
      backup: { folders: [{ name: 'elsewhere', folder: '/dev/null/backup' }] },
      objectives: { drills: ['restore'] },
    },
  });
  t.after(() => exchange.end());
  const told = (kind: string, state: string, subject = ''): boolean =>
    pager.notices.some((each) => each.kind === kind && each.state === state && each.subject === subject);
  const arrives = (kind: string, state: string, subject?: string): Promise<void> =>
    exchange.until(`${kind} ${state}`, async () => told(kind, state, subject));
  await exchange.whole();
  await arrives('leaderChanged', 'happens');
  await arrives('drillOverdue', 'begins');
  await arrives('breakerOpen', 'begins', 'backup to elsewhere');
  await arrives('hookFailing', 'begins', 'hook dead');

  const { replicaId: leaderId } = await exchange.leader();
  const [away, copied] = [1, 2, 3].filter((id) => id !== leaderId) as [number, number];
  const pidOf = async (id: number): Promise<number | undefined> =>
    (await exchange.statuses()).find(({ replicaId }) => replicaId === id)?.pid;
  const renewed = await exchange.run('certificates', 'renew', `replica/${leaderId}`, '--days', '5');
  assert.equal(renewed.code, 0, renewed.err);
  await arrives('certificateEnding', 'begins', `replica ${leaderId}`);

  // A replica with a copy of its folder counts in no majority, so that the leader is alone with what it has.
  const [awayPid, copiedPid] = [(await pidOf(away))!, (await pidOf(copied))!];
  process.kill(awayPid, 'SIGSTOP');
  await arrives('memberLost', 'begins', `replica ${away}`);
  process.kill(copiedPid, 'SIGSTOP');
  const folder = join(exchange.loaded.dataFolder, `replica-${copied}`);
  cpSync(folder, `${folder}.copy`, { recursive: true });
  rmSync(folder, { recursive: true });
  renameSync(`${folder}.copy`, folder);
  process.kill(copiedPid, 'SIGKILL');
  await arrives('quorumLost', 'begins');
  await arrives('memberRecovering', 'begins', `replica ${copied}`);
  assert.ok(!told('memberLost', 'ends', `replica ${away}`), 'it stands still as before');
  process.kill(awayPid, 'SIGCONT');
  await arrives('quorumLost', 'ends');
  await arrives('memberLost', 'ends', `replica ${away}`);
  await arrives('memberRecovering', 'ends', `replica ${copied}`);
  await exchange.whole();

  for (let n = 0; n < crashes; n++) {
    const pid = await pidOf(away);
    process.kill(pid!, 'SIGKILL');
    await exchange.until('it runs again', async () => ![undefined, pid].includes(await pidOf(away)));
  }
  await arrives('crashLoop', 'begins', `replica ${away}`);

  await startWatcherAgain(exchange, t);
  await arrives('crashLoop', 'begins', 'watch of watcher 1');

  const loaded = loadConfiguration({ config: exchange.configFile });
  const fence = { target: 'replica', number: copied, hash: '0123456789ab', isDone: false, said: 'no route' };
  await report(loaded, (await exchange.leader()).replicaId, 'fenced', fence);
  await exchange.until('a hook hears of the fence command', async () =>
    pager.notices.some(({ kind, text }) => kind === 'fenceRan' && text.includes('no route')),
  );
});

test('a hook hears of a replica whose disk is full, of how far it falls behind by it, and of the end of both', {
  timeout,
}, async (t) => {
  const problem = smallDiskProblem();
  if (problem !== undefined) return t.skip(problem);
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  const small = 3;
  const exchange = await TestExchange.start({
    configuration: {
      notify: { webhooks: [{ name: 'pager', url: pager.url, on: ['fault'] }] },
      limits: { lagFramesMax: 10 },
    },
    smallDisks: { replicaIds: [small], megabytes: 64 },
  });
  t.after(() => exchange.end());
  const told = (kind: string, state: string): boolean =>
    pager.notices.some(
      (each) => each.kind === kind && each.state === state && each.subject === `replica ${small}`,
    );
  await exchange.whole();
  await exchange.until('another one than that with the small disk leads', async () => {
    const { code } = await exchange.run('members', 'prefer', `${small}`, 'never');
    return code === 0 && (await exchange.leader()).replicaId !== small;
  });
  const client = await exchange.client();
  await prepareMarket(client);
  const free = exchange.fillDisk(small);
  const orders = new OrderStream('behind');
  await exchange.until('both are told', async () => {
    await orders.send(client, 500);
    return told('diskFull', 'begins') && told('memberBehind', 'begins');
  });
  free();
  await exchange.until('the end of both is told', async () => {
    return told('diskFull', 'ends') && told('memberBehind', 'ends');
  });
  const begun = pager.notices.filter(({ kind, state }) => kind === 'memberBehind' && state === 'begins');
  assert.match(begun[0]!.text, /^Replica 3 is more than 10 frames behind the leader/);
});
