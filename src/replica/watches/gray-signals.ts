/**
 * What a leader is compared by with the replicas that could take its place: one that lives and is worse than they are
 * hands over. The table here is the one of the metrics and of docs/GRAY.md, which a test compares.
 */

interface GraySignal {
  /** What is measured, over the last seconds. */
  readonly meaning: string;
  readonly unit: 'µs' | '‰';
  /** A replica may be gray from here on. */
  readonly from: number;
  /** And is where another one is better by this factor. */
  readonly worseBy: number;
  /** The leader hands over once that has held for so long. */
  readonly holdUs: number;
}

export const graySignals = {
  flush: {
    meaning: 'a flush of the journal takes, in the middle',
    unit: 'µs',
    from: 20_000,
    worseBy: 10,
    holdUs: 1_000_000,
  },
  starved: {
    meaning: 'of its time the core thread waits for a processor',
    unit: '‰',
    from: 200,
    worseBy: 4,
    holdUs: 3_000_000,
  },
  loss: {
    meaning: 'of the datagrams that the others send it do not come',
    unit: '‰',
    from: 50,
    worseBy: 10,
    holdUs: 3_000_000,
  },
  heap: {
    meaning: 'of the bound of its heap the core thread uses',
    unit: '‰',
    from: 850,
    worseBy: 1.2,
    holdUs: 10_000_000,
  },
  disk: {
    meaning: 'of the disk of its data folder is used',
    unit: '‰',
    from: 950,
    worseBy: 1.05,
    holdUs: 10_000_000,
  },
  clock: {
    meaning: 'its clock differs from the time of the members by',
    unit: 'µs',
    from: 1_000_000,
    worseBy: 10,
    holdUs: 2_000_000,
  },
} as const satisfies Readonly<Record<string, GraySignal>>;

export type SignalName = keyof typeof graySignals;
export const signalNames = Object.keys(graySignals) as SignalName[];

/** A value of each signal; what is not known is neither good nor bad. */
export type MemberCondition = Readonly<Record<SignalName, number | undefined>>;

/** What is gray no more is below this part of where it began. */
const endsAtPart = 0.7;

export function signalOf(name: SignalName): GraySignal {
  return graySignals[name];
}

/** Whether a value is gray beside that of another replica; one that was needs less. */
export function isWorse(name: SignalName, value: number, other: number, wasGray: boolean): boolean {
  const { from, worseBy } = signalOf(name);
  const part = wasGray ? endsAtPart : 1;
  return value >= from * part && value >= worseBy * part * other;
}

/** Such as `a flush of the journal takes, in the middle, 120 ms, at replica 2 3 ms`. */
export function wordsOf(name: SignalName, value: number, other: number, otherId: number): string {
  const { meaning, unit } = signalOf(name);
  const shown = (number: number): string =>
    unit === 'µs' ? `${(number / 1_000).toFixed(1)} ms` : `${(number / 10).toFixed(1)} %`;
  return `${meaning} ${shown(value)}, at replica ${otherId} ${shown(other)}`;
}
