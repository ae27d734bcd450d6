import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../configuration/reading.ts';
import { Failure } from '../failure.ts';
import { machineSettings, replicaOptions } from './settings.ts';

/** Names under it never have an address (RFC 6761). */
const gone = 'gone.invalid';

const settingsOf = (hosts: readonly string[], replicaId: number) => {
  const replicas = hosts.map((host) => ({ host, controlHost: '127.0.0.1' }));
  const { configuration, problems } = readConfiguration({ replicas });
  assert.deepEqual(problems, []);
  return machineSettings(configuration, replicaId, {} as never, '/nowhere');
};

test('a replica starts although the name of another one has no address, and looks for it later', async () => {
  const { peers, datagrams, connections } = await settingsOf(['127.0.0.1', gone, '127.0.0.3'], 1);
  assert.deepEqual(
    peers.map(({ replicaId, host }) => [replicaId, host]),
    [
      [2, gone],
      [3, '127.0.0.3'],
    ],
  );
  assert.deepEqual([datagrams.address, connections.address], ['127.0.0.1', '127.0.0.1']);
});

test('a replica does not start without an address of its own', async () => {
  await assert.rejects(settingsOf(['127.0.0.1', gone], 2), (error: unknown) => {
    assert.ok(error instanceof Failure);
    return /The host of replica 2, "gone\.invalid", has no IPv4 address/.test(error.message);
  });
});

test('a replica asks for a second person where its configuration says so, and nowhere else', () => {
  for (const twoPersons of [true, false]) {
    const { configuration } = readConfiguration({ control: { twoPersons } });
    assert.equal(replicaOptions(configuration, 1, false).twoPersons, twoPersons);
  }
});
