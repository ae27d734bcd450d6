// The commands of docs/DEPLOY.md, word for word, on hosts with the addresses of that page: from nothing to a traded
// order, a replaced machine, one more gateway, and an upgrade. What takes the place of a real machine is the service
// manager, the copying between machines, and what sets the kernel up, which would be that of this machine.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Hosts, hostsRefusal } from '../../src/chaos/hosts/hosts.ts';
import { programFile } from '../../src/ops/version.ts';

const page = fileURLToPath(new URL('../../docs/DEPLOY.md', import.meta.url));
const racks: readonly number[] = [1, 2, 3, 1, 2, 4, 3, 3, 4, 4];
const replicas = [1, 2, 3];
const gateways = [4, 5];
const operator = 6;
const watchers = [9, 10];
const hostsOf: Readonly<Record<string, readonly number[]>> = {
  operator: [operator],
  first: [replicas[0]!],
  replicas,
  gateways,
  watchers,
  each: [...replicas, ...gateways, ...watchers],
  new: [7],
  added: [8],
};
const waitMs = 300_000;
const tmpfs = 0x0102_1994;

/** Takes the place of systemd: runs what a unit says as its user, again when it ends, and waits until it listens. */
const systemctl = `#!/bin/sh
set -u
pid_file() { echo "$HOST_FOLDER/$unit.pid"; }
case "$1" in
  daemon-reload) exit 0 ;;
  restart)
    unit=$2
    pkill -TERM -P "$(cat "$(pid_file)")"
    exit 0 ;;
  enable) unit=$3 ;;
  *) echo "systemctl: $* is not known to this test" >&2; exit 1 ;;
esac
instance=\${unit#*@}
file=/etc/systemd/system/$(echo "$unit" | sed 's/@.*/@/').service
line=$(sed -n 's/^ExecStart=//p' "$file" | sed "s/%i/$instance/g")
[ -n "$line" ] || exit 1
(
  cd /etc/lockstep || exit 1
  while :; do
    setpriv --reuid lockstep --regid lockstep --init-groups $line
    [ $? = 2 ] && exit 2
    sleep 1
  done
) < /dev/null > "$HOST_FOLDER/$unit.log" 2>&1 &
echo $! > "$(pid_file)"
case "$unit" in
  *@*) is_up() { ss -ltn | grep -q ":730$instance "; } ;;
  *watch*) is_up() { ss -tn state established | grep -q ":720"; } ;;
  *) is_up() { ss -ltn | grep -q ":8080 "; } ;;
esac
n=0
until is_up; do
  n=$((n+1)); [ $n -lt 600 ] || { cat "$HOST_FOLDER/$unit.log" >&2; exit 1; }
  sleep 0.2
done
`;
const scp = `#!/bin/sh
set -eu
address=$(echo "$3" | sed 's/^root@//; s/:.*//')
cp -R "$2" "$ALL_FOLDERS/$address/srv/"
`;
const sysctl = `#!/bin/sh
grep -q rmem_max /etc/sysctl.d/60-lockstep.conf
`;
/** The files of a host are its own. */
const ownFiles = `
set -e
mkdir -p "$1/etc" "$1/srv" "$1/lib" "$1/bin"
cp -a /etc/. "$1/etc/"
cp -a /usr/local/bin/. "$1/bin/"
cp "$2" "$1/bin/lockstep"
rm -rf "$1/etc/lockstep"
mount --bind "$1/etc" /etc
mount --bind "$1/srv" /srv
mount --bind "$1/lib" /var/lib
mount --bind "$1/bin" /usr/local/bin
ip route replace local 127.0.0.0/8 dev lo 2> /dev/null || true
`;

interface Step {
  readonly heading: string;
  readonly machines: string;
  readonly script: string;
}

function stepsOf(text: string): Step[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((part) =>
      [...part.matchAll(/^```sh (\w+)\n([\s\S]*?)^```/gm)].map(([, machines = '', script = '']) => ({
        heading: part.split('\n')[0]!,
        machines,
        script,
      })),
    );
}

class Machines {
  readonly #hosts: Hosts;
  readonly #folder: string;
  token = '';

