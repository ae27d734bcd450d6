/** A small cluster of control endpoints that answer by counters, and the command line against it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Cut } from '../../../protocol/cut.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { noMembers } from '../../../raft/configuration.ts';
import { Role } from '../../../raft/types.ts';
import { type CounterName, counter, counterNames } from '../../../replica/counters.ts';
import { type ShownMember, shownMembers } from '../../../replica/members/membership-view.ts';
import type { SeenCondition } from '../../../replica/ports.ts';
import type { LeaseQuestion } from '../../../replica/sites/lease-ledger.ts';
import { openOwnIdentity, ownOperator, tlsPairOf } from '../../certificates/own-identity.ts';
import { makeIdentities } from '../../certificates/own-machine.ts';
import { availabilityKeys } from '../../configuration/availability-keys.ts';
import type { OperatorEntry } from '../../configuration/operators.ts';
import { CanaryDesk } from '../../control-port/canary-desk.ts';
import { controlServer } from '../../control-port/control-server.ts';
import type { ControlSubject, OperatorOrderAnswer } from '../../control-port/control-subject.ts';
import { SideDesk } from '../../control-port/side-desk.ts';
import { noGrants, PaperNotes } from '../../control-port/testing/operators.ts';
import type { GrantQuestion } from '../../grants/grant-ledger.ts';
import type { LeaseStanding } from '../../grants/site-leases.ts';
import { statusOf } from '../../health/status.ts';
import type { HookStanding } from '../../notify/dispatcher.ts';
import { Operators } from '../../operator-orders/operators.ts';
import type { FenceReport } from '../../operator-orders/order-bodies.ts';
import type { OperatorReplicaOrder } from '../../operator-orders/order-paths.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { runCommandLine } from '../program.ts';

/** Those of replicas 1 to 5, of two operators and of a gateway, once for all tests of a file: they take a while. */
const identities = (async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const replicas = [1, 2, 3, 4, 5].map((id) => ({ kind: PartyKind.replica, id }));
  const others = [
    { kind: PartyKind.operator, id: 2 },
    { kind: PartyKind.gateway, id: 1 },
  ];
  await makeIdentities(folder, [ownOperator, ...others, ...replicas]);
  return folder;
})();

export type PaperCounters = Partial<Record<CounterName, number>>;

/** One replica that is only counters; `obey` does what an order does to them. */
export class PaperReplica {
  readonly values = new Float64Array(counterNames.length);
  readonly orders: { kind: string; replicaId: number; force: boolean }[] = [];
  operators: Operators | undefined;
  readonly id: number;
  readonly notes = new PaperNotes();
  readonly canary = new CanaryDesk();
  readonly sides = new SideDesk();
  readonly fences: (FenceReport & { readonly by: string })[] = [];
  /** What its clock shows, to tell whether certificates are valid. */
  wallSeconds = Date.now() / 1_000;
  /** Another number for each process. */
  pid = 1;
  /** Its release, and the hash of its configuration. */
  version = '';
  configHash = '';
  /** How far the clock that its status shows is ahead of that of the test. */
  clockAheadMs = 0;
  cut: Cut | null = null;
  members: readonly ShownMember[] = [];
  /** What it says, as the leader, of how the others are. */
  conditions: readonly SeenCondition[] = [];
  /** How its hooks are. */
  hooks: readonly HookStanding[] = [];
  /** Voids that its hooks hear of. */
  readonly decided: { readonly seq: number; readonly by: string }[] = [];
  /** Where it answers. */
  port = 0;
  leases: ControlSubject['leases'];
  address: ControlSubject['address'] = noGrants;
  /** What it says of leases between sites. */
  lease: LeaseStanding | undefined;
  obey: (kind: string, replicaId: number, order: OperatorReplicaOrder) => OperatorOrderAnswer = () => ({
    ok: true,
    text: 'accepted',
  });

  constructor(id: number, counters: PaperCounters) {
    this.id = id;
    this.set({
      cycles: 1,
      voters: 0b111,
      term: 1,
      commitIndex: 5,
      leaderCommitIndex: 5,
      appliedIndex: 5,
      lastIndex: 5,
      durableIndex: 5,
      ...counters,
    });
  }

  set(counters: PaperCounters): void {
    for (const [name, value] of Object.entries(counters)) this.values[counter[name as CounterName]] = value;
  }

