/** Configurations in which one key of `canary` is wrong, and what is said of it. */
const ranges = { everyMs: '100 to 60000', lateMs: '1 to 60000', silentMs: '100 to 60000' };

const of = (canary: object): unknown => ({ canary });

export const wrongCanary: readonly (readonly [json: unknown, message: string])[] = [
  [of({}), 'canary.watcher: is missing; allowed: 1 to 255'],
  [of({ watcher: 256 }), 'canary.watcher: 256 is out of range; allowed: 1 to 255'],
  ...Object.entries(ranges).map(
    ([name, allowed]) =>
      [of({ watcher: 1, [name]: 0 }), `canary.${name}: 0 is out of range; allowed: ${allowed}`] as const,
  ),
];
