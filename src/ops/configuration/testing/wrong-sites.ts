/** Each key of `site` and `sites`, once wrong, and what is said of it. */
import { aFolder } from './wrong-backups.ts';

const backup = { folders: [{ ...aFolder, keyFile: 'a.key' }] };

export const wrongSites: readonly (readonly [json: unknown, message: string])[] = [
  [{ site: { name: '' } }, 'site.name: "" has another form; allowed: 1 to 32 letters, digits and -'],
  [{ site: { target: '' } }, 'site.target: "" has another form; allowed: 1 to 32 letters, digits and -'],
  [{ site: { everyMilliseconds: 0 } }, 'site.everyMilliseconds: 0 is out of range; allowed: 20 to 60000'],
  [{ site: { lookSeconds: -1 } }, 'site.lookSeconds: -1 is out of range; allowed: 0 to 86400'],
  [{ site: { alarmSeconds: 0 } }, 'site.alarmSeconds: 0 is out of range; allowed: 1 to 86400'],
  [{ site: { decideSeconds: 0 } }, 'site.decideSeconds: 0 is out of range; allowed: 1 to 86400'],
  [{ site: { port: 0 } }, 'site.port: 0 is not a port; allowed: 1 to 65535'],
  [{ site: { openAfterSeconds: -1 } }, 'site.openAfterSeconds: -1 is out of range; allowed: 0 to 86400'],
  [{ objectives: { rtoSeconds: -1 } }, 'objectives.rtoSeconds: -1 is out of range; allowed: 0 to 604800'],
  [
    { objectives: { rpoMilliseconds: -1 } },
    'objectives.rpoMilliseconds: -1 is out of range; allowed: 0 to 604800000',
  ],
  [{ objectives: { drills: {} } }, 'objectives.drills: {} is not a list; allowed: a list of up to 4 drills'],
  [{ objectives: { drillDays: 0 } }, 'objectives.drillDays: 0 is out of range; allowed: 1 to 3650'],
  [{ sites: {} }, 'sites: {} is not a list; allowed: a list of up to 4 sites'],
  [{ sites: [{ name: '?' }] }, 'sites[0].name: "?" has another form; allowed: 1 to 32 letters, digits and -'],
  [
    { sites: [{ name: 'a', fence: 'x' }] },
    'sites[0].fence: "x" is not a list; allowed: a list of up to 16 commands',
  ],
  [
    { sites: [{ name: 'a', fenceSeconds: 0 }] },
    'sites[0].fenceSeconds: 0 is out of range; allowed: 1 to 600',
  ],
  [
    { sites: [{ name: 'a', gateways: ['south.example.com'] }] },
    'sites[0].gateways[0]: "south.example.com" has another form; allowed: a URL with http:// or https://, of at most 96 letters',
  ],
  [
    { sites: [{ name: 'a', replicas: {} }] },
    'sites[0].replicas: {} is not a list; allowed: a list of up to 7 replicas',
  ],
  [
    { sites: [{ name: 'a', replicas: [{ id: 0 }] }] },
    'sites[0].replicas[0].id: 0 is out of range; allowed: 1 to 53',
  ],
  [
    { sites: [{ name: 'a', replicas: [{ host: '' }] }] },
    'sites[0].replicas[0].host: "" has another form; allowed: an IPv4 address or a host name of at most 64 characters',
  ],
  [
    { sites: [{ name: 'a', replicas: [{ tcpPort: 0 }] }] },
    'sites[0].replicas[0].tcpPort: 0 is not a port; allowed: 1 to 65535',
  ],
  [
    { sites: [{ name: 'a', replicas: [{ fence: true }] }] },
    'sites[0].replicas[0].fence: true is not a list; allowed: a list of up to 16 commands',
  ],
  [
    { sites: [{ name: 'a', replicas: [{ fenceSeconds: 601 }] }] },
    'sites[0].replicas[0].fenceSeconds: 601 is out of range; allowed: 1 to 600',
  ],
  [
    { site: { lease: { host: '10.2.0.1', controlPort: 7303 } } },
    'site.lease.witnessId: is missing; allowed: 1 to 53',
  ],
  [
    { site: { lease: { witnessId: 3, host: 'a b', controlPort: 7303 } } },
    'site.lease.host: "a b" has another form; allowed: an IPv4 address or a host name of at most 64 characters',
  ],
  [
    { site: { lease: { witnessId: 3, host: '10.2.0.1', controlPort: 0 } } },
    'site.lease.controlPort: 0 is not a port; allowed: 1 to 65535',
  ],
  [
    { site: { lease: { witnessId: 3, host: '10.2.0.1', controlPort: 7303, seconds: 0 } } },
    'site.lease.seconds: 0 is out of range; allowed: 1 to 300',
  ],
  // Keys that do not go together.
  [
    { site: { lease: { witnessId: 3, host: '10.2.0.1', controlPort: 7303 } } },
    'site.lease: there are no sites without site.name; allowed: the name of this site beside it',
  ],
  [
    { sites: [{ name: 'a' }, { name: 'b', replicas: [{ id: 1 }] }] },
    'sites[1].replicas[0].id: 1 is also a replica of this site; allowed: a number that no other replica of any site has',
  ],
  [
    { sites: [{ name: 'a' }, { name: 'a' }] },
    'sites[1].name: a is also sites[0].name; allowed: every site its own name',
  ],
  [
    { backup, sites: [{ name: 'a' }], site: { name: 'b', target: 'a' } },
    'site.name: b is none of the sites; allowed: a',
  ],
  [
    { backup, sites: [{ name: 'a' }], site: { name: 'a', target: 'x' } },
    'site.target: x; allowed: the name of a target of backups, through which the sites follow each other (a)',
  ],
  [
    { backup: { folders: [aFolder] }, sites: [{ name: 'a' }], site: { name: 'a', target: 'a' } },
    'site.target: a has no keyFile, so whoever reaches it could read and change what the sites follow; allowed: a target with a keyFile ("lockstep backup key FILE" makes one), the same at all sites',
  ],
];
