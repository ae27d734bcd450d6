/** Which parties say that they talk to which, in one world. */
import type { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { ProvenPeer } from '../../replica/ports.ts';
import type { Party } from '../../trust/parties.ts';

/**
 * No side takes a link for what the other did not mean: the peer that a caller believes is the one that it called, and
 * one that is called believes in no call that the caller did not make.
 */
export class LinkWatch {
  /** What did not hold. */
  readonly complaints: string[] = [];
  /** Calls that were made and not heard of yet. */
  readonly #calls = new Map<string, number>();

  called(caller: Party, replicaId: number, role: ConnectionRole): void {
    const call = callText(caller, replicaId, role);
    this.#calls.set(call, (this.#calls.get(call) ?? 0) + 1);
  }

  /** The other side of a call has proven its identity. */
  answered(caller: Party, calledId: number, { kind, id }: ProvenPeer): void {
    if (kind === PartyKind.replica && id === calledId) return;
    this.complaints.push(
      `${partyText(caller)} called replica ${calledId} and believed ${partyText({ kind, id })}`,
    );
  }

  /** A caller has proven its identity. */
  heard({ kind, id, role }: ProvenPeer, replicaId: number): void {
    const call = callText({ kind, id }, replicaId, role);
    const calls = this.#calls.get(call) ?? 0;
    if (calls === 0) this.complaints.push(`a call was believed that was never made: ${call}`);
    this.#calls.set(call, calls - 1);
  }
}

function partyText({ kind, id }: { readonly kind: number; readonly id: number }): string {
  return `party ${kind}.${id}`;
}

function callText(
  caller: { readonly kind: number; readonly id: number },
  replicaId: number,
  role: number,
): string {
  return `${partyText(caller)} to replica ${replicaId} for role ${role}`;
}
