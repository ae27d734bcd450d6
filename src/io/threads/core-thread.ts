/**
 * What a core thread does from its start to its end: opens the ports, runs an agent on them, closes them. Whatever it
 * throws is fatal for this replica, is reported to the main thread, and leaves the work to the other replicas.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Clock, Ports } from '../../replica/ports.ts';
import { AddressError } from '../sockets/addresses.ts';
import type { MachineSettings } from '../sockets/settings.ts';
import { useHugePages } from '../system/huge-pages.ts';
import { unshare } from '../system/native.ts';
import { CLONE_FILES } from '../system/platform.ts';
import type { CoreMessage } from './control.ts';
import { type MachinePorts, openPorts, type SharedMemory } from './open-ports.ts';

/** What a core thread is started with, as `workerData`. `options` are those of the agent. */
export interface CoreData {
  readonly settings: MachineSettings;
  readonly shared: SharedMemory;
  readonly port: MessagePort;
  readonly options: unknown;
}

/** What a core thread runs. */
export interface Agent {
  /** One duty cycle at a time in microseconds; returns how much there was to do. */
  doWork(nowUs: number): number;
  /** When it has something to do although nothing comes. */
  readonly deadlineUs: number;
}

/** An agent that can be stopped. */
export interface CoreAgent extends Agent {
  stop(): void;
}

/** Runs in the core thread until the main thread stops it, or the agent throws. */
export function runCore(data: CoreData, build: (options: unknown, ports: Ports) => CoreAgent): void {
  const { settings, shared, port, options } = data;
  let ports: MachinePorts | undefined;
  try {
    ownDescriptors();
    ports = openPorts(settings, shared, port);
    const { clock, sockets, control, datagrams, idle } = ports;
    const agent = build(options, ports);
    useHugePages();
    control.tell({ kind: 'ready', udpPort: datagrams.port, tcpPort: sockets.port });
    runDutyCycle(agent, idle, clock, () => control.stopRequested());
    agent.stop();
  } catch (error) {
    const message: CoreMessage = {
      kind: 'failed',
      error: error instanceof Error ? error : new Error(String(error)),
      ...(error instanceof AddressError && { socket: error.socket }),
      isConfiguration: (error as { readonly isConfiguration?: boolean }).isConfiguration === true,
    };
    port.postMessage(message);
    process.exitCode = 1;
  } finally {
    ports?.close();
  }
}

/**
 * From here on what this thread opens is its own. A process that is killed gives back its memory, which takes tens of
 * milliseconds, before it closes what its threads share; sockets of one thread close with that thread, and peers and
 * clients learn of the death at once. Where a sandbox forbids it they learn of it later.
 */
function ownDescriptors(): void {
  unshare(CLONE_FILES);
}

/** Runs the agent until `shouldStop`, asked after each cycle, says so. Time is read once per cycle. @hot */
export function runDutyCycle(
  agent: Agent,
  idle: { idle(workCount: number, waitUs: number): void },
  clock: Clock,
  shouldStop: () => boolean,
): void {
  while (!shouldStop()) {
    const nowUs = clock.nowUs();
    const workCount = agent.doWork(nowUs);
    idle.idle(workCount, workCount > 0 ? 0 : agent.deadlineUs - nowUs);
  }
}
