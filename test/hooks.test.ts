// Hooks of a real cluster: each event reaches a hook once, whichever replica leads, and a command learns of its own
// role.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import type { Notice } from '../src/ops/notify/notice.ts';

const { createServer } = process.getBuiltinModule('node:http');

interface Arrived {
  readonly notice: Notice;
  readonly answered: boolean;
}

test('a leader that is killed is told of once, by the next one, and what an endpoint refused comes later', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-hooks-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const arrived: Arrived[] = [];
  let refuses = true;
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      arrived.push({ notice: JSON.parse(body), answered: !refuses });
      reply.writeHead(refuses ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const file = join(folder, 'roles');
  // Of each role of each replica the first run hangs.
  const firstRun = `mkdir ${folder}/$LOCKSTEP_REPLICA.$LOCKSTEP_EVENT 2> /dev/null`;
  const script = `${firstRun} && exec sleep 3600; echo "$LOCKSTEP_EVENT $LOCKSTEP_REPLICA" >> ${file}`;
  const exchange = await TestExchange.start({
    configuration: {
      notify: {
        webhooks: [{ name: 'pager', url, on: ['all'], secret: 'secret-secret-secret' }],
        commands: [
          {
            ...{ name: 'roles', run: ['/bin/sh', '-c', script], timeoutMs: 2_000 },
            on: ['becomeLeader', 'becomeFollower'],
          },
        ],
      },
    },
  });
  t.after(() => exchange.end());
  // A receiver drops an id that it knows: what was delivered as a leader died comes again.
  const delivered = (kind: string): readonly Notice[] => {
    const byId = new Map<string, Notice>();
    for (const { notice, answered } of arrived)
      if (answered && notice.kind === kind && !byId.has(notice.id)) byId.set(notice.id, notice);
    return [...byId.values()];
  };
  await exchange.whole();
  const first = await exchange.leader();
  await exchange.until('the endpoint refuses the first notice', async () => arrived.length > 0);
  await exchange.until('its followers have what it wrote down', async () => {
    const statuses = await exchange.statuses();
    return statuses.length === 3 && statuses.every(({ hooks }) => hooks[0]!.waiting >= 2);
  });
  const roles = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  const ran = (event: string, id: number): number => roles().lastIndexOf(`${event} ${id}`);
  await exchange.until(
    'the command of the leader, which hung at first, was ended and run again',
    async () => ran('becomeLeader', first.replicaId) >= 0,
  );
  process.kill(first.pid, 'SIGKILL');
  await exchange.until('another replica leads', async () => (await exchange.leader()).term > first.term);
  const second = await exchange.leader();
  refuses = false;
  await exchange.until('both leaders are told of', async () => delivered('leaderChanged').length >= 2);
  await exchange.whole();
  const terms = delivered('leaderChanged').map(({ facts }) => facts['term'] as number);
  const inOrder = [...new Set(terms)].toSorted((a, b) => a - b);
  assert.deepEqual(terms, inOrder, 'each term once, and in order');
  assert.deepEqual([terms.includes(first.term), terms.includes(second.term)], [true, true]);
  assert.equal(delivered('membersChanged').length, 1);

  const { code, out } = await exchange.run('mode', 'halted', '--reason', 'drill');
  assert.equal(code, 0, out);
  await exchange.until('the mode is told of', async () => delivered('modeChanged').length > 0);
  assert.match(delivered('modeChanged')[0]!.text, /The exchange is in mode halted: drill/);
  await exchange.until(
    'the commands of the new leader, and of the old one that follows now, have run',
    async () =>
      ran('becomeLeader', second.replicaId) >= 0 &&
      ran('becomeFollower', first.replicaId) > ran('becomeLeader', first.replicaId),
    () => roles().length,
  );
});
