/**
 * What `lockstep init` writes: one folder for each machine, with the files of that machine at the places where they
 * belong, and one for the operator. It is written whole or not at all.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderMode } from '../../io/disk/private-files.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { hostBytes } from '../../protocol/roster.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { authorityCertificate, createAuthority, makeTlsPair } from '../certificates/authority.ts';
import { loadSecret, makePrivateFolder, replaceFile } from '../certificates/files.ts';
import { createRequest, identityFolder, renewIdentity } from '../certificates/identities.ts';
import { certificateDays } from '../certificates/own-machine.ts';
import { folderNameOf } from '../certificates/party-names.ts';
import { keyBytes } from '../configuration/configuration.ts';
import { keysFileName, rootKeyFileName } from '../configuration/keys.ts';
import { hostOf } from '../configuration/replicas.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { removedAtEnd, removeFolder } from '../processes/temporary-folder.ts';
import {
  type ClusterPlan,
  checkPlan,
  gatewayFile,
  type MachinePlace,
  machineDataFolder,
  operatorFile,
  operatorGatewayId,
  replicaFile,
  watcherFile,
} from './machines.ts';

const deployFolder = fileURLToPath(new URL('../../../deploy', import.meta.url));
const planFileName = 'cluster.json';
const authorityName = 'authority';
const requestsName = 'requests';
const operatorName = 'operator';
const authorityYears = 10;
/** Backup, following of another site, and addresses and names that move run on machines of replicas. */
const replicaServices = [
  'lockstep-replica@.service',
  'lockstep-backup.service',
  'lockstep-site.service',
  'lockstep-vip@.service',
  'lockstep-dns@.service',
];

/** Addresses that are held at a gateway that is ready run on machines of gateways. */
const gatewayServices = ['lockstep-gateway.service', 'lockstep-gateway-vip.service'];

/** A watcher has a machine of its own, outside of the exchange. */
const watcherServices = ['lockstep-watch.service'];

/** The signer: an authority whose key is at hand, or one elsewhere, which gets requests. */
export type ClusterSigner =
  | { readonly authority: string | undefined }
  | { readonly authorities: string; readonly cluster: string | undefined };

interface MachineFiles {
  readonly name: string;
  readonly party: Party;
  readonly host: string;
  readonly configuration: object;
  readonly services: readonly string[];
  /** The name of its TLS pair; empty: it serves nothing. */
  readonly tls: string;
  /** It checks the API keys of customers. */
  readonly checksKeys: boolean;
}

/** Makes the folders of a new cluster in `out`; what goes wrong on the way leaves nothing. */
export async function writeCluster(out: string, plan: ClusterPlan, signer: ClusterSigner): Promise<void> {
  checkPlan(plan);
  refuseExisting(out);
  const whole = resolve(out);
  const root = secret();
  await makeWhole(whole, async (folder) => {
    const writer = new Writer(folder, plan, await signerIn(folder, signer));
    for (const machine of machinesOf(plan)) await writer.machine(join(folder, machine.name), machine, root);
    await writer.operator(root);
    writer.joining();
    replaceFile(join(folder, planFileName), jsonText(plan));
  });
}

export function refuseExisting(out: string): void {
  const whole = resolve(out);
  if (existsSync(whole))
    throw usageFailure(
      `${whole} exists. Another cluster may have been made there, with its keys: name another folder with --out. Nothing was made.`,
    );
}

/** Makes the folder of one machine more beside those of a cluster that was made before; its name. */
export async function writeMachine(
  out: string,
  { kind, place }: { readonly kind: 'gateway' | 'watcher'; readonly place: MachinePlace },
  signer: ClusterSigner,
): Promise<string> {
  const whole = resolve(out);
  const plan = planIn(whole);
  const list = `${kind}s` as const;
  const grown = { ...plan, [list]: [...plan[list], place] };
  checkPlan(grown);
  const root = loadSecret(join(whole, operatorName, 'data', rootKeyFileName)).trim();
  const name = `${kind}-${grown[list].length}`;
  const machine = machinesOf(grown).find((each) => each.name === name)!;
  const ownSigner =
    'authorities' in signer ? signer : { authority: signer.authority ?? join(whole, authorityName) };
  const writer = new Writer(whole, grown, ownSigner);
  await makeWhole(join(whole, machine.name), (folder) => writer.machine(folder, machine, root));
  replaceFile(join(whole, planFileName), jsonText(grown));
  return machine.name;
}

function machinesOf(plan: ClusterPlan): MachineFiles[] {
  const replicas = plan.replicas.map(({ host }, at) => ({
    name: `replica-${at + 1}`,
    party: { kind: PartyKind.replica, id: at + 1 },
    host,
    configuration: replicaFile(plan, at + 1),
    services: replicaServices,
    tls: 'control',
    checksKeys: false,
  }));
  const gateways = plan.gateways.map(({ host }, at) => ({
    name: `gateway-${at + 1}`,
    party: { kind: PartyKind.gateway, id: at + 1 },
    host,
    configuration: gatewayFile(plan, at + 1),
    services: gatewayServices,
    tls: 'gateway',
    checksKeys: true,
  }));
  const watchers = plan.watchers.map(({ host }, at) => ({
    name: `watcher-${at + 1}`,
    party: { kind: PartyKind.watcher, id: at + 1 },
    host,
    configuration: watcherFile(plan, at + 1),
    services: watcherServices,
    tls: '',
    checksKeys: false,
  }));
  return [...replicas, ...gateways, ...watchers];
}

