/** Which connection speaks for which session of this leadership: one at a time, and the newest that asks. */
import { BoundSession, type Subscriber } from './subscriber.ts';

export class Bindings {
  readonly #sessions = new Map<number, BoundSession>();

  /** Sessions that have a connection. */
  get count(): number {
    let bound = 0;
    for (const session of this.#sessions.values()) if (session.subscriber !== undefined) bound += 1;
    return bound;
  }

  /** The connection of a session. @hot */
  subscriberOf(sessionId: number): Subscriber | undefined {
    return this.#sessions.get(sessionId)?.subscriber;
  }

  /** `lastApplied`: the last command number that the engine knows of this session. */
  bind(subscriber: Subscriber, sessionId: number, lastApplied: number): void {
    let session = this.#sessions.get(sessionId);
    if (session === undefined) {
      session = new BoundSession(sessionId, lastApplied);
      this.#sessions.set(sessionId, session);
    }
    if (session.subscriber !== undefined) session.subscriber.session = undefined;
    session.subscriber = subscriber;
    session.lastTaken = Math.max(session.lastTaken, lastApplied);
    subscriber.session = session;
    subscriber.isOpening = false;
  }

  /** Parts a connection from its session; returns the session's id, 0 where there was none. */
  unbind(subscriber: Subscriber): number {
    const { session } = subscriber;
    if (session === undefined) return 0;
    session.subscriber = undefined;
    subscriber.session = undefined;
    return session.id;
  }

  /** The session has ended. */
  forget(sessionId: number): void {
    const session = this.#sessions.get(sessionId);
    if (session?.subscriber !== undefined) session.subscriber.session = undefined;
    this.#sessions.delete(sessionId);
  }

  /** Forgets the sessions that are not open any more, where their ends were not seen. */
  forgetUnless(isOpen: (sessionId: number) => boolean): void {
    for (const sessionId of [...this.#sessions.keys()]) if (!isOpen(sessionId)) this.forget(sessionId);
  }

  /** A leadership begins or ends. */
  clear(): void {
    for (const sessionId of [...this.#sessions.keys()]) this.forget(sessionId);
  }
}
