// Debian's Prometheus and Alertmanager, two of each, with the files of deploy/monitoring, beside a cluster that loses
// its leader, its majority, the way to its leader, the pace of a replica, the space of a disk, and a gateway, which the
// blackbox exporter misses: each alert arrives once, also while one Prometheus and one Alertmanager are dead.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployedFile } from './testing/deployed-file.ts';
import { HostedExchange, type HostedOptions, hostedRefusal } from './testing/hosted-exchange.ts';

const watchers = [4, 5];
const receiver = 6;
/** A replica that lags by more is an alert: the usual bound would take minutes. */
const lagFramesMax = 500;
const skip = hostedRefusal(
  ['prometheus', 'prometheus'],
  ['prometheus-alertmanager', 'prometheus-alertmanager'],
  ['prometheus-blackbox-exporter', 'prometheus-blackbox-exporter'],
);
/** Longer than any wait of a group, so that a second telling would have come. */
const quietMs = 25_000;
/** An alert waits for scrapes, rules and groups, each of which takes its time on a machine that does much else. */
const waitMs = 600_000;

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
      ['/etc/prometheus/lockstep-authority.pem', venue.authorityFile],
      ['10.90.1.14:', `${venue.address(1)}:`],
      ['10.90.2.15:', `${venue.address(2)}:`],
      ['10.90.4.21', venue.address(4)],
      ['10.90.4.22', venue.address(5)],
      ['10.90.1.11:', `${venue.address(1)}:`],
      ['10.90.2.12:', `${venue.address(2)}:`],
      ['10.90.3.13:', `${venue.address(3)}:`],
    ]);
    writeFileSync(join(folder, 'prometheus.yaml'), prometheus);
    const blackbox = deployedFile('monitoring/blackbox.yaml', [
      ['/etc/prometheus/lockstep-authority.pem', venue.authorityFile],
    ]);
    writeFileSync(join(folder, 'blackbox.yaml'), blackbox);
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

/** What calls on the way that customers take, beside each Prometheus. */
function startProbes(venue: HostedExchange): void {
  for (const host of watchers)
    venue.program(
      `probes ${host}`,
      host,
      'prometheus-blackbox-exporter',
      `--config.file=${join(venue.folder, `watcher-${host}`, 'blackbox.yaml')}`,
      '--web.listen-address=127.0.0.1:9115',
    );
}

/** A cluster with both pairs, of which each Prometheus sees a leader, and how often an alert has arrived. */
class WatchedExchange {
  readonly venue: HostedExchange;

  private constructor(venue: HostedExchange) {
    this.venue = venue;
  }

  static async start(options: Partial<HostedOptions> = {}): Promise<WatchedExchange> {
    const venue = await HostedExchange.start({ hosts: 6, gateways: [], waitMs, ...options });
    const watched = new WatchedExchange(venue);
    try {
      venue.program('receiver', receiver, process.execPath, '-e', receiving);
      startWatchers(venue);
      await watched.arrives('alive LockstepAlive  firing');
      for (const host of watchers)
        await venue.until(`Prometheus ${host} sees a leader`, async () => {
          return (await watched.asked(host, 'sum(lockstep_serving)')) === '1';
        });
      return watched;
    } catch (error) {
      await venue.end();
      throw error;
    }
  }

  /** What the Prometheus of a host says to a question with one figure. */
  async asked(host: number, question: string): Promise<string | undefined> {
    const query = encodeURIComponent(question);
    const url = `http://${this.venue.address(host)}:9090/api/v1/query?query=${query}`;
    return /"value":\[[^,]+,"([^"]*)"\]/.exec((await this.venue.get(host, url)).text)?.[1];
  }

  arrived(what: string): number {
    return this.venue
      .said('receiver')
      .split('\n')
      .filter((line) => line === what).length;
  }

  arrives(what: string): Promise<void> {
    return this.venue.until(`"${what}" arrives`, () => this.arrived(what) > 0);
  }

  /** One of each pair, so that neither machine is whole. */
  async halve(): Promise<void> {
    await this.venue.kill('prometheus 4');
    await this.venue.kill('alertmanager 5');
  }

  async hasArrivedOnce(...alerts: readonly string[]): Promise<void> {
    await sleep(quietMs);
    for (const what of alerts) assert.equal(this.arrived(what), 1, `${what}\n${this.venue.said('receiver')}`);
  }

  startReplica(id: number): void {
    this.venue.lockstep(`replica ${id}`, id, 'replica', '--id', `${id}`);
  }
}

const downOf = (venue: HostedExchange, id: number): string =>
  `chat LockstepReplicaDown ${venue.address(id)}:${7300 + id}`;
const others = (id: number): number[] => [1, 2, 3].filter((each) => each !== id);

