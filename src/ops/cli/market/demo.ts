/** `lockstep demo`: accounts that trade with each other, so that there is a market to look at. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Client, LockstepError } from '../../../client/index.ts';
import { Random } from '../../../std/random.ts';
import { connectToExchange } from '../../clients/exchange-client.ts';
import type { Loaded } from '../../configuration/load.ts';
import { DemoMarket, demoAccountId, demoInstruments, memberAccountIds } from '../../demo/market.ts';
import { endRequested } from '../../processes/end-signals.ts';
import { addCommand, type CommonOptions, loadRunning, wholeNumber } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const reconnectMs = 500;
const ordersPerSecondDefault = 40;
const ordersPerSecondMax = 10_000;
const millisecondsPerSecond = 1_000;

interface DemoOptions extends CommonOptions {
  readonly rate: number;
}

export function registerDemo(program: Command, terminal: Terminal): void {
  addCommand(program, 'demo', 'trade as simulated traders until stopped')
    .option(
      '--rate <orders>',
      'orders a second, over all instruments',
      wholeNumber(1, ordersPerSecondMax),
      ordersPerSecondDefault,
    )
    .action((options: DemoOptions) => demonstrate(loadRunning(options), options.rate, terminal));
}

async function demonstrate(loaded: Loaded, rate: number, terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  void endRequested().then(() => stop.abort());
  let trouble = '';
  while (!stop.signal.aborted) {
    let client: Client | undefined;
    try {
      client = await connectToExchange(loaded, { feed: 'own' });
      await createMarket(client);
      if (trouble !== '') terminal.printError('The demonstration goes on.');
      trouble = '';
      await trade(client, rate, stop.signal);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      // Once for each trouble: it tries again twice a second.
      if (error.message !== trouble)
        terminal.printError(`The demonstration waits for the exchange: ${error.message}`);
      trouble = error.message;
      await sleep(reconnectMs, undefined, { signal: stop.signal }).catch(() => undefined);
    } finally {
      await client?.close();
    }
  }
}

/** Creates instruments and accounts; the same again changes nothing. */
async function createMarket(client: Client): Promise<void> {
  for (const { instrumentId, symbol, priceDecimals, quantityDecimals } of demoInstruments) {
    await client.createInstrument({ instrumentId, symbol, priceDecimals, quantityDecimals });
  }
  await client.createAccount({ accountId: demoAccountId, name: 'demo' });
  for (const accountId of memberAccountIds) {
    await client.createAccount({ accountId, name: `member-${accountId}` });
    // Orders of an earlier demonstration, which this one does not know.
    await client.massCancel({ accountId });
  }
}

/** Trades until stopped; rejects when the exchange is lost for good. */
async function trade(client: Client, rate: number, stop: AbortSignal): Promise<void> {
  const random = new Random(Date.now());
  const markets = demoInstruments.map((instrument) => new DemoMarket(instrument, random));
  while (!stop.aborted) {
    const market = random.pick(markets);
    const action = market.next();
    if (action.kind === 'cancel') {
      await client.cancelOrder({ accountId: action.accountId, orderId: action.orderId });
    } else {
      const { status, orderId } = await client.placeOrder(action.order);
      if (status === 'open') market.rests(action.order.accountId, orderId);
    }
    await sleep(millisecondsPerSecond / rate, undefined, { signal: stop }).catch(() => undefined);
  }
}
