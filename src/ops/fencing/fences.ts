/**
 * Fence commands: what switches a machine or a site off for good, so that it never writes again. A person's command
 * runs them, no process of the exchange does. What each said is kept in a file of the data folder, and its hash in the
 * audit trail.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileMode } from '../../io/disk/private-files.ts';
import type { FenceCommands } from '../configuration/fence-keys.ts';
import type { SitesSettings } from '../configuration/site-keys.ts';
import { messageOf } from '../failure.ts';
import { runCommand } from '../processes/command-run.ts';

/** Characters of what a command says that are kept: the last ones. */
const saidMax = 4_096;
const fileBytesMax = 1_048_576;

/** What is switched off. */
export interface FenceTarget {
  readonly kind: 'replica' | 'site';
  /** Of the replica, or of the site among all sites. */
  readonly number: number;
  /** As people call it. */
  readonly name: string;
}

export interface FenceResult {
  readonly target: FenceTarget;
  readonly command: string;
  /** Why it did not do what it should; empty where it did. */
  readonly error: string;
  readonly said: string;
  readonly ms: number;
}

/** Runs the commands one after the other, up to the first one that fails. */
export async function runFences(
  target: FenceTarget,
  { fence, fenceSeconds }: FenceCommands,
): Promise<FenceResult[]> {
  const results: FenceResult[] = [];
  for (const command of fence) {
    const result = await runFence(target, command, fenceSeconds);
    results.push(result);
    if (result.error !== '') break;
  }
  return results;
}

/** What there is to run for all sites but `opened`: the commands of each site, then those of its machines. */
export function fencesOfSites(
  sites: readonly Pick<SitesSettings[number], 'name' | 'fence' | 'fenceSeconds' | 'replicas'>[],
  opened: string,
): { readonly target: FenceTarget; readonly commands: FenceCommands }[] {
  return sites.flatMap((site, at) => {
    if (site.name === opened) return [];
    const machines = site.replicas.map((replica) => ({ target: targetOf(replica.id), commands: replica }));
    const own = {
      target: { kind: 'site', number: at + 1, name: `site ${site.name}` } as const,
      commands: site,
    };
    return [own, ...machines].filter(({ commands }) => commands.fence.length > 0);
  });
}

export function targetOf(replicaId: number): FenceTarget {
  return { kind: 'replica', number: replicaId, name: `replica ${replicaId}` };
}

async function runFence(target: FenceTarget, command: string, withinSeconds: number): Promise<FenceResult> {
  const startedMs = performance.now();
  const lines: string[] = [];
  const signal = AbortSignal.timeout(withinSeconds * 1_000);
  const error = await runCommand({
    name: target.name,
    run: ['/bin/sh', '-c', command],
    facts: {
      LOCKSTEP_FENCE: target.kind,
      [target.kind === 'site' ? 'LOCKSTEP_SITE' : 'LOCKSTEP_REPLICA']: String(target.number),
    },
    signal,
    say: (_, line) => void lines.push(line),
    inherits: process.env,
  }).then(
    () => '',
    (failure: unknown) =>
      signal.aborted ? `it took longer than ${withinSeconds} s and was ended` : inWords(messageOf(failure)),
  );
  const said = lines.join('\n').trim().slice(-saidMax);
  return { target, command, error, said, ms: Math.round(performance.now() - startedMs) };
}

/** What a shell means by two of its codes. */
function inWords(error: string): string {
  if (error.endsWith('code 127')) return `${error}: there is no such program`;
  return error.endsWith('code 126') ? `${error}: the program is not executable` : error;
}

export function fenceText({ target, command, error, said, ms }: FenceResult): string {
  const what = `fence of ${target.name} (${command}), ${ms} ms`;
  return `${what}: ${error === '' ? 'done' : `FAILED, ${error}`}${said === '' ? '' : `: ${said}`}`;
}

function fenceFile(dataFolder: string): string {
  return join(dataFolder, 'fences.jsonl');
}

/** What was written down of a command, or why it was not. */
interface KeptFence {
  /** By which the audit trail names it. */
  readonly hash: string;
  /** Empty where it is kept. */
  readonly problem: string;
}

/** Writes down what a command did and said; what a full disk does not keep the audit trail has all the same. */
export function keepFence(dataFolder: string, result: FenceResult): KeptFence {
  const file = fenceFile(dataFolder);
  const line = JSON.stringify({ at: new Date().toISOString(), ...result });
  const hash = hashOf(line);
  try {
    if (existsSync(file) && statSync(file).size > fileBytesMax) renameSync(file, `${file}.before`);
    appendFileSync(file, `${line}\n`, { mode: fileMode, flush: true });
    return { hash, problem: '' };
  } catch (error) {
    return { hash, problem: messageOf(error) };
  }
}

/** What is kept here, by hash. */
export function keptFences(dataFolder: string): ReadonlyMap<string, FenceResult> {
  const file = fenceFile(dataFolder);
  const lines = [`${file}.before`, file]
    .filter((name) => existsSync(name))
    .flatMap((name) => readFileSync(name, 'utf8').split('\n'))
    .filter((line) => line !== '');
  return new Map(
    lines.flatMap((line) => {
      const result = resultIn(line);
      return result === undefined ? [] : [[hashOf(line), result]];
    }),
  );
}

/** A line that was cut by a crash is none. */
function resultIn(line: string): FenceResult | undefined {
  try {
    const result = JSON.parse(line) as FenceResult;
    const { target, command, error, said, ms } = result;
    const areTexts = [target.name, target.kind, command, error, said].every(
      (each) => typeof each === 'string',
    );
    return areTexts && Number.isSafeInteger(target.number) && typeof ms === 'number' ? result : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 12);
}
