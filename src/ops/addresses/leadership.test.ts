import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { shownMember } from '../clients/testing/full-status.ts';
import { readConfiguration } from '../configuration/reading.ts';
import { LeadershipWatch } from './leadership.ts';
import { Questions } from './questions.ts';

/** Control ports of three members, which say what `leads` holds for each. */
async function members(context: TestContext, leads: Map<number, object>) {
  const servers: Server[] = [];
  const statuses: object[] = [];
  for (const id of [1, 2, 3]) {
    const server = createServer(({ url }, reply) => {
      const body = url === '/status' ? { epoch: 4, members: statuses } : leads.get(id);
      reply.end(JSON.stringify(body));
    });
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    // As the log has it: an empty text where the control port has no address of its own.
    statuses.push(shownMember({ id, votes: true, host: '127.0.0.1', controlPort: port, controlHost: '' }));
  }
  const replicas = servers.map((server) => ({ controlPort: (server.address() as AddressInfo).port }));
  const { configuration } = readConfiguration({ replicas });
  const questions = new Questions(configuration);
  const heard: string[] = [];
  const watch = new LeadershipWatch(
    { configuration, questions },
    configuration.replicas[0]!,
    {
      confirmed: (term) => heard.push(`confirmed ${term}`),
      deposed: () => heard.push('deposed'),
      members: (ids) => heard.push(`members ${ids.join()}`),
    },
    () => performance.now(),
  );
  context.after(() => {
    watch.stop();
    questions.close();
  });
  watch.start();
  const until = async (what: string): Promise<void> => {
    while (!heard.includes(what)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { watch, heard, until };
}

const follows = (leaderId: number, term: number) => ({ ok: false, leaderId, term, ageMs: 1 });

test('a leader whose voters follow it in its term is confirmed, at the addresses that the log has', async (context) => {
  const leads = new Map<number, object>([
    [1, { ...follows(1, 7), ok: true }],
    [2, follows(1, 7)],
    [3, follows(3, 8)],
  ]);
  const { watch, heard, until } = await members(context, leads);
  await until('confirmed 7');
  assert.ok(heard.includes('members 1,2,3'));
  assert.equal(watch.epoch, 4);
  leads.set(1, follows(3, 8));
  await until('deposed');
});

test('one that alone believes that it leads, or does not serve yet, is not', async (context) => {
  const leads = new Map<number, object>([
    [1, { ...follows(1, 7), ok: true }],
    [2, follows(3, 8)],
    [3, follows(3, 8)],
  ]);
  const { heard, until } = await members(context, leads);
  await until('members 1,2,3');
  await new Promise((resolve) => setTimeout(resolve, 300));
  leads.set(1, follows(1, 9));
  leads.set(2, follows(1, 9));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(!heard.some((what) => what.startsWith('confirmed')), heard.join());
});
