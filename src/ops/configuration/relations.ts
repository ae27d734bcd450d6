/** What must hold between keys of `lockstep.json`, each of which is right by itself. */
import { isIP } from 'node:net';
import { readPrefixedAddress } from '../../io/system/prefixed-address.ts';
import { isLoopback } from '../../std/loopback.ts';
import type { Problems } from '../json/schema.ts';
import { targetsOf } from './backup-keys.ts';
import { type ConfigurationFile, tcpUses, udpUses } from './configuration.ts';
import { controlHostOf } from './replicas.ts';
import { siteProblems } from './site-keys.ts';
import { checkTiming } from './timing-keys.ts';

export function checkRelations(configuration: ConfigurationFile, problems: Problems): void {
  const { replicas, timing, replication, gateway, backup, control } = configuration;
  checkTiming(timing, problems);
  if (replication.mode === 'multicast' && !isMulticast(replication.group)) {
    problems.push(
      `replication.group: "${replication.group}" is not a multicast address; allowed: 224.0.0.0 to 239.255.255.255`,
    );
  }
  checkExposure(configuration, problems);
  unique(
    replicas.map(({ id }) => id),
    (at) => `replicas[${at}].id`,
    'every replica its own id',
    problems,
  );
  unique(
    control.operators.map(({ id }) => id),
    (at) => `control.operators[${at}].id`,
    'every operator its own number',
    problems,
  );
  unique(
    gateway.apiKeys.map(({ keyId }) => keyId),
    (at) => `gateway.apiKeys[${at}].keyId`,
    'every key its own name',
    problems,
  );
  unique(
    targetsOf(backup).map(({ name }) => name),
    (at) => targetPath(at, backup.folders.length),
    'every target its own name',
    problems,
  );
  const { webhooks, commands } = configuration.notify;
  unique(
    [...webhooks, ...commands].map(({ name }) => name),
    (at) =>
      at < webhooks.length ? `notify.webhooks[${at}].name` : `notify.commands[${at - webhooks.length}].name`,
    'every hook its own name',
    problems,
  );
  for (const [at, { run }] of commands.entries()) {
    if (!run[0]!.startsWith('/'))
      problems.push(
        `notify.commands[${at}].run[0]: "${run[0]}" is no whole path; allowed: a path that begins with /`,
      );
  }
  checkAddresses(configuration, problems);
  problems.push(...siteProblems(configuration, targetsOf(backup)));
  for (const [protocol, uses] of [
    ['TCP', tcpUses(configuration)],
    ['UDP', udpUses(configuration)],
  ] as const) {
    unique(
      uses.map((use) => `${use.host}:${use.port}`),
      (at) => uses[at]!.key,
      `every ${protocol} port of a host once`,
      problems,
    );
  }
}

/** Addresses that move, and those that are written to a name server. */
function checkAddresses({ vip, dns }: ConfigurationFile, problems: Problems): void {
  for (const [at, text] of vip.addresses.entries()) {
    if (readPrefixedAddress(text) === undefined)
      problems.push(
        `vip.addresses[${at}]: ${text} is no address; allowed: one with the length of its network, such as 10.0.0.9/24`,
      );
  }
  unique(
    vip.addresses.map((text) => readPrefixedAddress(text)?.bytes.join('.') ?? text),
    (at) => `vip.addresses[${at}]`,
    'every address once',
    problems,
    vip.addresses,
  );
  const { server, address, gateways } = dns;
  for (const [path, text] of [
    ['server', server],
    ['address', address],
    ...gateways.map((each, at) => [`gateways[${at}].address`, each.address] as const),
  ] as const)
    if (text !== undefined && isIP(text) === 0)
      problems.push(`dns.${path}: ${text} is no IP address; allowed: one such as 10.0.0.9 or fd00::9`);
}

function targetPath(at: number, folders: number): string {
  return at < folders ? `backup.folders[${at}].name` : `backup.buckets[${at - folders}].name`;
}

/** What other machines reach has TLS, or the configuration says that it needs none. */
function checkExposure({ gateway, control, replicas }: ConfigurationFile, problems: Problems): void {
  const refuse = (path: string, address: string, part: string): void => {
    problems.push(
      `${path}: other machines can reach ${address}, where secrets and orders would pass unencrypted; allowed: ` +
        `127.0.0.1, or ${part}.tls with a certificate, or ${part}.insecure true where something else guards the way`,
    );
  };
  const { tls, operatorTls = tls } = gateway;
  for (const [name, files] of [
    ['host', tls],
    ['operatorHost', operatorTls],
  ] as const)
    if (files === undefined && !gateway.insecure && !isLoopback(gateway[name]))
      refuse(`gateway.${name}`, gateway[name], 'gateway');
  if (control.tls !== undefined || control.insecure) return;
  const at = replicas.findIndex((each) => !isLoopback(controlHostOf(each)));
  if (at < 0) return;
  const name = replicas[at]!.controlHost === undefined ? 'host' : 'controlHost';
  refuse(`replicas[${at}].${name}`, `the control port on ${controlHostOf(replicas[at]!)}`, 'control');
}

function isMulticast(address: string): boolean {
  const first = Number.parseInt(address, 10);
  return first >= 224 && first <= 239;
}

function unique(
  values: readonly (string | number)[],
  pathOf: (at: number) => string,
  allowed: string,
  problems: Problems,
  /** As the file writes them. */
  texts = values,
): void {
  for (const [at, value] of values.entries()) {
    const first = values.indexOf(value);
    if (first !== at)
      problems.push(`${pathOf(at)}: ${texts[at]} is also ${pathOf(first)}; allowed: ${allowed}`);
  }
}
