/** Keys of `replicas`, once wrong, and what is said of them. */

export const wrongReplicas: readonly (readonly [json: unknown, message: string])[] = [
  [
    { replicas: [{ role: 'leader' }] },
    'replicas[0].role: "leader" is not one of the choices; allowed: replica, witness',
  ],
  [{ replicas: {} }, 'replicas: {} is not a list; allowed: a list of 1 to 7 replicas'],
  [{ replicas: [] }, 'replicas: the list has 0 entries; allowed: 1 to 7 replicas'],
  [
    { replicas: [5] },
    'replicas[0]: 5 is not an object; allowed: an object with id, role, host, udpPort, tcpPort, controlPort, controlHost, fingerprint, site, zone, rack, power, switch, fence, fenceSeconds',
  ],
  [{ replicas: [{ id: 54 }] }, 'replicas[0].id: 54 is out of range; allowed: 1 to 53'],
  [
    { replicas: [{ host: 'a b' }] },
    'replicas[0].host: "a b" has another form; allowed: an IPv4 address or a host name of at most 64 characters',
  ],
  [{ replicas: [{ udpPort: 0 }] }, 'replicas[0].udpPort: 0 is not a port; allowed: 1 to 65535'],
  [
    { replicas: [{}, { tcpPort: 99_999 }, {}] },
    'replicas[1].tcpPort: 99999 is not a port; allowed: 1 to 65535',
  ],
  [
    { replicas: [{ controlPort: '7301' }] },
    'replicas[0].controlPort: "7301" is not a port; allowed: 1 to 65535',
  ],
  [
    { replicas: [{ fence: 'fence_ipmilan' }] },
    'replicas[0].fence: "fence_ipmilan" is not a list; allowed: a list of up to 16 commands',
  ],
  [
    { replicas: [{ fence: ['fence_ipmilan', '--action=off'] }] },
    'replicas[0].fence[1]: "--action=off" has another form; allowed: a whole command with its arguments, such as "fence_ipmilan --ip=10.0.9.3 --action=off"',
  ],
  [{ replicas: [{ fenceSeconds: 601 }] }, 'replicas[0].fenceSeconds: 601 is out of range; allowed: 1 to 600'],
];
