/**
 * What a person should know of links that do not come about: each is counted, and for each replica that is called, and
 * each host that calls, the log says the reason once, until it is another one or the two have come together.
 */
import { TrustFailure, trustFailureText } from './failures.ts';
import type { LinkListener, LinkRefusal } from './secure-connections.ts';

/** Names of the counters. */
export type LinkTrouble =
  | 'connectionsRefused'
  | 'linksMalformed'
  | 'linksForged'
  | 'linksOtherCluster'
  | 'linksNotCertified'
  | 'linksWrongParty'
  | 'linksRefused'
  | 'linksCut';

const troubles: Readonly<Record<TrustFailure, LinkTrouble>> = {
  [TrustFailure.malformed]: 'linksMalformed',
  [TrustFailure.notLockstep]: 'linksMalformed',
  [TrustFailure.wrongVersion]: 'linksOtherCluster',
  [TrustFailure.unexpectedMessage]: 'linksMalformed',
  [TrustFailure.wrongCluster]: 'linksOtherCluster',
  [TrustFailure.wrongReplica]: 'linksWrongParty',
  [TrustFailure.forged]: 'linksForged',
  [TrustFailure.badKey]: 'linksForged',
  [TrustFailure.badEvidence]: 'linksNotCertified',
  [TrustFailure.notCertified]: 'linksNotCertified',
  [TrustFailure.anotherKey]: 'linksNotCertified',
  [TrustFailure.expired]: 'linksNotCertified',
  [TrustFailure.notYetValid]: 'linksNotCertified',
  [TrustFailure.revoked]: 'linksNotCertified',
  [TrustFailure.wrongParty]: 'linksWrongParty',
  [TrustFailure.roleNotAllowed]: 'linksWrongParty',
  [TrustFailure.ownIdentity]: 'linksWrongParty',
  [TrustFailure.refused]: 'linksRefused',
  [TrustFailure.truncated]: 'linksCut',
  [TrustFailure.exhausted]: 'linksCut',
};

/** Hosts of callers that are remembered: a crowd of addresses fills neither memory nor log. */
const hostsMax = 64;

export interface ReportPorts {
  count(trouble: LinkTrouble): void;
  warn(text: string, fields: Readonly<Record<string, string | number>>): void;
  /** A host, in words. */
  hostName(source: number): string;
}

export class LinkReports implements LinkListener {
  readonly #ports: ReportPorts;
  /** The reason that was said last, by the replica called and by the host that calls. */
  readonly #saidOfReplicas = new Map<number, TrustFailure>();
  readonly #saidOfHosts = new Map<number, TrustFailure>();

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  refused({ calledId, source, failure, reason }: LinkRefusal): void {
    this.#ports.count(troubles[failure]);
    // Its process has died, as its peers notice anyway.
    if (failure === TrustFailure.truncated) return;
    const said = calledId === 0 ? this.#saidOfHosts : this.#saidOfReplicas;
    const subject = calledId === 0 ? source : calledId;
    const why = reason ?? failure;
    if (said.get(subject) === why || (said.size >= hostsMax && !said.has(subject))) return;
    said.set(subject, why);
    const isTheirs = failure === TrustFailure.refused;
    const text = isTheirs ? `It refused this side: ${refusalText(why)}` : trustFailureText[why];
    if (calledId === 0)
      this.#ports.warn('a caller was refused', { host: this.#ports.hostName(source), reason: text });
    else this.#ports.warn('a peer and this replica do not come together', { peer: calledId, reason: text });
  }

  proven({ calledId, source }: { readonly calledId: number; readonly source: number }): void {
    if (calledId === 0) this.#saidOfHosts.delete(source);
    else this.#saidOfReplicas.delete(calledId);
  }

  turnedAway(): void {
    this.#ports.count('connectionsRefused');
  }
}

/** What a failure that the other side named means to the side that it refused. */
function refusalText(failure: TrustFailure): string {
  return trustFailureText[failure].replaceAll(
    'The certificate of the other side',
    'The certificate of this side',
  );
}
