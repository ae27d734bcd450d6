/** The one way for a replica to stop by itself. */

/**
 * A replica finds that it can no longer trust itself (a damaged journal, a state that differs). Its process ends; the
 * next start recovers, and repairs from the peers what cannot be read.
 */
export class ReplicaFault extends Error {
  override readonly name: string = 'ReplicaFault';
}

/** The configuration does not fit what the folder holds: a restart alone changes nothing. */
export class ConfigurationFault extends ReplicaFault {
  override readonly name: string = 'ConfigurationFault';
  readonly isConfiguration = true;
}
