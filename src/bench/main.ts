/** The measurements, by suite: `npm run bench -- engine`, or all of them without a name. */
import { cpus } from 'node:os';
import { runEngineBench } from './engine.ts';
import { runFailoverBench } from './failover.ts';
import { runQuorumBench } from './quorum.ts';

/** Each suite prints its own figures. Add one by adding it here. */
const suites: Readonly<Record<string, () => void | Promise<void>>> = {
  engine: runEngineBench,
  quorum: runQuorumBench,
  failover: runFailoverBench,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exitCode = 1;
} else {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  for (const name of names.length > 0 ? names : Object.keys(suites)) {
    console.log(`\n# ${name}`);
    await suites[name]!();
  }
}
