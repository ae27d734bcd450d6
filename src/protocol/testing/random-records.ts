/** Good records of any layout, with values from all over their ranges. */
import { assert } from '../../std/assert.ts';
import type { Random } from '../../std/random.ts';
import { DecodeCode } from '../codes.ts';
import type { Fields, Layout, ValuesOf } from '../layout.ts';

const attemptsMax = 5_000;

/** The bytes of a record that is well-formed, with trailing bytes where the layout has them. */
export function randomRecord<F extends Fields>(random: Random, layout: Layout<F>): Uint8Array<ArrayBuffer> {
  const trailing = layout.trailing ? 8 * random.below(9) : 0;
  const bytes = new Uint8Array(layout.size + trailing);
  const view = new DataView(bytes.buffer);
  layout.write(view, 0, randomValues(random, layout), trailing);
  for (let n = layout.size; n < bytes.length; n++) bytes[n] = random.next();
  if (layout.optionalBytes === 0 || random.chance(0.5)) return bytes;
  const longer = new Uint8Array(layout.size + layout.optionalBytes);
  longer.set(bytes);
  const longerView = new DataView(longer.buffer);
  layout.writePrefix(longerView, 0, layout.optionalBytes);
  do {
    for (let n = layout.size; n < longer.length; n++) longer[n] = random.chance(0.3) ? 0 : random.next();
  } while (layout.check(longerView, 0, longer.length) !== DecodeCode.ok);
  return longer;
}

/** Values that the layout takes. Only the layout knows its ranges, so it is asked until it refuses nothing. */
function randomValues<F extends Fields>(random: Random, layout: Layout<F>): ValuesOf<F> {
  const scratch = new DataView(new ArrayBuffer(layout.size));
  const values: Record<string, number | string | Uint8Array> = layout.read(scratch, 0);
  for (const name of Object.keys(values)) values[name] = randomValue(random, values[name]!);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    let asked = '';
    const watched = new Proxy(values, {
      get: (target, name) => {
        asked = String(name);
        return target[asked];
      },
    });
    try {
      layout.write(scratch, 0, watched as ValuesOf<F>);
      return values as ValuesOf<F>;
    } catch (error) {
      assert(error instanceof RangeError, 'a layout refuses a value as out of range');
      values[asked] = randomValue(random, values[asked]!);
    }
  }
  assert(false, 'a layout takes some value for each field');
}

/** A UUID in any of its forms, at times one that is none. */
function randomUuid(random: Random): string {
  let digits = '';
  for (let n = 0; n < 4; n++) digits += random.next().toString(16).padStart(8, '0');
  if (random.chance(0.1)) digits = digits.replaceAll(/[a-f]/g, '7');
  const cased = random.chance(0.5) ? digits.toUpperCase() : digits;
  return random.chance(0.5) ? cased : cased.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function randomValue(random: Random, like: number | string | Uint8Array): number | string | Uint8Array {
  if (typeof like === 'string') {
    if (random.chance(0.2)) return randomUuid(random);
    let text = '';
    for (let n = random.below(24); n > 0; n--) text += String.fromCharCode(random.between(0x21, 0x7e));
    return text;
  }
  if (typeof like !== 'number') return Uint8Array.from(like, () => random.below(256));
  switch (random.below(6)) {
    case 0:
      return random.below(256);
    case 1:
      return random.next();
    case 2:
      return random.pick([2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40, 2 ** 53 - 1, 0xffff, 1000]);
    case 3:
      return random.next() * 2 ** 20 + random.below(2 ** 20);
    case 4:
      // The marks that files begin with.
      return random.chance(0.5) ? 0x5054_534c : 0;
    default:
      return random.below(4);
  }
}
