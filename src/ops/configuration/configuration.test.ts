import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { tryAroundBounds } from '../json/testing/around-bounds.ts';
import { configurationSchema, publishedSchema } from './configuration.ts';
import { readConfiguration, readKeysOfFile } from './reading.ts';
import { standardReplicas } from './replicas.ts';
import { resolveSecrets } from './secrets.ts';
import { wrongAddresses } from './testing/wrong-addresses.ts';
import { wrongAvailability } from './testing/wrong-availability.ts';
import { aFolder, wrongBackups } from './testing/wrong-backups.ts';
import { wrongCanary } from './testing/wrong-canary.ts';
import { wrongHooks } from './testing/wrong-hooks.ts';
import { wrongOperators } from './testing/wrong-operators.ts';
import { wrongReplicas } from './testing/wrong-replicas.ts';
import { wrongSites } from './testing/wrong-sites.ts';

const problemsOf = (json: unknown): string[] => readConfiguration(json).problems;
const goodKey = 'ab'.repeat(32);
const apiKey = { keyId: 'a', secret: goodKey, accountIds: [1] };

const nowhere = { site: '', zone: '', rack: '', power: '', switch: '', fence: [], fenceSeconds: 30 };

test('an empty file is the default cluster', () => {
  const { configuration, problems } = readConfiguration({});
  assert.deepEqual(problems, []);
  assert.equal(configuration.replicas.length, 3);
  assert.equal(configuration.durability, 'disk');
  assert.deepEqual(configuration.replicas[2], {
    id: 3,
    role: 'replica',
    host: '127.0.0.1',
    udpPort: 7103,
    tcpPort: 7203,
    controlPort: 7303,
    controlHost: undefined,
    fingerprint: undefined,
    ...nowhere,
  });
});

test('what is given is taken, the rest keeps its default', () => {
  const { configuration, problems } = readConfiguration({
    durability: 'memory',
    replicas: [{ tcpPort: 9000 }],
    timing: { electionTimeoutMs: 1_000 },
    gateway: { apiKeys: [apiKey] },
    keys: { operator: goodKey },
  });
  assert.deepEqual(problems, []);
  assert.equal(configuration.durability, 'memory');
  assert.deepEqual(configuration.replicas, [
    {
      id: 1,
      role: 'replica',
      host: '127.0.0.1',
      udpPort: 7101,
      tcpPort: 9000,
      controlPort: 7301,
      controlHost: undefined,
      fingerprint: undefined,
      ...nowhere,
    },
  ]);
  assert.equal(configuration.timing.electionTimeoutMs, 1_000);
  assert.equal(configuration.timing.heartbeatMs, 15);
  assert.deepEqual(configuration.gateway.apiKeys, [{ ...apiKey, name: 'demo' }]);
  assert.equal(configuration.keys.operator, goodKey);
  assert.equal(configuration.keys.root, undefined);
});

const elsewhere = ', or where they stand: {"file": PATH}, {"env": NAME} or {"credential": NAME}';
const pair = { certificateFile: 'c.pem', keyFile: 'k.pem' };

test('what other machines can reach has TLS, or is said to be insecure', () => {
  const exposed: readonly (readonly [json: object, path: string, part: string])[] = [
    [{ gateway: { host: '0.0.0.0' } }, 'gateway.host', 'gateway'],
    [{ gateway: { host: 'edge.example' } }, 'gateway.host', 'gateway'],
    [{ gateway: { operatorHost: '10.0.0.1' } }, 'gateway.operatorHost', 'gateway'],
    [{ replicas: [{ host: '10.0.0.1' }] }, 'replicas[0].host', 'control'],
    [{ replicas: [{}, {}, { controlHost: '10.0.0.1' }] }, 'replicas[2].controlHost', 'control'],
  ];
  for (const [json, path, part] of exposed) {
    const [problem = '', ...others] = problemsOf(json);
    assert.ok(problem.startsWith(`${path}: other machines can reach `), problem);
    assert.match(
      problem,
      new RegExp(`allowed: 127\\.0\\.0\\.1, or ${part}\\.tls .* ${part}\\.insecure true`),
    );
    assert.deepEqual(others, []);
    const guarded = (guard: object): object => ({
      ...json,
      [part]: { ...(json as Record<string, object>)[part], ...guard },
    });
    assert.deepEqual(problemsOf(guarded({ tls: pair })), []);
    assert.deepEqual(problemsOf(guarded({ insecure: true })), []);
    assert.equal(problemsOf(guarded({ insecure: false })).length, 1);
  }
  const operators = (gateway: object): string[] =>
    problemsOf({ gateway: { host: '127.0.0.1', operatorHost: '10.0.0.1', ...gateway } });
  assert.deepEqual(operators({ operatorTls: pair }), []);
  assert.match(problemsOf({ gateway: { host: '10.0.0.1', operatorTls: pair } }).join(), /^gateway\.host: /);
  const own = ['127.0.0.1', '127.3.2.1', 'localhost'];
  for (const host of own) assert.deepEqual(problemsOf({ gateway: { host, operatorHost: host } }), []);
  assert.deepEqual(problemsOf({ replicas: [{ host: '10.0.0.1', controlHost: '127.0.0.1' }] }), []);
});

