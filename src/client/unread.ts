/**
 * Refuses what a call does not read: a name that is misspelt would otherwise be left out without a word, and the order
 * be another one than was meant.
 */
import { InvalidArgumentError } from './errors.ts';

type Names = readonly string[];

/**
 * For calls that are made often: `read` is how many of the known names have a value, and only where the object has more
 * or fewer names does it matter which. @hot
 */
export function refuseMoreThan(read: number, given: object, known: Names, within = ''): void {
  let names = 0;
  for (const _name in given) names++;
  if (names !== read) refuseUnread(given, known, within);
}

/** Throws for the first name that is not known here; `within` is what has the names, such as "request.". */
export function refuseUnread(given: object | undefined, known: Names, within = ''): void {
  for (const name in given) {
    if (known.includes(name)) continue;
    const meant = known.find((one) => isLike(name, one));
    const hint = meant === undefined ? '' : ` Did you mean ${within}${meant}?`;
    const allowed = `left out: it is not read here.${hint} Known are ${known.join(', ')}`;
    // The value is not shown: under a misspelt name it may be a key.
    throw new InvalidArgumentError(`${within}${name}`, 'something', allowed);
  }
}

/** Whether one is the other in small letters, its beginning, or its initials: `tif` for `timeInForce`. */
function isLike(name: string, known: string): boolean {
  const [a, b] = [name, known].map((text) => text.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()) as [
    string,
    string,
  ];
  const initials = known.replaceAll(/(?<=.)[a-z0-9]/g, '').toLowerCase();
  return (
    a.length > 1 && (a === b || a === initials || (a.length > 2 && (b.startsWith(a) || a.startsWith(b))))
  );
}
