/** Every fuzzer of the project. A test holds this list to the files called `*.fuzz.ts`. */

import { backupObjectFuzzer } from '../backup/objects.fuzz.ts';
import { clientSessionFuzzer } from '../client/core/session.fuzz.ts';
import { networkFuzzer } from '../client/networks.fuzz.ts';
import { commandFuzzer } from '../engine/commands/well-formed.fuzz.ts';
import { engineSnapshotFuzzer } from '../engine/snapshot/snapshot.fuzz.ts';
import { bodyFuzzer } from '../gateway/admission/body.fuzz.ts';
import { decimalFuzzer } from '../gateway/admission/decimals.fuzz.ts';
import { admissionFuzzer } from '../gateway/admission/orders.fuzz.ts';
import { httpFuzzer } from '../gateway/http/server.fuzz.ts';
import { frameBytesFuzzer } from '../gateway/websocket/frames.fuzz.ts';
import { streamMessageFuzzer } from '../gateway/websocket/stream.fuzz.ts';
import { prefixedAddressFuzzer } from '../io/system/prefixed-address.fuzz.ts';
import { recoveryFuzzer } from '../journal/recovery.fuzz.ts';
import { snapshotFileFuzzer } from '../journal/snapshot-file.fuzz.ts';
import { stateFileFuzzer } from '../journal/state-file.fuzz.ts';
import { dnsRecordFuzzer } from '../ops/addresses/dns-records.fuzz.ts';
import { commandLineFuzzer } from '../ops/cli/program.fuzz.ts';
import { auditFileFuzzer } from '../ops/cli/records/audit-file.fuzz.ts';
import { statusFuzzer } from '../ops/clients/status-answer.fuzz.ts';
import { configurationFileFuzzer } from '../ops/configuration/configuration.fuzz.ts';
import { controlFuzzer } from '../ops/control-port/control-server.fuzz.ts';
import { joinTokenFuzzer } from '../ops/join/token.fuzz.ts';
import { orderNoteFuzzer } from '../ops/operator-orders/order-notes.fuzz.ts';
import { planFuzzer } from '../ops/operator-orders/plans.fuzz.ts';
import { bitstampFuzzer } from '../ops/replay/bitstamp.fuzz.ts';
import { itch50Fuzzer } from '../ops/replay/itch50.fuzz.ts';
import { lobsterFuzzer } from '../ops/replay/lobster.fuzz.ts';
import { clusterFolderFuzzer } from '../ops/supervisor/cluster-folder.fuzz.ts';
import { logLineFuzzer } from '../ops/supervisor/log-lines.fuzz.ts';
import { cutFuzzer } from '../protocol/cut.fuzz.ts';
import { datagramFuzzer } from '../protocol/datagrams.fuzz.ts';
import { frameFuzzer } from '../protocol/frames.fuzz.ts';
import { recordFuzzer } from '../protocol/layout.fuzz.ts';
import { streamFuzzer } from '../protocol/stream.fuzz.ts';
import { configurationFuzzer } from '../raft/configuration.fuzz.ts';
import { connectionFuzzer } from '../replica/connections/connection-server.fuzz.ts';
import { tetherFuzzer } from '../replica/peers/tether.fuzz.ts';
import type { Fuzzer } from '../std/testing/fuzzing.ts';
import { certificateFuzzer } from '../trust/certificates.fuzz.ts';
import { datagramKeysFuzzer } from '../trust/datagram-keys.fuzz.ts';
import { linkFuzzer } from '../trust/link.fuzz.ts';
import { endlessCanary, greedyCanary, plantedCanary } from './canary.fuzz.ts';

/** What `npm run fuzz` runs without a name, in this order. */
export const fuzzers: readonly Fuzzer[] = [
  recordFuzzer,
  streamFuzzer,
  frameFuzzer,
  cutFuzzer,
  datagramFuzzer,
  configurationFuzzer,
  recoveryFuzzer,
  stateFileFuzzer,
  snapshotFileFuzzer,
  backupObjectFuzzer,
  engineSnapshotFuzzer,
  commandFuzzer,
  decimalFuzzer,
  admissionFuzzer,
  bodyFuzzer,
  httpFuzzer,
  streamMessageFuzzer,
  frameBytesFuzzer,
  connectionFuzzer,
  tetherFuzzer,
  clientSessionFuzzer,
  certificateFuzzer,
  linkFuzzer,
  datagramKeysFuzzer,
  networkFuzzer,
  bitstampFuzzer,
  lobsterFuzzer,
  itch50Fuzzer,
  configurationFileFuzzer,
  clusterFolderFuzzer,
  commandLineFuzzer,
  statusFuzzer,
  controlFuzzer,
  planFuzzer,
  orderNoteFuzzer,
  auditFileFuzzer,
  logLineFuzzer,
  joinTokenFuzzer,
  dnsRecordFuzzer,
  prefixedAddressFuzzer,
];

