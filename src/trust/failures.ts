/** Why two sides do not come together, or do not stay together. Numbers are part of the wire. */

export const TrustFailure = {
  malformed: 1,
  notLockstep: 2,
  wrongVersion: 3,
  unexpectedMessage: 4,
  wrongCluster: 5,
  wrongReplica: 6,
  forged: 7,
  badKey: 8,
  badEvidence: 9,
  notCertified: 10,
  expired: 11,
  notYetValid: 12,
  revoked: 13,
  wrongParty: 14,
  roleNotAllowed: 15,
  ownIdentity: 16,
  refused: 17,
  truncated: 18,
  exhausted: 19,
  anotherKey: 20,
  answersHttp: 21,
} as const;
export type TrustFailure = (typeof TrustFailure)[keyof typeof TrustFailure];

/** What happened, and what to do. */
export const trustFailureText: Readonly<Record<TrustFailure, string>> = {
  [TrustFailure.malformed]: 'The other side sent bytes that are no message. Check that both run Lockstep.',
  [TrustFailure.notLockstep]:
    'The other side is not Lockstep. Check address and port, and which program it is.',
  [TrustFailure.wrongVersion]: 'The other side speaks another version. Run the same release on both.',
  [TrustFailure.unexpectedMessage]:
    'The other side sent a message out of turn. Check that both run Lockstep.',
  [TrustFailure.wrongCluster]: 'The two belong to different clusters. Check the addresses of the replicas.',
  [TrustFailure.wrongReplica]:
    'Another replica answers at this address than was called. Check the addresses of the replicas.',
  [TrustFailure.forged]:
    'What the other side sent does not fit its key or this conversation. Something between the two changes bytes, ' +
    'or pretends to be one of them: check the way between them.',
  [TrustFailure.badKey]: 'The other side sent a public key that keeps nothing secret. It is not Lockstep.',
  [TrustFailure.badEvidence]: 'The certificate of the other side cannot be read. Make it again.',
  [TrustFailure.notCertified]:
    'The certificate of the other side is not from the authority of this cluster. Give it a certificate of that authority; ' +
    'where it came by a join token, it is no member any more.',
  [TrustFailure.expired]: 'The certificate of the other side has expired, or a clock is wrong. Renew it.',
  [TrustFailure.notYetValid]:
    'The certificate of the other side is not valid yet. Check the clocks of both machines.',
  [TrustFailure.revoked]:
    'The certificate of the other side was revoked. If it should count again, make another where its machine is: ' +
    '"lockstep certificates renew", or "request" and "sign" where the authority is elsewhere.',
  [TrustFailure.wrongParty]:
    'The other side has a sound certificate, but not that of the replica that was called. Check its certificate.',
  [TrustFailure.roleNotAllowed]:
    'The certificate of the caller does not allow this kind of connection. Use the certificate that is made for it.',
  [TrustFailure.ownIdentity]:
    'The caller shows the identity of the replica that it calls. Two replicas have one certificate: make another.',
  [TrustFailure.refused]: 'The other side refused.',
  [TrustFailure.truncated]: 'The connection was cut before the other side had said that it ends.',
  [TrustFailure.exhausted]: 'The connection has carried all that its keys are good for. Connect again.',
  [TrustFailure.anotherKey]:
    'The certificate of the other side is for another key than it uses. Give it the certificate that was signed for its key.',
  [TrustFailure.answersHttp]:
    'HTTP answers there: it is the port of a gateway, or the control port of a replica. Name the `tcpPort` of each replica ' +
    '(7201, 7202 … where lockstep.json names no other).',
};

/** What a failure that the other side named means to the side that it refused. */
export function refusalText(failure: TrustFailure): string {
  return trustFailureText[failure].replaceAll(
    'The certificate of the other side',
    'The certificate of this side',
  );
}

/** What another release, or an impostor, says is not known here. */
export function isTrustFailure(code: number): code is TrustFailure {
  return Object.hasOwn(trustFailureText, code);
}
