/**
 * The errors of the client. A refusal by the exchange is not one of them: it is an outcome. Each text says what
 * happened, to what, and what to do.
 */

import type { ConnectFailure, UnknownReason } from './core/ports.ts';
import type { Outcome } from './words.ts';

export type LockstepErrorCode =
  | 'outcomeUnknown'
  | 'windowFull'
  | 'closed'
  | 'invalidArgument'
  | 'queryFailed'
  | 'executionsForgotten'
  | 'executionsAhead'
  | 'clusterChanged'
  | ConnectFailure;

/** Every error that this client throws or rejects with; `code` tells them apart. */
export class LockstepError extends Error {
  override readonly name: string = 'LockstepError';
  readonly code: LockstepErrorCode;

  constructor(code: LockstepErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const unknownTexts: Readonly<Record<UnknownReason, string>> = {
  timeout:
    'no outcome came in time; if no leader has taken it by now none will, and `settled` says what became of it',
  eventsForgotten: 'it has run, but the cluster does not hold the events of that time any more',
  sessionLost: 'the session was closed or replaced before the outcome came',
  closed: 'the client was closed before the outcome came',
};

/** The command may have run or not. Ask for the order by its client order id before anything is sent again. */
export class OutcomeUnknownError extends LockstepError {
  override readonly name = 'OutcomeUnknownError';
  /** The number of the command within its session. */
  readonly commandNumber: number;
  readonly reason: UnknownReason;
  /**
   * The late outcome; undefined when it is sure that none will come. It never rejects. After a time-out the command is
   * carried out only if the leader had taken it by then, in the exchange's time; else its outcome is `deadlinePassed`.
   * Without `settled` it is known as well: once any later command has its outcome, what `order` says of it is final.
   */
  readonly settled: Promise<Outcome | undefined>;

  constructor(
    command: string,
    commandNumber: number,
    reason: UnknownReason,
    settled: Promise<Outcome | undefined>,
  ) {
    super(
      'outcomeUnknown',
      `The outcome of ${command}, command ${commandNumber}, is unknown: ${unknownTexts[reason]}. ` +
        'Ask with `client.order({ accountId, clientOrderId })`; to send it again with the same client order id is safe.',
    );
    this.commandNumber = commandNumber;
    this.reason = reason;
    this.settled = settled;
  }
}

/** The caller gave it up while no replica led, before any replica was sent it: it is not carried out. */
export class NotSentError extends LockstepError {
  override readonly name = 'NotSentError';

  constructor() {
    super(
      'noLeader',
      'No replica leads, and the command was given up before it was sent: it is not carried out.',
    );
  }
}

/** As many commands wait for outcomes as the window holds: nothing was sent. */
export class WindowFullError extends LockstepError {
  override readonly name = 'WindowFullError';

  constructor(commandsMax: number) {
    super(
      'windowFull',
      `${commandsMax} commands wait for their outcomes, and the window holds no more. ` +
        'Wait for some of them, or raise `windowCommandsMax`.',
    );
  }
}

/** An argument is out of its range: nothing was sent. */
export class InvalidArgumentError extends LockstepError {
  override readonly name = 'InvalidArgumentError';
  readonly field: string;
  readonly value: unknown;
  /** What is allowed, in words. */
  readonly allowed: string;

  constructor(field: string, value: unknown, allowed: string) {
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
    super('invalidArgument', `${field} is ${shown}, but must be ${allowed}.`);
    this.field = field;
    this.value = value;
    this.allowed = allowed;
  }
}

/** The client is closed, or is being closed: nothing was sent. */
export class ClosedError extends LockstepError {
  override readonly name = 'ClosedError';

  constructor(message = 'The client is closed. Connect again to go on.') {
    super('closed', message);
  }
}

/** Executions that were asked for are no longer remembered by any replica that answers. */
export class ExecutionsForgottenError extends LockstepError {
  override readonly name = 'ExecutionsForgottenError';
  readonly fromSeq: number;
  /** From here on all are remembered: go on with this as `fromSeq`. */
  readonly rememberedFromSeq: number;

  constructor(accountId: number, fromSeq: number, rememberedFromSeq: number) {
    super(
      'executionsForgotten',
      `Executions of account ${accountId} from seq ${fromSeq} on are asked for, but replicas remember none before seq ` +
        `${rememberedFromSeq}. Ask for orders and positions, and go on with fromSeq ${rememberedFromSeq}.`,
    );
    this.fromSeq = fromSeq;
    this.rememberedFromSeq = rememberedFromSeq;
  }
}

/** Executions are asked for from a seq on that the exchange has not come to: it may be another one. */
export class ExecutionsAheadError extends LockstepError {
  override readonly name = 'ExecutionsAheadError';
  readonly fromSeq: number;
  /** The newest seq of the exchange. */
  readonly appliedSeq: number;

  constructor(accountId: number, fromSeq: number, appliedSeq: number) {
    super(
      'executionsAhead',
      `Executions of account ${accountId} from seq ${fromSeq} on are asked for, but the exchange is at seq ${appliedSeq}. ` +
        'Compare `client.exchangeId` with the one that the seq is of: in another exchange begin at its beginning.',
    );
    this.fromSeq = fromSeq;
    this.appliedSeq = appliedSeq;
  }
}

/** Another cluster answers at the addresses of the one that was asked. */
export class ClusterChangedError extends LockstepError {
  override readonly name = 'ClusterChangedError';

  constructor() {
    super(
      'clusterChanged',
      'Another cluster answers at the addresses of the one whose executions were followed, and knows none of them. ' +
        'Follow its executions from their beginning.',
    );
  }
}

/** A query got no answer, or a refusal. */
export class QueryFailedError extends LockstepError {
  override readonly name = 'QueryFailedError';
  /** A replica has answered, and what was asked about is not there: the same again gets no other answer. */
  readonly isUnknown: boolean;

  constructor(message: string, isUnknown = false) {
    super('queryFailed', message);
    this.isUnknown = isUnknown;
  }
}
