/** The planned move of the exchange itself to another site, and back, without loss. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import { membersWithState } from '../clients/control-client.ts';
import { connectToExchange } from '../clients/exchange-client.ts';
import type { Loaded } from '../configuration/load.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import type { DrillHash, DrillResult, DrillSteps } from '../standing/drill-report.ts';
import { programFile } from '../version.ts';
import { lostBetween, type SessionGap } from './failover-meter.ts';
import { sameHashes } from './scratch-cluster.ts';

const timeoutMs = 60_000;
/** States of one moment are found within this time where no commands come. */
const compareMs = 20_000;
/** In this time others send something, where they do. */
const othersMs = 1_000;
const pollMs = 50;
const saidMax = 2_000;
/** An order that cannot be there: its cancel is refused, and acknowledged like any other command. */
const harmless = { accountId: 1, orderId: Number.MAX_SAFE_INTEGER };

/** Throws a Failure where there is no such site: that is a mistake, and no drill that failed. */
export function siteToDrill({ configuration: { site: own, sites } }: Loaded, name: string) {
  const other = sites.find((one) => one.name === name);
  const others = sites.flatMap((one) => (one.name === own.name ? [] : [one.name]));
  if (other === undefined || other.name === own.name)
    throw usageFailure(
      others.length === 0
        ? 'The configuration names no other site: set "sites" and "site".'
        : `${name} is no other site; allowed: ${others.join(', ')}. Nothing was done.`,
    );
  if (other.replicas.length === 0)
    throw usageFailure(
      `The configuration names no replicas of site ${name} (sites[].replicas): it could not be measured. Nothing was done.`,
    );
  return other;
}

export async function drillSwitchover(
  loaded: Loaded,
  site: string,
  back: string | undefined,
  steps: DrillSteps,
): Promise<DrillResult> {
  const { configuration, file } = loaded;
  const other = siteToDrill(loaded, site);
  const ids = [...(await membersWithState(configuration)), ...other.replicas.map(({ id }) => id)];
  const client = await connectToExchange(loaded, { feed: 'own', commandTimeoutMs: timeoutMs });
  try {
    const meter = new EpochMeter(client);
    const words = ['site', 'switch', site, ...(file === undefined ? [] : ['--config', file])];
    await run(process.execPath, [programFile, ...words]);
    const there = await meter.gap;
    steps.done(`site ${site} writes; the gap was ${there.gapMs} ms`);
    meter.end();
    refuseLoss(there);
    const hashes = await compared(client, ids, steps).catch((error: unknown) => {
      throw new Failure(`${messageOf(error)} ${writesNow(site)}`);
    });
    if (back === undefined) return { rtoMs: there.gapMs, ...lostBetween(there), hashes };
    const meterBack = new EpochMeter(client);
    const again = await gapBack(meterBack, back, site).finally(() => meterBack.end());
    steps.done(`this site writes again; the gap was ${again.gapMs} ms`);
    refuseLoss(again);
    const after = await compared(client, ids, steps);
    return { rtoMs: Math.max(there.gapMs, again.gapMs), ...lostBetween(again), hashes: after };
  } finally {
    await client.close();
  }
}

/**
 * The states of both sites; none where others send commands all the time, so that no two states are of one moment. Such
 * a drill is one of the gaps alone.
 */
export async function compared(
  client: Pick<Client, 'hashes' | 'cancelOrder'>,
  ids: readonly number[],
  steps: DrillSteps,
  withinMs = compareMs,
): Promise<DrillHash[]> {
  const comparing = sameHashes({ until }, client, ids);
  // What comes of it later is not waited for.
  comparing.catch(() => undefined);
  const found = await Promise.race([comparing, sleep(withinMs, undefined, { ref: false })]);
  if (found === undefined && (await doOthersSend(client))) {
    steps.done('the states of both sites were NOT compared: commands came all the time');
    return [];
  }
  const hashes = found ?? (await Promise.race([comparing, tooLate()]));
  steps.done('the states of both sites were compared');
  return hashes;
}

async function tooLate(): Promise<never> {
  await sleep(timeoutMs, undefined, { ref: false });
  throw new Failure(`The states of both sites could not be compared for ${timeoutMs / 1_000} s.`);
}

async function doOthersSend(client: Pick<Client, 'cancelOrder'>): Promise<boolean> {
  const { seq } = await client.cancelOrder(harmless);
  await sleep(othersMs);
  return (await client.cancelOrder(harmless)).seq > seq + 1;
}

/** A switch loses nothing. */
export function refuseLoss(gap: SessionGap): void {
  const { rpoSeqs } = lostBetween(gap);
  if (rpoSeqs > 0)
    throw new Failure(
      `Acknowledged commands are lost: the site that began to write stamped seq ${gap.firstSeq}, and ${gap.lastSeq} was acknowledged ` +
        'before that.',
    );
}

function writesNow(site: string): string {
  return `Site ${site} writes now: "lockstep site switch" there lets this one write again.`;
}

/** Runs the command that lets this site write again, and waits until it does. */
async function gapBack(meter: EpochMeter, back: string, site: string): Promise<SessionGap> {
  const then = writesNow(site);
  try {
    await run('/bin/sh', ['-c', back]);
  } catch (error) {
    throw new Failure(`The command of --back failed: ${messageOf(error)}. ${then}`);
  }
  const gap = await Promise.race([meter.gap, sleep(timeoutMs, undefined, { ref: false })]);
  if (gap === undefined)
    throw new Failure(
      `The command of --back ended well, and this site does not write ${timeoutMs / 1_000} s later. ${then}`,
    );
  return gap;
}

/** From the last acknowledgement in an epoch to the first one in a later one; every command is acknowledged once. */
class EpochMeter {
  readonly #client: Client;
  readonly #epoch: number;
  readonly #gap = Promise.withResolvers<SessionGap>();
  #lastMs = performance.now();
  #lastSeq = 0;
  #isOver = false;

  constructor(client: Client) {
    this.#client = client;
    this.#epoch = client.epoch;
    this.#gap.promise.catch(() => undefined);
    void this.#send();
  }

  get gap(): Promise<SessionGap> {
    return this.#gap.promise;
  }

  end(): void {
    this.#isOver = true;
  }

  async #send(): Promise<void> {
    try {
      while (!this.#isOver) {
        const { seq } = await this.#client.cancelOrder(harmless);
        const nowMs = performance.now();
        if (this.#client.epoch > this.#epoch)
          this.#gap.resolve({
            gapMs: Math.round(nowMs - this.#lastMs),
            lastSeq: this.#lastSeq,
            firstSeq: seq,
          });
        else [this.#lastMs, this.#lastSeq] = [nowMs, seq];
      }
    } catch (error) {
      this.#gap.reject(error);
    }
  }
}

async function run(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-saidMax);
    });
  const [code] = (await once(child, 'close')) as [number | null];
  const what = `${words.join(' ')} ended with ${code}`;
  if (code !== 0) throw new Failure(said.trim() === '' ? what : `${what}: ${said.trim()}`);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > endMs)
      throw new Failure(`It did not come true that ${what}, for ${timeoutMs / 1_000} s.`);
    await sleep(pollMs);
  }
}
