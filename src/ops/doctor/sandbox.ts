/**
 * Whether the unit grants what its process needs. As root or as its user all may be well and the unit still fail, for
 * systemd takes from it what its sandbox does not name: folders, homes, rights, kinds of sockets, files, memory.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { clientBounds, controlBounds, operatorBounds } from '../../gateway/http/bounds.ts';
import { defaultGatewayLimits } from '../../gateway/settings.ts';
import { defaultReplicaOptions } from '../../replica/options.ts';
import { bytesPerMegabyte } from '../../std/units.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Loaded } from '../configuration/load.ts';
import { type Diagnosis, good, unknown, warning, wrong } from './diagnosis.ts';
import type { Duty } from './duty.ts';
import { type FileUse, filesOf } from './files.ts';
import { memoryBytesMin, ownDescriptors } from './machine.ts';
import { programProblems } from './unit-program.ts';
import { isIn, type Unit, type UnitSettings } from './units.ts';

type FolderAccess = 'write' | 'read' | 'hidden';

/** What a setting makes of a folder and all below it. */
interface AccessRule {
  readonly folder: string;
  readonly access: FolderAccess;
  readonly setting: string;
}

interface Needs {
  readonly writes: readonly FileUse[];
  readonly reads: readonly FileUse[];
}

const homes: readonly string[] = ['/home', '/root', '/run/user'];
const temporary: readonly string[] = ['/tmp', '/var/tmp'];
const stateFolders: Readonly<Record<string, string>> = {
  StateDirectory: '/var/lib',
  CacheDirectory: '/var/cache',
  LogsDirectory: '/var/log',
  RuntimeDirectory: '/run',
};
/** Those of the service manager and of this machine's network cards are among them. */
const families: readonly string[] = ['AF_UNIX', 'AF_INET', 'AF_NETLINK'];
const setUserId = 0o4000;
const editOf = ({ name }: Unit, line: string): string =>
  `"systemctl edit ${name}", and there "[Service]" and "${line}"; then "systemctl daemon-reload", and start it again.`;

/** The units of a machine, as far as they are installed. */
export interface MachineUnits {
  /** Of what the machine is for. */
  readonly own?: Unit | undefined;
  /** Of what holds addresses. */
  readonly addresses?: Unit | undefined;
  /** Of what ships to folders. */
  readonly backup?: Unit | undefined;
  readonly site?: Unit | undefined;
}

export function sandboxFindings(
  { configuration, dataFolder, file }: Loaded,
  duty: Duty,
  units: MachineUnits,
): Diagnosis[] {
  const { own, addresses } = units;
  const needs = {
    writes: [{ key: 'dataFolder', path: dataFolder }],
    reads: [
      ...(file === undefined ? [] : [{ key: '--config', path: file }]),
      ...filesOf(configuration, { isReplica: duty.replicaId !== undefined, ...duty }),
    ],
  };
  const hooks = duty.replicaId === undefined ? [] : configuration.notify.commands;
  const ofOwn =
    own === undefined
      ? []
      : [
          ...unitProblems(own, needs, configuration),
          ...hooks.flatMap(({ name, run }) => hookProblems(own, name, run[0] ?? '')),
          ...descriptorProblems(own, duty, configuration),
        ];
  const found = [
    ...ofOwn,
    ...(addresses === undefined ? [] : familyProblems(addresses, [...families, 'AF_PACKET'])),
    ...(duty.replicaId === undefined ? [] : shippingProblems(configuration, units)),
  ];
  if (own === undefined || ofOwn.length > 0) return found;
  return [good('sandbox', `${own.name} grants what is needed: folders, files, sockets, memory.`), ...found];
}

