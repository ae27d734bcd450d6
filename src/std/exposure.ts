/** Whether a file of secrets is its owner's alone. */

const others = 0o077;

/** What is wrong with the owner or the mode of a file that must be private, and the command that mends it. */
export function exposureOf(
  path: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
  ownUid: number | undefined,
): string | undefined {
  // What root takes for itself the process whose file it is reads no more.
  if (ownUid === 0 && uid !== 0)
    return `${path} belongs to user ${uid}, and this process runs as root: run it as that user ("runuser -u")`;
  if (ownUid !== undefined && uid !== ownUid)
    return `${path} belongs to user ${uid}, and this process runs as user ${ownUid}: run it as that user, or run "chown ${ownUid} ${path}"`;
  return (mode & others) === 0 ? undefined : `others may open ${path}: run "chmod 600 ${path}"`;
}
