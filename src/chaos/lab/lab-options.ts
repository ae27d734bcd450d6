/** What a lab is like. Faults that need the same one share an exchange. */
import type { FileSystem } from '../hosts/disk.ts';
import type { VenueOptions } from './venue-flow.ts';

export interface LabOptions {
  readonly fileSystem?: FileSystem;
  /** Where an order must be before it is acknowledged. */
  readonly durability?: 'disk' | 'memory';
  /** The last replica is a witness: it votes, and has no engine. */
  readonly hasWitness?: boolean;
  /** Host 1 ships backups to a folder that every host sees. Its replica writes snapshots. */
  readonly hasBackup?: boolean;
  /** Host 7 is a standby site that follows this site through that folder. */
  readonly hasSecondSite?: boolean;
  /** The lab has machines on which no replica runs yet. */
  readonly hasSpareHosts?: boolean;
  /** Replicas write a snapshot each megabyte. */
  readonly hasSnapshots?: boolean;
  /** An operator has replicas write snapshots. */
  readonly hasOrderedSnapshots?: boolean;
  /** Orders in a second, of clients with the SDK and over HTTP. */
  readonly sdkPerSecond?: number;
  readonly httpPerSecond?: number;
  /** A recorded order flow that runs beside them. */
  readonly recorded?: VenueOptions;
  /** Gets all that the processes of the exchange print. */
  readonly logFile?: string;
  /** What Node is given to run a replica: that of another build than this. */
  readonly program?: string;
  /** Environment of the replicas, beside that of this process. */
  readonly environment?: (lab: { readonly folder: string }, host: number) => Readonly<Record<string, string>>;
  /** False where the replicas' clocks are set, so that stamps cannot be held against the clients' times. */
  readonly areClocksTrue?: boolean;
}