function unitProblems(unit: Unit, { writes, reads }: Needs, configuration: ConfigurationFile): Diagnosis[] {
  const { name, settings } = unit;
  const problems = [
    ...writes.flatMap((use) => writeProblem(unit, use, wrong)),
    ...reads.flatMap((use) => readProblem(unit, use)),
    ...familyProblems(unit, families),
    ...programProblems(unit, (path) => {
      const { access, setting } = accessOf(settings, path);
      return access === 'hidden' ? setting : '';
    }),
  ];
  if (settings.isOn('PrivateNetwork'))
    problems.push(
      wrong(
        'sandbox',
        `${name} has a network of its own (PrivateNetwork=yes): it reaches no machine.`,
        editOf(unit, 'PrivateNetwork=no'),
      ),
    );
  if (settings.list('IPAddressDeny').length > 0)
    problems.push(
      unknown(
        'sandbox',
        `${name} lets some addresses through alone (IPAddressDeny): which they are is not looked at.`,
        'IPAddressAllow must name all replicas, gateways, watchers and operators.',
      ),
    );
  if (settings.isOn('MemoryDenyWriteExecute'))
    problems.push(
      wrong(
        'sandbox',
        `${name} says MemoryDenyWriteExecute=yes: Node compiles while it runs, and cannot begin.`,
        editOf(unit, 'MemoryDenyWriteExecute=no'),
      ),
    );
  const { ringMegabytes, eventRingMegabytes } = configuration.limits;
  const needed = memoryBytesMin / bytesPerMegabyte + ringMegabytes + eventRingMegabytes;
  const most = megabytesOf(settings.last('MemoryMax'));
  if (most < needed)
    problems.push(
      wrong(
        'sandbox',
        `${name} may have ${Math.floor(most)} MB of memory (MemoryMax), and needs ${needed}: it would be killed.`,
        editOf(unit, 'MemoryMax=infinity'),
      ),
    );
  if (settings.last('Type') === 'notify' && !['all', 'exec'].includes(settings.last('NotifyAccess')))
    problems.push(
      warning(
        'sandbox',
        `${name} hears its first process alone (NotifyAccess), and where the machine's own Node is old it is another that says "ready".`,
        editOf(unit, 'NotifyAccess=all'),
      ),
    );
  return problems;
}

function writeProblem(
  unit: Unit,
  { key, path }: FileUse,
  graded: (check: string, text: string, remedy: string) => Diagnosis,
): Diagnosis[] {
  const { access, setting } = accessOf(unit.settings, path);
  if (access === 'write') return [];
  const how = access === 'read' ? 'may not write to' : 'does not see';
  const remedy =
    access === 'read' && !setting.startsWith('ProtectHome')
      ? editOf(unit, `ReadWritePaths=${path}`)
      : 'Use another folder, such as one below /var/lib/lockstep.';
  return [graded('sandbox', `${unit.name} ${how} ${path} (${key}): ${setting}.`, remedy)];
}

function readProblem({ name, settings }: Unit, { key, path }: FileUse): Diagnosis[] {
  const { access, setting } = accessOf(settings, path);
  if (access !== 'hidden') return [];
  return [
    wrong(
      'sandbox',
      `${name} does not see ${path} (${key}): ${setting}.`,
      'Put it to /etc/lockstep or the data folder, and name it there.',
    ),
  ];
}

/** A command of a hook runs in the sandbox of the replica. */
function hookProblems(unit: Unit, hook: string, program: string): Diagnosis[] {
  const { name, settings } = unit;
  const { access, setting } = accessOf(settings, program);
  if (access === 'hidden')
    return [
      wrong(
        'sandbox',
        `${name} does not see ${program}, the command of the hook ${hook}: ${setting}.`,
        'Put it to /usr/local/bin or /etc/lockstep.',
      ),
    ];
  if (!settings.isOn('NoNewPrivileges') || !changesUser(program)) return [];
  return [
    wrong(
      'sandbox',
      `${basename(program)}, the command of the hook ${hook}, gets no other user's rights: ${name} says NoNewPrivileges=yes.`,
      'Let the command ask a service that has the right, such as one that a path unit of systemd starts.',
    ),
  ];
}

function changesUser(program: string): boolean {
  try {
    return (statSync(program).mode & setUserId) !== 0;
  } catch {
    return false;
  }
}

function familyProblems(unit: Unit, needed: readonly string[]): Diagnosis[] {
  const { name, settings } = unit;
  const allowed = settings.list('RestrictAddressFamilies');
  const lacking = needed.filter((family) => allowed.length > 0 && !isIn(family, allowed));
  if (lacking.length === 0) return [];
  return [
    wrong(
      'sandbox',
      `${name} may open no sockets of ${lacking.join(', ')} (RestrictAddressFamilies).`,
      editOf(unit, `RestrictAddressFamilies=${lacking.join(' ')}`),
    ),
  ];
}

/** Node takes as many as it is allowed at the most, whatever the soft limit is. */
function descriptorProblems(unit: Unit, duty: Duty, { gateway }: ConfigurationFile): Diagnosis[] {
  const limit = unit.settings.last('LimitNOFILE').split(':').at(-1)!;
  if (limit === '' || limit === 'infinity') return [];
  const limits = { ...defaultGatewayLimits, ...gateway.limits };
  const ofGateway = clientBounds(limits).connectionsMax + operatorBounds(limits).connectionsMax;
  const connections = duty.isGateway
    ? ofGateway
    : duty.replicaId === undefined
      ? 0
      : defaultReplicaOptions.connectionsMax + controlBounds.connectionsMax;
  const needed = connections + ownDescriptors;
  if (Number(limit) >= needed) return [];
  return [
    wrong(
      'sandbox',
      `${unit.name} may open ${limit} files (LimitNOFILE), and needs ${needed} once all its connections are taken.`,
      editOf(unit, `LimitNOFILE=${Math.max(needed, 16_384)}`),
    ),
  ];
}

