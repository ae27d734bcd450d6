/** What is served: by it a path that is not, or a method that is not, is refused with what would be. */
import type { RouteOptions } from 'fastify';

/** All routes, with the methods of each path. */
export class RouteTable {
  readonly routes: RouteOptions[] = [];

  add(route: RouteOptions): void {
    this.routes.push({ ...route });
  }

  /** The methods that a path is served with; none where nothing is. */
  methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const { url, method } of this.routes) {
      const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
      // The server takes an empty part for a parameter, which the route then refuses by its name.
      if (!new RegExp(`^${escaped.replaceAll(/:[A-Za-z]+/g, '[^/]*')}$`).test(path)) continue;
      for (const one of listOf(method)) methods.add(one);
    }
    // HEAD is there only where GET is, which is added without a word for a prefix with a slash behind it.
    if (methods.has('HEAD')) methods.add('GET');
    return [...methods].sort();
  }
}

export function listOf<T>(one: T | T[] | undefined): T[] {
  if (one === undefined) return [];
  return Array.isArray(one) ? one : [one];
}
