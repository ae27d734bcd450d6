/** Configurations in which one key of `control` about operators is wrong, and what is said of it. */
const olga = { id: 1, name: 'Olga', rights: ['stop'] };
const rights = 'snapshot, lead, members, stop, market, loss';
const ids = '1 to 4294967295';

const of = (operators: unknown): unknown => ({ control: { operators } });

export const wrongOperators: readonly (readonly [json: unknown, message: string])[] = [
  [of(1), 'control.operators: 1 is not a list; allowed: a list of up to 256 operators'],
  [of([{ ...olga, id: 0 }]), `control.operators[0].id: 0 is not the number of an operator; allowed: ${ids}`],
  [
    of([{ ...olga, name: '' }]),
    'control.operators[0].name: "" has another form; allowed: 1 to 64 characters',
  ],
  [
    of([{ ...olga, rights: 'all' }]),
    'control.operators[0].rights: "all" is not a list; allowed: a list of up to 6 rights',
  ],
  [
    of([{ ...olga, rights: ['king'] }]),
    `control.operators[0].rights[0]: "king" is not one of the choices; allowed: ${rights}`,
  ],
  [
    of([olga, { ...olga, name: 'Ben' }]),
    'control.operators[1].id: 1 is also control.operators[0].id; allowed: every operator its own number',
  ],
  [{ control: { twoPersons: 2 } }, 'control.twoPersons: 2 is neither true nor false; allowed: true, false'],
  [{ control: { operator: -1 } }, `control.operator: -1 is not the number of an operator; allowed: ${ids}`],
];
