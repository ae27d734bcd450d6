/**
 * What a person should know of links that do not come about: each is counted, and the log names the reason. For a
 * replica that is called once, until it is another one or the two have come together; for a host that calls each reason
 * once in a while.
 */
import { refusalText, TrustFailure, trustFailureText } from './failures.ts';
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
  [TrustFailure.answersHttp]: 'linksMalformed',
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

/** Hosts of callers that are named: a crowd of addresses fills neither memory nor log. */
const hostsMax = 64;
/** A host is named again for a reason after this. */
const silenceUs = 600_000_000;

export interface ReportPorts {
  count(trouble: LinkTrouble): void;
  warn(text: string, fields: Readonly<Record<string, string | number>>): void;
  /** A host, in words. */
  hostName(source: number): string;
  /** Microseconds that never run back. */
  nowUs(): number;
}

export class LinkReports implements LinkListener {
  readonly #ports: ReportPorts;
  /** The reason that was said last, by the replica called. */
  readonly #saidOfReplicas = new Map<number, TrustFailure>();
  /** When each reason was said last, by the host that calls. */
  readonly #saidOfHosts = new Map<number, Map<TrustFailure, number>>();

  constructor(ports: ReportPorts) {
    this.#ports = ports;
  }

  refused({ calledId, source, failure, reason, detail }: LinkRefusal): void {
    this.#ports.count(troubles[failure]);
    // Its process has died, as its peers notice anyway.
    if (failure === TrustFailure.truncated) return;
    const why = reason ?? failure;
    if (!(calledId === 0 ? this.#isNewsOfHost(source, why) : this.#isNewsOfReplica(calledId, why))) return;
    const isTheirs = failure === TrustFailure.refused;
    const ours = detail === undefined ? trustFailureText[why] : `${trustFailureText[why]} ${detail}`;
    const text = isTheirs ? `It refused this side: ${refusalText(why)}` : ours;
    if (calledId === 0)
      this.#ports.warn('a caller was refused', { host: this.#ports.hostName(source), reason: text });
    else this.#ports.warn('a peer and this replica do not come together', { peer: calledId, reason: text });
  }

  proven({ calledId }: { readonly calledId: number }): void {
    this.#saidOfReplicas.delete(calledId);
  }

  turnedAway(): void {
    this.#ports.count('connectionsRefused');
  }

  #isNewsOfReplica(replicaId: number, why: TrustFailure): boolean {
    if (this.#saidOfReplicas.get(replicaId) === why) return false;
    this.#saidOfReplicas.set(replicaId, why);
    return true;
  }

  #isNewsOfHost(source: number, why: TrustFailure): boolean {
    const said = this.#saidOfHosts.get(source) ?? new Map<TrustFailure, number>();
    const nowUs = this.#ports.nowUs();
    if (this.#saidOfHosts.size >= hostsMax && !this.#saidOfHosts.has(source)) this.#forgetHosts(nowUs);
    if (this.#saidOfHosts.size >= hostsMax && !this.#saidOfHosts.has(source)) return false;
    this.#saidOfHosts.set(source, said);
    if (nowUs - (said.get(why) ?? Number.NEGATIVE_INFINITY) < silenceUs) return false;
    said.set(why, nowUs);
    return true;
  }

  /** Those that would be named again. */
  #forgetHosts(nowUs: number): void {
    for (const [source, said] of this.#saidOfHosts)
      if (nowUs - Math.max(...said.values()) >= silenceUs) this.#saidOfHosts.delete(source);
  }
}