/** Folders to which the units beside the replica ship, where this machine has them: they run on one machine alone. */
function shippingProblems({ backup, site }: ConfigurationFile, units: MachineUnits): Diagnosis[] {
  const here = backup.folders.filter(({ folder }) => isThere(folder));
  const follows = site.name === undefined ? [] : here.filter(({ name }) => name === site.target);
  const wanted = [
    ...here.map((target) => ({ ...target, unit: units.backup })),
    ...follows.map((target) => ({ ...target, unit: units.site })),
  ];
  return wanted.flatMap(({ name, folder, unit }) =>
    unit === undefined ? [] : writeProblem(unit, { key: `backup target ${name}`, path: folder }, warning),
  );
}

function isThere(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What the unit lets its process do with a path: the setting that names the longest part of it counts. */
function accessOf(settings: UnitSettings, path: string): AccessRule {
  const whole = realPath(path);
  const rules = rulesOf(settings).filter(
    ({ folder }) => folder === '/' || `${whole}/`.startsWith(`${folder}/`),
  );
  const hiding = rules.findLast(({ access, setting }) => access === 'hidden' && !setting.startsWith('Bind'));
  const last = rules.reduce((best, rule) => (rule.folder.length >= best.folder.length ? rule : best));
  // What is hidden is shown by a mount alone: a path below it that is writable is not there.
  return hiding === undefined || last.setting.startsWith('Bind') ? last : hiding;
}

function rulesOf(settings: UnitSettings): AccessRule[] {
  const system = settings.last('ProtectSystem');
  const home = settings.last('ProtectHome');
  const isStrict = system === 'strict';
  const rule =
    (access: FolderAccess, setting: string) =>
    (folder: string): AccessRule => ({ folder, access, setting });
  const named = (key: string, access: FolderAccess): AccessRule[] =>
    settings.list(key).map((text) => rule(access, `${key}=${text}`)(realPath(text.replace(/^[-+]+/, ''))));
  const bound = (key: string, access: FolderAccess): AccessRule[] =>
    settings.list(key).map((text) => {
      const [from = '', to = from] = text.replace(/^-/, '').split(':');
      return rule(access, `${key}=${text}`)(to);
    });
  const systemFolders =
    system === '' || /^(no|false|off|0)$/.test(system)
      ? []
      : isStrict
        ? ['/']
        : ['/usr', '/boot', '/efi', ...(system === 'full' ? ['/etc'] : [])];
  const homeFolders = home === '' || /^(no|false|off|0)$/.test(home) ? [] : homes;
  return [
    { folder: '/', access: 'write', setting: '' },
    ...systemFolders.map(rule('read', `ProtectSystem=${system}`)),
    ...(isStrict ? ['/dev', '/proc', '/sys'].map(rule('write', '')) : []),
    ...homeFolders.map(rule(home === 'read-only' ? 'read' : 'hidden', `ProtectHome=${home}`)),
    ...(settings.isOn('PrivateTmp') || settings.last('PrivateTmp') === 'disconnected'
      ? temporary.map(rule('hidden', 'PrivateTmp=yes gives it an empty one'))
      : []),
    ...Object.entries(stateFolders).flatMap(([key, base]) =>
      settings.list(key).map((text) => rule('write', key)(realPath(join(base, text.split(':')[0]!)))),
    ),
    ...named('ReadWritePaths', 'write'),
    ...named('ReadOnlyPaths', 'read'),
    ...named('InaccessiblePaths', 'hidden'),
    ...bound('BindPaths', 'write'),
    ...bound('BindReadOnlyPaths', 'read'),
  ];
}

/** Mounts are made where links lead; what is not there yet is where its folder is. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const whole = resolve(path);
    return dirname(whole) === whole ? whole : join(realPath(dirname(whole)), basename(whole));
  }
}

/** `1G` in megabytes; a share of the memory, or none, is no bound that is known here. */
function megabytesOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([KMGT]?)$/.exec(text) ?? [];
  if (digits === undefined) return Number.POSITIVE_INFINITY;
  const factors: Readonly<Record<string, number>> = {
    '': 1 / bytesPerMegabyte,
    K: 1 / 1_024,
    M: 1,
    G: 1_024,
    T: bytesPerMegabyte,
  };
  return Number(digits) * factors[unit]!;
}
