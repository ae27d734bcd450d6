/**
 * A stranger that calls a replica as another replica does, and believes whatever answers, so that the replica alone
 * decides. It prints how it was refused, or what else became of it.
 */
import { connect } from 'node:net';
import { openIdentity } from '../../client/identity-folder.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { TrustFailure } from '../../trust/failures.ts';
import { rawLink } from '../raw-link.ts';

/** One that was let in may be heard for as long as it likes. */
const waitMsMax = 60_000;
const [host = '', port = '', id = '', folder = ''] = process.argv.slice(2);
const replicaId = Number(id);

function end(words: string): void {
  console.log(words);
  process.exit(0);
}

function nameOf(failure: TrustFailure): string {
  return Object.entries(TrustFailure).find(([, number]) => number === failure)![0];
}

const { own } = openIdentity(folder);
const verifier = { partyOf: () => ({ kind: PartyKind.replica, id: replicaId }) };
const socket = connect(Number(port), host);
const listener = {
  received: () => end('was let in'),
  failed: (failure: TrustFailure, reason: TrustFailure | undefined) => end(nameOf(reason ?? failure)),
};
const link = rawLink(socket, { own, verifier }, replicaId, listener, ConnectionRole.tether);
let isConnected = false;
socket.on('connect', () => {
  isConnected = true;
  link.start();
});
socket.on('error', () => undefined);
socket.on('close', () => end(isConnected ? 'was not refused' : 'no connection'));
setTimeout(() => end('was not refused'), waitMsMax);
