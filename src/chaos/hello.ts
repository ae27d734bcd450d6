/** How a caller on a plain socket proves its identity: the `hello` of a session, with its proof. */
import { createHmac } from 'node:crypto';
import { PREFIX_BYTES } from '../protocol/layout.ts';
import { ConnectionRole, challenge, connectionMagic, hello } from '../protocol/messages.ts';

/** The answer to a challenge; it is welcome where `key` is the session key. */
export function sessionHello(asked: Buffer, clusterId: number, key: Uint8Array): Buffer {
  const record = Buffer.alloc(hello.size);
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const fields = {
    magic: connectionMagic,
    clusterId,
    role: ConnectionRole.session,
    replicaId: 0,
    reserved: 0,
  };
  hello.write(view, 0, { ...fields, proof: new Uint8Array(32) });
  const nonce = asked.subarray(challenge.at.nonce, challenge.size);
  createHmac('sha256', key)
    .update(nonce)
    .update(record.subarray(PREFIX_BYTES, hello.at.proof))
    .digest()
    .copy(record, hello.at.proof);
  return record;
}