  async serve(context: TestContext, dataFolder: string, entries: readonly OperatorEntry[]): Promise<number> {
    const party = { kind: PartyKind.replica, id: this.id };
    const identity = openOwnIdentity(dataFolder, party);
    const { certificate, key } = tlsPairOf(dataFolder, party);
    const operators = new Operators(identity.authorities, entries, () => this.wallSeconds);
    this.operators = operators;
    const shown = { certificates: certificate, key, expiresAtMs: 0 };
    const read = (slot: number) => this.values[slot]!;
    const health = () => ({ ok: true, reasons: [] });
    const itself = {
      clusterId: 1,
      replicaId: this.id,
      pid: 1,
      startedTicks: '1',
      version: '',
      configHash: '',
      lagFramesMax: 10_000,
      startedAtMs: 0,
    };
    const subject = {
      replicaId: this.id,
      clusterId: 1,
      operators,
      notes: this.notes,
      canary: this.canary,
      sides: this.sides,
      fenced: (report: FenceReport, by: string) => void this.fences.push({ ...report, by }),
      voidDecided: (seq: number, by: string) => void this.decided.push({ seq, by }),
      leases: {
        ask: (question: LeaseQuestion) => this.leases!.ask(question),
        promise: (epoch: number, site: number) => this.leases!.promise(epoch, site),
      },
      read,
      stalledMs: () => 0,
      identityExpiresAtMs: () => 0,
      promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
      status: () => ({
        ...statusOf(
          { ...itself, pid: this.pid, version: this.version, configHash: this.configHash },
          read,
          0,
        ),
        wallMs: Date.now() + this.clockAheadMs,
        cut: this.cut,
        members: this.members,
        conditions: this.conditions,
        hooks: this.hooks,
        canaries: this.canary.heard(),
        sides: this.sides.heard(),
        ...(this.lease !== undefined && { lease: this.lease }),
      }),
      address: (question: GrantQuestion) => this.address(question),
      live: health,
      ready: health,
      leads: () => ({ ...health(), leaderId: 1, term: 1, epoch: 1, ageMs: 0 }),
      order: (order: OperatorReplicaOrder) => {
        const { kind, replicaId, force } = order;
        this.orders.push({ kind, replicaId, force });
        return Promise.resolve(this.obey(kind, replicaId, order));
      },
    };
    const server = controlServer(subject, {
      agesMsMax: { status: 0, metrics: 0 },
      identity: shown,
      takesPlain: true,
    });
    context.after(() => server.close());
    await server.listen({ port: 0, host: '127.0.0.1' });
    this.port = (server.server.address() as { port: number }).port;
    return this.port;
  }
}

/** A member as a status shows it; nothing is known of it but what is given. */
export function memberOf(id: number, known: Partial<ShownMember> = {}): ShownMember {
  return { ...shownMembers({ ...noMembers, voters: [id] })[0]!, ...known };
}

export const leading: PaperCounters = { role: Role.leader, serving: 1, leaderId: 1 };
export const following: PaperCounters = { role: Role.follower, leaderId: 1 };

export async function cluster(
  context: TestContext,
  counters: readonly PaperCounters[],
  control: object = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const replicas = counters.map((values, at) => new PaperReplica(at + 1, values));
  const dataFolder = join(folder, 'lockstep-data');
  cpSync(await identities, dataFolder, { recursive: true });
  const { operators = [] } = control as { readonly operators?: readonly OperatorEntry[] };
  const ports = await Promise.all(replicas.map((replica) => replica.serve(context, dataFolder, operators)));
  const file = join(folder, 'lockstep.json');
  const tcpPorts = await freePorts(ports.length);
  const addresses = ports.map((controlPort, at) => ({ controlPort, tcpPort: tcpPorts[at] }));
  writeFileSync(file, JSON.stringify({ control, replicas: addresses }), { mode: 0o600 });
  const run = async (...words: string[]) => {
    const lines: string[] = [];
    const out: string[] = [];
    const terminal = {
      print: (text: string) => {
        out.push(text);
        lines.push(text);
      },
      printError: (text: string) => void lines.push(text),
      isScreen: false,
    };
    const code = await runCommandLine([...words, '--config', file], terminal);
    const json = () => JSON.parse(lines.at(-1)!) as Record<string, unknown>;
    return { code, text: lines.join('\n'), out, json };
  };
  return { replicas, run, file, dataFolder };
}
