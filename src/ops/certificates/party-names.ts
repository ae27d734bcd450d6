/** Parties as people write them: `replica/2`. */

import { PartyKind } from '../../protocol/parties.ts';
import { u32Max } from '../../std/integers.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import { usageFailure } from '../failure.ts';

const kinds = Object.keys(PartyKind) as (keyof typeof PartyKind)[];

/** Throws in words for any other text. */
export function partyNamed(text: string): Party {
  const party = partyIn(text);
  if (party !== undefined) return party;
  throw usageFailure(
    `"${text}" is no party. Allowed: a kind and a number, such as replica/2, gateway/1, program/1, operator/1 or watcher/1.`,
  );
}

/** Undefined for any other text. */
export function partyIn(text: string): Party | undefined {
  const [, kindName, idText] = /^([a-z]+)\/([1-9]\d{0,9})$/.exec(text) ?? [];
  const kind = kinds.find((name) => name === kindName);
  const id = Number(idText);
  if (kind === undefined || id > (kind === 'replica' ? 255 : u32Max)) return undefined;
  return { kind: PartyKind[kind], id };
}

/** `replica-2`: the name of its folder. */
export function folderNameOf(party: Party): string {
  return partyText(party).replace('/', '-');
}
