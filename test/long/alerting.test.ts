// Debian's Prometheus and Alertmanager, two of each, with the files of deploy/monitoring, beside a cluster that loses
// its leader and then its majority: each alert arrives once, also while one Prometheus and one Alertmanager are dead.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployedFile } from './testing/deployed-file.ts';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const watchers = [4, 5];
const receiver = 6;
/** Longer than any wait of a group, so that a second telling would have come. */
const quietMs = 25_000;

/** Prints each alert that it gets: receiver, name, status. */
const receiving = `
require('node:http').createServer((request, reply) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const { alerts } = JSON.parse(body);
    for (const { status, labels } of alerts)
      console.log([request.url.slice(1), labels.alertname, labels.replica ?? labels.instance ?? '', status].join(' '));
    reply.end();
  });
}).listen(9000, () => console.log('listens'));
`;

function startWatchers(venue: HostedExchange): void {
  for (const host of watchers) {
    const folder = join(venue.folder, `watcher-${host}`);
    mkdirSync(folder);
    for (const name of ['alerts.yaml', 'recording.yaml'])
      writeFileSync(join(folder, name), deployedFile(`monitoring/${name}`));
    const prometheus = deployedFile('monitoring/prometheus.yaml', [
      ['    scheme: https\n', ''],
      [/^ +(# authority.pem.*|tls_config: .*)\n/gm, ''],
      ['10.90.4.21', venue.address(4)],
      ['10.90.4.22', venue.address(5)],
      ['10.90.1.11:', `${venue.address(1)}:`],
      ['10.90.2.12:', `${venue.address(2)}:`],
      ['10.90.3.13:', `${venue.address(3)}:`],
    ]);
    writeFileSync(join(folder, 'prometheus.yaml'), prometheus);
    const alertmanager = deployedFile('monitoring/alertmanager.yaml', [
      [
        /https:\/\/(chat|pager|alive)\.example\.com\/\S*?(?=["])/g,
        `http://${venue.address(receiver)}:9000/$1`,
      ],
    ]);
    writeFileSync(join(folder, 'alertmanager.yaml'), alertmanager);
    const other = watchers.find((each) => each !== host)!;
    startPrometheus(venue, host);
    venue.program(
      `alertmanager ${host}`,
      host,
      'prometheus-alertmanager',
      `--config.file=${join(folder, 'alertmanager.yaml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=${venue.address(host)}:9093`,
      `--cluster.listen-address=${venue.address(host)}:9094`,
      `--cluster.peer=${venue.address(other)}:9094`,
    );
  }
}

function startPrometheus(venue: HostedExchange, host: number): void {
  const folder = join(venue.folder, `watcher-${host}`);
  venue.program(
    `prometheus ${host}`,
    host,
    'prometheus',
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=${venue.address(host)}:9090`,
  );
}

test('a dead leader and a lost majority are told once, though one of each pair that tells is dead', {
  skip: hostedRefusal(['prometheus', 'prometheus'], ['prometheus-alertmanager', 'prometheus-alertmanager']),
}, async () => {
  const venue = await HostedExchange.start({ hosts: 6, gateways: [] });
  try {
    venue.program('receiver', receiver, process.execPath, '-e', receiving);
    startWatchers(venue);
    const arrived = (what: string): number =>
      venue
        .said('receiver')
        .split('\n')
        .filter((line) => line === what).length;
    await venue.until(
      'the whole chain tells that it lives',
      () => arrived('alive LockstepAlive  firing') > 0,
    );
    const sees = async (host: number) => {
      const query = `http://${venue.address(host)}:9090/api/v1/query?query=${encodeURIComponent('sum(lockstep_serving)')}`;
      return (await venue.get(host, query)).text.includes('"1"');
    };
    for (const host of watchers) await venue.until(`Prometheus ${host} sees a leader`, () => sees(host));

    const leader = await venue.leader(1);
    await venue.kill(`replica ${leader}`);
    const down = `chat LockstepReplicaDown ${venue.address(leader)}:${7300 + leader} firing`;
    await venue.until('the dead replica is told', () => arrived(down) > 0);
    await sleep(quietMs);
    assert.equal(arrived(down), 1, venue.said('receiver'));

    await venue.kill('prometheus 4');
    await venue.kill('alertmanager 5');
    const left = [1, 2, 3].filter((id) => id !== leader);
    await venue.kill(`replica ${left[0]}`);
    const stands = 'pager LockstepNoLeader  firing';
    await venue.until('the lost majority is told', () => arrived(stands) > 0);
    await sleep(quietMs);
    assert.equal(arrived(stands), 1, venue.said('receiver'));

    for (const id of [leader, left[0]!]) venue.lockstep(`replica ${id}`, id, 'replica', '--id', `${id}`);
    await venue.until('its end is told', () => arrived('pager LockstepNoLeader  resolved') === 1);
  } finally {
    await venue.end();
  }
});
