/** Operators of a control endpoint under test: every caller is the one that the test says. */
import type { ControlOutcome } from '../../../protocol/audit.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { partyText } from '../../../trust/certificates.ts';
import type { Party } from '../../../trust/parties.ts';
import { certificateOf } from '../../../trust/testing/certificates.ts';
import type { GrantAnswer } from '../../grants/grant-ledger.ts';
import type { Giver, GiverRefusal, OperatorDesk } from '../../operator-orders/operators.ts';
import type { OperatorOrderGiven } from '../../operator-orders/order-notes.ts';

/** A replica that grants no address. */
export const noGrants = (): GrantAnswer => ({ isGranted: false, voters: [], holder: '' });

export class PaperOperators implements OperatorDesk {
  /** The caller; undefined: none has shown a certificate. */
  giver: Giver | undefined = {
    party: { kind: PartyKind.operator, id: 1 },
    certificate: certificateOf('replica-2'),
    source: '127.0.0.1',
  };
  /** What is said where there is no giver. */
  unproven: GiverRefusal = { status: 401, error: 'An order needs the certificate of an operator.' };
  refusal: GiverRefusal | undefined;

  giverOf(): Giver | GiverRefusal {
    return this.giver ?? this.unproven;
  }

  refusalOf(): GiverRefusal | undefined {
    return this.refusal;
  }

  nameOf(party: Party): string {
    return partyText(party);
  }
}

/** Notes that go nowhere. */
export class PaperNotes {
  readonly taken: (OperatorOrderGiven & { readonly outcome: ControlOutcome })[] = [];
  refusedCount = 0;

  get count(): number {
    return 0;
  }

  open(given: OperatorOrderGiven): (outcome: ControlOutcome) => void {
    return (outcome) => void this.taken.push({ ...given, outcome });
  }

  refused(): void {
    this.refusedCount++;
  }
}