  constructor(hosts: Hosts, folder: string) {
    this.#hosts = hosts;
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    const bin = join(this.#folder, 'bin');
    mkdirSync(bin);
    const lockstep = `#!/bin/sh\nexec '${process.execPath}' '${programFile}' "$@"\n`;
    for (const [name, text] of Object.entries({ systemctl, scp, sysctl })) {
      writeFileSync(join(bin, name), text);
      chmodSync(join(bin, name), 0o755);
    }
    // Where systemd looks for it, too.
    const lockstepFile = join(this.#folder, 'lockstep');
    writeFileSync(lockstepFile, lockstep);
    chmodSync(lockstepFile, 0o755);
    for (const host of this.#hosts.all) {
      mkdirSync(this.#of(host), { recursive: true });
      await this.#hosts.run(host, 'sh', '-c', ownFiles, 'sh', this.#of(host), lockstepFile);
    }
    const rules = /^```nft\n([\s\S]*?)^```/m.exec(readFileSync(page, 'utf8'))![1]!;
    for (const host of hostsOf['first']!) writeFileSync(join(this.#of(host), 'etc/nftables.conf'), rules);
  }

  async run(host: number, script: string): Promise<string> {
    const child = this.#hosts.spawn(host, ['sh', '-euc', script], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(this.#folder, 'bin')}:${process.env['PATH']}:/usr/sbin:/sbin`,
        HOST_FOLDER: this.#of(host),
        ALL_FOLDERS: this.#folder,
        HOME: this.#of(host),
        NODE_COMPILE_CACHE: '',
        N: String(host),
        TOKEN: this.token,
      },
    });
    let said = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, `On ${this.#hosts.address(host)}:\n${script}\nended with ${code}:\n${said}`);
    return said;
  }

  /** Runs it again until it succeeds. */
  async until(host: number, script: string): Promise<string> {
    const endMs = Date.now() + waitMs;
    for (;;) {
      try {
        return await this.run(host, script);
      } catch (error) {
        if (Date.now() > endMs) throw error;
        await sleep(500);
      }
    }
  }

  #of(host: number): string {
    return join(this.#folder, this.#hosts.address(host));
  }
}

const doctorHearsAnother = `cd /etc/lockstep
said=$(lockstep doctor)
echo "$said"
echo "$said" | grep -q 'Another watcher is heard'`;

/** Each of the two finds the exchange right, and each sees the other. */
async function bothWatch(machines: Machines): Promise<void> {
  for (const watcher of [1, 2])
    await machines.until(
      operator,
      `cd /srv/cluster/operator\nlockstep status | grep 'canary of watcher/${watcher}, watcher ${watcher}: right'`,
    );
  const answers = await Promise.all(watchers.map((host) => machines.until(host, doctorHearsAnother)));
  for (const said of answers) {
    assert.match(said, /Watcher [12] runs here; its last round was right/);
    assert.match(said, /those of lockstep, as which lockstep-watch\.service runs/);
  }
}

interface FillsShown {
  readonly fills: readonly {
    readonly accountId: number;
    readonly side: string;
    readonly price: string;
    readonly quantity: string;
    readonly remaining: string;
  }[];
}

/** What a command that asked for fills printed: the order of one customer has traded with that of the other. */
function assertTraded(said: string): void {
  const line = said.split('\n').findLast((each) => each.startsWith('{"fills":'));
  assert.ok(line, `no fills are shown: ${said}`);
  const { fills } = JSON.parse(line) as FillsShown;
  assert.deepEqual(
    fills.map(({ accountId, side, price, quantity, remaining }) => ({
      ...{ accountId, side, price, quantity, remaining },
    })),
    [{ accountId: 7, side: 'buy', price: '100.00', quantity: '0.40000000', remaining: '0.60000000' }],
  );
}

/** What must be so before the first step under a heading. */
async function before(heading: string, machines: Machines, hosts: Hosts): Promise<void> {
  const atOperator = (script: string) => machines.until(operator, `cd /srv/cluster/operator\n${script}`);
  if (heading === 'The exchange') await atOperator('lockstep where');
  if (heading === 'Replace a machine') {
    await bothWatch(machines);
    await hosts.plug(3, false);
  }
  if (heading === 'Upgrade') {
    await atOperator('lockstep members --json | grep -q \'"id":4,"role":"voter","votes":true\'');
    await atOperator('lockstep where --json | grep -q \'"id":4\'');
  }
}

test('DEPLOY, word for word, on five machines and more', { skip: hostsRefusal() ?? false }, async () => {
  const base = statfsSync(tmpdir()).type === tmpfs ? process.cwd() : tmpdir();
  const folder = mkdtempSync(join(base, 'lockstep-deploy-'));
  chmodSync(folder, 0o755);
  const hosts = await Hosts.make(racks.length, { rackOf: (host) => racks[host - 1]! });
  try {
    hosts.ledger.note({ kind: 'folder', path: folder });
    const machines = new Machines(hosts, folder);
    await machines.prepare();
    let last = '';
    let hasTraded = false;
    for (const step of stepsOf(readFileSync(page, 'utf8'))) {
      if (step.heading !== last) await before(step.heading, machines, hosts);
      last = step.heading;
      const where = hostsOf[step.machines];
      assert.ok(where, `DEPLOY names machines "${step.machines}", which this test does not have`);
      const answers = await Promise.all(where.map((host) => machines.run(host, step.script)));
      if (step.script.includes('/v1/fills')) {
        assertTraded(answers.join('\n'));
        hasTraded = true;
      }
      machines.token = /lockstep-join-\S+/.exec(answers.join('\n'))?.[0] ?? machines.token;
    }
    assert.ok(hasTraded, 'DEPLOY shows no fill');
    // After a dead machine and an upgrade, through the added gateway.
    const asked = (path: string): Promise<string> =>
      machines.until(
        operator,
        `cd /srv/cluster/operator\nlockstep curl GET ${path} --key alice --secret alice.secret --url https://10.90.3.18:8080 --ca data/tls/authority.pem`,
      );
    assert.match(await asked('/v1/orders'), /"symbol":"BTC-USD".*"remaining":"0\.60000000"/);
    assertTraded(await asked('/v1/fills'));
  } finally {
    await hosts.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
