// A person at a terminal, which `script` of util-linux makes: `lockstep init` asks, and takes no wrong answer.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ctrlC, ctrlD, noTerminal, Person } from '../testing/person.ts';

const replicasAsked = 'Machines of replicas';
const gatewaysAsked = 'Machines of gateways';
const watchersAsked = 'Machines of watchers';

test('init asks a person again until each answer can be used', { skip: noTerminal }, async (context) => {
  const person = new Person(context, ['init', '--out', 'cluster']);
  await person.reads(replicasAsked);
  person.types('10.0.0.1 10.0.0.2\r');
  await person.reads('2 replicas are named, and a cluster is founded by 1, 3 or 5');
  await person.reads(replicasAsked);
  person.types('10.0.0.1=a 10.0.0.2=b 10.0.0.333=c\r');
  await person.reads('"10.0.0.333=c" is no machine');
  await person.reads(replicasAsked);
  person.types('10.0.0.1=a 10.0.0.2=b 10.0.0.2=c\r');
  await person.reads('10.0.0.2 is named twice');
  await person.reads(replicasAsked);
  person.types('10.0.0.1=a, 10.0.0.2=b  10.0.0.3=c\r');
  await person.reads(gatewaysAsked);
  person.types('127.0.0.1\r');
  await person.reads('127.0.0.1 is no address by which other machines reach one');
  await person.reads(gatewaysAsked);
  assert.deepEqual(person.files, [], 'nothing is made before all is answered');
  person.types('10.0.0.4\r');
  await person.reads(watchersAsked);
  person.types('10.0.0.4\r');
  await person.reads('10.0.0.4 is named for a watcher and for a replica or gateway');
  await person.reads(watchersAsked);
  person.types('10.0.0.5 10.0.0.6\r');
  assert.equal(await person.ends(), 0, person.screen);
  assert.deepEqual(person.files, ['cluster']);
  const plan = JSON.parse(readFileSync(join(person.folder, 'cluster/cluster.json'), 'utf8')) as object;
  assert.deepEqual(plan, {
    clusterId: 1,
    durability: 'disk',
    insecure: false,
    replicas: ['a', 'b', 'c'].map((zone, at) => ({ host: `10.0.0.${at + 1}`, zone })),
    gateways: [{ host: '10.0.0.4', zone: '' }],
    watchers: ['10.0.0.5', '10.0.0.6'].map((host) => ({ host, zone: '' })),
  });
});

for (const [name, key] of [
  ['Ctrl-C', ctrlC],
  ['Ctrl-D', ctrlD],
] as const)
  test(`init leaves nothing after ${name} at a question`, { skip: noTerminal }, async (context) => {
    const person = new Person(context, ['init', '--out', 'cluster']);
    await person.reads(replicasAsked);
    person.types('10.0.0.1 10.0.0.2 10.0.0.3\r');
    await person.reads(gatewaysAsked);
    person.types(key);
    assert.equal(await person.ends(), 1);
    assert.match(person.screen, /The questions were not answered: nothing was made\./);
    assert.deepEqual(person.files, []);
  });

test('init leaves nothing half made after Ctrl-C while it writes', { skip: noTerminal }, async (context) => {
  const person = new Person(context, ['init', '--out', 'cluster']);
  await person.reads(replicasAsked);
  person.types('10.0.0.1 10.0.0.2 10.0.0.3\r');
  await person.reads(gatewaysAsked);
  person.types('\r');
  await person.reads(watchersAsked);
  person.types('\r');
  while (person.files.length === 0) await sleep(1);
  person.types(ctrlC);
  const code = await person.ends();
  assert.ok(code === 130 || code === 0, `${code}: ${person.screen}`);
  const isWhole = existsSync(join(person.folder, 'cluster/cluster.json'));
  assert.deepEqual(person.files, isWhole ? ['cluster'] : []);
});
