/**
 * The bodies that come to the control port of a replica: of each order, by its kind for the core, and of each question.
 * JSON Schema, types and the check that Ajv makes beforehand follow from it; body-reader.ts reads by them.
 */
import { modeReasonBytes, replicaIdMax } from '../../protocol/limits.ts';
import { memberRoleNames } from '../../protocol/roster.ts';
import type { OperatorControlOrder } from '../../replica/ports.ts';
import { grantStates } from '../grants/grant-ledger.ts';
import {
  amount,
  anything,
  byName,
  flag,
  integer,
  key,
  list,
  optional,
  requiredKey,
  said,
  type ValueOfSchema,
} from '../json/schema.ts';
import {
  body,
  commandSeq,
  count,
  cut,
  digits,
  epoch,
  force,
  laterEpoch,
  letters,
  oneOf,
  replicaId,
  replicaNumber,
  site,
  trial,
  word,
  yesOrNo,
} from './body-fields.ts';

export const fenceSaidMax = 1_024;
/** Where a join token ends at the latest. */
export const tokenHoursMax = 168;
const holderLettersMax = 64;

const role = oneOf(memberRoleNames, 'voter');

const orderBodies = {
  transferLeadership: body({ replicaId: key(replicaNumber(0), 'the replica that is to lead; 0 is any') }),
  takeSnapshot: body({}),
  startElection: body({}),
  switchEngine: body({}),
  endDay: body({}),
  stop: body({}),
  chooseState: body({ replicaId, force }),
  decideVoid: body({ seq: commandSeq, force }),
  showCommand: body({ seq: commandSeq }),
  openSite: body({
    site,
    epoch,
    seq: requiredKey(
      said(count(0), 'is not a sequence number; allowed: 0 or more'),
      'where that site begins',
    ),
  }),
  endEpoch: body({ epoch: laterEpoch }),
  holdOpening: body({
    epoch: laterEpoch,
    isHeld: requiredKey(
      said(flag(false), 'is neither true nor false; allowed: true, false'),
      'whether the site that began to write in the epoch must wait before it opens',
    ),
    reason: requiredKey(
      letters(
        `[ -~]{0,${modeReasonBytes}}`,
        'is no line of text',
        `at most ${modeReasonBytes} characters of printable ASCII`,
      ),
      'why, for people',
    ),
  }),
  addMember: body({
    order: word('add'),
    replicaId,
    force,
    trial,
    role: key(role, 'what the member is for'),
  }),
  removeMember: body({ order: word('remove'), replicaId, force, trial }),
  replaceMember: body({
    order: word('replace'),
    replicaId,
    force,
    trial,
    otherId: requiredKey(replicaNumber(1), 'the replica that takes its place'),
  }),
  promoteMember: body({ order: word('promote'), replicaId, force, trial }),
  demoteMember: body({ order: word('demote'), replicaId, force, trial }),
  preferMember: body({
    order: word('prefer'),
    replicaId,
    force,
    trial,
    preference: requiredKey(oneOf(['normal', 'never', 'prefer'], 'normal'), 'whether it is to lead'),
  }),
  withdrawToken: body({ order: word('withdraw'), replicaId, force, trial }),
  createToken: body({
    order: word('token'),
    replicaId: key(replicaNumber(0), 'the new replica; 0 is a number that the leader chooses'),
    otherId: key(replicaNumber(0), 'the member whose place it takes; 0 is none'),
    role: key(optional(role), 'what the new member is for'),
    key: requiredKey(digits(64, 'is no public key'), 'the public half of the token'),
    hours: key(
      said(
        amount({ isAbove0: true, max: tokenHoursMax }, 1),
        `is not how long the token is open; allowed: more than 0, up to ${tokenHoursMax}.`,
      ),
      'how long the token is open',
    ),
  }),
  beginGeneration: body({
    order: word('rebuild'),
    replicaId,
    force,
    others: key(
      said(
        list(integer(1, replicaIdMax, 1), () => [], { min: 0, max: replicaIdMax, what: 'replicas' }),
        'is not a list of numbers of replicas.',
      ),
      'the replicas that come back to it',
    ),
    trial,
  }),
  leaveGeneration: body({
    order: word('return'),
    replicaId,
    force,
    cut: requiredKey(cut, 'where the generation begins that it returns to'),
  }),
} as const satisfies Partial<Record<OperatorControlOrder['kind'], unknown>>;

/** What a replica writes of an order for the audit trail; the layout of the command `reportAudit` checks the values. */
const noteKeys = [
  'operatorId',
  'replicaId',
  'givenUs',
  'entryKind',
  'outcome',
  'subject',
  'count',
  'source',
  'action',
] as const;

const questionBodies = {
  noteOrder: body(
    Object.fromEntries(noteKeys.map((name) => [name, key(anything(), 'a field of reportAudit')])),
  ),
  /** What a person's command says of a fence command of a machine or a site that it ran. */
  fenced: body({
    target: requiredKey(oneOf(['replica', 'site'], 'replica'), 'what was switched off'),
    number: requiredKey(replicaNumber(1), 'the number of the replica or site'),
    hash: requiredKey(
      digits(12, 'names no record of a fence command'),
      'names the record of it on the machine where it ran',
    ),
    isDone: requiredKey(yesOrNo, 'whether it is switched off'),
    said: requiredKey(
      letters(
        `[^]{0,${fenceSaidMax}}`,
        'is not what a command said',
        `a text of up to ${fenceSaidMax} characters.`,
      ),
      'what the command printed',
    ),
  }),
  /** What a replica asks the witness of its site's lease. */
  lease: body({
    replicaId,
    site,
    epoch,
    writes: requiredKey(yesOrNo, 'whether its site writes'),
  }),
  /** What a machine of a gateway asks for its address; the desk says of which party. */
  address: body({
    holder: requiredKey(
      letters(
        `[ -~]{1,${holderLettersMax}}`,
        'names no process',
        `1 to ${holderLettersMax} printable characters.`,
      ),
      'the process, by a text that no other one has',
    ),
    number: requiredKey(
      said(count(1), 'is not the number of a question; allowed: 1 or more'),
      'later questions have higher numbers',
    ),
    state: requiredKey(oneOf(grantStates, 'wants'), 'what the process does with the address'),
  }),
  /** No other site is to be granted a lease of an epoch below it any more. */
  promise: body({ epoch: laterEpoch, site }),
  /** What a second person adds to an order, beside its keys. */
  confirmation: body(
    {
      plan: requiredKey(digits(64, 'is no hash of a plan'), 'the hash of the plan'),
      signature: requiredKey(
        letters('[A-Za-z0-9+/]{86}==', 'is none of the key of a certificate', '64 bytes in base64.'),
        'over that hash, in base64',
      ),
    },
    { hasOthers: true },
  ),
};

export const bodies = { ...orderBodies, ...questionBodies };
export type BodyName = keyof typeof bodies;
export type BodyOf<N extends BodyName> = ValueOfSchema<(typeof bodies)[N]>;
export type FenceReport = BodyOf<'fenced'>;
export type Confirmation = BodyOf<'confirmation'>;

/** All of them, by their names: what the check is made of. */
export const bodiesSchema = byName(bodies);