const sharedLimits = configurationSchema
  .keys('')
  .map(({ key }) => key)
  .filter((key) => key.startsWith('gateway.limits.'))
  .map((key) => key.slice('gateway.limits.'.length));

/** Each key once wrong, and the error that the person reads. */
const wrong: readonly (readonly [json: unknown, message: string])[] = [
  [{ gateway: { tls: { certificateFile: 'c' } } }, 'gateway.tls.keyFile: is missing; allowed: a path'],
  [
    { gateway: { tls: { ...pair, certificateFile: '' } } },
    'gateway.tls.certificateFile: "" has another form; allowed: a path',
  ],
  [
    { gateway: { operatorTls: { ...pair, certificateFile: '' } } },
    'gateway.operatorTls.certificateFile: "" has another form; allowed: a path',
  ],
  [
    { gateway: { operatorTls: { ...pair, keyFile: 1 } } },
    'gateway.operatorTls.keyFile: 1 is not text; allowed: a path',
  ],
  [
    { gateway: { operatorTls: { ...pair, authoritiesFile: 1 } } },
    'gateway.operatorTls.authoritiesFile: 1 is not text; allowed: a path',
  ],
  [{ gateway: { tls: { ...pair, keyFile: 1 } } }, 'gateway.tls.keyFile: 1 is not text; allowed: a path'],
  [
    { gateway: { tls: { ...pair, authoritiesFile: 1 } } },
    'gateway.tls.authoritiesFile: 1 is not text; allowed: a path',
  ],
  [{ gateway: { id: 0 } }, 'gateway.id: 0 is out of range; allowed: 1 to 65535'],
  [
    { keys: { session: 'ab' } },
    'keys.session: is gone: who may open a session stands in a certificate; remove the key, and see "lockstep certificates"',
  ],
  [{ gateway: { insecure: 1 } }, 'gateway.insecure: 1 is neither true nor false; allowed: true, false'],
  [
    { control: { tls: { ...pair, certificateFile: '' } } },
    'control.tls.certificateFile: "" has another form; allowed: a path',
  ],
  [{ control: { tls: { ...pair, keyFile: 1 } } }, 'control.tls.keyFile: 1 is not text; allowed: a path'],
  [
    { control: { tls: { ...pair, authoritiesFile: 1 } } },
    'control.tls.authoritiesFile: 1 is not text; allowed: a path',
  ],
  [{ control: { insecure: 1 } }, 'control.insecure: 1 is neither true nor false; allowed: true, false'],
  [
    { replicas: [{ fingerprint: 'ab' }] },
    'replicas[0].fingerprint: "ab" has another form; allowed: 64 hexadecimal digits',
  ],
  [
    { replicas: [{ controlHost: '' }] },
    'replicas[0].controlHost: "" has another form; allowed: an IPv4 address or a host name of at most 64 characters',
  ],
  ...['site', 'zone', 'rack', 'power', 'switch'].map(
    (place) =>
      [
        { replicas: [{ [place]: 'two words' }] },
        `replicas[0].${place}: "two words" has another form; allowed: a name of at most 16 characters without spaces, or an empty text`,
      ] as const,
  ),
  [{ clusterId: 0 }, 'clusterId: 0 is out of range; allowed: 1 to 4294967295'],
  [{ clusterId: 1.5 }, 'clusterId: 1.5 is not a whole number; allowed: 1 to 4294967295'],
  [{ dataFolder: '' }, 'dataFolder: "" has another form; allowed: a path'],
  [{ dataFolder: 7 }, 'dataFolder: 7 is not text; allowed: a path'],
  [{ durability: 'disc' }, 'durability: "disc" is not one of the choices; allowed: disk, memory'],
  [{ failover: true }, 'failover: true is not one of the choices; allowed: automatic, manual'],
  [{ idle: null }, 'idle: null is not one of the choices; allowed: backoff, yield, spin'],
  ...wrongReplicas,
  [
    { replication: { mode: 'tcp' } },
    'replication.mode: "tcp" is not one of the choices; allowed: unicast, multicast',
  ],
  [
    { replication: { group: '239.1.1' } },
    'replication.group: "239.1.1" has another form; allowed: an IPv4 address',
  ],
  [{ replication: { port: -1 } }, 'replication.port: -1 is not a port; allowed: 1 to 65535'],
  [
    { replication: { interface: 'eth0' } },
    'replication.interface: "eth0" has another form; allowed: an IPv4 address',
  ],
  [
    { replication: { datagramBytesMax: 100 } },
    'replication.datagramBytesMax: 100 is out of range; allowed: 1200 to 57856',
  ],
  [
    { timing: [] },
    'timing: [] is not an object; allowed: an object with electionTimeoutMs, electionTimeoutMsMin, heartbeatMs, tetherDelayMs, spareAfterMs',
  ],
  [{ timing: { electionTimeoutMs: 1 } }, 'timing.electionTimeoutMs: 1 is out of range; allowed: 20 to 60000'],
  [
    { timing: { electionTimeoutMsMin: 5 } },
    'timing.electionTimeoutMsMin: 5 is out of range; allowed: 6 to 60000',
  ],
  [{ timing: { heartbeatMs: 1 } }, 'timing.heartbeatMs: 1 is out of range; allowed: 2 to 10000'],
  [{ timing: { tetherDelayMs: -1 } }, 'timing.tetherDelayMs: -1 is out of range; allowed: 0 to 1000'],
  [{ timing: { spareAfterMs: 999 } }, 'timing.spareAfterMs: 999 is out of range; allowed: 1000 to 86400000'],
  [{ journal: { segmentMegabytes: 0 } }, 'journal.segmentMegabytes: 0 is out of range; allowed: 1 to 1024'],
  [{ snapshot: { everyMegabytes: 0 } }, 'snapshot.everyMegabytes: 0 is out of range; allowed: 1 to 1048576'],
  [{ limits: { ringMegabytes: 0 } }, 'limits.ringMegabytes: 0 is out of range; allowed: 1 to 256'],
  [{ limits: { eventRingMegabytes: 0 } }, 'limits.eventRingMegabytes: 0 is out of range; allowed: 1 to 1024'],
  [{ limits: { connections: 1 } }, 'limits.connections: 1 is out of range; allowed: 8 to 1000'],
  [{ limits: { lagFramesMax: 9 } }, 'limits.lagFramesMax: 9 is out of range; allowed: 10 to 10000000'],
  [{ limits: { memoryPercentMax: 101 } }, 'limits.memoryPercentMax: 101 is out of range; allowed: 10 to 100'],
  [{ limits: { cpuPercentMax: 0 } }, 'limits.cpuPercentMax: 0 is out of range; allowed: 10 to 100'],
  [{ limits: { logMegabytes: 0 } }, 'limits.logMegabytes: 0 is out of range; allowed: 1 to 1024'],
  [{ gateway: { host: '' } }, 'gateway.host: "" has another form; allowed: an IPv4 address or a host name'],
  [
    { gateway: { host: '10.0.0.333' } },
    'gateway.host: "10.0.0.333" has another form; allowed: an IPv4 address or a host name',
  ],
  [{ gateway: { port: 65_536 } }, 'gateway.port: 65536 is not a port; allowed: 1 to 65535'],
  [
    { gateway: { operatorHost: '' } },
    'gateway.operatorHost: "" has another form; allowed: an IPv4 address or a host name',
  ],
  [{ gateway: { timeWindowMs: 1 } }, 'gateway.timeWindowMs: 1 is out of range; allowed: 100 to 60000'],
  [
    { gateway: { trustedProxies: ['proxy'] } },
    'gateway.trustedProxies[0]: "proxy" has another form; allowed: an IP address or network such as 10.0.0.0/8',
  ],
  [
    { gateway: { trustedProxies: [] } },
    'gateway.trustedProxies: the list has 0 entries; allowed: 1 to 64 addresses',
  ],
  ...sharedLimits.map((name): [object, string] => [
    { gateway: { limits: { [name]: 0 } } },
    `gateway.limits.${name}: 0 is out of range; allowed: 1 to 1000000`,
  ]),
  [
    { gateway: { apiKeys: 'x' } },
    'gateway.apiKeys: the value (hidden) is not a list; allowed: a list of up to 10000 keys',
  ],
  [
    { gateway: { apiKeys: [{ ...apiKey, keyId: 'a b' }] } },
    'gateway.apiKeys[0].keyId: "a b" has another form; allowed: 1 to 32 letters, digits, - and _',
  ],
  [
    { gateway: { apiKeys: [{ ...apiKey, accountIds: [0] }] } },
    'gateway.apiKeys[0].accountIds[0]: 0 is out of range; allowed: 1 to 4294967295',
  ],
  [
    { gateway: { apiKeys: [{ ...apiKey, accountIds: [] }] } },
    'gateway.apiKeys[0].accountIds: the list has 0 entries; allowed: 1 to 1000 account ids',
  ],
  [
    { gateway: { apiKeys: [{ ...apiKey, name: '' }] } },
    'gateway.apiKeys[0].name: "" has another form; allowed: 1 to 64 characters',
  ],
  [
    { gateway: { apiKeys: [{ keyId: 'a', accountIds: [1] }] } },
    `gateway.apiKeys[0].secret: is missing; allowed: an even number of hexadecimal digits, 32 to 128${elsewhere}`,
  ],
  [
    { keys: { cluster: 'zz' } },
    'keys.cluster: is gone: replicas hand each other the keys of their datagrams over links; remove the key, from keys.json too',
  ],
  [
    { keys: { root: 'ff' } },
    `keys.root: the value (hidden) is wrong; allowed: 64 hexadecimal digits${elsewhere}`,
  ],
  [
    { keys: { operator: '' } },
    `keys.operator: the value (hidden) is wrong; allowed: 64 hexadecimal digits${elsewhere}`,
  ],
  ...wrongBackups,
  ...wrongAddresses,
  ...wrongAvailability,
  ...wrongCanary,
  ...wrongOperators,
  ...wrongHooks,
  ...wrongSites,
  // Keys that do not go together.
  [
    { backup: { folders: [aFolder, aFolder] } },
    'backup.folders[1].name: a is also backup.folders[0].name; allowed: every target its own name',
  ],
  [
    { backup: { folders: [aFolder], port: 7201 } },
    'backup.port: 127.0.0.1:7201 is also replicas[0].tcpPort; allowed: every TCP port of a host once',
  ],
  [
    { replication: { mode: 'multicast', group: '10.0.0.1' } },
    'replication.group: "10.0.0.1" is not a multicast address; allowed: 224.0.0.0 to 239.255.255.255',
  ],
  [
    { replicas: [{}, {}, { id: 1 }] },
    'replicas[2].id: 1 is also replicas[0].id; allowed: every replica its own id',
  ],
  [
    { replicas: [{}, { tcpPort: 7301 }, {}] },
    'replicas[1].tcpPort: 127.0.0.1:7301 is also replicas[0].controlPort; allowed: every TCP port of a host once',
  ],
  [
    { gateway: { port: 7201 } },
    'gateway.port: 127.0.0.1:7201 is also replicas[0].tcpPort; allowed: every TCP port of a host once',
  ],
  [
    { gateway: { port: 8081 } },
    'gateway.operatorPort: 127.0.0.1:8081 is also gateway.port; allowed: every TCP port of a host once',
  ],
  [
    { replicas: [{}, { udpPort: 7101 }, {}] },
    'replicas[1].udpPort: 127.0.0.1:7101 is also replicas[0].udpPort; allowed: every UDP port of a host once',
  ],
  [
    { gateway: { apiKeys: [apiKey, apiKey] } },
    'gateway.apiKeys[1].keyId: a is also gateway.apiKeys[0].keyId; allowed: every key its own name',
  ],
  [{ $schema: 7 }, '$schema: 7 is not text; allowed: an address or a path'],
];

