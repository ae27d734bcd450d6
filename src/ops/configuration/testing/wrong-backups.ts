/** Each key of `backup`, once wrong, and what is said of it. */

export const aFolder = { name: 'a', folder: '/b' };
const aBucket = {
  name: 'b',
  endpoint: 'http://s3.test',
  bucket: 'bucket',
  accessKeyId: 'key',
  secretAccessKey: 'secret-secret',
};

const ranges: readonly (readonly [key: string, allowed: string])[] = [
  ['replica', '1 to 7'],
  ['everySeconds', '1 to 3600'],
  ['snapshotMinutes', '1 to 10080'],
  ['verifyHours', '1 to 8760'],
  ['alarmSeconds', '5 to 86400'],
];

/** What both kinds of targets share. */
const shared: readonly (readonly [change: object, key: string, said: string])[] = [
  [{ name: '' }, 'name', '"" has another form; allowed: 1 to 64 letters, digits and -'],
  [{ compression: 'gzip' }, 'compression', '"gzip" is not one of the choices; allowed: zstd, none'],
  [{ keyFile: '' }, 'keyFile', '"" has another form; allowed: a path'],
  [{ keepHours: 0 }, 'keepHours', '0 is out of range; allowed: 1 to 87600'],
  [{ keepCount: 0 }, 'keepCount', '0 is out of range; allowed: 1 to 10000'],
];

const ofBuckets: readonly (readonly [change: object, key: string, said: string])[] = [
  [
    { endpoint: 's3.test' },
    'endpoint',
    '"s3.test" has another form; allowed: an address such as https://s3.example.com',
  ],
  [{ region: '' }, 'region', '"" has another form; allowed: letters, digits and -'],
  [{ bucket: 'B' }, 'bucket', '"B" has another form; allowed: the name of a bucket'],
  [{ prefix: 'a' }, 'prefix', '"a" has another form; allowed: words with a slash behind each'],
  [{ accessKeyId: '' }, 'accessKeyId', '"" has another form; allowed: 1 to 128 characters'],
  [
    { secretAccessKey: 'x' },
    'secretAccessKey',
    'the value (hidden) is wrong; allowed: 8 to 256 characters, or where they stand: {"file": PATH}, {"env": NAME} or ' +
      '{"credential": NAME}',
  ],
];

export const wrongBackups: readonly (readonly [json: unknown, message: string])[] = [
  ...ranges.map(([name, allowed]): [object, string] => [
    { backup: { [name]: 0 } },
    `backup.${name}: 0 is out of range; allowed: ${allowed}`,
  ]),
  [{ backup: { port: 0 } }, 'backup.port: 0 is not a port; allowed: 1 to 65535'],
  [{ backup: { folders: {} } }, 'backup.folders: {} is not a list; allowed: a list of up to 8 folders'],
  [
    { backup: { buckets: {} } },
    'backup.buckets: the value (hidden) is not a list; allowed: a list of up to 8 buckets',
  ],
  [
    { backup: { folders: [{ ...aFolder, folder: '' }] } },
    'backup.folders[0].folder: "" has another form; allowed: a path',
  ],
  ...shared.flatMap(([change, name, said]): [object, string][] => [
    [{ backup: { folders: [{ ...aFolder, ...change }] } }, `backup.folders[0].${name}: ${said}`],
    [{ backup: { buckets: [{ ...aBucket, ...change }] } }, `backup.buckets[0].${name}: ${said}`],
  ]),
  ...ofBuckets.map(([change, name, said]): [object, string] => [
    { backup: { buckets: [{ ...aBucket, ...change }] } },
    `backup.buckets[0].${name}: ${said}`,
  ]),
];
