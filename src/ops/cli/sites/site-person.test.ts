// A person who is asked to type the name of the site that is to be promoted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondSite } from '../testing/paper-site.ts';
import { ctrlC, ctrlD, noTerminal, Person } from '../testing/person.ts';

test('a promotion begins once a person has read the plan and typed the name of the site, and no other one', {
  skip: noTerminal,
}, async (context) => {
  const { first, file } = await secondSite(context, ['true']);
  const promotes = async (types: string): Promise<Person> => {
    const person = new Person(context, ['site', 'promote', 'south', '--config', file]);
    await person.reads('is to begin epoch 5');
    await person.reads('Type the name of the site');
    person.types(types);
    return person;
  };
  for (const types of ['north\r', ctrlC, ctrlD]) {
    const person = await promotes(types);
    await person.reads('That is not its name. Nothing was done.');
    assert.equal(await person.ends(), 1, person.screen);
  }
  assert.deepEqual(first.orders, []);
  const person = await promotes('south\r');
  await person.reads('site south takes cancels, in epoch 5');
  assert.equal(await person.ends(), 0, person.screen);
  assert.deepEqual(
    first.orders.map(({ kind }) => kind),
    ['openSite'],
  );
});
