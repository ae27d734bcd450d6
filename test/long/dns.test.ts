// `lockstep dns` against BIND's own name server: names follow the leader and the gateways that are ready, a leader of
// before overwrites nothing, and what the server refuses is said with what to do.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostedExchange, hostedRefusal } from './testing/hosted-exchange.ts';

const nameServer = 4;
const caller = 5;
const zone = 'venue.test';
/** No machine has it: packets to it get no answer. */
const nowhere = '10.90.1.250';

/** A name server with an empty zone that one key may change. */
async function startNamed(venue: HostedExchange): Promise<void> {
  const folder = join(venue.folder, 'named');
  mkdirSync(folder);
  for (const name of ['good', 'other'])
    writeFileSync(join(folder, `${name}.key`), await venue.run(nameServer, 'tsig-keygen', name), {
      mode: 0o600,
    });
  writeFileSync(
    join(folder, 'zone'),
    [
      '$TTL 5\n@ SOA ns root 1 60 60 600 5\n@ NS ns',
      `ns A ${venue.address(nameServer)}`,
      // The first address does not answer, the second one refuses, the third one is of a machine that answers.
      ...Object.entries({ gateway: 2, replica: 3 }).flatMap(([name, host]) =>
        [nowhere, venue.address(nameServer), venue.address(host)].map((address) => `${name} A ${address}`),
      ),
      '',
    ].join('\n'),
  );
  const address = venue.address(nameServer);
  writeFileSync(
    join(folder, 'named.conf'),
    `include "${folder}/good.key";
include "${folder}/other.key";
options { directory "${folder}"; listen-on { ${address}; 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile "${folder}/session.key";
  sortlist { { any; { ${nowhere}; ${address}; any; }; }; }; };
controls { };
zone "${zone}" { type primary; file "${folder}/zone"; allow-update { key good; }; };
`,
  );
  venue.program('named', nameServer, 'named', '-g', '-c', join(folder, 'named.conf'));
  await venue.until('the name server answers', async () => (await asked(venue, `ns.${zone}`)).length === 1);
}

async function asked(venue: HostedExchange, name: string, type = 'A'): Promise<string[]> {
  const words = ['+short', '+tries=1', '+time=1', `@${venue.address(nameServer)}`, name, type];
  const said = await venue.run(caller, 'dig', ...words).catch(() => '');
  return said
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .toSorted();
}

const dnsOf = (venue: { folder: string }, address: (host: number) => string, key = 'good') => ({
  server: address(nameServer),
  zone,
  keyFile: join(venue.folder, 'named', `${key}.key`),
  leader: `leader.${zone}`,
  exchange: `api.${zone}`,
  gateways: [1, 2].map((host) => ({ address: address(host) })),
});

/** Commands, the SDK and a gateway find the machine that answers, behind a name of which two addresses are dead. */
async function everyAddressIsTried(venue: HostedExchange): Promise<void> {
  const url = `https://gateway.${zone}:8080`;
  await venue.run(caller, ...venue.line(caller, 'curl', 'GET', '/v1/status', '--url', url));
  const all = [1, 2, 3].map((id) => ({ id, host: venue.address(id) }));
  const ports = { udpPort: 7_103, tcpPort: 7_203, controlPort: 7_303 };
  venue.change(caller, { replicas: [{ id: 3, host: `replica.${zone}`, ...ports }] });
  assert.match(await venue.run(caller, ...venue.line(caller, 'where', '--json')), /"ok":true/);
  await venue.kill(`gateway ${caller}`);
  venue.lockstep(`gateway ${caller}`, caller, 'gateway');
  await venue.until('a gateway that knows a replica by that name is ready', async () => {
    return (await venue.get(caller, `${venue.gatewayUrl(caller)}/health/ready`)).status === 200;
  });
  await venue.call(caller, [`https://api.${zone}:8080`]);
  // That one may stand still later.
  venue.change(caller, { replicas: all });
}

/** The process says that it fails, its breaker opens, and every replica shows it. */
async function opens(venue: HostedExchange, writer: number): Promise<void> {
  const open = new RegExp(`^lockstep_side_breaker_state\\{.*dns of replica ${writer}".*\\} [12]$`, 'm');
  await venue.until('its metrics say that it fails', async () =>
    /^lockstep_dns_failing\{.*\} 1$/m.test((await venue.get(writer, 'http://127.0.0.1:7402/metrics')).text),
  );
  await venue.until('every replica shows that the breaker is open', async () => {
    const seen = [1, 2, 3].map((host) => venue.get(caller, `${venue.controlUrl(host)}/metrics`));
    return (await Promise.all(seen)).every(({ text }) => open.test(text));
  });
}

