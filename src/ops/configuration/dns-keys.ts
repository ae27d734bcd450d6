/** The keys of `dns` in the configuration file: names that follow the leader and the gateways that are ready. */
import {
  group,
  integer,
  key,
  list,
  optional,
  port,
  requiredKey,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';

const name = text(
  /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z0-9-]{1,63}\.?$/u,
  'a name of DNS such as leader.example.com',
  'leader.example.com',
);
const ip = (standard: string) =>
  text(/^(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$/u, 'an IP address', standard);

export const dnsKeys = group({
  server: key(
    optional(ip('127.0.0.1')),
    'The name server that takes updates (RFC 2136). Absent: nothing is written ("lockstep dns").',
  ),
  port: key(port(53), 'Its port.'),
  zone: key(optional(name), 'The zone of the names. It has to be given where `server` is.'),
  keyFile: key(
    text(/^[^\0]{1,4096}$/u, 'a path', '/etc/lockstep/dns.key'),
    'The key that signs updates (TSIG), as "tsig-keygen" writes it; for its owner alone.',
  ),
  metricsPort: key(port(7402), 'Metrics, status and health of "lockstep dns", on 127.0.0.1.'),
  ttlSeconds: key(integer(1, 3_600, 5), 'For so long resolvers may remember what was written.'),
  leader: key(optional(name), 'The name that gets the address of the machine where the leader is.'),
  address: key(
    optional(ip('10.90.1.11')),
    'The address of this machine that is written there. Absent: the host of its replica.',
  ),
  exchange: key(optional(name), 'The name that gets the addresses of all gateways that are ready.'),
  gateways: key(
    list(
      group({
        address: requiredKey(ip('10.90.1.14'), 'Its address, which is written.'),
        port: key(port(8080), 'Where it takes requests.'),
      }),
      () => [],
      { min: 0, max: 32, what: 'gateways' },
    ),
    'The gateways of `exchange`.',
  ),
});

export type DnsSettings = ValueOfSchema<typeof dnsKeys>;
