/** Why no session could be opened, in words that say which replica, at which address, and what to do. */
import { ReplyCode } from '../../protocol/codes.ts';
import { type ReplicaLink, textOfReply } from './link.ts';
import type { ConnectFailure } from './ports.ts';
import { tradingPlace, tradingPlaceText } from './trading-place.ts';

const refusals = [
  { reply: ReplyCode.notAuthorized, code: 'notAuthorized' },
  { reply: ReplyCode.wrongCluster, code: 'wrongCluster' },
  { reply: ReplyCode.wrongVersion, code: 'wrongVersion' },
  { reply: ReplyCode.malformed, code: 'unreachable' },
] as const;

/**
 * The failure to report. Before the time is over (`isFinal` false) only one that waiting cannot cure: every replica
 * has answered or cannot be reached, and at least one refused us for good.
 */
export function connectFailure(
  links: readonly ReplicaLink[],
  isFinal: boolean,
): { readonly code: ConnectFailure; readonly text: string } | undefined {
  const hasHope = links.some((link) => link.failure === '');
  if (hasHope && !isFinal) return undefined;
  const details = links.map((link) => `${link.name}: ${link.failure || stateOf(link)}`).join('; ');
  for (const { reply, code } of refusals) {
    if (!links.some((link) => link.refusal === reply)) continue;
    // Another process on the address of one replica says so before it has proven anything; where a replica has welcomed
    // this side it is the right cluster, and takes this certificate and version.
    if (links.some(({ isReady }) => isReady)) continue;
    return { code, text: `${refusalWords(reply)} (${details})` };
  }
  if (!isFinal) return undefined;
  const place = tradingPlace(links);
  if (place !== undefined) {
    const text = tradingPlaceText(
      place,
      links.some(({ site }) => site === place.site),
    );
    return { code: 'noLeader', text: `${text} (${details})` };
  }
  const unlisted = links.find(
    ({ isReady, leaderId }) =>
      isReady && leaderId !== 0 && !links.some(({ replicaId }) => replicaId === leaderId),
  );
  if (unlisted !== undefined) {
    const text =
      `Replica ${unlisted.leaderId} leads, and is not in \`replicas\`, so it cannot be reached: list all replicas of the ` +
      `cluster there (${details}).`;
    return { code: 'noLeader', text };
  }
  if (links.some((link) => link.isReady)) {
    const text = `Replicas answer, but none of them leads. Check that a majority of the replicas runs (${details}).`;
    return { code: 'noLeader', text };
  }
  return {
    code: 'unreachable',
    text: `No replica could be reached. Check addresses and processes (${details}).`,
  };
}

/** Why a certificate is refused, and what else answers in place of a replica, is known of each replica alone. */
function refusalWords(reply: ReplyCode): string {
  if (reply === ReplyCode.notAuthorized) return 'The cluster does not take the certificate of this side.';
  if (reply === ReplyCode.malformed) return 'No replica could be reached: other programs answer.';
  return `The cluster refused the session. ${textOfReply(reply)}`;
}

function stateOf(link: ReplicaLink): string {
  if (!link.isReady) return 'no answer yet';
  if (link.serving) return 'it leads but did not open the session in time';
  if (link.leadsIdle) return 'it leads and takes no orders';
  return link.leaderId === 0 ? 'it knows no leader' : `it follows replica ${link.leaderId}`;
}
