/** A standby site of one replica at another place, and what becomes of the own site when it is lost and comes back. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { identityFolder } from '../../ops/certificates/identities.ts';
import { ownOperator } from '../../ops/certificates/own-identity.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Party } from '../../trust/parties.ts';
import type { Disk } from '../hosts/disk.ts';
import { comesTrue } from '../waits.ts';
import { backupHost, replicaHosts, siteNames, standbyHost, standbyId } from './host-configuration.ts';

/** What of a lab it needs. */
export interface SiteMachines {
  disk(host: number): Disk;
  dataFolder(host: number): string;
  identity(party: Party): string;
  spawn(host: number, words: readonly string[]): ChildProcess;
  commandOn(host: number, ...words: readonly string[]): Promise<string>;
  start(host: number): void;
  startBackup(): void;
  kill(...hosts: readonly number[]): Promise<void>;
  killBackup(): Promise<void>;
}

export const standbyParty: Party = { kind: PartyKind.replica, id: standbyId };
/** As callers over HTTP name them. */
const idsOfOrders = /lab-\d+/g;

export class SecondSite {
  /** Orders that the own site had alone when it was lost, as it has listed them itself. */
  readonly listed = new Set<string>();
  readonly #machines: SiteMachines;
  #follower: ChildProcess | undefined;

  constructor(machines: SiteMachines) {
    this.#machines = machines;
  }

  /** It has all that was shipped, and follows from there. */
  async found(): Promise<void> {
    const machines = this.#machines;
    const dataFolder = machines.dataFolder(standbyHost);
    this.#follow();
    await comesTrue('something was shipped', () =>
      machines.commandOn(standbyHost, 'site', 'seed', '--into', dataFolder),
    );
    for (const each of [ownOperator, standbyParty])
      cpSync(machines.identity(each), identityFolder(dataFolder, each), { recursive: true });
    for (const words of [
      ['replica', '--id', `${standbyId}`],
      ['site', 'follow'],
      ['backup', 'run'],
    ])
      machines.spawn(standbyHost, words);
    await comesTrue('the standby site is level', () =>
      machines.commandOn(standbyHost, 'site', 'status', '--json'),
    );
  }

  /** `kill -9` of everything at the own site but gateways. */
  async loseOwn(): Promise<void> {
    const machines = this.#machines;
    await Promise.all([machines.kill(...replicaHosts), machines.killBackup(), killed(this.#follower!)]);
  }

  /** The own site becomes a standby, machine by machine, and says what it alone had. */
  async returnOwn(): Promise<void> {
    const machines = this.#machines;
    for (const host of replicaHosts) {
      const disk = machines.disk(host);
      const said = await machines.commandOn(host, 'site', 'return', '--json');
      // Behind what it says to a person.
      const { report } = JSON.parse(said.trim().split('\n').at(-1)!) as { readonly report: string };
      const text = readFileSync(disk.outside(relative(disk.path, report)), 'utf8');
      for (const [clientOrderId] of text.matchAll(idsOfOrders)) this.listed.add(clientOrderId);
    }
    for (const host of replicaHosts) machines.start(host);
    this.#follow();
    machines.startBackup();
  }

  /** The own site writes again. */
  switchBack(): Promise<void> {
    const machines = this.#machines;
    return comesTrue('the own site writes again', () =>
      machines.commandOn(standbyHost, 'site', 'switch', siteNames.own),
    );
  }

  #follow(): void {
    this.#follower = this.#machines.spawn(backupHost, ['site', 'follow']);
  }
}

/** `kill -9`, and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
