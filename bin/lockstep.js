#!/usr/bin/env node
// Starts the command line on the Node that the project brings, whatever Node the machine has.
// Plain JavaScript that also an old Node can read; the program itself is TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNodeMajor = 26;

if (Number.parseInt(process.versions.node, 10) < oldestNodeMajor) {
  runOnOwnNode();
} else {
  module.enableCompileCache?.();
  const source = new URL('../src/ops/cli/main.ts', import.meta.url);
  const built = new URL('../dist/ops/cli/main.js', import.meta.url);
  // A checkout holds the sources; a published package holds what was built from them.
  await import(existsSync(source) ? source.href : built.href);
}

function runOnOwnNode() {
  const binary = ownNode();
  if (binary === undefined) {
    console.error(
      `lockstep needs Node ${oldestNodeMajor} or newer; this is Node ${process.versions.node}, and the package "node" ` +
        'that brings the right one is not installed. Run "npm ci" in the checkout, or install a newer Node.',
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
  // A terminal sends its own signals to the child too; a second one would read as "stop at once".
  const fromTerminal = ['SIGINT', 'SIGQUIT', 'SIGHUP'];
  for (const signal of [...fromTerminal, 'SIGTERM', 'SIGUSR2']) {
    process.on(signal, () => {
      if (!process.stdin.isTTY || !fromTerminal.includes(signal)) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`lockstep could not start ${binary}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function ownNode() {
  try {
    const manifest = module.createRequire(import.meta.url).resolve('node/package.json');
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const binary = join(dirname(manifest), 'bin', name);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}
