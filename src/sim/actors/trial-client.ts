/** Clients of trials: they send what the trial says, and wait for longer than anything in it takes. */
import type { Report } from '../../checkers/violations.ts';
import {
  createInstrument,
  OrderType,
  placeOrder,
  SelfMatch,
  type Side,
  TimeInForce,
} from '../../protocol/commands.ts';
import { clusterId, type SimulatedCluster } from '../world/cluster.ts';
import type { Intent } from '../world/intent.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { ClientActor, type ClientWatcher } from './client-actor.ts';
import { intent } from './workload.ts';

const commandTimeoutUs = 30_000_000;
const openUs = 20_000_000;
/** An instrument that no other client trades, and its lowest price. */
export const trialInstrumentId = 40;
const priceTicks = 1_000;

/** An order, at so much above the lowest price. */
interface Placing {
  readonly accountId: number;
  readonly side: Side;
  readonly lots: number;
  readonly above: number;
  readonly timeInForce?: TimeInForce;
}

export function placing({ accountId, side, lots, above, timeInForce }: Placing): Intent {
  return intent(placeOrder, accountId, {
    instrumentId: trialInstrumentId,
    priceTicks: priceTicks + above,
    quantityLots: lots,
    side,
    orderType: OrderType.limit,
    timeInForce: timeInForce ?? TimeInForce.goodTillCancel,
    selfMatch: SelfMatch.cancelNewest,
    clientOrderId: '',
  });
}

export function makingInstrument(): Intent {
  const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
  return intent(createInstrument, 0, { instrumentId: trialInstrumentId, ...decimals, symbol: 'LAYERS' });
}

/** One that has a session, and asks for nothing by itself; undefined, and that is reported: it gets none. */
export function beginClient(
  world: World,
  cluster: SimulatedCluster,
  watcher: ClientWatcher & { readonly violations: { readonly report: Report } },
  id: number,
  cancelOnDisconnectGraceMs?: number,
): ClientActor | undefined {
  const options = {
    clusterId,
    replicaIds: cluster.machines.map((machine) => machine.id),
    feed: 'own',
    cancelOnDisconnectGraceMs,
    pauseUsMax: 10_000,
    burstMax: 1,
    windowCommandsMax: 64,
    commandTimeoutUs,
  } as const;
  const client = new ClientActor(world, id, fork(world.random), options, watcher);
  client.start();
  client.stopSending();
  const { session } = client;
  if (world.scheduler.runUntilHolds(openUs, () => session.isBound && session.sessionId !== 0)) return client;
  watcher.violations.report('liveness', `client ${id} has no session ${openUs} us after its start`);
  return undefined;
}
