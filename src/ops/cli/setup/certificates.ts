/**
 * `lockstep certificates`: what belongs to the cluster. Keys are made on the machine that uses them; an authority,
 * which may lie anywhere else, signs what they ask for, and takes it back.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { openIdentity } from '../../../client/identity-folder.ts';
import { msPerDay } from '../../../std/units.ts';
import { partyText, readAuthorities, serialOf, uuidText } from '../../../trust/certificates.ts';
import { type Identity, identityFileNames, readRevocations } from '../../../trust/identity.ts';
import {
  addRevocations,
  authorityCertificate,
  createAuthority,
  issuedBy,
  signRequest,
} from '../../certificates/authority.ts';
import { loadPublic, replaceFile } from '../../certificates/files.ts';
import {
  addAuthorities,
  addRevocationsTo,
  createRequest,
  identitiesFolder,
  identityFolder,
  installCertificate,
  removeAuthority,
  renewIdentity,
} from '../../certificates/identities.ts';
import { authorityFolder, certificateDays, renewalDays } from '../../certificates/own-machine.ts';
import { partyIn, partyNamed } from '../../certificates/party-names.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { ExitCode, Failure, messageOf, usageFailure } from '../../failure.ts';
import { addCommand, addJsonOption, type CommonOptions, tell, wholeNumber } from '../command.ts';
import { type Terminal, table } from '../terminal.ts';
import { registerTls } from './certificates-tls.ts';

interface CertificateOptions extends CommonOptions {
  readonly json?: boolean;
  readonly authority?: string;
}

export function registerCertificates(program: Command, terminal: Terminal): void {
  const certificates = program
    .command('certificates')
    .description('who belongs to the cluster: authority, requests, certificates, revocation');
  registerInit(certificates, terminal);
  registerRequest(certificates, terminal);
  registerSign(certificates, terminal);
  registerInstall(certificates, terminal);
  registerShow(certificates, terminal);
  registerRenew(certificates, terminal);
  registerRevoke(certificates, terminal);
  registerAuthorities(certificates, terminal);
  registerTls(certificates, terminal);
}

function part(certificates: Command, usage: string, description: string): Command {
  return addJsonOption(addCommand(certificates, usage, description));
}

function withAuthority(command: Command): Command {
  return command.option(
    '--authority <folder>',
    'folder of the authority (default: authority in the data folder)',
  );
}

/** The authority and the data folder that options name. */
function placesOf(options: CertificateOptions): { readonly dataFolder: string; readonly authority: string } {
  const { dataFolder } = loadConfiguration(options);
  return { dataFolder, authority: options.authority ?? authorityFolder(dataFolder) };
}

function registerInit(certificates: Command, terminal: Terminal): void {
  withAuthority(part(certificates, 'init', 'make the authority of a cluster'))
    .option('--years <count>', 'how long it counts', wholeNumber(1, 30), 10)
    .option(
      '--cluster <uuid>',
      'number of a cluster that has an authority already, which this one is to follow',
    )
    .action(async (options: CertificateOptions & { readonly years: number; readonly cluster?: string }) => {
      const { authority } = placesOf(options);
      await createAuthority(authority, options.years, options.cluster);
      const text =
        `The authority is in ${authority}. Its authority.pem goes to every machine of the cluster; its authority.key signs ` +
        'certificates: keep it where no replica or gateway runs, with a copy.';
      tell(terminal, options.json, { ok: true, authority }, text);
    });
}

interface RequestCommandOptions extends CertificateOptions {
  readonly authorities?: string;
  readonly cluster?: string;
  readonly out?: string;
}

function registerRequest(certificates: Command, terminal: Terminal): void {
  part(
    certificates,
    'request <party>',
    'make keys here, and ask for a certificate (party: replica/2, gateway/1 …)',
  )
    .option('--authorities <file>', "certificate of the cluster's authority, for the first request")
    .option(
      '--cluster <uuid>',
      'number of the cluster, where the authority is not made by "certificates init"',
    )
    .option('--out <file>', 'write the request there')
    .action(async (name: string, options: RequestCommandOptions) => {
      const party = partyNamed(name);
      const folder = identityFolder(placesOf(options).dataFolder, party);
      const { authorities, cluster } = options;
      const request = await createRequest(folder, party, {
        ...(authorities === undefined ? {} : { authorities: loadPublic(authorities) }),
        ...(cluster === undefined ? {} : { cluster }),
      });
      handOut(terminal, options, { request, folder }, request);
    });
}

/** Text for another machine goes to a file, or is all that is printed. */
function handOut(terminal: Terminal, options: RequestCommandOptions, result: object, text: string): void {
  const { out, json } = options;
  if (out !== undefined) replaceFile(out, text);
  if (json) terminal.print(JSON.stringify({ ok: true, ...result, ...(out === undefined ? {} : { out }) }));
  else terminal.print(out === undefined ? text.trimEnd() : `Written to ${out}.`);
}