/** The authority is made where none is given and none is there. */
async function signerIn(folder: string, signer: ClusterSigner): Promise<ClusterSigner> {
  if ('authorities' in signer || signer.authority !== undefined) return signer;
  const authority = join(folder, authorityName);
  await createAuthority(authority, authorityYears);
  return { authority };
}

async function makeWhole(path: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) throw usageFailure(`${path} exists. Nothing was made.`);
  const temporary = `${path}.${process.pid}`;
  removeFolder(temporary);
  const forget = removedAtEnd(temporary);
  try {
    makePrivateFolder(temporary);
    await make(temporary);
    renameSync(temporary, path);
  } catch (error) {
    removeFolder(temporary);
    throw error;
  } finally {
    forget();
  }
}

class Writer {
  readonly #folder: string;
  readonly #plan: ClusterPlan;
  readonly #signer: ClusterSigner;

  constructor(folder: string, plan: ClusterPlan, signer: ClusterSigner) {
    this.#folder = folder;
    this.#plan = plan;
    this.#signer = signer;
  }

  async machine(folder: string, machine: MachineFiles, root: string): Promise<void> {
    const { party, host, configuration, services, tls, checksKeys } = machine;
    const data = join(folder, machineDataFolder);
    write(join(folder, 'etc/lockstep/lockstep.json'), jsonText(configuration));
    putSystemFiles(folder, services);
    await this.#identity(data, party);
    await this.#tls(data, tls, host);
    if (checksKeys) replaceFile(join(data, rootKeyFileName), `${root}\n`);
  }

  async operator(root: string): Promise<void> {
    const folder = join(this.#folder, operatorName);
    const data = join(folder, 'data');
    write(join(folder, 'lockstep.json'), jsonText(operatorFile(this.#plan)));
    await this.#identity(data, { kind: PartyKind.operator, id: 1 });
    await this.#identity(data, { kind: PartyKind.gateway, id: operatorGatewayId });
    await this.#tls(data, '', '');
    replaceFile(join(data, keysFileName), jsonText({ operator: secret(), apiKeys: [] }));
    replaceFile(join(data, rootKeyFileName), `${root}\n`);
  }

  /** For a machine that joins later, with a token: it makes its own keys and file. */
  joining(): void {
    putSystemFiles(join(this.#folder, 'joining'), replicaServices);
  }

  async #identity(data: string, party: Party): Promise<void> {
    makePrivateFolder(data);
    const folder = identityFolder(data, party);
    const signer = this.#signer;
    if ('authority' in signer) {
      await renewIdentity(folder, party, signer.authority!, certificateDays);
      return;
    }
    const { authorities, cluster } = signer;
    const request = await createRequest(folder, party, {
      authorities,
      ...(cluster !== undefined && { cluster }),
    });
    write(join(this.#folder, requestsName, `${folderNameOf(party)}.csr`), request);
  }

  /** The pair of a server, and the authority for those that ask it. */
  async #tls(data: string, name: string, host: string): Promise<void> {
    if (this.#plan.insecure) return;
    const folder = join(data, 'tls');
    makePrivateFolder(folder);
    const signer = this.#signer;
    const isAtHand = 'authority' in signer;
    const authorities = isAtHand ? authorityCertificate(signer.authority!) : signer.authorities;
    replaceFile(join(folder, 'authority.pem'), authorities);
    if (name === '' || !isAtHand) return;
    const { certificate, key } = await makeTlsPair(signer.authority!, [host], certificateDays);
    replaceFile(join(folder, `${name}.pem`), certificate);
    replaceFile(join(folder, `${name}.key`), key);
  }
}

/** Units, kernel settings, and what puts all to its places. */
function putSystemFiles(folder: string, services: readonly string[]): void {
  const files = [
    ...services.map((name) => [`systemd/${name}`, `etc/systemd/system/${name}`] as const),
    ['sysctl/60-lockstep.conf', 'etc/sysctl.d/60-lockstep.conf'] as const,
    ['install.sh', 'install.sh'] as const,
  ];
  for (const [from, to] of files) write(join(folder, to), readFileSync(join(deployFolder, from), 'utf8'));
}

function planIn(folder: string): ClusterPlan {
  const path = join(folder, planFileName);
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const plan = { watchers: [], insecure: false, ...(json as Omit<ClusterPlan, 'watchers' | 'insecure'>) };
    const places = [plan.replicas, plan.gateways, plan.watchers];
    const isPlan =
      typeof plan.insecure === 'boolean' &&
      Number.isSafeInteger(plan.clusterId) &&
      ['disk', 'memory'].includes(plan.durability) &&
      places.every((each: unknown) => Array.isArray(each) && each.every(isPlace));
    if (isPlan) return plan;
  } catch (error) {
    throw usageFailure(
      `${path} cannot be read: ${messageOf(error)}. Name the folder that "lockstep init" made with --out.`,
    );
  }
  throw usageFailure(`${path} is not what "lockstep init" wrote. Name the folder that it made with --out.`);
}

function isPlace(place: Partial<MachinePlace> | null): place is MachinePlace {
  return (
    typeof place?.host === 'string' && hostOf(hostBytes).test(place.host) && typeof place.zone === 'string'
  );
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: folderMode });
  writeFileSync(path, text);
}

function secret(): string {
  return randomBytes(keyBytes).toString('hex');
}

/** The parties whose requests wait for their certificates. */
export function partiesOf(plan: ClusterPlan): string[] {
  return [
    ...machinesOf(plan).map(({ party }) => partyText(party)),
    'operator/1',
    `gateway/${operatorGatewayId}`,
  ];
}
