/** A command that waits to be numbered by a session. */
export interface Intent {
  readonly name: string;
  /** Writes the command; session and number are left open. */
  readonly write: (view: DataView, at: number) => number;
  /** It is given up after so long, where that is less than the client waits. */
  readonly validUs?: number;
}
