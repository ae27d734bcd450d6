/**
 * An order of the operator to a replica while the event loop of this process stands still, as it does during a measured
 * loop: connects and writes with system calls that block for some microseconds. The answer is not read.
 */
import { socketAddress } from '../../io/sockets/addresses.ts';
import { callError, close, connect, socket, write } from '../../io/system/native.ts';
import { AF_INET, SOCK_CLOEXEC, SOCK_STREAM, sockaddrBytes } from '../../io/system/platform.ts';
import { findKeys } from '../../ops/configuration/keys.ts';
import type { Loaded } from '../../ops/configuration/load.ts';
import type { OperatorOrder } from '../../ops/replica-process/control-server.ts';

/** Gives the order; call the result to close the connection, once the order has been read. */
export function orderAtOnce(loaded: Loaded, replicaId: number, order: OperatorOrder): () => void {
  const { configuration, dataFolder } = loaded;
  const { host, controlPort } = configuration.replicas.find(({ id }) => id === replicaId)!;
  const token = findKeys(configuration, dataFolder)!.operator;
  const body = '{}';
  const request = Buffer.from(
    `POST /operator/${order} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, socketAddress(host, controlPort), sockaddrBytes) < 0) {
    throw callError('connect', `the control endpoint of replica ${replicaId}`);
  }
  if (write(fd, request, request.length) !== request.length) throw callError('write', 'an operator order');
  return () => close(fd);
}
