/**
 * The control endpoint of a replica's process, with all that HTTP brings along. It is loaded when the core runs: a
 * replica that starts again serves its clients before it serves its operator.
 */
import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { present } from '../../gateway/http/tls.ts';
import type { ServerIdentity } from '../../gateway/settings.ts';
import { MachineClock } from '../../io/system/clock.ts';
import type { ReplicaThreads } from '../../io/threads/replica-threads.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { isJoined } from '../../protocol/roster.ts';
import { counter } from '../../replica/counters.ts';
import { uuidText } from '../../trust/certificates.ts';
import type { Identity as OwnFiles } from '../../trust/identity.ts';
import { tlsPairOf } from '../certificates/own-identity.ts';
import type { TlsWatch } from '../certificates/tls-watch.ts';
import type { IdentityWatch } from '../certificates/watch.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { agreedSettings, type Loaded } from '../configuration/load.ts';
import { controlHostOf } from '../configuration/replicas.ts';
import type { CanaryDesk } from '../control-port/canary-desk.ts';
import { controlServer } from '../control-port/control-server.ts';
import type { ControlSubject, OperatorOrderAnswer } from '../control-port/control-subject.ts';
import { carryNote } from '../control-port/note-carrier.ts';
import type { NoticeQuestion } from '../control-port/notice-peers.ts';
import type { SideDesk } from '../control-port/side-desk.ts';
import { Failure, messageOf } from '../failure.ts';
import { GrantLedger } from '../grants/grant-ledger.ts';
import { SiteLeases } from '../grants/site-leases.ts';
import type { CoreWatch } from '../health/core-watch.ts';
import {
  canaryWarnings,
  hookWarnings,
  leads,
  live,
  ready,
  sideWarnings,
  withLease,
  withWarnings,
} from '../health/health.ts';
import { type JoiningFacts, type ReplicaIdentity, type SeenByProcess, statusOf } from '../health/status.ts';
import { Operators } from '../operator-orders/operators.ts';
import type { FenceReport } from '../operator-orders/order-bodies.ts';
import { OperatorOrderNotes } from '../operator-orders/order-notes.ts';
import type { OperatorReplicaOrder } from '../operator-orders/order-paths.ts';
import { RenewedGiver } from '../orders/control-orders.ts';
import type { Notices } from './notices.ts';

/** How long the operator waits for the core's answer. */
const orderTimeoutMs = 10_000;
/** How long the core may take to say what its end leads to. */
const stopAnswerMs = 1_000;
/** Time for an answer to reach the operator before the process ends. */
const answerMs = 100;

interface ControlParts {
  readonly machine: ReplicaThreads;
  readonly identity: ReplicaIdentity;
  readonly loaded: Loaded;
  readonly watch: CoreWatch;
  readonly certificate: TlsWatch | undefined;
  readonly identityWatch: IdentityWatch;
  /** Absent where no hook is configured. */
  readonly notices: Notices | undefined;
  readonly canary: CanaryDesk;
  readonly sides: SideDesk;
  readonly log: Logger;
  readonly stop: () => void;
}

export class ControlEndpoint {
  readonly #server: FastifyInstance;
  readonly #loaded: Loaded;
  readonly #replicaId: number;
  readonly #operators: Operators;
  readonly #notes: OperatorOrderNotes;
  readonly #leases: SiteLeases;
  readonly #identityWatch: IdentityWatch;
  readonly #isOfIdentity: boolean;

