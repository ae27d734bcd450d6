/** The operators and the orders that they may give at the control ports, as the configuration says. */
import { u32Max } from '../../std/integers.ts';
import {
  choice,
  flag,
  group,
  integer,
  key,
  list,
  requiredKey,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';

/**
 * `lead`: hand leadership over, start an election. `market`: end the day. `loss`: choose between states, void a
 * command, let another site write.
 */
const operatorRights = ['snapshot', 'lead', 'members', 'stop', 'market', 'loss'] as const;
export type OperatorRight = (typeof operatorRights)[number];

const operatorIdMax = u32Max;
const operatorNumber = (standard: number) => integer(1, operatorIdMax, standard, 'the number of an operator');

const operatorEntry = group({
  id: requiredKey(operatorNumber(1), 'N of operator/N in the certificate: one for each person.'),
  name: requiredKey(text(/^.{1,64}$/u, '1 to 64 characters', 'operator'), 'Of the person.'),
  rights: requiredKey(
    list(choice(operatorRights, 'snapshot'), () => [...operatorRights], {
      min: 0,
      max: operatorRights.length,
      what: 'rights',
    }),
    'What orders the person may give: lead (hand over, start an election), market (end the day), loss (choose a state, let another site write) ….',
  ),
});
export type OperatorEntry = ValueOfSchema<typeof operatorEntry>;

export const operatorKeys = {
  operators: key(
    list(operatorEntry, () => [], { min: 0, max: 256, what: 'operators' }),
    'Persons who give orders at the control ports. Without any, each certified operator may give all orders.',
  ),
  twoPersons: key(
    flag(false),
    'true: what loses data or stops the exchange needs a second operator, who confirms the same plan.',
  ),
  operator: key(
    operatorNumber(1),
    'The operator who gives the orders of commands and of the backup on this machine: operator/N of its identities.',
  ),
};