test('each key, once wrong, is named with its path and what is allowed', () => {
  for (const [json, message] of wrong) assert.deepEqual(problemsOf(json), [message]);
});

test('every key of the schema is in the list of wrong ones', () => {
  const named = wrong.map(([, message]) => message.replace(/: .*/s, '').replaceAll(/\[\d+\]/g, '[]'));
  for (const { key } of configurationSchema.keys('')) {
    assert.ok(
      named.some((path) => path === key || path.startsWith(`${key}[]`)),
      `no wrong value of ${key}`,
    );
  }
});

test('a mistyped key is refused, with the one that was meant', () => {
  const [problem] = problemsOf({ durabilty: 'disk' });
  assert.match(
    problem!,
    /^durabilty: unknown key; allowed: clusterId, dataFolder, durability, .*\(did you mean "durability"\?\)$/,
  );
  assert.match(problemsOf({ timing: { hartbeatMs: 1 } })[0]!, /did you mean "heartbeatMs"/);
  assert.doesNotMatch(problemsOf({ colour: 'red' })[0]!, /did you mean/);
});

test('all problems come at once', () => {
  const problems = problemsOf({ durabilty: 1, idle: 'x', replicas: [{ id: 'x', foo: 1 }], gateway: 5 });
  assert.deepEqual(
    problems.map((problem) => problem.replace(/:.*/, '')),
    ['durabilty', 'idle', 'replicas[0].foo', 'replicas[0].id', 'gateway'],
  );
});

