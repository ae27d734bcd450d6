#!/usr/bin/env node
// Starts the command line on the Node that comes with the server, where the machine's own is too old.
// Plain JavaScript that also an old Node can read; the program itself is TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const oldestNodeMajor = 26;

/**
 * Bytes of bytecode of small functions that V8 may put into the function that calls them, in a replica: by itself it
 * takes 920, and the hundred functions that a command passes through call each other (docs/HACKING.md, "Hot paths").
 */
const inlinedBytes = 3_000;

const source = new URL('../src/ops/cli/main.ts', import.meta.url);
// A checkout holds the sources; a published package holds what was built from them.
const isCheckout = existsSync(source);

if (Number.parseInt(process.versions.node, 10) < oldestNodeMajor) {
  runOnOwnNode();
} else {
  // Before the cache is opened: what it holds counts for the same flags alone.
  if (process.argv[2] === 'replica')
    setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlinedBytes}`);
  const cache = compileCache();
  if (cache !== undefined) module.enableCompileCache(cache);
  await import(isCheckout ? source.href : new URL('../dist/ops/cli/main.js', import.meta.url).href);
}

/**
 * Where compiled code is kept from one start to the next: a folder of this user's own, for what is written there decides
 * what runs. Node's own choice is below the folder of temporary files, which all users share. A user without a home has
 * none, and starts slowly.
 */
function compileCache() {
  const { NODE_COMPILE_CACHE: chosen, XDG_CACHE_HOME: caches } = process.env;
  if (chosen) return chosen;
  try {
    return join(caches || join(homedir(), '.cache'), 'lockstep');
  } catch {
    return undefined;
  }
}

function runOnOwnNode() {
  const binary = ownNode();
  if (binary === undefined) {
    const runtime = fileURLToPath(new URL('../runtime', import.meta.url));
    const remedy = isCheckout ? '"npm ci" in the checkout' : `"npm ci --prefix ${runtime}"`;
    console.error(
      `lockstep needs Node ${oldestNodeMajor} or newer; this is Node ${process.versions.node}, and the one that comes ` +
        `with the server is not installed. Run ${remedy}, or install a newer Node.`,
    );
    process.exit(1);
  }
  const child = spawn(
    binary,
    [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  // The child may have had a terminal's signal already; it takes those that come together for one.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR2']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`lockstep could not start ${binary}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** The binary in `runtime/node_modules`, or in a checkout beside all other packages. */
function ownNode() {
  try {
    const fromRuntime = module.createRequire(new URL('../runtime/package.json', import.meta.url));
    const file = fromRuntime.resolve(`node-${process.platform}-${process.arch}/package.json`);
    const isNewEnough = Number.parseInt(fromRuntime(file).version, 10) >= oldestNodeMajor;
    const binary = join(dirname(file), 'bin', 'node');
    return isNewEnough && existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
