/**
 * What the service manager of the machine hears of a process (sd_notify(3)): that it serves, that it lives, that it
 * ends. Where none asks for it, nothing is sent and no native code is loaded.
 */

import { endRequested } from './end-signals.ts';

export interface ServiceManager {
  /** The process serves; from now on it says in time that it lives, as long as it does. */
  ready(isAlive: () => boolean): void;
  /** The process ends in good order. */
  stopping(): void;
}

const silent: ServiceManager = { ready: () => undefined, stopping: () => undefined };
/** Signs of life come so often in the time after which the manager takes the process for dead. */
const signsPerTimeout = 3;

/** The manager that `env` names. */
export async function serviceManager(env: NodeJS.ProcessEnv = process.env): Promise<ServiceManager> {
  const { NOTIFY_SOCKET: path } = env;
  if (path === undefined || path === '') return silent;
  const { sendUnixDatagram } = await import('../../io/system/unix-datagram.ts');
  let timer: NodeJS.Timeout | undefined;
  const ready = (isAlive: () => boolean): void => {
    sendUnixDatagram(path, 'READY=1');
    const timeoutMs = watchdogMs(env);
    if (timeoutMs === undefined) return;
    timer = setInterval(() => {
      if (isAlive()) sendUnixDatagram(path, 'WATCHDOG=1');
    }, timeoutMs / signsPerTimeout);
    timer.unref();
  };
  const stopping = (): void => {
    clearInterval(timer);
    sendUnixDatagram(path, 'STOPPING=1');
  };
  return { ready, stopping };
}

/** Of a process that lives as long as its event loop turns: serves until it is to end, and gives the reason. */
export async function servedUntilEnd(): Promise<string> {
  const manager = await serviceManager();
  manager.ready(() => true);
  const reason = await endRequested(() => undefined);
  manager.stopping();
  return reason;
}

/** The manager's time-out, where it watches this process. */
function watchdogMs({ WATCHDOG_USEC: us, WATCHDOG_PID: pid }: NodeJS.ProcessEnv): number | undefined {
  const isMeant = pid === undefined || pid === '' || pid === String(process.pid);
  return isMeant && Number(us) > 0 ? Number(us) / 1_000 : undefined;
}
