import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfiguration } from '../configuration/load.ts';
import type { Diagnosis } from './diagnosis.ts';
import { addressFindings, outsideFindings } from './outside.ts';

/** What the doctor finds of a machine with these keys. */
function examination(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'lockstep.json');
  const findingsOf = async (keys: object): Promise<Diagnosis[]> => {
    writeFileSync(config, JSON.stringify(keys), { mode: 0o600 });
    const { configuration } = loadConfiguration({ config });
    return [...(await outsideFindings(configuration)), ...addressFindings(configuration.vip)];
  };
  return { folder, findingsOf };
}

test('what is needed at the worst moment is looked at: commands of hooks and fences, and the network card', async (context) => {
  const { folder, findingsOf } = examination(context);
  const gradesOf = async (keys: object): Promise<string[]> =>
    (await findingsOf(keys)).map(({ check, grade }) => `${check} ${grade}`);
  const hook = (name: string, program: string) => ({ name, run: [program], on: ['all'] });
  assert.deepEqual(
    await gradesOf({
      notify: { commands: [hook('a', '/bin/sh'), hook('b', join(folder, 'none'))] },
      replicas: [{ fence: ['echo off'] }, { fence: ['fence_of_nothing --off'] }, {}],
    }),
    ['hooks good', 'hooks wrong', 'fence good', 'fence warning'],
  );
  const [variable, argument] = await findingsOf({
    replicas: [{ fence: ['PASSWORD="s" echo off'] }, { fence: ['fence_of_nothing --password=s'] }, {}],
  });
  assert.equal(variable?.grade, 'good');
  assert.match(argument!.text, /\(fence_of_nothing\)/);
  assert.deepEqual(await gradesOf({ vip: { addresses: ['10.0.0.9/24'], device: 'none0' } }), ['vip wrong']);
  assert.deepEqual(await gradesOf({}), []);
});
