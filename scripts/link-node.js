// Puts the Node that the checkout brings into `node_modules/.bin`, so that npm's scripts run on it: npm before version 11
// does not link the programs of optional packages. npm also leaves out an optional package whose hash is wrong without
// a word; this script does not. Plain JavaScript that an old Node can read.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const name = `node-${process.platform}-${process.arch}`;
if (!existsSync(`node_modules/${name}/bin/node`)) {
  console.error(
    `The package ${name}, which brings Node, is not installed: there is none for this machine, or its hash is wrong. ` +
      'Linux on x64 and arm64 are supported; "npm ci --loglevel=verbose" says more.',
  );
  process.exit(1);
}
mkdirSync('node_modules/.bin', { recursive: true });
rmSync('node_modules/.bin/node', { force: true });
symlinkSync(`../${name}/bin/node`, 'node_modules/.bin/node');
