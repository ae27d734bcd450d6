/**
 * The givers of orders at the control port of a replica: parties of the cluster, which have proven the key of their
 * certificate by TLS. What must hold: no order is carried out that is not of an operator who is believed at this
 * moment, and has the right to it.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { MemberKey } from '../../protocol/parties.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { type Authorities, Certificates, partyText } from '../../trust/certificates.ts';
import type { EvidenceFailure, Party } from '../../trust/parties.ts';
import type { OperatorEntry, OperatorRight } from '../configuration/operators.ts';
import type { OperatorOrder } from '../orders/order-words.ts';

/** Of each order, which right it takes; what replicas and watchers tell is no order of an operator. */
const rightTo: Readonly<
  Record<OperatorOrder, OperatorRight | 'replica' | 'gateway' | 'watcher' | 'party' | 'none'>
> = {
  'transfer-leadership': 'lead',
  'start-election': 'lead',
  'switch-engine': 'members',
  snapshot: 'snapshot',
  members: 'members',
  stop: 'stop',
  'end-day': 'market',
  'choose-state': 'loss',
  'decide-void': 'loss',
  'show-command': 'market',
  site: 'loss',
  'end-epoch': 'stop',
  // It changes nothing, and the operator who gives the order after it has the right to that.
  fenced: 'none',
  'hold-opening': 'loss',
  lease: 'replica',
  promise: 'loss',
  note: 'replica',
  notices: 'replica',
  canary: 'watcher',
  // It changes nothing, and each process says it of itself alone.
  side: 'party',
  address: 'gateway',
};

/** The kinds of parties that may say what a canary found. */
const tellers: readonly PartyKind[] = [PartyKind.watcher, PartyKind.gateway, PartyKind.operator];

/** A party with a proven identity, and from where it calls. */
export interface Giver {
  readonly party: Party;
  readonly certificate: X509Certificate;
  readonly source: string;
}

export interface GiverRefusal {
  readonly status: 401 | 403;
  readonly error: string;
}

/** Knows the giver of an order, and what that party may. */
export interface OperatorDesk {
  /** The party at the other end, or why it is none. */
  giverOf(socket: Socket): Giver | GiverRefusal;
  /** Why the party may not give an order now; undefined where it may. */
  refusalOf(giver: Giver, order: OperatorOrder): GiverRefusal | undefined;
  /** For people: the party, and the person where the configuration names one. */
  nameOf(party: Party): string;
}

export class Operators implements OperatorDesk {
  readonly #certificates: Certificates;
  readonly #entries: readonly OperatorEntry[];
  /** Replicas for which the log vouches, and no authority. */
  readonly #joined: () => readonly MemberKey[];

  /** `entries`: the operators of the configuration; where it names none, each certified operator has all rights. */
  constructor(
    authorities: Authorities,
    entries: readonly OperatorEntry[],
    wallSeconds: () => number,
    joined: () => readonly MemberKey[] = () => [],
  ) {
    this.#joined = joined;
    this.#certificates = new Certificates(authorities, wallSeconds);
    this.#entries = entries;
  }

  /** Other authorities or revocations count from now on, on connections that are open too. */
  replace(authorities: Authorities): void {
    this.#certificates.replace(authorities);
  }

  giverOf(socket: Socket): Giver | GiverRefusal {
    const certificate = (socket as Partial<TLSSocket>).getPeerX509Certificate?.();
    if (certificate === undefined) {
      return {
        status: 401,
        error:
          'An order needs the certificate of an operator: call over TLS with an identity that "lockstep certificates" ' +
          'made. The commands of lockstep do so.',
      };
    }
    const party = this.#partyOf(certificate);
    if (typeof party === 'number') return this.#notBelieved();
    return { party, certificate, source: socket.remoteAddress ?? '' };
  }

  refusalOf({ party, certificate }: Giver, order: OperatorOrder): GiverRefusal | undefined {
    if (typeof this.#partyOf(certificate) === 'number') return this.#notBelieved();
    const right = rightTo[order];
    const name = partyText(party);
    if (right === 'party') return undefined;
    if (right === 'replica') {
      if (party.kind === PartyKind.replica) return undefined;
      return {
        status: 403,
        error: `This is the certificate of ${name}, and only replicas ask each other here.`,
      };
    }
    if (right === 'gateway') {
      if (party.kind === PartyKind.gateway) return undefined;
      return {
        status: 403,
        error: `This is the certificate of ${name}, and machines of gateways ask here for an address.`,
      };
    }
    if (right === 'watcher') {
      if (tellers.includes(party.kind)) return undefined;
      return {
        status: 403,
        error: `This is the certificate of ${name}, and watchers, gateways and operators tell here what their canaries found.`,
      };
    }
    if (party.kind !== PartyKind.operator) {
      return {
        status: 403,
        error: `This is the certificate of ${name}, and operators give orders. Use the identity of an operator.`,
      };
    }
    if (this.#entries.length === 0 || right === 'none') return undefined;
    const entry = this.#entries.find(({ id }) => id === party.id);
    if (entry?.rights.includes(right)) return undefined;
    const who = this.nameOf(party);
    const has =
      entry === undefined ? 'is not named there' : `has there: ${entry.rights.join(', ') || 'no rights'}`;
    return {
      status: 403,
      error:
        `${who} may not give "${order}": it takes the right "${right}" in control.operators of the configuration, and this ` +
        `operator ${has}. Ask an operator with that right, or add it to the configuration of every replica and restart them.`,
    };
  }

  nameOf(party: Party): string {
    const entry = party.kind === PartyKind.operator && this.#entries.find(({ id }) => id === party.id);
    return entry ? `${partyText(party)} (${entry.name})` : partyText(party);
  }

  #partyOf({ raw }: X509Certificate): Party | EvidenceFailure {
    const party = this.#certificates.partyOfHolder(raw);
    if (typeof party !== 'number' || this.#certificates.isRevoked(raw)) return party;
    const hash = createHash('sha256').update(raw).digest();
    const member = this.#joined().find(({ fingerprint }) => hash.equals(fingerprint));
    return member === undefined ? party : { kind: PartyKind.replica, id: member.replicaId };
  }

  #notBelieved(): GiverRefusal {
    return {
      status: 403,
      error:
        `The certificate that was shown is not believed here. ${this.#certificates.lastRefusal} ` +
        'Have the authority of the cluster sign another certificate ("lockstep certificates request").',
    };
  }
}
