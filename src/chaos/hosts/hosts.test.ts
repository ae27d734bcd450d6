import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Groups, groupsRefusal } from './groups.ts';
import { Hosts, hostsRefusal } from './hosts.ts';
import { hasEnded } from './ledger.ts';
import { systemCommand } from './system-command.ts';

const refusal = hostsRefusal();
const needsHosts = refusal === undefined ? {} : { skip: refusal };

/** Sends each datagram back to its sender; its line shows that it is ready. */
const echo = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
  socket.bind(5000, () => console.log('ready'));`;

/**
 * Sends numbered datagrams to an address, and prints how many came back, how many twice, and the shortest way in ms.
 */
const call = `
  const [address, count] = process.argv.slice(1);
  const socket = require('node:dgram').createSocket('udp4');
  const sent = [];
  const heard = new Map();
  let shortestMs = 1e9;
  socket.on('error', () => undefined);
  socket.on('message', (bytes) => {
    const number = bytes.readUInt32LE(0);
    heard.set(number, (heard.get(number) ?? 0) + 1);
    shortestMs = Math.min(shortestMs, performance.now() - sent[number]);
  });
  const send = (number) => {
    const bytes = Buffer.alloc(64);
    if (number == count) return setTimeout(() => {
      const doubled = [...heard.values()].filter((times) => times > 1).length;
      console.log(JSON.stringify({ heard: heard.size, doubled, shortestMs }));
      process.exit();
    }, 1_000);
    bytes.writeUInt32LE(number, 0);
    sent.push(performance.now());
    socket.send(bytes, 5000, address);
    setTimeout(send, 1, number + 1);
  };
  send(0);`;

async function make(t: TestContext, count: number, rackOf?: (host: number) => number): Promise<Hosts> {
  const hosts = await Hosts.make(count, rackOf && { rackOf });
  t.after(() => hosts.end());
  return hosts;
}

async function answerOn(hosts: Hosts, host: number): Promise<void> {
  const child = hosts.spawn(host, [process.execPath, '-e', echo], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
}

async function callFrom(
  hosts: Hosts,
  from: number,
  to: number,
  count: number,
): Promise<{ heard: number; doubled: number; shortestMs: number }> {
  const words = [process.execPath, '-e', call, hosts.address(to), `${count}`] as const;
  const child = hosts.spawn(from, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout!.on('data', (bytes) => {
    text += String(bytes);
  });
  await once(child, 'close');
  return JSON.parse(text);
}

test(
  'a direction between two hosts is cut and mended, without or with a word to the sender',
  needsHosts,
  async (t) => {
    const hosts = await make(t, 3);
    await answerOn(hosts, 2);
    assert.equal((await callFrom(hosts, 1, 2, 20)).heard, 20);
    for (const kind of ['drop', 'reject'] as const) {
      await hosts.cut([[2, 1]], kind);
      assert.equal((await callFrom(hosts, 1, 2, 20)).heard, 0);
      assert.equal((await callFrom(hosts, 3, 2, 20)).heard, 20, 'the third host is not concerned');
    }
    await hosts.mend([[2, 1]]);
    await hosts.mend([[2, 1]]);
    assert.equal((await callFrom(hosts, 1, 2, 20)).heard, 20);
  },
);

test('a host whose cable is pulled is alone until it is back', needsHosts, async (t) => {
  const hosts = await make(t, 2);
  await answerOn(hosts, 2);
  await hosts.plug(2, false);
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 0);
  await hosts.plug(2, true);
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 5);
});

test(
  'a bent link delays, loses, doubles and spoils packets in its direction, until it is straight',
  needsHosts,
  async (t) => {
    const hosts = await make(t, 2);
    await answerOn(hosts, 2);
    const delayMs = 30;
    await hosts.bend([[1, 2]], { delayMs });
    const delayed = await callFrom(hosts, 1, 2, 50);
    assert.equal(delayed.heard, 50);
    assert.ok(delayed.shortestMs >= delayMs, `${delayed.shortestMs} ms`);
    await hosts.bend([[2, 1]], { delayMs, jitterMs: 5 });
    assert.ok((await callFrom(hosts, 1, 2, 50)).shortestMs >= 2 * delayMs);
    await hosts.bend([[2, 1]], null);
    await hosts.bend([[1, 2]], { lossPercent: 30 });
    const { heard } = await callFrom(hosts, 1, 2, 300);
    assert.ok(heard > 150 && heard < 270, `${heard} of 300`);
    await hosts.bend([[1, 2]], { duplicatePercent: 100 });
    assert.equal((await callFrom(hosts, 1, 2, 50)).doubled, 50);
    await hosts.bend([[1, 2]], { corruptPercent: 100 });
    assert.equal((await callFrom(hosts, 1, 2, 50)).heard, 0, 'the checksum of UDP finds a changed bit');
    await hosts.bend([[1, 2]], null);
    assert.equal((await callFrom(hosts, 1, 2, 50)).heard, 50);
  },
);

test('hosts of one rack have one switch, and are gone with it', needsHosts, async (t) => {
  const hosts = await make(t, 3, (host) => (host === 3 ? 2 : 1));
  await answerOn(hosts, 2);
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 5);
  await hosts.cut([[1, 2]]);
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 0, 'the router sees what neighbours send');
  await hosts.mend([[1, 2]]);
  await hosts.power(1, false);
  assert.equal((await callFrom(hosts, 3, 2, 5)).heard, 0);
  await hosts.power(1, true);
  assert.equal((await callFrom(hosts, 3, 2, 5)).heard, 5);
});

test('a large packet falls into a hole that small ones pass', needsHosts, async (t) => {
  const hosts = await make(t, 2);
  await answerOn(hosts, 2);
  await hosts.bend([[1, 2]], { packetBytesMax: 91 });
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 0, '64 bytes, and 28 of headers');
  await hosts.bend([[1, 2]], { packetBytesMax: 92 });
  assert.equal((await callFrom(hosts, 1, 2, 5)).heard, 5);
});

const makesAndHangs = `
  const { Hosts } = await import(process.argv[1]);
  const hosts = await Hosts.make(1);
  const child = hosts.spawn(1, [process.execPath, '-e', 'setInterval(() => 0, 1e6)']);
  console.log(hosts.ledger.name + ' ' + child.pid);
  setInterval(() => 0, 1e6);`;

test(
  'the end leaves nothing behind, and what a killed run has left goes at the next start',
  needsHosts,
  async () => {
    const namespaces = (): Promise<string> => systemCommand('ip', 'netns', 'list');
    const words = ['--input-type=module', '-e', makesAndHangs, new URL('./hosts.ts', import.meta.url).href];
    const killed = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(killed.stdout, 'data')) as [Buffer];
    const [name = '', pid = ''] = String(line).trim().split(' ');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    assert.ok((await namespaces()).includes(name));
    const hosts = await Hosts.make(2);
    assert.ok(!(await namespaces()).includes(name));
    assert.ok(hasEnded(Number(pid)), `process ${pid} has ended`);
    const child = hosts.spawn(1, [process.execPath, '-e', 'setInterval(() => 0, 1e6)']);
    assert.ok((await namespaces()).includes(hosts.ledger.name));
    await hosts.end();
    assert.equal(child.signalCode, 'SIGKILL');
    assert.ok(!(await namespaces()).includes(hosts.ledger.name));
  },
);

const groupless = refusal ?? groupsRefusal();

test(
  'a command runs in the control groups that it is given, which have the weight that they were made with',
  groupless === undefined ? {} : { skip: groupless },
  async (t) => {
    const hosts = await make(t, 1);
    const [host, light] = [new Groups(hosts.ledger, 1), new Groups(hosts.ledger, 0, 1 / 8)];
    const sharesOf = (groups: Groups): number => Number(groups.get('cpu', 'cpu.shares'));
    assert.ok(Math.abs(sharesOf(host) / sharesOf(light) - 8) < 1);
    const own = await hosts.runIn(light.memberFiles, 1, 'cat', '/proc/self/cgroup');
    for (const controller of ['cpu', 'memory', 'blkio', 'freezer'])
      assert.match(own, new RegExp(`${controller}[^\n]*:/lockstep-${hosts.ledger.name}-0\n`));
    await assert.rejects(hosts.runIn(light.memberFiles, 1, 'false'), /failed \(1\)/);
  },
);
