/**
 * One port for two ways to speak HTTP: what begins as TLS is taken as TLS, all else as it is. Health and status are
 * read without TLS; an operator gives orders over TLS, which proves the identity.
 */
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The type of the record that every TLS connection begins with: a handshake (RFC 8446, §5.1). */
const handshakeRecord = 22;

/** Lets a TLS server take plain HTTP too; `firstByteMsMax`: how long a connection may say nothing. */
export function takePlainToo(server: Server, firstByteMsMax: number): void {
  const [takeSecure] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  if (takeSecure === undefined) throw new Error('a TLS server takes connections');
  server.removeListener('connection', takeSecure);
  server.on('connection', (socket: Socket) => {
    const end = (): void => void socket.destroy();
    socket.setTimeout(firstByteMsMax, end);
    socket.on('error', end);
    socket.once('readable', () => {
      const begin = socket.read() as Buffer | null;
      if (begin === null) return end();
      socket.unshift(begin);
      socket.setTimeout(0);
      socket.removeListener('timeout', end);
      socket.removeListener('error', end);
      if (begin[0] === handshakeRecord) takeSecure.call(server, socket);
      // What Node emits for a connection whose handshake is done: from here on HTTP is read.
      else server.emit('secureConnection', socket);
    });
  });
}
