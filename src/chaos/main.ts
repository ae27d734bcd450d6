/**
 * `npm run chaos`: breaks an exchange of real processes on hosts of their own, under load, and judges it. Without a
 * name it lists what it can break. It needs root.
 */
import { parseArgs } from 'node:util';
import { faultNamed, faults } from './faults/all.ts';
import { labRefusal } from './lab/lab.ts';
import { runScenario } from './scenarios/scenario.ts';
import { listText, resultText } from './scenarios/words.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes an integer of 1 or more.`);
  return value;
}

async function main(): Promise<void> {
  if (positionals.length === 0) return console.log(listText(faults));
  const refusal = labRefusal();
  if (refusal !== undefined) throw new Error(refusal);
  const repeats = wholeNumber('repeat', values.repeat);
  for (const fault of positionals.map(faultNamed)) {
    const progress = values.json ? undefined : (step: string) => console.error(`${fault.name}: ${step}`);
    const result = await runScenario(fault, { repeats, ...(progress && { progress }) });
    console.log(values.json ? JSON.stringify(result) : resultText(result));
    if (result.problems.length > 0) process.exitCode = 1;
  }
}

await main();
