/** Sets of replicas in one number: bit n - 1 is replica n. */

export function idsIn(mask: number): number[] {
  const ids: number[] = [];
  for (let id = 1; 2 ** (id - 1) <= mask; id++) if (Math.floor(mask / 2 ** (id - 1)) % 2 === 1) ids.push(id);
  return ids;
}