interface SignOptions extends RequestCommandOptions {
  readonly party: string;
  readonly days: number;
}

function registerSign(certificates: Command, terminal: Terminal): void {
  withAuthority(
    part(certificates, 'sign <request>', 'sign a request, after you have made sure which person made it'),
  )
    .requiredOption('--party <party>', 'whose request it is, such as gateway/1')
    .option('--days <count>', 'how long the certificate counts', wholeNumber(1, 3_650), certificateDays)
    .option('--out <file>', 'write the certificate there')
    .action(async (file: string, options: SignOptions) => {
      const party = partyNamed(options.party);
      const { authority } = placesOf(options);
      const certificate = await signRequest(authority, loadPublic(file), { party, days: options.days });
      handOut(terminal, options, { party: partyText(party), certificate }, certificate);
    });
}

function registerInstall(certificates: Command, terminal: Terminal): void {
  part(
    certificates,
    'install <party> <certificate>',
    'put the certificate of the last request to its keys',
  ).action((name: string, file: string, options: CertificateOptions) => {
    const party = partyNamed(name);
    const folder = identityFolder(placesOf(options).dataFolder, party);
    const identity = installCertificate(folder, loadPublic(file));
    const row = rowOf(identity);
    tell(
      terminal,
      options.json,
      { ok: true, folder, ...row },
      `${row.party} has its identity in ${folder}, ${untilText(row)}`,
    );
  });
}

interface IdentityRow {
  readonly party: string;
  readonly cluster: string;
  readonly serial: string;
  readonly expiresAt: string;
}

function rowOf({ own, certificate }: Identity): IdentityRow {
  return {
    party: partyText(own.party),
    cluster: uuidText(own.clusterUuid),
    serial: serialOf(certificate),
    expiresAt: certificate.validToDate.toISOString(),
  };
}

function untilText({ expiresAt }: IdentityRow): string {
  const days = Math.floor((Date.parse(expiresAt) - Date.now()) / msPerDay);
  const renew = days < renewalDays ? ': renew it' : '';
  return `good until ${expiresAt.slice(0, 10)} (${days} days${renew}).`;
}

function registerShow(certificates: Command, terminal: Terminal): void {
  part(certificates, 'show', 'show the identities in the data folder').action(
    (options: CertificateOptions) => {
      const { dataFolder } = placesOf(options);
      const folders = identityFolders(dataFolder);
      const rows = folders.map(({ name, folder }) => {
        try {
          return rowOf(openIdentity(folder));
        } catch (error) {
          return { party: name, problem: messageOf(error) };
        }
      });
      if (rows.length === 0)
        throw usageFailure(
          `There is no identity in ${identitiesFolder(dataFolder)}. "lockstep up" makes those of one machine; otherwise begin with ` +
            '"lockstep certificates request".',
        );
      const lines = rows.map((row) =>
        'problem' in row ? [row.party, '-', row.problem] : [row.party, row.serial, untilText(row)],
      );
      const text = options.json ? '' : table(['party', 'serial', 'certificate'], lines);
      const spoiled = rows.filter((row) => 'problem' in row).map(({ party }) => party);
      if (spoiled.length === 0) return tell(terminal, options.json, { identities: rows }, text);
      if (!options.json) terminal.print(text);
      throw new Failure(
        `Of ${rows.length} identities here ${spoiled.length} cannot be used: ${spoiled.join(', ')}. "lockstep certificates request" begins another request.`,
        ExitCode.failed,
        { identities: rows },
      );
    },
  );
}

/** Those of the data folder. */
function identityFolders(dataFolder: string): { readonly name: string; readonly folder: string }[] {
  const folder = identitiesFolder(dataFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, identityFileNames.authorities)))
    .map((name) => ({ name: name.replace('-', '/'), folder: join(folder, name) }));
}

function registerRenew(certificates: Command, terminal: Terminal): void {
  withAuthority(
    part(
      certificates,
      'renew [party...]',
      'make new keys and certificates, with the authority at hand (default: all here)',
    ),
  )
    .option('--days <count>', 'how long they count', wholeNumber(1, 3_650), certificateDays)
    .action(async (names: string[], options: CertificateOptions & { readonly days: number }) => {
      const { dataFolder, authority } = placesOf(options);
      const known = identityFolders(dataFolder).map(({ name }) => name);
      const parties = (names.length === 0 ? known : names).map(partyNamed);
      if (parties.length === 0)
        throw usageFailure(`There is no identity in ${identitiesFolder(dataFolder)} to renew.`);
      const rows: IdentityRow[] = [];
      for (const party of parties)
        rows.push(
          rowOf(await renewIdentity(identityFolder(dataFolder, party), party, authority, options.days)),
        );
      const lines = rows.map((row) => `${row.party} has a new certificate, ${untilText(row)}`);
      const hint =
        'Processes that run take it within seconds; the certificates before count until they end or are revoked.';
      tell(terminal, options.json, { ok: true, renewed: rows }, [...lines, hint].join('\n'));
    });
}

