/**
 * `lockstep vip`: gives this machine the addresses of `vip` while its replica leads, or while its gateway is ready and
 * voters grant them to it; tells the network, and takes them away. When it may have them holder.ts decides.
 */
import type { Logger } from 'pino';
import { present } from '../../gateway/http/tls.ts';
import { MachineClock } from '../../io/system/clock.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { gatewayOf } from '../certificates/own-identity.ts';
import { TlsWatch } from '../certificates/tls-watch.ts';
import { SideReporter } from '../clients/side-reporter.ts';
import { replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { tellFileChanges } from '../configuration/file-changes.ts';
import type { Loaded } from '../configuration/load.ts';
import { usageFailure } from '../failure.ts';
import type { SideReport } from '../notify/side-report.ts';
import { endRequested } from '../processes/end-signals.ts';
import { processLog } from '../processes/process-log.ts';
import { serviceManager } from '../processes/service-manager.ts';
import { sideServer } from '../processes/side-server.ts';
import { GatewayReadiness } from './gateway-readiness.ts';
import { GrantAsker } from './grant-asker.ts';
import { HeldAddresses } from './held-addresses.ts';
import { Holder } from './holder.ts';
import { LeadershipWatch } from './leadership.ts';
import { OtherHolders } from './other-holders.ts';
import { Questions } from './questions.ts';
import { type VipStanding, vipMetrics } from './vip-metrics.ts';

const turnMs = 20;

/** What decides whether this machine may have the addresses: that it leads, or that its gateway is ready. */
interface AddressClaim {
  /** The replica or gateway of this machine. */
  readonly member: string;
  readonly party: Party;
  readonly waitsUntil: string;
  start(): void;
  /** More of what `/vip` says. */
  standing(): Partial<VipStanding>;
  /** Asks no more, before the addresses are taken away. */
  stop(): void;
  /** They are. */
  end(): Promise<void>;
}

interface ClaimParts {
  readonly loaded: Loaded;
  readonly questions: Questions;
  readonly holder: Holder;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** Runs until it receives an end signal. `id`: the replica of this machine. Throws a Failure where it cannot begin. */
export async function runVip(loaded: Loaded, id: number | undefined): Promise<void> {
  const { configuration } = loaded;
  const { vip } = configuration;
  if (vip.addresses.length === 0)
    throw usageFailure('vip.addresses is empty: name the addresses that are to move.');
  const log = processLog({ component: 'vip' });
  const clock = new MachineClock();
  const nowMs = (): number => clock.bootMs();
  const holder = new Holder();
  const questions = new Questions(configuration);
  const parts = { loaded, questions, holder, nowMs, log };
  const claim = vip.where === 'leader' ? claimOfLeader(parts, id) : claimOfGateway(parts, id);
  const sides = new SideReporter(loaded, claim.party, 'vip', (text) => log.warn(text));
  await sides.over(() => hold(parts, claim, listeningOf(configuration, id), sides));
}

async function hold(
  { loaded, questions, holder, nowMs, log }: ClaimParts,
  claim: AddressClaim,
  { host, tls }: ReturnType<typeof listeningOf>,
  sides: SideReporter,
): Promise<void> {
  const { configuration } = loaded;
  const { vip, clusterId } = configuration;
  const machine = await HeldAddresses.open(configuration, holder, nowMs, log);
  const { member } = claim;
  const standing = (): VipStanding => {
    const { state, term } = holder;
    const conflict = holder.conflict(nowMs());
    const confirmedAgeMs = holder.confirmedAgeMs(nowMs());
    return {
      ...{ member, holds: state === 'holds', state, term, addresses: vip.addresses, ...claim.standing() },
      ...(machine.sinceMs !== undefined && { sinceMs: machine.sinceMs }),
      ...(confirmedAgeMs !== undefined && { confirmedAgeMs }),
      ...(conflict !== undefined && { conflict }),
      ...machine.counts,
    };
  };
  const certificate =
    tls && new TlsWatch({ ...tls, log, onRenewed: (identity) => present(server, identity) });
  const registry = vipMetrics(clusterId, standing);
  const identity = certificate?.identity;
  const server = await sideServer({
    ...{ what: '"lockstep vip"', keys: 'the keys vip.host and vip.port' },
    ...{ host, port: vip.port, identity, registry },
    pages: { '/vip': () => ({ status: 200, body: standing() }) },
  });
  sides.begin(() => reportOf(standing(), machine.problem));
  claim.start();
  const turning = setInterval(() => machine.turn(), turnMs);
  const manager = await serviceManager();
  manager.ready(() => true);
  log.info({ addresses: vip.addresses, device: vip.device }, claim.waitsUntil);
  const reason = await endRequested(() => {
    certificate?.reload();
    tellFileChanges(loaded, log);
  });
  manager.stopping();
  clearInterval(turning);
  claim.stop();
  sides.end();
  machine.close();
  await claim.end();
  questions.close();
  log.info({ reason }, 'holds no address any more');
  certificate?.end();
  server.close();
  server.closeAllConnections();
}

function reportOf({ addresses, conflict }: VipStanding, problem: string): SideReport {
  const found = [conflict ?? '', problem].filter((text) => text !== '');
  const text = `${addresses.join(', ')}: ${found.join('; ')}. "lockstep vip" tries again and again.`;
  return { program: 'vip', conditions: found.length === 0 ? [] : [{ kind: 'addressFailing', text }] };
}

function listeningOf(configuration: ConfigurationFile, id: number | undefined) {
  const { vip, control, gateway } = configuration;
  if (vip.where === 'gateway') {
    const { operatorHost, tls, operatorTls } = gateway;
    const files = operatorTls ?? tls;
    const key = operatorTls === undefined ? 'gateway.tls' : 'gateway.operatorTls';
    return { host: vip.host ?? operatorHost, tls: files && { files, key } };
  }
  const { tls: files } = control;
  const host = vip.host ?? replicaOf(configuration, id!).host;
  return { host, tls: files && { files, key: 'control.tls' } };
}

function claimOfLeader(
  { loaded, questions, holder, nowMs }: ClaimParts,
  id: number | undefined,
): AddressClaim {
  const { configuration } = loaded;
  if (id === undefined)
    throw usageFailure('--id is missing: the number of the replica that runs on this machine.');
  const own = replicaOf(configuration, id);
  const others = new OtherHolders({ configuration, questions }, id, holder, nowMs);
  const listener = {
    confirmed: (term: number, asOfMs: number, atMs: number) => holder.confirmed(term, asOfMs, atMs),
    deposed: () => holder.deposed(),
    members: (ids: readonly number[]) => others.members(ids),
  };
  const watch = new LeadershipWatch({ configuration, questions }, own, listener, nowMs);
  const gateway = configuration.vip.gateway
    ? new GatewayReadiness(configuration, questions, nowMs)
    : undefined;
  return {
    member: `replica/${id}`,
    party: { kind: PartyKind.replica, id },
    waitsUntil: 'waits until the replica of this machine leads',
    start() {
      watch.start();
      others.start((other) => watch.hostOf(other));
      gateway?.start((standing) => holder.ready(standing === 'ready'));
    },
    standing: () => ({ replicaId: id }),
    stop() {
      gateway?.stop();
      watch.stop();
      others.stop();
    },
    end: async () => undefined,
  };
}

function claimOfGateway(
  { loaded, questions, holder, nowMs, log }: ClaimParts,
  id: number | undefined,
): AddressClaim {
  const { configuration } = loaded;
  if (id !== undefined)
    throw usageFailure(
      '--id names a replica, and vip.where is "gateway": leave it out on a machine of a gateway.',
    );
  const party = gatewayOf(configuration);
  const asker = new GrantAsker(loaded, { party, holder, nowMs }, (text) => log.warn(text));
  const readiness = new GatewayReadiness(configuration, questions, nowMs);
  asker.check();
  return {
    member: partyText(party),
    party,
    waitsUntil: 'waits until the gateway of this machine is ready, and voters grant them',
    start() {
      asker.start();
      readiness.start((standing) => asker.gateway(standing));
    },
    standing: () => (asker.other === '' ? {} : { other: asker.other }),
    stop() {
      readiness.stop();
      asker.stop();
    },
    end: () => asker.end(),
  };
}
