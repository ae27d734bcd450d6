/** What the operator may change, for every face: instruments, accounts, limits and the end of the day. */
import type { Operator } from '../admission/caller.ts';
import type { GatewayExchange, Outcome } from '../ports.ts';
import type { Commands } from './commands.ts';
import type { ExchangeLink } from './link.ts';
import { type CommandOutcome, carriedOut } from './outcomes.ts';

type Content<Name extends 'createInstrument' | 'createAccount' | 'setLimits' | 'setTier' | 'assignTier'> =
  Parameters<GatewayExchange[Name]>[0];

export class OperatorCommands {
  readonly #link: ExchangeLink;
  readonly #commands: Commands;

  constructor(link: ExchangeLink, commands: Commands) {
    this.#link = link;
    this.#commands = commands;
  }

  async createInstrument(
    operator: Operator,
    instrument: Content<'createInstrument'>,
  ): Promise<CommandOutcome> {
    const done = await this.#send(operator, (exchange) => exchange.createInstrument(instrument));
    this.#link.instruments.add(instrument);
    return done;
  }

  createAccount(operator: Operator, account: Content<'createAccount'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange) => exchange.createAccount(account));
  }

  setLimits(operator: Operator, limits: Content<'setLimits'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange) => exchange.setLimits(limits));
  }

  setTier(operator: Operator, tier: Content<'setTier'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange) => exchange.setTier(tier));
  }

  assignTier(operator: Operator, assignment: Content<'assignTier'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange) => exchange.assignTier(assignment));
  }

  /** Cancels all day orders of all accounts. */
  endDay(operator: Operator): Promise<CommandOutcome> {
    return this.#send(operator, (exchange) => exchange.endDay());
  }

  async #send(
    operator: Operator,
    command: (exchange: GatewayExchange) => Promise<Outcome>,
  ): Promise<CommandOutcome> {
    return carriedOut(await this.#commands.ofOperator(operator, command), undefined, false);
  }
}
