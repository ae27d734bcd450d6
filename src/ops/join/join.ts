/**
 * Makes a machine ready to join a cluster: its own keys, its folder and its small file. What a replica of the cluster
 * says is believed as far as the token vouches for it; the rest are hints, which every link proves.
 */
import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { PartyKind } from '../../protocol/parties.ts';
import { hostBytes } from '../../protocol/roster.ts';
import { isLoopback } from '../../std/loopback.ts';
import { msPerDay } from '../../std/units.ts';
import { partyText, uuidText } from '../../trust/certificates.ts';
import { identityFileNames, tokenIssuer } from '../../trust/identity.ts';
import { certificateLibrary } from '../certificates/authority.ts';
import { makePrivateFolder, replaceFile } from '../certificates/files.ts';
import { identityFolder } from '../certificates/identities.ts';
import { keysIn, newKeys, signingPair } from '../certificates/keys.ts';
import { statusIn } from '../clients/status-answer.ts';
import { controlPortBase, hostOf, tcpPortBase, udpPortBase } from '../configuration/replicas.ts';
import { messageOf, usageFailure } from '../failure.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { replicasWithData, writeText } from '../supervisor/cluster-folder.ts';
import { ask } from '../web-request.ts';
import { type JoinSecret, publicKeyOf, readToken, signingKeyOf, vouchedFor } from './token.ts';

