/**
 * Whether the replicas say what an export of the audit trail says. What must stay true: each of them is asked, also
 * after one has contradicted the file, for only all of them together tell a file that was changed from a replica that
 * is wrong.
 */
import { hexOf } from '../../../backup/objects.ts';
import type { AuditRow } from '../../../client/index.ts';
import { ExitCode, Failure } from '../../failure.ts';
import { type AuditChain, exportedLine } from './audit-file.ts';

/** The first entry that a replica keeps from a number on; undefined: it has none there. Throws where it is silent. */
export type AskedEntry = (replicaId: number, number: number) => Promise<AuditRow | undefined>;

export interface AuditAgreement {
  /** These say the same. */
  readonly replicas: readonly number[];
  /** The first entry is proven by itself, or by one of these. */
  readonly isFirstProven: boolean;
  /** These did not answer, or have not come so far, or keep the last entry no more. */
  readonly silent: readonly number[];
  readonly behind: readonly number[];
  readonly forgot: readonly number[];
}

interface Asked extends AuditAgreement {
  /** These contradict the end of the file; these its first entry alone. */
  readonly differing: readonly number[];
  readonly differingFirst: readonly number[];
  /** The first entry that one of those that forgot still keeps. */
  readonly keptFrom: number;
}

/** Throws a Failure that names each replica where one contradicts the file, or no majority says the same. */
export async function agreeing(
  ids: readonly number[],
  chain: AuditChain,
  entryOf: AskedEntry,
): Promise<AuditAgreement> {
  const { differing, differingFirst, keptFrom, ...agreement } = await asked(ids, chain, entryOf);
  const { replicas, forgot } = agreement;
  const isMajority = replicas.length * 2 > ids.length;
  if (isMajority && differing.length + differingFirst.length === 0) return agreement;
  const { first, last } = chain;
  const said = [
    ...(differing.length > 0 ? [`Entry ${last} differs at ${listed(differing)}.`] : []),
    ...(differingFirst.length > 0
      ? [`Entry ${first}, the first of the file, differs at ${listed(differingFirst)}.`]
      : []),
    replicas.length === 0
      ? `None of ${listed(ids)} says the same.`
      : `Of ${listed(ids)} the same is said by ${listed(replicas)}.`,
    ...restText(agreement, last),
    advice(isMajority, [...differing, ...differingFirst], { keptFrom, forgot }),
  ];
  throw new Failure(said.join(' '), ExitCode.failed, { ...agreement, differing, differingFirst });
}

/** What is to be said of those that neither say the same nor another thing. */
export function restText(
  { silent, behind, forgot }: Pick<AuditAgreement, 'silent' | 'behind' | 'forgot'>,
  last: number,
): string[] {
  return [
    ...(silent.length > 0 ? [`No answer came from ${listed(silent)}.`] : []),
    ...(behind.length > 0 ? [`Entry ${last} has not come to ${listed(behind)} yet.`] : []),
    ...(forgot.length > 0 ? [`Entry ${last} is not kept any more by ${listed(forgot)}.`] : []),
  ];
}

async function asked(
  ids: readonly number[],
  { first, last, digest, unproven }: AuditChain,
  entryOf: AskedEntry,
): Promise<Asked> {
  const found = {
    replicas: [] as number[],
    silent: [] as number[],
    behind: [] as number[],
    forgot: [] as number[],
    differing: [] as number[],
    differingFirst: [] as number[],
  };
  let isFirstProven = unproven === undefined;
  let keptFrom = 0;
  for (const id of ids) {
    const entry = await entryOf(id, last).catch(() => null);
    if (entry === null) found.silent.push(id);
    else if (entry === undefined) found.behind.push(id);
    else if (entry.number !== last) {
      found.forgot.push(id);
      keptFrom = Math.max(keptFrom, entry.number);
    } else if (hexOf(entry.digest) !== digest) found.differing.push(id);
    else {
      const start = unproven === undefined ? undefined : await entryOf(id, first).catch(() => undefined);
      const isKept = start?.number === first;
      if (isKept && exportedLine(start) !== unproven) found.differingFirst.push(id);
      else {
        found.replicas.push(id);
        isFirstProven ||= isKept;
      }
    }
  }
  return { ...found, isFirstProven, keptFrom };
}

function advice(
  isMajority: boolean,
  contradicting: readonly number[],
  { keptFrom, forgot }: { readonly keptFrom: number; readonly forgot: readonly number[] },
): string {
  if (isMajority)
    return `The file is that of the majority: the state of the ${contradicting.length === 1 ? 'other' : 'others'} is wrong. See "lockstep diverged".`;
  if (contradicting.length > 0)
    return 'A majority must say the same: the file is of another exchange, or was changed, or its chain was made again.';
  if (forgot.length > 0)
    return `Export the entries from ${keptFrom} on and verify that file; --offline checks this one alone.`;
  return 'A majority must say the same. See "lockstep status".';
}

function listed(ids: readonly number[]): string {
  return `replica${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;
}
