/** Where trading goes on, where the replicas that a client reaches are of a site that follows another one. */
import type { ReplicaLink, TradingPlace } from './link.ts';
import type { SessionListener } from './ports.ts';

/** As the replica of the latest epoch says; undefined where one takes orders, or none says it. */
export function tradingPlace(links: readonly ReplicaLink[]): TradingPlace | undefined {
  if (links.some(({ isReady, serving }) => isReady && serving)) return undefined;
  const named = links.flatMap(({ isReady, tradesAt }) =>
    isReady && tradesAt !== undefined ? [tradesAt] : [],
  );
  return named.toSorted((a, b) => b.epoch - a.epoch)[0];
}

/** The same in words, and what to do about it. */
export function tradingPlaceText({ site, epoch, gateways }: TradingPlace, hasReplicas: boolean): string {
  const known = gateways.length === 0 ? '' : ` Its gateways: ${gateways.join(', ')}.`;
  const reach = hasReplicas
    ? 'its replicas are not reached, or take no orders yet'
    : 'its replicas are not in `replicas`: list them there, each with its `site`';
  return `Site ${site} takes orders, in epoch ${epoch}, and the replicas that answer follow it; ${reach}.${known}`;
}

/** Tells a program whose orders wait where they would be taken, once for each epoch. */
export class TradingPlaceWatch {
  readonly #links: readonly ReplicaLink[];
  readonly #listener: Pick<SessionListener, 'warning'>;
  #toldEpoch = 0;

  constructor(links: readonly ReplicaLink[], listener: Pick<SessionListener, 'warning'>) {
    this.#links = links;
    this.#listener = listener;
  }

  /** The message `tradesAt` came. */
  named(link: ReplicaLink, view: DataView, at: number): void {
    link.namedSite(view, at);
    const place = tradingPlace(this.#links);
    // Where replicas of the other site are known they are about to be reached.
    if (place === undefined || this.#links.some(({ site }) => site === place.site)) return;
    if (place.epoch <= this.#toldEpoch) return;
    this.#toldEpoch = place.epoch;
    this.#listener.warning(tradingPlaceText(place, false));
  }
}
