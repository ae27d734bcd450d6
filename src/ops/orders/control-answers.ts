/**
 * What control ports answer to those that act on it: to orders, to a machine of a gateway that asks for its address, to
 * what asks which replica leads, and which machine holds an address. JSON Schema and the check that Ajv makes
 * beforehand follow from it. Keys of a later release are passed over.
 */
import { replicaIdMax } from '../../protocol/limits.ts';
import type { LeaseAnswer } from '../../replica/sites/lease-ledger.ts';
import { count, may, must, several, some, words } from '../json/message-fields.ts';
import { byName, flag, integer, open, type ValueOfSchema } from '../json/schema.ts';
import { validate } from './generated/answer-check.ts';

const votersMax = 64;
const membersMax = 256;

const lease = open({
  isGranted: must(flag(false), 'the site may write'),
  epoch: may(count, 'of the lease, where it is granted'),
  lengthUs: may(some, 'how long it is good, where it is granted'),
  reason: may(words, 'why it is not granted'),
  waitUs: may(some, 'how long leases of others may still be good, where it is not granted'),
});

export const answers = {
  reply: open({
    ok: may(flag(false), 'the order was accepted'),
    text: may(words, 'what became of it'),
    error: may(words, 'why it was refused'),
    again: may(flag(false), 'the process stood still while the order waited: it may be given again'),
    isForLeader: may(
      flag(false),
      'it is an order for the leader, which this replica is not: nothing was done',
    ),
    lease: may(lease, 'what a witness answers'),
    waitMs: may(some, 'how long leases of other sites may still be good'),
    needsSecond: may(flag(false), 'of an order that was only tried: it would wait for a second person'),
    plan: may(words, 'what two persons sign'),
    hash: may(words, 'of the plan'),
  }),
  grant: open({
    isGranted: must(flag(false), 'the process may have the address, as far as this voter says'),
    voters: must(several(integer(1, replicaIdMax, 1), votersMax), 'of which a majority counts'),
    holder: must(words, 'the process that has the grant of this voter; empty is none'),
  }),
  /** Of the status of a replica, what a person who gives an order must know before. */
  vouching: open({
    members: must(
      several(open({ id: must(count), fingerprint: must(words) }), membersMax),
      'the members, each with the public key by which the log knows it, or nothing',
    ),
  }),
  leader: open({
    ok: must(flag(false), 'this replica leads, and serves'),
    leaderId: must(count, 'the replica that leads; 0 is none'),
    term: must(count, 'the term of that'),
    ageMs: must(some, 'how old it is'),
  }),
  holder: open({
    replicaId: must(count, 'the replica of the machine'),
    holds: must(flag(false), 'the machine holds the address'),
  }),
};
export type AnswerName = keyof typeof answers;
export type AnswerOf<N extends AnswerName> = ValueOfSchema<(typeof answers)[N]>;

/** All of them, by their names: what the check is made of. */
export const answersSchema = byName(answers);

/** The answer; undefined where it is none. */
export function answerIn<N extends AnswerName>(name: N, json: unknown): AnswerOf<N> | undefined {
  return json !== undefined && validate({ [name]: json }) ? (json as AnswerOf<N>) : undefined;
}

/** A lease that is granted says until when, and one that is not says why. */
export function leaseIn({ lease }: AnswerOf<'reply'>): LeaseAnswer | undefined {
  if (lease === undefined) return undefined;
  const { isGranted, epoch, lengthUs, reason, waitUs } = lease;
  if (isGranted)
    return epoch === undefined || lengthUs === undefined ? undefined : { isGranted, epoch, lengthUs };
  return reason === undefined || waitUs === undefined ? undefined : { isGranted, reason, waitUs };
}
