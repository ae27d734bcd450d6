/**
 * What one failure of a place would take away (FAILURES 11: three of five voters stood in one zone). Only kinds of
 * places that the roster names for at least one voter are looked at.
 */
import { type Member, type PlaceKind, placeKinds } from '../../protocol/roster.ts';
import type { Configuration } from '../../raft/types.ts';

const nouns: Readonly<Record<PlaceKind, string>> = {
  site: 'site',
  zone: 'zone',
  rack: 'rack',
  power: 'power circuit',
  switch: 'switch',
};

/** For a person: each place without which the voters have no majority. */
export function placementWarnings({
  voters,
  roster,
}: Pick<Configuration, 'voters' | 'roster'>): readonly string[] {
  // One voter has one place, and no failure of it is survived anyway.
  if (voters.length < 2) return [];
  return placeKinds.flatMap((kind) => warningsOf(kind, voters, roster));
}

function warningsOf(kind: PlaceKind, voters: readonly number[], roster: readonly Member[]): string[] {
  const places = new Map<string, number[]>();
  for (const id of voters) {
    const place = roster.find(({ replicaId }) => replicaId === id)?.[kind] ?? '';
    places.set(place, [...(places.get(place) ?? []), id]);
  }
  const unnamed = places.get('') ?? [];
  places.delete('');
  if (places.size === 0) return [];
  const majority = Math.floor(voters.length / 2) + 1;
  const noun = nouns[kind];
  const warnings = [...places].flatMap(([place, ids]) => {
    if (voters.length - ids.length >= majority) return [];
    const others = [...places.keys()].filter((each) => each !== place);
    const held =
      ids.length === voters.length
        ? 'All voters'
        : `The voter${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
    const means =
      ids.length >= majority
        ? `a majority of the ${voters.length}`
        : `so many of the ${voters.length} that the others have no majority`;
    const though =
      others.length === 0 ? '' : `, though there ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}`;
    const most = voters.length - majority;
    const remedy =
      most === 0
        ? `With ${voters.length} voters each of them is needed: add one in another ${noun}.`
        : `Spread the voters so that no ${noun} has more than ${most} of them.`;
    return [
      `${held} stand${held.startsWith('The voter ') ? 's' : ''} in ${noun} ${place}, ${means}${though}: when that ${noun} fails, the exchange stops. ${remedy}`,
    ];
  });
  if (unnamed.length > 0) {
    warnings.push(
      `No ${noun} is known of the voters ${unnamed.join(', ')}, so it is not known what the failure of a ${noun} takes ` +
        `away. Name it in their configuration files, under "replicas".`,
    );
  }
  return warnings;
}
