/**
 * The one way on which commands leave the gateway. At the moment when one is sent, its caller still waits, the exchange
 * is the one that it was read for, and it did not lie here because the gateway stood still. A signed one carries its
 * stamp, by which the exchange carries it out once, whatever gateway it comes through, and not after its time.
 */
import { performance } from 'node:perf_hooks';
import { auditActionBytes } from '../../protocol/limits.ts';
import type { Standstill } from '../../std/standstill.ts';
import type { Patience } from '../admission/authentication.ts';
import type { Arrival, Caller, Operator } from '../admission/caller.ts';
import type { Entrance } from '../admission/entrance.ts';
import { CoreError } from '../admission/refusals.ts';
import type { RequestKind } from '../admission/services.ts';
import { operators } from '../admission/shares.ts';
import type { GatewayExchange, OperatorExchange, Outcome, RequestStamp, SignedCommand } from '../ports.ts';
import type { ExchangeLink } from './link.ts';

/** A request that is no older did not wait for long, here or elsewhere. */
const freshMsMax = 1_000;

export class Commands {
  readonly #link: ExchangeLink;
  readonly #entrance: Entrance;
  readonly #standstill: Standstill;
  /** As old as a signed request may be. */
  readonly #timeWindowMs: number;

  constructor(link: ExchangeLink, entrance: Entrance, standstill: Standstill, timeWindowMs: number) {
    this.#link = link;
    this.#entrance = entrance;
    this.#standstill = standstill;
    this.#timeWindowMs = timeWindowMs;
  }

  /** Sends a command of the holder of a key, for an account of the key; `command` puts the stamp into it. */
  async ofCaller(
    caller: Caller,
    accountId: number,
    kind: RequestKind,
    command: (exchange: GatewayExchange, request: RequestStamp) => Promise<Outcome>,
  ): Promise<Outcome> {
    this.#entrance.command(caller.arrival.claim, kind, accountId);
    return this.#link.run(caller.key.keyId, kind, (exchange) => command(exchange, this.#stampOf(caller)));
  }

  /**
   * Sends a command of the operator, by the operator's session; `command` puts into it what was signed. Like cancels,
   * these few pass when the exchange is under pressure.
   */
  ofOperator(
    operator: Operator,
    command: (exchange: OperatorExchange, signed: SignedCommand) => Promise<Outcome>,
  ): Promise<Outcome> {
    return this.#link.run(operators, 'cancel', async (exchange) => {
      const { arrival, caller, patience } = operator;
      this.#requireWanted(arrival);
      this.#refuseWaited();
      await noteRequest(exchange, operator);
      const desk = await this.#link.operator();
      if (caller === undefined)
        return command(desk, patience === undefined ? {} : { validMs: this.#validMsOf(patience) });
      return command(desk, { request: { ...this.#stampOf(caller), step: operator.nextStep() } });
    });
  }

  /** The authenticator has checked that the times are numbers and the signature 64 digits. */
  #stampOf(caller: Caller): RequestStamp {
    this.#requireWanted(caller.arrival);
    const { number: keyNumber, version: keyVersion } = caller.key;
    const validMs = this.#validMsOf(caller);
    return { timeMs: Number(caller.timestamp), id: caller.requestId, validMs, keyNumber, keyVersion };
  }

  #requireWanted({ era, isGone }: Arrival): void {
    if (isGone()) throw new CoreError('callerGone');
    this.#link.era.requireSame(era);
  }

  /** For how long a request may still be carried out: until it is as old as it says itself, or as a request may be. */
  #validMsOf({ timestamp, validMs }: Patience): number {
    const ageMs = Date.now() - Number(timestamp);
    if (ageMs > freshMsMax) this.#refuseWaited();
    const validMsMax =
      validMs === undefined ? this.#timeWindowMs : Math.min(Number(validMs), this.#timeWindowMs);
    // A clock that is ahead of ours lengthens nothing.
    return Math.max(0, validMsMax - Math.max(0, ageMs));
  }

  #refuseWaited(): void {
    if (this.#standstill.waitedMsMax(performance.now()) > 0) throw new CoreError('stoodStill');
  }
}

/** The first command of a request follows what the audit trail says of it. */
async function noteRequest(exchange: GatewayExchange, operator: Operator): Promise<void> {
  if (operator.isNoted) return;
  operator.isNoted = true;
  const { action, arrival, caller } = operator;
  const report = { kind: 'request', action: action.slice(0, auditActionBytes) } as const;
  const { address: source } = arrival.claim;
  await exchange.reportAudit({ ...report, source, keyNumber: caller?.key.number ?? 0 });
}
