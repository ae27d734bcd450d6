/** The keys of `vip` in the configuration file: an address that moves to the leader, or to a gateway that is ready. */
import { choice, flag, group, integer, key, list, optional, port, text } from '../json/schema.ts';

const addressesMax = 8;

export const vipKeys = group({
  addresses: key(
    list(
      text(
        /^[0-9A-Fa-f.:]{2,39}\/[0-9]{1,3}$/u,
        'an address with the length of its network, such as 10.0.0.9/24 or fd00::9/64',
        '10.0.0.9/24',
      ),
      () => [],
      { min: 0, max: addressesMax, what: 'addresses' },
    ),
    'Addresses that move between machines ("lockstep vip"), the same in the files of all. Empty: none.',
  ),
  where: key(
    choice(['leader', 'gateway'], 'leader'),
    'Held where the leader is, or at one machine of a gateway that is ready; the same in the files of all.',
  ),
  device: key(
    text(/^[!-.0-~]{1,15}$/u, 'the name of a network card', 'eth0'),
    'The network card of this machine that gets them.',
  ),
  port: key(port(7500), 'Where the machines tell each other whether they hold them.'),
  host: key(
    optional(text(/^[A-Za-z0-9._-]{1,253}$/u, 'an IPv4 address or a host name', '127.0.0.1')),
    'Address to listen on there. Absent: that of the replica.',
  ),
  gateway: key(flag(false), 'true: at the leader only while the gateway of its machine is ready, too.'),
  gatewayWaitMs: key(
    integer(200, 60_000, 1_000),
    'A gateway that has not been ready for so long loses the addresses: to one that is ready, where they are of gateways.',
  ),
});