  constructor(parts: ControlParts) {
    const { certificate, loaded, identity, identityWatch } = parts;
    const { operators } = loaded.configuration.control;
    this.#loaded = loaded;
    this.#identityWatch = identityWatch;
    this.#isOfIdentity = certificate === undefined;
    const wallSeconds = (): number => Date.now() / 1_000;
    const joined = () => (parts.machine.members?.roster ?? []).filter(isJoined);
    this.#operators = new Operators(identityWatch.identity.authorities, operators, wallSeconds, joined);
    this.#notes = orderNotes(parts);
    this.#replicaId = identity.replicaId;
    this.#leases = new SiteLeases({ ...parts, replicaId: identity.replicaId });
    const own = { operators: this.#operators, notes: this.#notes, leases: this.#leases };
    this.#server = controlServer(subjectOf(parts, own), {
      identity: certificate?.identity ?? shownBy(loaded, identityWatch),
      takesPlain: this.#isOfIdentity,
    });
  }

  async listen(): Promise<void> {
    const { replicas } = this.#loaded.configuration;
    const at = replicas.findIndex(({ id }) => id === this.#replicaId);
    const { controlPort } = replicas[at]!;
    const host = controlHostOf(replicas[at]!);
    try {
      // One address: for a name with two, the framework would open a second server that is held to no bounds.
      const { address } = await lookup(host, { family: 4 });
      await this.#server.listen({ host: address, port: controlPort });
      this.#notes.start();
      this.#leases.start();
    } catch (error) {
      throw new Failure(
        `The control endpoint of replica ${this.#replicaId} cannot listen on ${host}, port ${controlPort}: ` +
          `${messageOf(error)}. Change the key replicas[${at}].controlPort, or end the program that uses the port.`,
      );
    }
  }

  /** New connections see the renewed certificate. */
  present(identity: ServerIdentity): void {
    present(this.#server.server, identity);
  }

  /** Other certificates are believed, and the replica may have another one. */
  identityChanged(): void {
    this.#operators.replace(this.#identityWatch.identity.authorities);
    if (this.#isOfIdentity) this.present(shownBy(this.#loaded, this.#identityWatch));
  }

  async close(): Promise<void> {
    this.#notes.end();
    this.#leases.end();
    await this.#server.close();
  }
}

function seenBy(machine: ReplicaThreads, notices: Notices | undefined): Partial<SeenByProcess> {
  const { members, progress, conditions, elections, flushTimes: flushes, stopped, applicants } = machine;
  const hooks = notices?.standing() ?? [];
  return {
    ...(members !== undefined && { members }),
    progress,
    conditions,
    elections,
    flushes,
    stopped,
    hooks,
    applicants,
  };
}

/** Public things that a machine needs to join; its token vouches for those that it must believe. */
function joiningFacts(configuration: ConfigurationFile, { own, authorities }: OwnFiles): JoiningFacts {
  return {
    clusterUuid: uuidText(own.clusterUuid),
    authorities: authorities.certificates.map((der) => Buffer.from(der).toString('base64')),
    settings: agreedSettings(configuration),
  };
}

function subjectOf(
  parts: ControlParts,
  { leases, ...own }: Pick<ControlSubject, 'operators' | 'notes'> & { readonly leases: SiteLeases },
): ControlSubject {
  const {
    machine,
    identity,
    loaded: { configuration },
    watch: { progress, resources, leaders, withheld },
    certificate,
    identityWatch,
    notices,
    canary,
    sides,
    stop,
  } = parts;
  const read = (slot: number): number => machine.counters[slot]!;
  const clock = new MachineClock();
  const order = async (given: OperatorReplicaOrder): Promise<OperatorOrderAnswer | undefined> => {
    const isStop = given.kind === 'stop';
    const waitMs = isStop ? stopAnswerMs : orderTimeoutMs;
    const answered = machine.order(given);
    const answer = await Promise.race([answered, sleep(waitMs, undefined, { ref: false })]);
    if (!isStop || answer?.needsSecond) return answer;
    // The process ends its core in good order, also one that does not answer; the answer goes out first.
    setTimeout(stop, answerMs);
    return answer ?? { ok: true, text: `Replica ${identity.replicaId} stops.` };
  };
  const grants = new GrantLedger();
  return {
    replicaId: identity.replicaId,
    clusterId: identity.clusterId,
    ...own,
    address: (question) => {
      const isOver = read(counter.superseded) !== 0;
      return grants.ask(question, isOver ? undefined : machine.members, clock.bootMs());
    },
    leases: leases.office,
    canary,
    sides,
    read,
    promised: { settings: configuration.availability, hasOtherSite: configuration.sites.length > 1 },
    stalledMs: () => progress.stalledMs,
    certificateExpiresAtMs: () => certificate?.identity.expiresAtMs,
    identityExpiresAtMs: () => identityWatch.expiresAtMs,
    status: () =>
      statusOf(identity, read, Date.now(), {
        ...seenBy(machine, notices),
        knewLeader: leaders.spans,
        wouldBe: withheld.all,
        canaries: canary.heard(),
        sides: sides.heard(),
        identity: { endsAtMs: identityWatch.expiresAtMs, revoked: identityWatch.revoked },
        ...(leases.standing !== undefined && { lease: leases.standing }),
        joining: joiningFacts(configuration, identityWatch.identity),
      }),
    ...(notices !== undefined && {
      notices: (question: NoticeQuestion) => notices.answer(question),
      hooks: () => notices.standing(),
      fenced: (report: FenceReport, by: string) => notices.fenced(report, by),
      voidDecided: (seq: number, by: string) => notices.voidDecided(seq, by),
    }),
    live: () => live(progress.stalledMs),
    ready: () =>
      withWarnings(
        withLease(ready(read, progress.stalledMs, resources.used(), configuration.limits), leases.trouble),
        [
          ...hookWarnings(notices?.standing() ?? []),
          ...canaryWarnings(canary.heard()),
          ...sideWarnings(sides.heard()),
        ],
      ),
    leads: () => leads(read, progress.stalledMs, clock.nowUs()),
    order,
  };
}

/** Orders on their way into the audit trail; what was ordered of a former process of this replica goes too. */
function orderNotes({ loaded, identity: { replicaId }, machine, log }: ControlParts): OperatorOrderNotes {
  const itself = new RenewedGiver(loaded.dataFolder, { kind: PartyKind.replica, id: replicaId });
  return new OperatorOrderNotes({
    file: join(loaded.dataFolder, `orders-of-replica-${replicaId}.jsonl`),
    replicaId,
    log,
    notedUs: () => machine.counters[counter.ordersNotedUs]!,
    wallUs: () => Date.now() * 1_000,
    tell: (note) => carryNote({ machine, loaded, replicaId, itself }, note),
  });
}

/** What TLS shows of this replica to operators. */
function shownBy({ dataFolder }: Loaded, { identity, expiresAtMs }: IdentityWatch): ServerIdentity {
  const { certificate, key } = tlsPairOf(dataFolder, identity.own.party);
  return { certificates: certificate, key, expiresAtMs };
}
