/**
 * Orders to the control ports of replicas: both sides prove by TLS which party of the cluster they are. Where two
 * persons are needed, the first one is shown a plan and signs it, and the second one signs the same plan.
 */

import { createHash, createPrivateKey, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { versionOf } from '../../client/identity.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { planMsMax } from '../../replica/operators/plans.ts';
import { Certificates, partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { identityFolder } from '../certificates/identities.ts';
import { openOwnIdentity, operatorOf, type TlsPair, tlsPairOf } from '../certificates/own-identity.ts';
import { orderUrl, replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Loaded } from '../configuration/load.ts';
import { controlHostOf, type ReplicaAddress } from '../configuration/replicas.ts';
import { Failure } from '../failure.ts';
import { ask, isUnsent, type ProvenAgent, reasonOf, type ServerTrust, trustOf } from '../web-request.ts';
import { type AnswerOf, answerIn } from './control-answers.ts';
import { type OperatorOrder, planHash, signedBytes } from './order-words.ts';

const orderTimeoutMs = 15_000;
/** A replica that stands still for a moment, as one does that has just started, is given the order again. */
const sendingsMax = 3;
/** What waited in its sockets has been read after this. */
const againAfterMs = 1_000;
const vouchTimeoutMs = 2_000;
/** A replica that took the order, and whose core did not say in time what became of it. */
const unansweredStatus = 504;

/** What a replica answers to an order. */
type OrderReply = AnswerOf<'reply'> & { readonly status: number };

/**
 * How an order ended that was not carried out: it never left; it is for the leader, and another replica is that; it was
 * refused; or what became of it is not known.
 */
export type OperatorOrderEnd = 'unsent' | 'for-leader' | 'refused' | 'unknown';

/** What a person reads of an order that was not carried out, and what a program needs to know of it. */
export class OperatorOrderFailure extends Failure {
  readonly end: OperatorOrderEnd;

  constructor(message: string, end: OperatorOrderEnd) {
    super(message);
    this.end = end;
  }
}

/** A party that gives orders, and the authorities that it believes. */
export interface OperatorOrderGiver {
  readonly party: Party;
  readonly pair: TlsPair;
  readonly certificates: Certificates;
  /** Connections that are kept; without them each order has its own. */
  readonly agents?: { to(replica: ControlAddress): ProvenAgent };
}

/** Throws a Failure where the identity of the party is not there, or cannot be used. */
export function orderGiver(dataFolder: string, party: Party): OperatorOrderGiver {
  const { authorities } = openOwnIdentity(dataFolder, party);
  const certificates = new Certificates(authorities, () => Date.now() / 1_000);
  return { party, pair: tlsPairOf(dataFolder, party), certificates };
}

/** The same for a process that goes on: a renewed certificate, other authorities and revocations count at once. */
export class RenewedGiver {
  readonly #dataFolder: string;
  readonly #party: Party;
  #version = '';
  #giver: OperatorOrderGiver | undefined;

  constructor(dataFolder: string, party: Party) {
    this.#dataFolder = dataFolder;
    this.#party = party;
  }

  /** Throws a Failure where the identity cannot be used. */
  check(): void {
    orderGiver(this.#dataFolder, this.#party);
  }

  /** Throws a Failure where the identity cannot be used, and there was none before. */
  get current(): OperatorOrderGiver {
    const version = versionOf(identityFolder(this.#dataFolder, this.#party));
    if (this.#giver !== undefined && version === this.#version) return this.#giver;
    try {
      this.#giver = orderGiver(this.#dataFolder, this.#party);
      this.#version = version;
    } catch (error) {
      // Perhaps only some of the new files are there.
      if (this.#giver === undefined) throw error;
    }
    return this.#giver;
  }
}

/** Where the control port of a replica is, and whose it is. */
export type ControlAddress = Pick<ReplicaAddress, 'id' | 'host' | 'controlHost' | 'controlPort'> & {
  /** SHA-256 of its certificate, where the log and no authority vouches for it. */
  readonly fingerprint?: string | undefined;
};
export type WithControl = Pick<ConfigurationFile, 'control'>;

/** Hexadecimal, as the log has it. */
function hashOf(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex');
}

/** Believes one replica at its control port, and shows the giver of orders there. */
export function trustIn(
  { id: replicaId, fingerprint }: Pick<ControlAddress, 'id' | 'fingerprint'>,
  { pair, certificates }: OperatorOrderGiver,
  { control }: WithControl,
): ServerTrust {
  // A certificate of the venue's own names a host; that of an identity names the replica.
  if (control.tls !== undefined) return { ...trustOf(control.tls), shown: pair };
  const holderProblem = (certificate: Uint8Array): string | undefined => {
    const found = certificates.partyOfHolder(certificate);
    if (fingerprint === hashOf(certificate))
      return certificates.isRevoked(certificate) ? 'its certificate was revoked' : undefined;
    if (typeof found === 'number') return `its certificate is not believed here: ${certificates.lastRefusal}`;
    const isRight = found.kind === PartyKind.replica && found.id === replicaId;
    return isRight ? undefined : `${partyText(found)} answers there, and it should be replica/${replicaId}`;
  };
  return { holderProblem, shown: pair };
}

/** What is sent once, and waited for so long. */
interface OneSending {
  readonly order: OperatorOrder;
  readonly body: object;
  readonly timeoutMs: number;
}

/** Sends to one replica, once; rejects where it is not reached in time, or where another one answers there. */
export async function sendOnce(
  giver: OperatorOrderGiver,
  configuration: WithControl,
  replica: ControlAddress,
  { order, body, timeoutMs }: OneSending,
): Promise<OrderReply> {
  const { status, text } = await ask({
    url: `${orderUrl(replica)}/operator/${order}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
    ...(giver.agents === undefined
      ? { trust: trustIn(replica, giver, configuration) }
      : { agent: giver.agents.to(replica) }),
  });
  const reply = answerIn('reply', JSON.parse(text));
  if (reply === undefined) throw new Error(`status ${status}, with an answer that no replica gives`);
  return { ...reply, status };
}

/** Sends an order to one replica; rejects where it is not reached, or where another one answers there. */
export async function sendOrder(
  giver: OperatorOrderGiver,
  configuration: WithControl,
  replica: ControlAddress,
  order: OperatorOrder,
  body: object,
): Promise<OrderReply> {
  for (let left = sendingsMax; ; left--) {
    const reply = await sendOnce(giver, configuration, replica, { order, body, timeoutMs: orderTimeoutMs });
    if (reply.again !== true || left === 1) return reply;
    await sleep(againAfterMs);
  }
}

/**
 * A replica without a certificate of an authority is believed as far as one with such a certificate, or the own file,
 * says by which it is known.
 */
async function vouchedFor(
  replica: ReplicaAddress,
  giver: OperatorOrderGiver,
  configuration: ConfigurationFile,
): Promise<ReplicaAddress> {
  if (replica.fingerprint === undefined || configuration.control.tls !== undefined) return replica;
  const others = configuration.replicas.filter(({ fingerprint }) => fingerprint === undefined);
  const said = await Promise.allSettled(
    others.map(async (other) => {
      const { text } = await ask({
        url: `${orderUrl(other)}/status`,
        signal: AbortSignal.timeout(vouchTimeoutMs),
        trust: trustIn(other, giver, configuration),
      });
      const { members = [] } = answerIn('vouching', JSON.parse(text)) ?? {};
      return members.some(({ id, fingerprint }) => id === replica.id && fingerprint === replica.fingerprint);
    }),
  );
  const isVouchedFor = said.some((answer) => answer.status === 'fulfilled' && answer.value);
  return isVouchedFor ? replica : { ...replica, fingerprint: undefined };
}

/**
 * Gives an order, as the operator of the data folder unless another giver is named; throws a Failure with the replica's
 * words where it is refused, or waits for a second person.
 */
export async function giveOrder(
  loaded: Loaded,
  replicaId: number,
  order: OperatorOrder,
  body: object = {},
  by?: OperatorOrderGiver,
): Promise<string> {
  const { giver, give } = await wayTo(loaded, replicaId, order, body, by);
  const { plan } = loaded;
  const reply = await give(plan === undefined ? {} : signatureOf(giver, plan));
  if (reply.plan !== undefined) return begin(giver, replicaId, reply.plan, give);
  return accepted(replicaId, reply).text ?? '';
}

/** Whether an order that changes members would be accepted; throws a Failure with the replica's words where not. */
export async function tryOrder(
  loaded: Loaded,
  replicaId: number,
  body: object,
): Promise<{ readonly needsSecond: boolean }> {
  const { give } = await wayTo(loaded, replicaId, 'members', body);
  const { needsSecond = false } = accepted(replicaId, await give({ trial: true }));
  return { needsSecond };
}

/** Tells a replica what happened at the machine of the operator, for the audit trail: no plan is confirmed by it. */
export async function report(
  loaded: Loaded,
  replicaId: number,
  order: OperatorOrder,
  body: object,
  by?: OperatorOrderGiver,
): Promise<void> {
  const { give } = await wayTo(loaded, replicaId, order, body, by);
  accepted(replicaId, await give({}));
}

async function wayTo(
  { configuration, dataFolder }: Loaded,
  replicaId: number,
  order: OperatorOrder,
  body: object,
  by?: OperatorOrderGiver,
): Promise<{ readonly giver: OperatorOrderGiver; readonly give: (more: object) => Promise<OrderReply> }> {
  const giver = by ?? orderGiver(dataFolder, operatorOf(configuration));
  const replica = await vouchedFor(replicaOf(configuration, replicaId), giver, configuration);
  const give = async (more: object): Promise<OrderReply> => {
    try {
      return await sendOrder(giver, configuration, replica, order, { ...body, ...more });
    } catch (error) {
      const isKnown = isUnsent(error);
      const outcome = isKnown
        ? 'Nothing was changed. Start it, or mend the way to it, and give the command again.'
        : 'Whether it obeyed is not known; see "lockstep status".';
      throw new OperatorOrderFailure(
        `Replica ${replicaId} (${controlHostOf(replica)}, port ${replica.controlPort}) did not answer: ${reasonOf(error)}. ${outcome}`,
        isKnown ? 'unsent' : 'unknown',
      );
    }
  };
  return { giver, give };
}

function accepted(replicaId: number, reply: OrderReply): OrderReply {
  if (reply.ok === true) return reply;
  const { status, isForLeader = false, error = 'without a reason' } = reply;
  if (status === unansweredStatus) throw new OperatorOrderFailure(error, 'unknown');
  throw new OperatorOrderFailure(
    `Replica ${replicaId} refuses: ${error}`,
    isForLeader ? 'for-leader' : 'refused',
  );
}

/** The first person signs what was shown; throws the Failure that says what the second one does. */
async function begin(
  giver: OperatorOrderGiver,
  replicaId: number,
  text: string,
  give: (more: object) => Promise<OrderReply>,
): Promise<never> {
  const hash = planHash(text);
  accepted(replicaId, await give(signatureOf(giver, hash)));
  throw new Failure(
    `${text}\n\nNothing was done yet: two persons are needed. ${partyText(giver.party)} has signed this plan; within ` +
      `${planMsMax / 60_000} minutes another operator repeats the command with --operator N --plan ${hash}`,
    undefined,
    { plan: text, hash },
  );
}

function signatureOf({ pair }: OperatorOrderGiver, hash: string): object {
  const signature = sign(null, signedBytes(hash), createPrivateKey(pair.key)).toString('base64');
  return { plan: hash, signature };
}