function registerRevoke(certificates: Command, terminal: Terminal): void {
  withAuthority(
    part(certificates, 'revoke <what>', 'take back a certificate (serial number) or all of a party'),
  )
    .requiredOption('--reason <text>', 'the reason, for people who look later')
    .action((what: string, options: CertificateOptions & { readonly reason: string }) => {
      const { dataFolder, authority } = placesOf(options);
      const revokedAt = new Date().toISOString();
      const entries = certificatesOf(authority, what).map((entry) => ({
        ...entry,
        revokedAt,
        reason: options.reason,
      }));
      const text = addRevocations(authority, entries);
      const folders = identityFolders(dataFolder);
      for (const { folder } of folders) addRevocationsTo(folder, text);
      const serials = entries.map(({ serial }) => serial);
      const said =
        `Revoked: ${serials.join(', ')}. ${folders.length} identities in ${dataFolder} know it. On each other machine of the ` +
        `cluster run "lockstep certificates authorities --revoked FILE" with ${join(authority, identityFileNames.revoked)}.`;
      tell(terminal, options.json, { ok: true, revoked: serials, known: folders.length }, said);
    });
}

/** The certificates to take back: the one with this serial number, or all that the authority signed for this party. */
function certificatesOf(
  authority: string,
  what: string,
): { readonly serial: string; readonly party: string }[] {
  authorityCertificate(authority);
  const issued = issuedBy(authority);
  const party = partyIn(what);
  if (party !== undefined) {
    const found = issued.filter((entry) => entry.party === partyText(party));
    if (found.length > 0) return found.map(({ serial }) => ({ serial, party: what }));
    throw usageFailure(`The authority in ${authority} has signed nothing for ${what} that counts still.`);
  }
  const serial = what
    .toLowerCase()
    .replaceAll(':', '')
    .replace(/^0+(?=.)/, '');
  if (!/^[0-9a-f]{1,40}$/.test(serial))
    throw usageFailure(
      `"${what}" is no party (gateway/1) and no serial number (hexadecimal digits). "lockstep certificates show" tells both.`,
    );
  return [{ serial, party: issued.find((entry) => entry.serial === serial)?.party ?? 'unknown' }];
}

interface AuthoritiesOptions extends CertificateOptions {
  readonly add?: string;
  readonly remove?: string;
  readonly revoked?: string;
}

function registerAuthorities(certificates: Command, terminal: Terminal): void {
  part(certificates, 'authorities', 'show or change whom the identities in the data folder believe')
    .option('--add <file>', 'believe this authority too')
    .option('--remove <serial>', 'believe that authority no more')
    .option('--revoked <file>', 'take over what the authority has revoked (its revoked.json)')
    .action((options: AuthoritiesOptions) => {
      const { dataFolder } = placesOf(options);
      const folders = identityFolders(dataFolder);
      if (folders.length === 0)
        throw usageFailure(`There is no identity in ${identitiesFolder(dataFolder)}.`);
      const added = options.add === undefined ? undefined : loadPublic(options.add);
      const revoked = options.revoked === undefined ? undefined : loadPublic(options.revoked);
      if (revoked !== undefined && readRevocations(revoked) === undefined)
        throw usageFailure(
          `${options.revoked} is not what "certificates revoke" writes. Nothing was changed.`,
        );
      for (const { folder } of folders) {
        if (added !== undefined) addAuthorities(folder, added);
        if (options.remove !== undefined) removeAuthority(folder, options.remove.toLowerCase());
        if (revoked !== undefined) addRevocationsTo(folder, revoked);
      }
      const rows = folders.map(({ name, folder }) => believedIn(name, folder));
      const lines = rows.flatMap(({ party, authorities, revoked: count }) =>
        authorities.map((authority) => [
          party,
          authority.serial,
          authority.subject,
          authority.expiresAt.slice(0, 10),
          count,
        ]),
      );
      const text = options.json ? '' : table(['identity', 'serial', 'authority', 'until', 'revoked'], lines);
      tell(terminal, options.json, { ok: true, identities: rows }, text);
    });
}

function believedIn(party: string, folder: string) {
  const read = readAuthorities(loadPublic(join(folder, identityFileNames.authorities)));
  if (typeof read === 'string')
    throw usageFailure(`${join(folder, identityFileNames.authorities)}: ${read}.`);
  const authorities = read.map((certificate) => ({
    serial: serialOf(certificate),
    subject: certificate.subject.replaceAll('\n', ', '),
    expiresAt: certificate.validToDate.toISOString(),
  }));
  const path = join(folder, identityFileNames.revoked);
  const revocations = existsSync(path) ? readRevocations(loadPublic(path)) : [];
  if (revocations === undefined)
    throw usageFailure(
      `${path} is damaged. Take that of another identity, or of the folder of the authority.`,
    );
  return { party, authorities, revoked: revocations.length };
}
