/**
 * The places of a port: which owner holds a connection, and which connection gives way to a new one when all are taken.
 * The one that holds most gives way, strangers before those that have shown a key or the operator's token, so that
 * connections alone shut out no caller; what is idle of an owner of more than half goes before them. Pure.
 */

/** A connection as far as its place goes. */
export interface ConnectionPlace {
  /** The address of a stranger, or whose key was shown. */
  owner: string;
  isKept: boolean;
  /** Whether nothing waits for an answer there. */
  readonly isIdle: boolean;
  giveWay(): void;
}

export interface PlaceBounds {
  readonly connectionsMax: number;
  /** Connections of one address that have shown nothing. */
  readonly strangersPerAddressMax: number;
}

export class Places {
  readonly #bounds: PlaceBounds;
  /** By owner, the oldest first. */
  readonly #strangers = new Map<string, Set<ConnectionPlace>>();
  readonly #kept = new Map<string, Set<ConnectionPlace>>();
  #taken = 0;
  #keptCount = 0;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a place for a stranger; returns the place that must give way to it, if one must. */
  take(place: ConnectionPlace): ConnectionPlace | undefined {
    add(this.#strangers, place);
    this.#taken++;
    const own = this.#strangers.get(place.owner)!;
    if (own.size > this.#bounds.strangersPerAddressMax) return first(own);
    if (this.#taken <= this.#bounds.connectionsMax) return undefined;
    const most = largest(this.#kept);
    const idle = [...most].find(({ isIdle }) => isIdle);
    // Where one owner holds nearly all, callers that have just come would give way to each other.
    if (idle !== undefined && most.size * 2 > this.#bounds.connectionsMax) return idle;
    if (this.#taken - this.#keptCount > 1) return first(largest(this.#strangers));
    return idle ?? first(most);
  }

  /** The holder has shown whose it is. */
  keep(place: ConnectionPlace, owner: string): void {
    if (place.isKept && place.owner === owner) return;
    if (!remove(place.isKept ? this.#kept : this.#strangers, place)) return;
    if (!place.isKept) this.#keptCount++;
    place.owner = owner;
    place.isKept = true;
    add(this.#kept, place);
  }

  leave(place: ConnectionPlace): void {
    if (!remove(place.isKept ? this.#kept : this.#strangers, place)) return;
    this.#taken--;
    if (place.isKept) this.#keptCount--;
  }
}

function add(owners: Map<string, Set<ConnectionPlace>>, place: ConnectionPlace): void {
  const places = owners.get(place.owner);
  if (places === undefined) owners.set(place.owner, new Set([place]));
  else places.add(place);
}

function remove(owners: Map<string, Set<ConnectionPlace>>, place: ConnectionPlace): boolean {
  const places = owners.get(place.owner);
  if (places?.delete(place) !== true) return false;
  if (places.size === 0) owners.delete(place.owner);
  return true;
}

function largest(owners: ReadonlyMap<string, Set<ConnectionPlace>>): ReadonlySet<ConnectionPlace> {
  let most: ReadonlySet<ConnectionPlace> = new Set();
  for (const places of owners.values()) if (places.size > most.size) most = places;
  return most;
}

function first(places: ReadonlySet<ConnectionPlace>): ConnectionPlace | undefined {
  const [place] = places;
  return place;
}
