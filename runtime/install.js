// Brings the Node of a server that was installed as a package, where the machine's own is too old. It lands in this
// folder and not in the user's `node_modules`, whose scripts would otherwise all run on it. The lock file beside this
// script holds its hash. Plain JavaScript that an old Node can read.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oldestNodeMajor = 26;

if (Number.parseInt(process.versions.node, 10) < oldestNodeMajor) {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  // What the outer installation was told (its folder, `--global`, `--omit=optional`) must not reach this one; where
  // packages come from must.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_config_/i.test(name) || /registry|proxy|cafile|userconfig|auth/i.test(name),
    ),
  );
  const npm = process.env.npm_execpath;
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const run = spawnSync(program, [...first, 'ci', '--prefix', folder, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  });
  // npm leaves out an optional package whose hash is wrong without a word.
  const binary = `${folder}node_modules/node-${process.platform}-${process.arch}/bin/node`;
  if (run.status !== 0 || !existsSync(binary)) {
    console.error(
      `Node ${oldestNodeMajor} for the server could not be installed. Install it yourself, or run: npm ci --prefix "${folder}"`,
    );
  }
}
