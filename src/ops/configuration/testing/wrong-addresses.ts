/** Configurations in which one key of `vip` or `dns` is wrong, and what is said of it. */
const form = 'has another form; allowed:';
const withLength = 'an address with the length of its network, such as 10.0.0.9/24 or fd00::9/64';
const nameForm = 'a name of DNS such as leader.example.com';

export const wrongAddresses: readonly (readonly [json: unknown, message: string])[] = [
  [{ vip: { addresses: ['10.0.0.9'] } }, `vip.addresses[0]: "10.0.0.9" ${form} ${withLength}`],
  [
    { vip: { addresses: ['10.0.0.9/33'] } },
    'vip.addresses[0]: 10.0.0.9/33 is no address; allowed: one with the length of its network, such as 10.0.0.9/24',
  ],
  [
    { vip: { addresses: ['fd00::9/64', 'FD00:0::9/128'] } },
    'vip.addresses[1]: FD00:0::9/128 is also vip.addresses[0]; allowed: every address once',
  ],
  [{ vip: { where: 'both' } }, 'vip.where: "both" is not one of the choices; allowed: leader, gateway'],
  [{ vip: { device: 'eth0/1' } }, `vip.device: "eth0/1" ${form} the name of a network card`],
  [{ vip: { port: 0 } }, 'vip.port: 0 is not a port; allowed: 1 to 65535'],
  [{ vip: { host: 'a b' } }, `vip.host: "a b" ${form} an IPv4 address or a host name`],
  [{ vip: { gateway: 1 } }, 'vip.gateway: 1 is neither true nor false; allowed: true, false'],
  [{ vip: { gatewayWaitMs: 1 } }, 'vip.gatewayWaitMs: 1 is out of range; allowed: 200 to 60000'],
  [{ dns: { server: 'ns.example.com' } }, `dns.server: "ns.example.com" ${form} an IP address`],
  [
    { dns: { server: '10.0.0.256' } },
    'dns.server: 10.0.0.256 is no IP address; allowed: one such as 10.0.0.9 or fd00::9',
  ],
  [
    { dns: { gateways: [{ address: 'fd00:::9' }] } },
    'dns.gateways[0].address: fd00:::9 is no IP address; allowed: one such as 10.0.0.9 or fd00::9',
  ],
  [{ dns: { port: 0 } }, 'dns.port: 0 is not a port; allowed: 1 to 65535'],
  [{ dns: { metricsPort: 0 } }, 'dns.metricsPort: 0 is not a port; allowed: 1 to 65535'],
  [{ dns: { zone: 'com' } }, `dns.zone: "com" ${form} ${nameForm}`],
  [{ dns: { keyFile: '' } }, `dns.keyFile: "" ${form} a path`],
  [{ dns: { ttlSeconds: 0 } }, 'dns.ttlSeconds: 0 is out of range; allowed: 1 to 3600'],
  [{ dns: { leader: 'a b.example.com' } }, `dns.leader: "a b.example.com" ${form} ${nameForm}`],
  [{ dns: { address: 'here' } }, `dns.address: "here" ${form} an IP address`],
  [{ dns: { exchange: 'api' } }, `dns.exchange: "api" ${form} ${nameForm}`],
  [{ dns: { gateways: [{ address: '' }] } }, `dns.gateways[0].address: "" ${form} an IP address`],
  [
    { dns: { gateways: [{ address: '10.0.0.1', port: 0 }] } },
    'dns.gateways[0].port: 0 is not a port; allowed: 1 to 65535',
  ],
];