/**
 * The fuzzer of each file that reads what comes from outside. A test finds such files by the names of what they export,
 * and refuses one that is not here.
 */
export const decoders: Readonly<Record<string, readonly Fuzzer[]>> = {
  'backup/chains.ts': [backupObjectFuzzer],
  'backup/notes.ts': [backupObjectFuzzer],
  'backup/objects.ts': [backupObjectFuzzer],
  'client/core/session.ts': [clientSessionFuzzer],
  'client/words.ts': [clientSessionFuzzer],
  'engine/snapshot/recent-snapshot.ts': [engineSnapshotFuzzer],
  'engine/snapshot/snapshot.ts': [engineSnapshotFuzzer],
  'engine/snapshot/sweep-snapshot.ts': [engineSnapshotFuzzer],
  'engine/commands/well-formed.ts': [commandFuzzer],
  'client/networks.ts': [networkFuzzer],
  'gateway/admission/decimals.ts': [decimalFuzzer],
  'gateway/admission/fields.ts': [admissionFuzzer],
  'gateway/admission/body.ts': [bodyFuzzer],
  'gateway/http/server.ts': [httpFuzzer],
  'gateway/websocket/requests.ts': [streamMessageFuzzer],
  'gateway/websocket/stream.ts': [frameBytesFuzzer],
  'io/system/prefixed-address.ts': [prefixedAddressFuzzer],
  'journal/inspect.ts': [recoveryFuzzer],
  'journal/recovery.ts': [recoveryFuzzer],
  'journal/segment.ts': [recoveryFuzzer],
  'journal/snapshot-file.ts': [snapshotFileFuzzer],
  'journal/state-file.ts': [stateFileFuzzer],
  'ops/addresses/dns-records.ts': [dnsRecordFuzzer],
  'ops/cli/program.ts': [commandLineFuzzer],
  'ops/clients/status-answer.ts': [statusFuzzer],
  'ops/configuration/keys.ts': [configurationFileFuzzer],
  'ops/configuration/reading.ts': [configurationFileFuzzer],
  'ops/join/token.ts': [joinTokenFuzzer],
  'ops/replay/bitstamp.ts': [bitstampFuzzer],
  'ops/replay/itch50.ts': [itch50Fuzzer],
  'ops/replay/lobster-message.ts': [lobsterFuzzer],
  'ops/replay/lobster.ts': [lobsterFuzzer],
  'ops/control-port/control-server.ts': [controlFuzzer],
  'ops/cli/records/audit-file.ts': [auditFileFuzzer],
  'ops/operator-orders/body-reader.ts': [controlFuzzer, planFuzzer],
  'ops/operator-orders/order-paths.ts': [controlFuzzer, planFuzzer, orderNoteFuzzer],
  'ops/operator-orders/order-notes.ts': [orderNoteFuzzer],
  'ops/supervisor/cluster-folder.ts': [clusterFolderFuzzer],
  'ops/supervisor/log-lines.ts': [logLineFuzzer],
  'protocol/cut.ts': [cutFuzzer],
  'protocol/datagrams.ts': [datagramFuzzer],
  'protocol/frames.ts': [frameFuzzer],
  'protocol/layout.ts': [recordFuzzer],
  'protocol/roster.ts': [configurationFuzzer],
  'protocol/stream.ts': [streamFuzzer],
  'raft/configuration.ts': [configurationFuzzer],
  'replica/connections/connection-server.ts': [connectionFuzzer],
  'replica/peers/introductions.ts': [tetherFuzzer],
  'replica/peers/snapshot-names.ts': [tetherFuzzer],
  'trust/certificates.ts': [certificateFuzzer],
  'trust/datagram-keys.ts': [datagramKeysFuzzer],
  'trust/handshake.ts': [linkFuzzer],
  'trust/identity.ts': [certificateFuzzer],
  'trust/secure-stream.ts': [linkFuzzer],
};

/** Files that export something named like a decoder, and why they are none. */
export const notDecoders: Readonly<Record<string, string>> = {
  'io/sockets/addresses.ts': 'addresses of the configuration, which has checked their form',
  'io/disk/shared-position.ts': 'memory that the threads of one process share',
};

/** These must fail: they prove that the runner notices. They run by name only. */
export const canaries: readonly Fuzzer[] = [plantedCanary, endlessCanary, greedyCanary];

/** The fuzzer or canary of this name. */
export function fuzzerNamed(name: string): Fuzzer | undefined {
  return [...fuzzers, ...canaries].find((fuzzer) => fuzzer.name === name);
}
