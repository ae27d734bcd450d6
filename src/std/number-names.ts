/** The name of a number in a table of names, such as a kind of query; undefined where none has it. */
export function nameOfNumber<N extends string>(
  numbers: Readonly<Record<N, number>>,
  number: unknown,
): N | undefined {
  return (Object.keys(numbers) as N[]).find((name) => numbers[name] === number);
}
