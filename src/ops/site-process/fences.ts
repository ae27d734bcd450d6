/** Fence commands: what switches a site off for good before another one writes. */
import { spawn } from 'node:child_process';
import type { SitesSettings } from '../configuration/site-keys.ts';

/** Characters of what a command says that are kept. */
const saidMax = 4_096;

export interface FenceResult {
  readonly site: string;
  readonly command: string;
  /** Why it did not do what it should; empty where it did. */
  readonly error: string;
  readonly said: string;
  readonly ms: number;
}

/** Runs the commands of all sites but `opened`, one after the other. */
export async function runFences(sites: SitesSettings, opened: string): Promise<FenceResult[]> {
  const results: FenceResult[] = [];
  for (const { name, fence, fenceSeconds } of sites) {
    if (name === opened) continue;
    for (const command of fence)
      results.push({ site: name, ...(await runFence(command, fenceSeconds * 1_000)) });
  }
  return results;
}

async function runFence(command: string, withinMs: number): Promise<Omit<FenceResult, 'site'>> {
  const startedMs = performance.now();
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-saidMax);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    // The command and what it started.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    resolve(`it took longer than ${withinMs / 1_000} s and was ended`);
  }, withinMs);
  child.on('error', (error) => resolve(error.message));
  child.on('close', (code, signal) => resolve(code === 0 ? '' : `it ended with ${signal ?? `code ${code}`}`));
  const error = await promise;
  clearTimeout(timer);
  return { command, error, said: said.trim(), ms: Math.round(performance.now() - startedMs) };
}
