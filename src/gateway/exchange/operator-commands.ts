/** What the operator may change, for every face: instruments, accounts, limits, modes and the end of the day. */
import type { Operator } from '../admission/caller.ts';
import type { OperatorExchange, Outcome, SignedCommand } from '../ports.ts';
import type { Commands } from './commands.ts';
import type { ExchangeLink } from './link.ts';
import { type CommandOutcome, carriedOut } from './outcomes.ts';

type Name =
  | 'createInstrument'
  | 'createAccount'
  | 'setLimits'
  | 'setTier'
  | 'assignTier'
  | 'setMode'
  | 'killAccount';
type Content<N extends Name> = Parameters<OperatorExchange[N]>[0];

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
    const done = await this.#send(operator, (exchange, signed) =>
      exchange.createInstrument({ ...instrument, ...signed }),
    );
    this.#link.instruments.add(instrument);
    return done;
  }

  createAccount(operator: Operator, account: Content<'createAccount'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.createAccount({ ...account, ...signed }));
  }

  setLimits(operator: Operator, limits: Content<'setLimits'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.setLimits({ ...limits, ...signed }));
  }

  setTier(operator: Operator, tier: Content<'setTier'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.setTier({ ...tier, ...signed }));
  }

  assignTier(operator: Operator, assignment: Content<'assignTier'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.assignTier({ ...assignment, ...signed }));
  }

  setMode(operator: Operator, mode: Content<'setMode'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.setMode({ ...mode, ...signed }));
  }

  /** Halts an account and cancels all its open orders. */
  killAccount(operator: Operator, account: Content<'killAccount'>): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.killAccount({ ...account, ...signed }));
  }

  /** Cancels all day orders of all accounts. */
  endDay(operator: Operator): Promise<CommandOutcome> {
    return this.#send(operator, (exchange, signed) => exchange.endDay(signed));
  }

  async #send(
    operator: Operator,
    command: (exchange: OperatorExchange, signed: SignedCommand) => Promise<Outcome>,
  ): Promise<CommandOutcome> {
    return carriedOut(await this.#commands.ofOperator(operator, command));
  }
}