/** Refused, and not answered: an error that says what to do, and nothing else suffers. */
async function refusals(venue: HostedExchange): Promise<void> {
  const address = (host: number): string => venue.address(host);
  const now = await venue.leader(caller);
  await venue.kill(`dns ${now}`);
  venue.change(now, { dns: dnsOf(venue, address, 'other') });
  venue.lockstep(`dns ${now}`, now, 'dns', '--id', `${now}`);
  await venue.until('it says that it is refused', () =>
    venue.said(`dns ${now}`).includes('REFUSED: its zone must allow updates by the key of dns.keyFile'),
  );
  assert.match(venue.said(`dns ${now}`), /the name server would take no update: .*REFUSED/);
  await opens(venue, now);
  await venue.kill('named');
  venue.change(now, { dns: dnsOf(venue, address) });
  await venue.kill(`dns ${now}`);
  venue.lockstep(`dns ${now}`, now, 'dns', '--id', `${now}`);
  await venue.until('it says that there is no answer', () =>
    venue.said(`dns ${now}`).includes('does not answer'),
  );
  assert.ok(venue.isRunning(`dns ${now}`));
}

test('names follow the leader and the gateways that are ready; what is refused is told', {
  skip: hostedRefusal(['named', 'bind9'], ['nsupdate', 'bind9-dnsutils'], ['dig', 'bind9-dnsutils']),
}, async () => {
  const venue = await HostedExchange.start({
    hosts: 5,
    gateways: [1, 2, 3, caller],
    names: ['gateway', 'replica', 'api', 'leader'].map((name) => `${name}.${zone}`),
  });
  try {
    await startNamed(venue);
    const address = (host: number): string => venue.address(host);
    for (const host of [1, 2, 3]) {
      venue.change(host, { dns: dnsOf(venue, address) });
      venue.lockstep(`dns ${host}`, host, 'dns', '--id', `${host}`);
    }
    const leads = async (host: number) => (await asked(venue, `leader.${zone}`)).join() === address(host);
    const first = await venue.leader(caller);
    await venue.until('the name has the address of the leader', () => leads(first));
    await venue.until(
      'the other one has both gateways',
      async () => (await asked(venue, `api.${zone}`)).length === 2,
    );
    const answer = await venue.run(caller, 'dig', `@${address(nameServer)}`, `leader.${zone}`, 'A');
    assert.match(answer, /\s5\s+IN\s+A\s/, 'resolvers may keep it for five seconds');

    const figures = async (host: number) => (await venue.get(host, 'http://127.0.0.1:7402/metrics')).text;
    assert.match(await figures(first), /^lockstep_dns_writes\{.*\} 1$/m);
    assert.match(await figures(first), /^lockstep_dns_written_seconds\{.*name="leader\..*\} 1\d{9}/m);

    // Programs that call by the name, whose machine asks this name server, find the leader and each gateway.
    const resolv = join(venue.folder, 'resolv.conf');
    writeFileSync(resolv, `nameserver ${address(nameServer)}\noptions timeout:1 attempts:2\n`);
    await venue.run(caller, 'mount', '--bind', resolv, '/etc/resolv.conf');
    await everyAddressIsTried(venue);
    await venue.answered(20);

    // The dead one is left out, and callers that still have its address try the other one.
    await venue.kill('gateway 1');
    await venue.answered(20);
    await venue.until(
      'the dead gateway is left out',
      async () => (await asked(venue, `api.${zone}`)).join() === address(2),
    );
    venue.lockstep('gateway 1', 1, 'gateway');
    await venue.until('it is back', async () => (await asked(venue, `api.${zone}`)).length === 2);
    // Callers have been at the other one since; they go back as the name does.
    await venue.kill('gateway 2');
    await venue.until(
      'the name has the first one alone',
      async () => (await asked(venue, `api.${zone}`)).join() === address(1),
    );
    await venue.answered(50);
    venue.lockstep('gateway 2', 2, 'gateway');

    // A leader that stands still with what writes for it, and goes on, overwrites nothing of its successor.
    await venue.groups(first).freeze(true);
    await venue.until('the name follows the new leader', async () => !(await leads(first)));
    const second = await venue.leader(caller);
    await venue.until('the name has its address', () => leads(second));
    const url = `https://leader.${zone}:8080`;
    await venue.until('a call by the name of the leader reaches its successor', () =>
      venue.run(caller, ...venue.line(caller, 'curl', 'GET', '/v1/status', '--url', url)).then(
        () => true,
        () => false,
      ),
    );
    await venue.groups(first).freeze(false);
    await venue.answered(50);
    assert.ok(await leads(await venue.leader(caller)));
    const { lost, doubled, streamMissed, streamDoubled } = await venue.account();
    assert.deepEqual([lost, doubled, streamMissed, streamDoubled], [0, 0, 0, 0]);

    await refusals(venue);
  } finally {
    await venue.end();
  }
});