test('a file that holds no object is refused', () => {
  for (const json of [null, 5, 'x', []]) assert.match(problemsOf(json)[0]!, /^the file: .* is not an object/);
});

test('a key called __proto__ is an unknown key like any other', () => {
  assert.match(problemsOf(JSON.parse('{"__proto__": {"durability": "x"}}'))[0]!, /^__proto__: unknown key/);
});

test('whatever JSON a file holds, reading ends with a whole configuration and words', () => {
  const keys = fc.constantFrom('replicas', 'timing', 'gateway', 'keys', 'host', 'id', 'apiKeys', 'x');
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(keys, tie('json'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(json, (value) => {
      const { configuration, problems } = readConfiguration(value);
      assert.ok(configuration.timing.electionTimeoutMs > 0);
      for (const problem of problems) assert.match(problem, /^\S.*: .*(allowed: )/);
    }),
  );
});

test('the published schema names every key', () => {
  for (const { key, meaning } of configurationSchema.keys('')) {
    assert.ok(JSON.stringify(publishedSchema()).includes(JSON.stringify(meaning)), key);
  }
});

test('the published schema and the reader accept and refuse the same keys', () => {
  const accepts = new Ajv({ strict: true }).compile(publishedSchema());
  const isGood = (json: unknown): boolean => {
    const problems: string[] = [];
    readKeysOfFile(json, problems);
    return problems.length === 0;
  };
  let tried = 0;
  tryAroundBounds(publishedSchema(), (file) => {
    assert.equal(accepts(file), isGood(file), JSON.stringify(file).slice(0, 300));
    tried++;
  });
  assert.ok(tried > 1_000, `${tried} files`);
});

test('the published schema knows where a secret may stand, as the reader does', () => {
  const accepts = new Ajv({ strict: true }).compile(publishedSchema());
  const places = [{ file: 'a' }, { env: 'NONE_SUCH' }, { credential: 'a' }];
  for (const operator of [...places, {}, { file: '' }, { file: 'a', env: 'A' }, { path: 'a' }, { env: 1 }]) {
    const problems: string[] = [];
    resolveSecrets({ keys: { operator } }, '/', problems);
    const isPlace = !problems.some((problem) => problem.includes('is no place of a secret'));
    assert.equal(accepts({ keys: { operator } }), isPlace, JSON.stringify(operator));
    assert.equal(isPlace, (places as object[]).includes(operator), JSON.stringify(operator));
  }
});

test('secrets are hidden where the configuration is shown, also in errors', () => {
  const { configuration } = readConfiguration({
    keys: { operator: goodKey },
    gateway: { apiKeys: [apiKey] },
  });
  const shown = JSON.stringify(configurationSchema.shown(configuration));
  assert.doesNotMatch(shown, new RegExp(goodKey));
  assert.match(shown, /"operator":"\(hidden\)"/);
  assert.doesNotMatch(problemsOf({ keys: { operator: `${goodKey}ff` } }).join(), new RegExp(goodKey));
});

test('standard replicas have ports of their own', () => {
  const ports = standardReplicas(5).flatMap(({ udpPort, tcpPort, controlPort }) => [
    udpPort,
    tcpPort,
    controlPort,
  ]);
  assert.equal(new Set(ports).size, 15);
});

test('no error repeats a secret that stands in the wrong place', () => {
  const misplaced = [
    { gateway: { apiKeys: apiKey } },
    { gateway: { apiKeys: [goodKey] } },
    { gateway: [apiKey] },
    { keys: goodKey },
    { keys: { operator: { value: goodKey } } },
    goodKey,
  ];
  for (const json of misplaced) {
    const problems = problemsOf(json).join();
    assert.match(problems, /the value \(hidden\) is/);
    assert.ok(!problems.includes(goodKey.slice(0, 8)), problems);
  }
});
