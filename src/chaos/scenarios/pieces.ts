/** Which scenarios share an exchange: those that need the same lab, so many at a time. */
import type { Fault } from '../faults/fault.ts';

const faultsPerPiece = 6;

export function piecesOf(faults: readonly Fault[]): Fault[][] {
  const pieces: Fault[][] = [];
  for (const [, sameLab] of Map.groupBy(faults, ({ lab }) => lab)) {
    for (let at = 0; at < sameLab.length; at += faultsPerPiece)
      pieces.push(sameLab.slice(at, at + faultsPerPiece));
  }
  return pieces;
}