export interface JoinOptions {
  readonly token: string;
  /** Host and control port of any member. */
  readonly at: string;
  /** Where the others reach this machine; its address on the way to `at` where it is not given. */
  readonly host?: string;
  readonly udpPort?: number;
  readonly tcpPort?: number;
  readonly controlPort?: number;
  readonly zone?: string;
  /** A folder with control.pem, control.key and authority.pem, for its control port. */
  readonly tls?: string;
  /** No TLS at its control port, since something else guards the way. */
  readonly insecure?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** What was made. */
export interface Joined {
  readonly replicaId: number;
  readonly file: string;
}

const askMs = 5_000;
const yearsValid = 100;
const yearMs = 365 * msPerDay;

/** Throws a Failure that says why nothing was made. */
export async function prepareToJoin(options: JoinOptions): Promise<Joined> {
  const token = readToken(options.token);
  if (token === undefined)
    throw usageFailure(
      '--token: this is no whole join token. Copy all of what "lockstep members token" printed, from "lockstep-join-" on.',
    );
  const file = resolve(options.config ?? 'lockstep.json');
  const dataFolder = resolve(options.data ?? 'lockstep-data');
  refuseAgain(file, dataFolder, token.replicaId);
  const { host: memberHost, port } = placeOf(options.at);
  const status = await statusAt(memberHost, port);
  const vouched = vouchedMembers(token, status);
  refuseFolder(file, dataFolder, status.clusterId);
  const id = token.replicaId;
  if (options.host !== undefined) await checkHost(options.host);
  const key = publicHalfOf(token);
  const isWitness = status.tokens.some((open) => open.key === key && open.role === 'witness');
  const own = {
    id,
    ...(isWitness && { role: 'witness' }),
    host: options.host ?? (await ownAddress(memberHost, port)),
    udpPort: options.udpPort ?? udpPortBase + id,
    tcpPort: options.tcpPort ?? tcpPortBase + id,
    controlPort: options.controlPort ?? controlPortBase + id,
    ...(options.zone !== undefined && { zone: options.zone }),
  };
  refuseAddress(own, status);
  const control = controlKeys(options, own.host);
  const { authorities } = status.joining!;
  await writeIdentity(identityFolder(dataFolder, { kind: PartyKind.replica, id }), token, authorities);
  // The last one: with it the machine is ready.
  writeText(file, `${JSON.stringify(fileOf(status, own, { dataFolder, control, vouched }), undefined, 2)}\n`);
  return { replicaId: id, file };
}

function placeOf(at: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^([A-Za-z0-9._-]+):(\d{1,5})$/.exec(at) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw usageFailure(
      `--at ${at}: is no place. Give the host and the control port of a member, as in 10.0.0.1:7301; "lockstep members" ` +
        'shows them.',
    );
  return { host, port: Number(port) };
}

/** Over TLS where the port speaks it. Its certificate need not be known: the token says what is believed. */
async function statusAt(host: string, port: number): Promise<ReplicaStatus> {
  const problems: string[] = [];
  for (const scheme of ['http', 'https']) {
    try {
      const signal = AbortSignal.timeout(askMs);
      const url = `${scheme}://${host}:${port}/status`;
      const { status, text } = await ask({ url, signal, trust: { isUnchecked: true } });
      const said = status === 200 ? statusIn(text) : `it answers ${status}`;
      if (typeof said === 'object' && said.joining !== undefined) return said;
      // What answered says more than a refusal of the other scheme.
      problems.unshift(typeof said === 'string' ? said : 'it does not say what a machine needs to join');
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  throw usageFailure(
    `--at ${host}:${port}: no replica answers there: ${problems[0]}. Give the control port of a member that runs. Nothing was made.`,
  );
}

/** Those whose keys the token vouches for; throws where it is of no use. */
function vouchedMembers(token: JoinSecret, status: ReplicaStatus): readonly number[] {
  const { clusterUuid, authorities } = status.joining!;
  const id = token.replicaId;
  if (uuidText(token.clusterUuid) !== clusterUuid)
    throw usageFailure(
      `--token is of cluster ${uuidText(token.clusterUuid)}, and a replica of ${clusterUuid} answers at --at. Nothing was made.`,
    );
  const key = publicHalfOf(token);
  if (!status.tokens.some((open) => open.key === key)) {
    const why = status.members.some((member) => member.id === id)
      ? `it was used: replica ${id} is a member already`
      : Date.now() >= token.expiresAtMs
        ? `it has expired, at ${new Date(token.expiresAtMs).toISOString()}`
        : 'it was used or withdrawn, or is not of this cluster';
    throw usageFailure(
      `The join token for replica ${id} is not open: ${why}. Let an operator make another token with "lockstep members token". Nothing was made.`,
    );
  }
  const vouched = vouchedFor({ authorities, members: status.members }, token.pin);
  if (vouched === undefined)
    throw usageFailure(
      'What the replica at --at says of the authorities and keys of the cluster is not what the token vouches for. Either one ' +
        'of them has changed or is gone since the token was made, or another program answers there. Let an operator make ' +
        'another token. Nothing was made.',
    );
  return vouched.map((member) => member.id);
}

/** The same command was given here before, and did all that it does: only the replica is to be started. */
function refuseAgain(file: string, dataFolder: string, id: number): void {
  const keys = join(identityFolder(dataFolder, { kind: PartyKind.replica, id }), identityFileNames.identity);
  if (!existsSync(file) || !existsSync(keys)) return;
  throw usageFailure(
    `This machine is prepared already: ${file} and the keys of replica ${id} are there. Start it with "lockstep replica --id ${id} ` +
      `--config ${file}". Where it is no member and its token is over, remove ${file} and ${dataFolder}, and give this command ` +
      'with another token. Nothing was made.',
  );
}

function refuseFolder(file: string, dataFolder: string, clusterId: number): void {
  const replicas = replicasWithData(dataFolder);
  if (replicas.length > 0)
    throw usageFailure(
      `${dataFolder} holds data of replica ${replicas.join(', ')}, of another cluster or of an earlier membership, and a new ` +
        `member of cluster ${clusterId} begins blank. Use another folder with --data, or remove it. Nothing was made.`,
    );
  if (!existsSync(dirname(file)))
    throw usageFailure(
      `--config: there is no folder ${dirname(file)}. Make it, or name another file. Nothing was made.`,
    );
  if (existsSync(file))
    throw usageFailure(
      `${file} exists. Where this machine is prepared already, start it with "lockstep replica --id"; otherwise name another ` +
        'file with --config. Nothing was made.',
    );
}

function publicHalfOf({ secret }: JoinSecret): string {
  return Buffer.from(publicKeyOf(secret)).toString('hex');
}

/** What others are to call is an address, or a name that is known here. */
async function checkHost(host: string): Promise<void> {
  const isKnown =
    hostOf(hostBytes).test(host) &&
    (await lookup(host, { family: 4 }).then(
      () => true,
      () => false,
    ));
  if (!isKnown)
    throw usageFailure(
      `--host ${host}: is no address, and no name that is known here. Give the address at which the members reach this ` +
        'machine. Nothing was made.',
    );
}

interface OwnAddress {
  readonly id: number;
  readonly host: string;
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly controlPort: number;
}

function refuseAddress(own: OwnAddress, { members }: ReplicaStatus): void {
  const other = members.find(
    ({ host, udpPort, tcpPort, controlPort }) =>
      host === own.host &&
      (udpPort === own.udpPort || tcpPort === own.tcpPort || controlPort === own.controlPort),
  );
  if (other === undefined) return;
  throw usageFailure(
    `Replica ${other.id} is at ${own.host} with one of the ports ${own.udpPort}, ${own.tcpPort} and ${own.controlPort}. Give this one ` +
      'ports of its own with --udp-port, --tcp-port and --control-port, or, where that machine is gone for good, take it out ' +
      `first: "lockstep members remove ${other.id}". Nothing was made.`,
  );
}

/** The address of this machine on the way to a member. */
async function ownAddress(host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  try {
    return await new Promise<string>((found, failed) => {
      socket.once('connect', () => found(socket.localAddress?.replace(/^::ffff:/, '') ?? host));
      socket.once('error', failed);
    });
  } finally {
    socket.destroy();
  }
}

/** Keys that never leave this machine, and a certificate of them that the secret half of the token signs. */
async function writeIdentity(
  folder: string,
  { replicaId: id, clusterUuid, secret }: JoinSecret,
  authorities: readonly string[],
): Promise<void> {
  const party = { kind: PartyKind.replica, id };
  const pem = newKeys();
  const keys = (await keysIn(pem))!;
  const uri = `lockstep://${uuidText(clusterUuid)}/${partyText(party)}/${Buffer.from(keys.linkPublic).toString('base64url')}`;
  const x509 = await certificateLibrary();
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${partyText(party)}`,
    issuer: tokenIssuer,
    notBefore: new Date(now - msPerDay),
    notAfter: new Date(now + yearsValid * yearMs),
    publicKey: keys.signing.publicKey,
    signingKey: (await signingPair(signingKeyOf(secret))).privateKey,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }])],
  });
  makePrivateFolder(folder);
  const believed = authorities.map((der) => new X509Certificate(Buffer.from(der, 'base64')).toString());
  replaceFile(join(folder, identityFileNames.authorities), believed.join(''));
  replaceFile(join(folder, identityFileNames.identity), `${certificate.toString('pem')}\n${pem}`);
}

/** What all members say alike, this machine, and where to begin. */
function fileOf(
  { joining, members, clusterId }: ReplicaStatus,
  own: OwnAddress,
  {
    dataFolder,
    control,
    vouched,
  }: { readonly dataFolder: string; readonly control: object; readonly vouched: readonly number[] },
): object {
  const others = members
    .filter(({ host }) => host !== '')
    .map(({ id, host, udpPort, tcpPort, controlPort, controlHost, fingerprint }) => ({
      ...{ id, host, udpPort, tcpPort, controlPort },
      ...(controlHost !== '' && { controlHost }),
      ...(fingerprint !== '' && vouched.includes(id) && { fingerprint }),
    }));
  const { settings } = joining!;
  return {
    ...settings,
    clusterId,
    dataFolder,
    control: { ...settings.control, ...control },
    replicas: [own, ...others],
  };
}

/** How its control port is guarded: a replica that others reach does not start without a word on it. */
function controlKeys({ tls, insecure = false }: JoinOptions, host: string): object {
  if (insecure) return { insecure };
  if (tls === undefined) {
    if (isLoopback(host)) return {};
    throw usageFailure(
      `Other machines reach the control port on ${host}. Name a folder with control.pem, control.key and authority.pem with ` +
        '--tls ("lockstep certificates tls" makes the pair where the authority is), or give --insecure where something else ' +
        'guards the way. Nothing was made.',
    );
  }
  const [certificateFile, keyFile, authoritiesFile] = ['control.pem', 'control.key', 'authority.pem'].map(
    (name) => resolve(tls, name),
  );
  const missing = [certificateFile!, keyFile!, authoritiesFile!].find((file) => !existsSync(file));
  if (missing === undefined) return { tls: { certificateFile, keyFile, authoritiesFile } };
  throw usageFailure(`--tls ${tls}: ${missing} is missing. Nothing was made.`);
}
