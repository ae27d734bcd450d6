/** The keys of `backup` in the configuration file: where backups go, how often, how long, and what alarms. */
import {
  choice,
  group,
  integer,
  key,
  list,
  optional,
  port,
  requiredKey,
  secret,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';

/** Seconds of an hour; the alarm of a backup that is behind has a bound that people can wait for. */
const hourSeconds = 3_600;
const targetsMax = 8;
const path = (standard: string) => text(/^[^\0]{1,4096}$/u, 'a path', standard);

const common = {
  name: requiredKey(
    text(/^[A-Za-z0-9-]{1,64}$/u, '1 to 64 letters, digits and -', 'local'),
    'Name of the target, unique: for commands, metrics and files.',
  ),
  compression: key(choice(['zstd', 'none'], 'zstd'), 'How objects are packed.'),
  keyFile: key(
    optional(path('backup.key')),
    'Key that seals the objects ("lockstep backup key FILE" makes one). Absent: they are not encrypted.',
  ),
  keepHours: key(
    integer(1, 87_600, 168),
    'Whatever was stamped within so many hours can be restored, to any command.',
  ),
  keepCount: key(integer(1, 10_000, 3), 'Snapshots that are kept whatever their age.'),
};

const folderTarget = group({
  ...common,
  folder: requiredKey(path('/mnt/backup'), 'The folder, on another disk or machine than the replicas.'),
});

const bucketTarget = group({
  ...common,
  endpoint: requiredKey(
    text(
      /^https?:\/\/[A-Za-z0-9.:[\]-]{1,253}\/?$/u,
      'an address such as https://s3.example.com',
      'https://s3.example.com',
    ),
    'The object store, which speaks S3.',
  ),
  region: key(text(/^[A-Za-z0-9-]{1,64}$/u, 'letters, digits and -', 'us-east-1'), 'Its region.'),
  bucket: requiredKey(text(/^[a-z0-9.-]{3,64}$/u, 'the name of a bucket', 'lockstep'), 'The bucket.'),
  prefix: key(
    optional(text(/^(?:[A-Za-z0-9._-]{1,64}\/){1,8}$/u, 'words with a slash behind each', 'lockstep/')),
    'Begins the names of all objects.',
  ),
  accessKeyId: requiredKey(text(/^[!-~]{1,128}$/u, '1 to 128 characters', 'AKIA'), 'Access key.'),
  secretAccessKey: requiredKey(
    secret(text(/^[!-~]{8,256}$/u, '8 to 256 characters', 'secret-secret')),
    'Its secret.',
  ),
});

export type FolderSettings = ValueOfSchema<typeof folderTarget>;
export type BucketSettings = ValueOfSchema<typeof bucketTarget>;
export type TargetSettings = FolderSettings | BucketSettings;

export const backupKeys = group({
  replica: key(
    optional(integer(1, 7, 2)),
    'The replica beside which the backup runs. Absent: a follower of this machine, another one where it stops.',
  ),
  everySeconds: key(
    integer(1, hourSeconds, 5),
    'Time between two shipments of the log: what a lost cluster loses.',
  ),
  snapshotMinutes: key(
    integer(1, 10_080, 60),
    'A snapshot is ordered where none came for so long: what a restore must apply beside it.',
  ),
  verifyHours: key(integer(1, 8_760, 24), 'Time between two proofs of each target, by restoring it.'),
  alarmSeconds: key(integer(5, 86_400, 60), 'A backup that is behind for longer alarms.'),
  port: key(port(7400), 'Metrics, status and health of the backup, on 127.0.0.1.'),
  folders: key(
    list(folderTarget, () => [], { min: 0, max: targetsMax, what: 'folders' }),
    'Targets: folders.',
  ),
  buckets: key(
    list(bucketTarget, () => [], { min: 0, max: targetsMax, what: 'buckets' }),
    'Targets: buckets of object stores.',
  ),
});

export type BackupSettings = ValueOfSchema<typeof backupKeys>;

/** All targets, in the order of the file. */
export function targetsOf({ folders, buckets }: BackupSettings): readonly TargetSettings[] {
  return [...folders, ...buckets];
}