test('a dead leader and a lost majority are told once, though one of each pair that tells is dead', {
  skip,
}, async () => {
  const watched = await WatchedExchange.start();
  const { venue } = watched;
  try {
    const leader = await venue.leader(1);
    await venue.kill(`replica ${leader}`);
    await watched.arrives(`${downOf(venue, leader)} firing`);
    await watched.hasArrivedOnce(`${downOf(venue, leader)} firing`);

    await watched.halve();
    const [next] = others(leader);
    await venue.kill(`replica ${next}`);
    await watched.arrives('pager LockstepNoLeader  firing');
    await watched.hasArrivedOnce('pager LockstepNoLeader  firing');

    for (const id of [leader, next!]) watched.startReplica(id);
    await watched.arrives('pager LockstepNoLeader  resolved');
  } finally {
    await venue.end();
  }
});

test('a dead leader and a split are told once, and their ends, by what is left of both pairs', {
  skip,
}, async () => {
  const watched = await WatchedExchange.start();
  const { venue } = watched;
  try {
    await watched.halve();
    const dead = await venue.leader(1);
    await venue.kill(`replica ${dead}`);
    await watched.arrives(`${downOf(venue, dead)} firing`);
    watched.startReplica(dead);

    await venue.until('another one leads', async () => (await venue.leader(1)) !== dead);
    const { leaderId: apart, term } = await venue.leading(1);
    const ways = others(apart).flatMap((id) => [[apart, id] as const, [id, apart] as const]);
    await venue.hosts.cut(ways);
    const [there = 0] = others(apart);
    await venue.until('the majority elects', async () => (await venue.leading(there)).term > term);
    const { leaderId: next } = await venue.leading(there);
    await watched.arrives(`chat LockstepMemberSilent ${next} firing`);
    await watched.hasArrivedOnce(`${downOf(venue, dead)} firing`, `chat LockstepMemberSilent ${next} firing`);
    await venue.hosts.mend(ways);
    await watched.arrives(`chat LockstepMemberSilent ${next} resolved`);
    await watched.hasArrivedOnce(
      `${downOf(venue, dead)} resolved`,
      `chat LockstepMemberSilent ${next} resolved`,
    );
  } finally {
    await venue.end();
  }
});

test('a full disk and a replica that falls behind by it are told once, by what is left of both pairs', {
  skip,
}, async () => {
  const small = 3;
  const watched = await WatchedExchange.start({
    smallDisks: { hosts: [small], megabytes: 64 },
    configuration: () => ({ journal: { segmentMegabytes: 1 }, limits: { lagFramesMax } }),
  });
  const { venue } = watched;
  try {
    await watched.halve();
    const order = venue.line(1, 'members', 'prefer', `${small}`, 'never');
    await venue.until('another one than that with the small disk leads', async () => {
      const isOrdered = await venue.run(1, ...order).then(Boolean, () => false);
      return isOrdered && (await venue.leader(1)) !== small;
    });
    venue.lockstep('demo', receiver, 'demo', '--rate', '400');
    await venue.fillDisk(small);
    const alerts = [`pager LockstepDiskFull ${small}`, `chat LockstepMemberBehind ${small}`];
    for (const alert of alerts) await watched.arrives(`${alert} firing`);
    await watched.hasArrivedOnce(...alerts.map((alert) => `${alert} firing`));
    await venue.freeDisk(small);
    for (const alert of alerts) await watched.arrives(`${alert} resolved`);
    await watched.hasArrivedOnce(...alerts.map((alert) => `${alert} resolved`));
  } finally {
    await venue.end();
  }
});

test('a gateway that dies is seen from outside and told once, by what is left of both pairs', {
  skip,
}, async () => {
  const watched = await WatchedExchange.start({ gateways: [1, 2] });
  const { venue } = watched;
  try {
    startProbes(venue);
    for (const host of watchers)
      await venue.until(`host ${host} has an answer of gateways and replicas`, async () => {
        const ways = await watched.asked(host, 'sum(probe_success{job=~"lockstep-probe-(http|tcp)"})');
        return ways === '5';
      });
    await watched.halve();
    await venue.kill('gateway 2');
    const alert = `chat LockstepProbeFailed ${venue.gatewayUrl(2)}/health/ready`;
    await watched.arrives(`${alert} firing`);
    await watched.hasArrivedOnce(`${alert} firing`);
    venue.lockstep('gateway 2', 2, 'gateway');
    await watched.arrives(`${alert} resolved`);
    await watched.hasArrivedOnce(`${alert} resolved`);
    const other = `LockstepProbeFailed ${venue.gatewayUrl(1)}/health/ready`;
    assert.equal(watched.arrived(`chat ${other} firing`), 0, 'the other one answered all the time');
  } finally {
    await venue.end();
  }
});
