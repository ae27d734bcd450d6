/**
 * A caller that stays with one replica, whichever leads: what it is answered, this replica has answered. Its commands
 * have no deadline, so that nothing but their replica keeps them from being carried out.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { emptyHeader } from '../protocol/command-layouts.ts';
import { createAccount, openSession, ownerFromLeader } from '../protocol/commands.ts';
import { eventAt, outcome, sessionOpened } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { ping, pong, welcome } from '../protocol/messages.ts';
import { RecordReader } from '../protocol/stream.ts';
import type { LinkIdentity } from '../trust/handshake.ts';
import type { SocketLink } from '../trust/testing/socket-link.ts';
import { rawLink } from './raw-link.ts';

const token = { tokenLow: 0x5747_4159, tokenHigh: 0x494e_4700 };

export class StayingCaller {
  /** Outcomes that it got. */
  outcomes = 0;
  /** The replica has ended the connection. */
  #isOver = false;
  #pings = 0;
  #pongs = 0;
  readonly #socket: Socket;
  readonly #link: SocketLink;
  readonly #reader = new RecordReader();
  /** 0 until it is open. */
  #sessionId = 0;
  #wanted: number[] = [];
  #sent = 0;

  private constructor(socket: Socket, identity: LinkIdentity, replicaId: number) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isOver = true;
    });
    this.#link = rawLink(socket, identity, replicaId, { received: (bytes) => this.#received(bytes) });
    this.#link.start();
  }

  static async call(
    { host, tcpPort, id }: { readonly host: string; readonly tcpPort: number; readonly id: number },
    identity: LinkIdentity,
  ): Promise<StayingCaller> {
    const socket = connect(tcpPort, host);
    await once(socket, 'connect');
    return new StayingCaller(socket, identity, id);
  }

  /** Asks for accounts with these numbers, in a session of its own. */
  createAccounts(accountIds: readonly number[]): void {
    this.#wanted.push(...accountIds);
    if (this.#sessionId !== 0) this.#sendWanted();
  }

  /** The replica has read all that was sent, or has ended the connection. */
  get isRead(): boolean {
    return this.#isOver || this.#pongs === this.#pings;
  }

  end(): void {
    this.#socket.destroy();
  }

  #received(bytes: Uint8Array): void {
    const reader = this.#reader;
    for (let from = 0; from < bytes.length; ) {
      from += reader.take(bytes, from, bytes.length);
      for (let at = reader.next(); at >= 0; at = reader.next()) this.#record(reader.view, at);
    }
  }

  #record(view: DataView, at: number): void {
    switch (view.getUint8(at + TYPE_AT)) {
      case welcome.type:
        this.#send(openSession, {
          ...emptyHeader,
          ...{ ...token, disconnectGraceMs: 0, cancelOnDisconnect: 0, ...ownerFromLeader },
        });
        return;
      case sessionOpened.type:
        this.#sessionId = view.getUint32(at + eventAt.sessionId, true);
        return this.#sendWanted();
      case outcome.type:
        this.outcomes++;
        return;
      case pong.type:
        this.#pongs++;
        return;
    }
  }

  #sendWanted(): void {
    const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0, name: '' };
    for (const accountId of this.#wanted.splice(0)) {
      const header = { sessionId: this.#sessionId, commandNumber: ++this.#sent, accountId, deadlineMs: 0 };
      this.#send(createAccount, { ...header, ...limits });
    }
    this.#send(ping, { number: ++this.#pings });
  }

  #send<V>(
    layout: { readonly size: number; write(view: DataView, at: number, values: V): number },
    values: V,
  ): void {
    const view = new DataView(new ArrayBuffer(layout.size));
    this.#link.send(new Uint8Array(view.buffer, 0, layout.write(view, 0, values)));
  }
}
